"""Whether everything the measured cases caused has happened, each thing once and in its order.

As the fault tests count, but for the measured cases alone and with the cases that were sent back once. What differs is
a sentence; a run with sentences does not count.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from tests.faults.counts import ATTESTED, LINKS, NEWS, NODES, ONCE, PAPERS
from tests.faults.running import House

_OPEN = "/* benchmark */ SELECT count(*) FROM outbox_effect WHERE done_at IS NULL"  # begins with `ASIDE`
_HISTORY = (
    "SELECT c.number, r.action FROM cases_event r JOIN cases_case c ON c.id = r.case_id"
    " WHERE c.number = ANY(%s) ORDER BY r.id"
)
_LICENCES = (
    "SELECT c.number, r.document || ' ' || r.status FROM licences_licence r"
    " JOIN cases_case c ON c.id::text = r.case_id WHERE c.number = ANY(%s) ORDER BY r.id"
)
_EVIDENCE = (
    "SELECT c.number, r.call FROM ledger_evidencerequest r"
    ' JOIN cases_case c ON c.id::text = r."case" WHERE c.number = ANY(%s) ORDER BY r.id'
)
PATIENCE = 1800.0
Wanted = Callable[[str], Sequence[str]]


class StuckError(RuntimeError):
    """Effects that will not drain."""


def wait(house: House) -> float:
    """Wait until no effect is open; the seconds that took. Raises StuckError."""
    began = time.monotonic()
    while house.rows(_OPEN) != [(0,)]:
        if time.monotonic() - began > PATIENCE:
            raise StuckError(f"{house.rows(_OPEN)[0][0]} effects are still open")
        time.sleep(0.1)
    return time.monotonic() - began


def differences(house: House, *, acts: Mapping[str, Sequence[str]]) -> list[str]:
    """Every way in which the cases (number → acts of officials) are not what they should be."""
    numbers = list(acts)
    return [*_stored(house, numbers, acts), *_partners(house, numbers, acts)]


def _stored(house: House, numbers: list[str], acts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    found = dict(house.rows("SELECT number, state FROM cases_case WHERE number = ANY(%s)", [numbers]))
    yield from (f"{n} stands at {found.get(n)}" for n in numbers if found.get(n) != "closed_granted")
    for key, state, error in house.rows(
        "SELECT key, state, last_error FROM outbox_effect WHERE state <> 'delivered' ORDER BY id LIMIT 20"
    ):
        yield f"effect {key} is {state}: {error}"

    for what, query, wanted in (
        ("history", _HISTORY, lambda n: ("submit", *acts[n], "issue")),
        ("licences", _LICENCES, lambda n: ("filing_receipt issued",)),
        ("evidence", _EVIDENCE, lambda n: ATTESTED),
    ):
        yield from _compare(what, numbers, house.rows(query, [numbers]), wanted)
    papers = house.rows(
        "SELECT c.number, d.code || ' ' || d.state FROM cases_document d JOIN cases_case c ON c.id = d.case_id"
        " WHERE c.number = ANY(%s) ORDER BY d.code",
        [numbers],
    )
    yield from _compare("papers", numbers, papers, lambda n: [f"{code} sealed" for code in sorted(PAPERS)])


def _partners(house: House, numbers: list[str], acts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    kept = {link: house.received(link) for link in LINKS}
    for link, rows in kept.items():
        yield from (f"{link} refused {r['key']}: {r['message']}" for r in rows if not r["accepted"])

    def got(link: str, path: str, value: Callable[[Any], str]) -> list[tuple[str, str]]:
        return [(r["case_no"], value(r)) for r in kept[link] if r["path"].startswith(path)]

    nodes = got("one_net", "/nodes", lambda r: str(r["body"]["node"]))
    yield from _compare("nodes", numbers, nodes, lambda n: NODES)
    news = Counter(set(got("one_net", "/messages", lambda r: str(r["body"]["event"]))))
    told = Counter(number for number, _ in news)
    yield from (f"{n}: {told[n]} messages instead of {NEWS}" for n in numbers if told[n] != NEWS)
    todos = got("egov", "", lambda r: str(r["path"]))
    yield from _compare("to-dos", numbers, todos, lambda n: ("/todos", "/todos/done") * len(acts[n]))
    for link, path in ONCE.items():
        yield from _compare(link, numbers, got(link, "", lambda r: str(r["path"])), partial(_only, path))
    sealed = Counter(r["key"].split(":")[0] for r in kept["eseal"])
    papers = {
        str(row[0])
        for row in house.rows(
            "SELECT d.id FROM cases_document d JOIN cases_case c ON c.id = d.case_id WHERE c.number = ANY(%s)",
            [numbers],
        )
    }
    yield from (f"{sealed[p]} seals for paper {p}" for p in papers if sealed[p] != 1)


def _only(path: str, _: str) -> Sequence[str]:
    return (path,)


def _compare(
    what: str, numbers: Sequence[str], rows: Sequence[tuple[str, str]], wanted: Wanted
) -> Iterator[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for number, value in rows:
        found[number].append(value)
    for number in numbers:
        if found[number] != list(wanted(number)):
            yield f"{number}: {what} {found[number]} instead of {list(wanted(number))}"
