"""The measuring itself, in a house of its own: what each step does to it and what it found, as figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Any
from urllib.parse import quote

from benchmarks.case_flow import figures as f
from benchmarks.case_flow.bare import bare_rate
from benchmarks.case_flow.case import KINDS, acts_of
from benchmarks.case_flow.drained import differences, wait
from benchmarks.case_flow.figures import Figure
from benchmarks.case_flow.over_http import FIRM_DOOR, OFFICE_DOOR, Client, ask_again, run
from benchmarks.case_flow.pages import FIRM, LISTS, pages_of
from benchmarks.case_flow.person import Person
from benchmarks.case_flow.processes import Others, cpu_seconds, held, resident_mb, tree
from benchmarks.case_flow.statements import Counted, StatementLog, logged
from benchmarks.case_flow.stored import store
from config.environment import BASE
from tests.faults.running import NOW, House

SEALED = "SELECT count(*) FROM cases_document WHERE state = 'sealed'"


class Bench:
    """A running house and the cases filed in it so far."""

    def __init__(self, house: House, *, clients: int, cases: int, rounds: int) -> None:
        self.house = house
        self.clients, self.cases, self.rounds = clients, cases, rounds
        self.acts: dict[str, tuple[str, ...]] = {}
        self.last = 0

    def inside(self, *words: object) -> Any:
        """What a part of `inside.py` answers, run with the environment of the house's workers."""
        process = self.begun(*words)
        answer, errors = process.communicate()
        if process.returncode != 0:
            raise RuntimeError(f"{words[0]}: {errors[-2000:]}")
        return json.loads(answer)

    def begun(self, *words: object) -> subprocess.Popen[str]:
        """A part of `inside.py` at work, with the environment of the house's workers."""
        command = [sys.executable, "-m", "benchmarks.case_flow.inside", *map(str, words)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=BASE, env=self.house.env, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )

    def prepared(self, count: int) -> list[tuple[int, str]]:
        """The next `count` applications, signed."""
        first, self.last = self.last + 1, self.last + count
        return list(enumerate(self.inside("drafts", first, self.last), start=first))

    @contextmanager
    def signed_in(self, count: int) -> Iterator[list[Client]]:
        """Clients with open sessions."""
        clients = [Client(port=self.house.port) for _ in range(count)]
        try:
            yield clients
        finally:
            for client in clients:
                client.close()

    def others(self) -> Others:
        """What other programs take from now on."""
        return Others(self.house.launcher.pid)

    def held_workers(self) -> Any:
        """The workers standing still."""
        return held(self.house.pids("worker"))

    def went(self, numbers: Mapping[str, int]) -> None:
        """Note cases that must end rightly: number → which case it is."""
        self.acts |= {number: tuple(act.code for act in acts_of(n)) for number, n in numbers.items()}

    def web(self) -> list[int]:
        """The web process and its children."""
        return [pid for top in self.house.pids("web") for pid in tree(top)]


