"""How long a batch of permits takes, from the click to the last sealed permit, in a really running house.

    python -m benchmarks.batch_seal                  100 permits, two workers
    python -m benchmarks.batch_seal --permits 20     shorter

A permit counts when its paper is sealed and its licence in force. Exit code 1 when one is missing or numbered twice;
a missed target is only shown.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

from config.environment import BASE
from tests.faults.running import House

NOW = "2026-07-22T10:00"
TARGET = 30.0  # seconds for 100 permits, two workers on two cores
PATIENCE = 600.0
_SEALED = (
    "SELECT count(*) FROM cases_batchline l JOIN cases_document d ON d.case_id = l.case_id"
    " JOIN licences_licence p ON p.token = d.token WHERE d.code = 'permit' AND d.state = 'sealed'"
)
_TAKEN = "SELECT count(*) FROM cases_batchline WHERE state = 'done'"
_NUMBERS = "SELECT count(DISTINCT number), count(*) FROM cases_document WHERE code = 'permit'"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batch_seal", description=__doc__)
    parser.add_argument("--permits", type=int, default=100, help="permits of the batch, 200 at most")
    parser.add_argument("--workers", type=int, default=2, help="workers of the house")
    return parser.parse_args()


def _inside(house: House, *words: object) -> Any:
    """What a part of `inside.py` answers, run with the environment of the house's workers."""
    command = [sys.executable, "-m", "benchmarks.batch_seal.inside", *map(str, words)]
    done = subprocess.run(command, cwd=BASE, env=house.env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def _counted(house: House, query: str) -> int:
    return int(house.rows(query)[0][0])


def _until(house: House, query: str, many: int, began: float) -> float:
    """Seconds since `began` when the query counts `many`. Exits when it never does."""
    while _counted(house, query) < many:
        if time.monotonic() - began > PATIENCE:
            raise SystemExit(f"{_counted(house, query)} of {many} after {PATIENCE:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


def main() -> int:
    """Measure, print, and say whether it counts."""
    wanted = _arguments()
    with House(workers=wanted.workers, now=NOW) as house:
        _inside(house, "begin", *_inside(house, "ready", 1))  # the workers have typeset and sealed before
        _until(house, _SEALED, 1, time.monotonic())
        numbers = _inside(house, "ready", wanted.permits)
        began = time.monotonic()
        batch = _inside(house, "begin", *numbers)
        taken = _until(house, _TAKEN, wanted.permits + 1, began)
        sealed = _until(house, _SEALED, wanted.permits + 1, began)
        distinct, papers = house.rows(_NUMBERS)[0]
    limit = TARGET * wanted.permits / 100
    sys.stdout.write(
        f"{batch}: {wanted.permits} permits, {wanted.workers} workers, {os.cpu_count()} cores\n"
        f"acts taken after      {taken:6.1f} s\n"
        f"sealed and in force   {sealed:6.1f} s   target <= {limit:.0f} s: "
        f"{'reached' if sealed <= limit else 'missed'}\n"
        f"a permit              {sealed * 1000 / wanted.permits:6.0f} ms\n"
    )
    if distinct != papers or papers != wanted.permits + 1:
        sys.stdout.write(f"{papers} papers bear {distinct} numbers, the run does not count\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
