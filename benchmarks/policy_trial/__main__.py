"""How fast a policy trial goes: stored cases judged again under both sets of registers, by the workers of a real house.

    python -m benchmarks.policy_trial                       10,000 stored cases, two workers
    python -m benchmarks.policy_trial --cases 2000          shorter

Exit code 1 when the trial does not finish or does not count every case once; a missed target is only shown.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from benchmarks.case_flow import figures
from benchmarks.case_flow.processes import cpu_seconds, tree
from tests.faults.running import House

TARGET_CASES, TARGET_SECONDS = 10_000, 60.0
PATIENCE = 1800.0
NOW = "2026-07-21T09:00"
_STANDS = (
    "SELECT state, done, extract(epoch FROM finished_at - started_at)::float, summary ->> 'changed'"
    " FROM policy_trial WHERE id = %s"
)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policy_trial", description=__doc__)
    parser.add_argument("--cases", type=int, default=TARGET_CASES, help="stored cases")
    parser.add_argument("--workers", type=int, default=2, help="workers of the house")
    return parser.parse_args()


def _started(house: House, cases: int) -> str:
    """The id of a trial the house's workers have begun."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.policy_trial.stored", str(cases)],
        env=house.env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip().splitlines()[-1]


def _finished(house: House, trial: str) -> tuple[str, int, float, int]:
    """State, cases done, seconds from start to end, cases changed."""
    until = time.monotonic() + PATIENCE
    while True:
        state, done, seconds, changed = house.rows(_STANDS, [trial])[0]
        if state != "running" or time.monotonic() > until:
            return str(state), int(done), float(seconds or 0), int(changed or 0)
        time.sleep(0.2)


def main() -> int:
    """Measure, print, and say whether it counts."""
    wanted = _arguments()
    with House(workers=wanted.workers, now=NOW) as house:
        trial = _started(house, wanted.cases)
        before = cpu_seconds(tree(house.launcher.pid))
        state, done, seconds, changed = _finished(house, trial)
        spent = cpu_seconds(tree(house.launcher.pid)) - before
        version = house.rows("SHOW server_version")[0][0].split()[0]
    rate = done / seconds if seconds else 0.0
    whole = TARGET_CASES / rate if rate else float("inf")
    met = "yes" if whole <= TARGET_SECONDS else "**no**"
    sys.stdout.write(
        f"\n{figures.machine(postgres=version)}\n\n"
        f"| what | measured | target | reached |\n|---|---|---|---|\n"
        f"| cases judged again, {wanted.workers} workers | {rate:.0f} /s ({done:,} in {seconds:.1f} s) | | |\n"
        f"| processor time of the whole house a case | {1000 * spent / max(done, 1):.1f} ms | | |\n"
        f"| 10,000 cases | {whole:.0f} s | ≤ {TARGET_SECONDS:.0f} s | {met} |\n\n"
    )
    if state != "done" or done != wanted.cases or changed != wanted.cases:
        sys.stdout.write(f"The run does not count: {state}, {done} cases, {changed} changed.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