def statements(bench: Bench) -> Iterator[Figure]:
    """Statements of one case that went straight and one that was sent back, by kind of request; of every page; and
    of the worker for all their effects."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    total = Counted()
    drafts = bench.prepared(3)
    (_, spare), measured = drafts[0], drafts[1:]
    with logged(database_url=bench.house.database_url, log=bench.house.var / "luban.log") as log:
        with bench.held_workers(), bench.signed_in(1) as (client,):
            for n, draft in measured:
                log.since()
                for kind, _, number in client.file(n, draft):
                    counted = log.since()
                    by_kind[kind].append(counted.statements)
                    total += counted
                    bench.went({number: n})
            worst, address = max(_pages(log, client, number=min(bench.acts), draft=spare))
            log.since()
        wait(bench.house)
        worker = log.since()
    many = len(measured)
    kinds = ", ".join(f"{kind} {median(by_kind[kind]):g}" for kind in KINDS)
    yield Figure("SQL of a case, web process", total.statements / many, "a case", f.STATEMENTS_A_CASE, kinds)
    yield Figure(
        "", total.control / many, "a case", note="transaction control and connection checks, not in it"
    )
    yield Figure("SQL of the page with most", worst, "a page", f.STATEMENTS_A_PAGE, address)
    yield Figure("SQL of a case, worker", worker.statements / many, "a case", note="all effects of a case")


def _pages(log: StatementLog, client: Client, *, number: str, draft: str) -> Iterator[tuple[int, str]]:
    for account, address in pages_of(number=number, draft=draft):
        client.people[account].get(address)
        log.since()
        client.people[account].get(address)
        yield log.since().statements, address


def over_http(bench: Bench, *, label: str) -> Iterator[Figure]:
    """Cases a second over HTTP with several clients, the workers held: the best of some rounds."""
    rounds: list[tuple[float, str]] = []
    took: dict[str, list[float]] = defaultdict(list)
    spent = 0.0
    for _ in range(bench.rounds):
        drafts = bench.prepared(bench.cases)
        with bench.signed_in(bench.clients) as clients, bench.held_workers():
            others, before = bench.others(), cpu_seconds(bench.web())
            went = run(clients=clients, drafts=drafts)
            spent += cpu_seconds(bench.web()) - before
            rounds.append((went.rate, beside(others)))
        bench.went(went.numbers)
        for kind, seconds in went.took.items():
            took[kind] += seconds
    rate, note = max(rounds)
    clients_said = f"{bench.clients} clients; {note}"
    yield Figure(f"cases over HTTP, {label}", rate, "cases/s", f.CASES_OVER_HTTP, clients_said)
    each = spent / bench.rounds / bench.cases * 1000
    yield Figure("", each, "ms a case", note="processor time of the web process")
    yield from (f.millis(f"  {kind}", took[kind]) for kind in KINDS)


def beside_workers(bench: Bench) -> Iterator[Figure]:
    """Cases a second over HTTP while the workers seal and tell."""
    drafts = bench.prepared(bench.cases)
    with bench.signed_in(bench.clients) as clients:
        others = bench.others()
        went = run(clients=clients, drafts=drafts)
    bench.went(went.numbers)
    yield Figure("cases over HTTP, workers at work beside", went.rate, "cases/s", note=beside(others))


def in_process(bench: Bench) -> Iterator[Figure]:
    """The same flow by calling functions: by one process, by one more than there are cores, and a bare loop of as many
    commits; the best of some rounds each."""
    bare = 0.0
    for processes in (1, (os.cpu_count() or 1) + 1):
        rounds = []
        for _ in range(bench.rounds):
            with bench.held_workers():
                bare = max(bare, bare_rate(database_url=bench.house.database_url, cases=100))
                others = bench.others()
                rounds.append((*_flows(bench, processes), beside(others)))
        rate, cpu, note = max(rounds)
        said = f"{cpu:.0f} ms of processor time a case; {note}"
        by = "one process" if processes == 1 else f"{processes} processes"
        yield Figure(f"cases in process, {by}", rate, "cases/s", f.CASES_IN_PROCESS, said)
    yield Figure("  bare psycopg, as many commits, one connection", bare, "cases/s")


def _flows(bench: Bench, processes: int) -> tuple[float, float]:
    """Cases a second of so many processes that begin at once, and milliseconds of processor time a case in them."""
    running, firsts = [], []
    for _ in range(processes):
        first, bench.last = bench.last + 1, bench.last + 1 + bench.cases
        firsts.append(first)
        running.append(bench.begun("flow", first, bench.last))
    for process in running:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError(f"flow: {process.communicate()[1][-2000:]}")
    for process in running:
        if process.stdin is not None:
            process.stdin.write("go\n")
            process.stdin.flush()
    told = [json.loads(process.communicate()[0]) for process in running]
    for first, one in zip(firsts, told, strict=True):
        bench.went({number: first + n for n, number in enumerate(one["numbers"])})
    many = bench.cases * processes
    seconds = max(one["ended"] for one in told) - min(one["began"] for one in told)
    return many / seconds, sum(one["cpu"] for one in told) / many * 1000


def beside(others: Others) -> str:
    """What others took of the machine, in words."""
    return f"other programs took {others.share():.0%} of the machine"


def documents(bench: Bench) -> Iterator[Figure]:
    """Documents of the waiting cases by a worker that does nothing else."""
    with bench.held_workers():
        others = bench.others()
        told = bench.inside("documents")
    yield Figure(
        "sealed documents, worker",
        told["made"] / told["seconds"],
        "a second",
        f.DOCUMENTS,
        f"one process; {told['cpu'] / told['made'] * 1000:.0f} ms of processor time each; {beside(others)}",
    )


def draining(bench: Bench) -> Iterator[Figure]:
    """Everything else the waiting cases caused."""
    workers = bench.house.pids("worker")
    effects = bench.house.rows("SELECT count(*) FROM outbox_effect WHERE done_at IS NULL")[0][0]
    spent = cpu_seconds(workers)
    seconds = wait(bench.house)
    spent = cpu_seconds(workers) - spent
    yield Figure(
        "other effects, workers",
        effects / seconds,
        "a second",
        note=f"{len(workers)} workers; {spent / effects * 1000:.0f} ms of processor time each",
    )


def lists(bench: Bench, *, label: str, times: int = 60) -> Iterator[Figure]:
    """Milliseconds of worklists."""
    for what, account, address in LISTS:
        door = FIRM_DOOR if account == FIRM else OFFICE_DOOR
        with bench.held_workers(), Person(port=bench.house.port, account=account, door=door) as person:
            took = ask_again(person=person, path=quote(address, safe="/?=&"), times=times)
        yield f.millis(f"worklist, {label}: {what}", took, f.WORKLIST_MS)


def stored(bench: Bench, *, upto: int) -> None:
    """Let the house have as many cases."""
    models = sorted(bench.acts)[:2]
    store(database_url=bench.house.database_url, models=models, today=NOW[:10], upto=upto)
    bench.inside("codes")


def warmed(bench: Bench) -> None:
    """File the first cases: they warm everything and are the models of copies."""
    with bench.signed_in(1) as clients:
        bench.went(run(clients=clients, drafts=bench.prepared(2)).numbers)
    wait(bench.house)


def at_the_end(bench: Bench) -> Iterator[Figure]:
    """A sealed document, warm; the memory of the web process."""
    took = bench.inside("seals", 20)
    yield Figure(
        "sealed PDF, warm",
        median(took) * 1000,
        "ms p50",
        f.SEALED_MS,
        f"p95 {f.percentile(took, 0.95) * 1000:.0f} ms",
    )
    yield Figure(
        "memory of a web process",
        resident_mb(bench.web()),
        "MB",
        f.MEMORY_MB,
        "the largest, after everything",
    )


def wrong(bench: Bench) -> list[str]:
    """What did not come out as it should."""
    wait(bench.house)
    return differences(bench.house, acts=bench.acts)
