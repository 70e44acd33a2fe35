"""`make bench`: what a case costs, in a really running house.

    make bench                                              at 1,000 and at 100,000 stored cases
    make bench ARGS="--stored 1000 --cases 10 --rounds 1"   shorter

Exit code 1 when an effect has not drained rightly: the run does not count then. A missed target is only shown.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.case_flow import figures, measuring
from benchmarks.case_flow.figures import Figure
from benchmarks.case_flow.measuring import Bench
from tests.faults.running import House

TITLE = "A case = one submission, four acts of officials (on average), one worklist page"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--stored", type=int, nargs="+", default=[1000, 100_000], help="cases stored before measuring"
    )
    parser.add_argument("--cases", type=int, default=20, help="cases of a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each measure; the best one counts")
    parser.add_argument("--clients", type=int, default=4, help="clients at once over HTTP")
    parser.add_argument("--workers", type=int, default=2, help="workers of the house")
    return parser.parse_args()


def _measured(bench: Bench, sizes: list[int]) -> Iterator[Figure]:
    measuring.warmed(bench)
    for place, size in enumerate(sorted(sizes)):
        label = f"{size:,} stored"
        measuring.stored(bench, upto=size)
        if place == 0:
            yield from measuring.statements(bench)
            yield from measuring.in_process(bench)
        yield from measuring.over_http(bench, label=label)
        yield from measuring.lists(bench, label=label)
        if place == 0:
            yield from measuring.documents(bench)
        yield from measuring.draining(bench)
        if place == 0:
            yield from measuring.beside_workers(bench)
    yield from measuring.at_the_end(bench)


@contextmanager
def _log_shown(house: House) -> Iterator[None]:
    """When measuring fails, the end of the house's log, which goes with the house."""
    try:
        yield
    except Exception:
        lines = house.log.read_text(errors="replace").splitlines()[-40:]
        sys.stderr.write("\n".join(line[:300] for line in lines) + "\n")
        raise


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Measure, print, and say whether it counts."""
    wanted, began = _arguments(), time.monotonic()
    found: list[Figure] = []
    os.environ["LUBAN_ONE_SESSION"] = "none"  # every client is the same three people
    # and they are in more of a hurry than any limit allows
    os.environ["LUBAN_PACES"] = '{"query": [1000000, 60], "upload": [1000000, 60]}'
    with House(workers=wanted.workers) as house:
        bench = Bench(house, clients=wanted.clients, cases=wanted.cases, rounds=wanted.rounds)
        with _log_shown(house):
            for figure in _measured(bench, wanted.stored):
                found.append(figure)
                print(f"… {figure.what} {figure.value:.1f}", file=sys.stderr)  # noqa: T201
        wrong = measuring.wrong(bench)
        version = house.rows("SHOW server_version")[0][0].split()[0]
    _say(f"\n{TITLE}\n{figures.machine(postgres=version)}\n")
    _say(figures.table(found))
    _say(f"\n{len(bench.acts)} cases filed and decided, {time.monotonic() - began:.0f} s.")
    if wrong:
        _say("Effects did not drain rightly, the run does not count:\n" + "\n".join(wrong[:20]))
        return 1
    _say("Every effect was performed once and rightly.")
    missed = sum(figure.missed for figure in found)
    _say(f"{missed} targets are missed." if missed else "Every target is reached.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
