"""What must stand in the database and at the partners after any number of faults: each thing once, in its order.

Both sides are read from outside, by SQL and by what the partners show; `luban verify` recomputes every history, seal
and licence. A difference is a sentence; no sentences, nothing lost and nothing doubled.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from config.environment import BASE
from tests.faults.running import House

ACTIONS = ("submit", "accept", "submit_review", "confirm", "issue")
PAPERS = ("acceptance_notice", "filing_receipt", "report_letter")
ATTESTED = ("createFiling", "recordDecision")
NODES = ("N10", "N20", "N40", "N50", "N60")
TODOS = ("/todos", "/todos/done") * 3
"""A to-do for each of the three desks, done before the next begins."""
NEWS = 3
ONCE = {"solid_waste": "/filings", "letters": "/letters", "ecert": "/licences"}
LINKS = ("one_net", "egov", "eseal", *ONCE)


def differences(house: House, *, cases: int, verify: bool = True) -> list[str]:
    """Every way in which `cases` granted filings are not exactly that; `verify`: recomputed, too."""
    numbers = [row[0] for row in house.rows("SELECT number FROM cases_case")]
    found = [] if len(numbers) == cases else [f"{len(numbers)} cases instead of {cases}"]
    found += _database(house, numbers)
    found += _partners(house, numbers)
    found += _verified(house) if verify else ()
    return found


def _database(house: House, numbers: list[str]) -> Iterator[str]:
    for number, state in house.rows(
        "SELECT number, state FROM cases_case WHERE state <> 'closed_granted' OR step <> 'seal'"
    ):
        yield f"{number} stands at {state}"
    for key, state, error in house.rows(
        "SELECT key, state, last_error FROM outbox_effect WHERE state <> 'delivered' ORDER BY id"
    ):
        yield f"effect {key} is {state}: {error}"
    of_case = "FROM {} r JOIN cases_case c ON c.id::text = r.{}::text ORDER BY r.id"
    yield from _each(
        house,
        numbers,
        "history",
        f"SELECT c.number, r.action {of_case.format('cases_event', 'case_id')}",
        ACTIONS,
    )
    yield from _each(
        house,
        numbers,
        "licences",
        f"SELECT c.number, r.document || ' ' || r.status {of_case.format('licences_licence', 'case_id')}",
        ("filing_receipt issued",),
    )
    yield from _each(
        house,
        numbers,
        "evidence",
        f"SELECT c.number, r.call {of_case.format('ledger_evidencerequest', 'case')}",
        ATTESTED,
    )
    yield from _each(
        house,
        numbers,
        "papers",
        "SELECT c.number, d.code || ' ' || d.state FROM cases_document d JOIN cases_case c ON c.id = d.case_id"
        " ORDER BY d.reserved_at",
        [f"{code} sealed" for code in PAPERS],
        ordered=False,
    )
    # The demonstration's carriers have numbers, too; they belong to no case.
    drawn = house.rows(
        "SELECT count(*), count(DISTINCT number), count(voided_at) FROM numbering_issued"
        " WHERE NOT starts_with(document, 'carrier:')"
    )[0]
    if drawn != (len(numbers), len(numbers), 0):
        yield f"numbers issued, different, void: {drawn} for {len(numbers)} cases"
    unlike = house.rows(
        "SELECT c.number FROM cases_case c JOIN licences_licence l ON l.case_id = c.id::text"
        " JOIN cases_document d ON d.case_id = c.id AND d.code = l.document"
        " WHERE d.number <> l.number OR d.sm3 <> l.file_sm3 OR d.token <> l.token"
    )
    yield from (f"{number}: licence and paper differ" for (number,) in unlike)


def _each(
    house: House, numbers: list[str], what: str, query: str, wanted: Iterable[str], *, ordered: bool = True
) -> Iterator[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for number, value in house.rows(query):
        found[number].append(value)
    yield from _compare(found, numbers, what, list(wanted), ordered=ordered)


def _compare(
    found: dict[str, list[str]], numbers: list[str], what: str, wanted: list[str], *, ordered: bool = True
) -> Iterator[str]:
    for number in {*numbers, *found}:
        has = found.get(number, [])
        if (has if ordered else sorted(has)) != (wanted if ordered else sorted(wanted)):
            yield f"{number}: {what} {has} instead of {wanted}"


def _partners(house: House, numbers: list[str]) -> Iterator[str]:
    kept = {link: house.received(link) for link in LINKS}
    for link, rows in kept.items():
        for row in rows:
            if not row["accepted"]:
                yield f"{link} refused {row['key']}: {row['message']}"
    nodes = _by_case(kept["one_net"], "/nodes", lambda row: row["body"]["node"])
    yield from _compare(nodes, numbers, "nodes at one_net", list(NODES))
    news = _by_case(kept["one_net"], "/messages", lambda row: row["body"]["event"])
    for number in numbers:
        if len(news[number]) != NEWS or len(set(news[number])) != NEWS:
            yield f"{number}: messages {news[number]}"
    todos = _by_case(kept["egov"], "", lambda row: row["path"])
    yield from _compare(todos, numbers, "to-dos", list(TODOS))
    for link, path in ONCE.items():
        messages = _by_case(kept[link], "", lambda row: row["path"])
        yield from _compare(messages, numbers, f"messages at {link}", [path])
    sealed = Counter(row["key"].split(":")[0] for row in kept["eseal"])
    papers = {str(row[0]) for row in house.rows("SELECT id FROM cases_document")}
    yield from (f"{n} seals for paper {paper}" for paper, n in sealed.items() if n > 1)
    if set(sealed) != papers:
        yield f"{len(sealed)} papers were sealed, {len(papers)} are kept"


def _by_case(rows: list[dict[str, Any]], path: str, value: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["accepted"] and row["path"].startswith(path):
            found[row["case_no"]].append(value(row))
    return found


def _verified(house: House) -> Iterator[str]:
    for words in ((), ("--rows", "--processes", "2")):
        answer = subprocess.run(
            [sys.executable, "-m", "config.cli", "verify", *words],
            cwd=BASE,
            env=house.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if answer.returncode != 0:
            yield f"luban verify {' '.join(words)}: {answer.stdout}{answer.stderr[-500:]}"
