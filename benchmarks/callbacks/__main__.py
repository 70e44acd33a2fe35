"""How soon a province's system is called back once its write is final, in a really running house.

    python -m benchmarks.callbacks                   60 filings of 江苏, one a second
    python -m benchmarks.callbacks --filings 20      shorter

江苏's system pushes filings over the gateway with the SDK; 上海's and its own are called back, check the signature and
answer. Measured is the time from finality (the write is confirmed by its receipt) to the receiver's answer, by the house's
own clock, for every callback, those sent side by side included. Exit code 1 when a callback did not arrive, or came twice.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import httpx

from benchmarks.case_flow.figures import percentile
from tests.housing import House

TARGET = 1.0  # seconds from finality to the answer, p95
ORIGIN, RECEIVER = "320000", "310000"
PATIENCE = 120.0
_TOOK = (
    "SELECT extract(epoch FROM d.done_at - w.confirmed_at) FROM subscriptions_delivery d"
    " JOIN ledger_chainevent e ON e.event_id = d.event_id"
    " JOIN ledger_chainwrite w ON w.tx_hash = e.tx_hash"
    " WHERE w.account = %s AND d.event_type = 'FilingCreated' AND d.state = 'delivered' ORDER BY d.id"
)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callbacks", description=__doc__)
    parser.add_argument("--filings", type=int, default=60, help="filings to push")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds from one to the next")
    asked = parser.parse_args()
    with House(workers=2) as house:
        _subscribed(house)
        _push(house)  # the first one waits for processes to warm up
        before = len(_arrived(house, 1))
        for _ in range(asked.filings):
            began = time.monotonic()
            _push(house)
            time.sleep(max(0.0, asked.pause - (time.monotonic() - began)))
        took = _arrived(house, 1 + asked.filings)[before:]
        repeats = sum(kept["repeats"] for kept in _province(house, RECEIVER)["events"])
    p95 = percentile(took, 0.95)
    _say(
        f"{len(took)} callbacks of {asked.filings} filings: p50 {percentile(took, 0.5) * 1000:.0f} ms,"
        f" p95 {p95 * 1000:.0f} ms, longest {max(took) * 1000:.0f} ms after finality"
        f" (target p95 ≤ {TARGET * 1000:.0f} ms: {'yes' if p95 <= TARGET else 'NO'})"
    )
    if repeats:
        _say(f"{repeats} came more than once")
    return 1 if repeats else 0


def _subscribed(house: House) -> None:
    until = time.monotonic() + PATIENCE
    while not all("推送中" in _province(house, region)["subscription"] for region in (ORIGIN, RECEIVER)):
        if time.monotonic() > until:
            raise SystemExit("the provinces' systems did not subscribe")
        time.sleep(0.5)


def _province(house: House, region: str) -> dict[str, Any]:
    answer = httpx.get(f"{house.sandbox_url}/_provinces/{region}", trust_env=False, timeout=30)
    found: dict[str, Any] = answer.json()
    return found


def _push(house: House) -> None:
    answer = httpx.post(
        f"{house.sandbox_url}/provinces/{ORIGIN}/do/filing",
        json={"tonnes": 20},
        trust_env=False,
        timeout=60,
    )
    outcome = str(answer.json()["outcome"])
    if "已提交上链" not in outcome:
        raise SystemExit(outcome)


def _arrived(house: House, filings: int) -> list[float]:
    """Seconds of every callback, once each of the filings was delivered to both provinces."""
    until = time.monotonic() + PATIENCE
    while len(took := [float(row[0]) for row in house.rows(_TOOK, [ORIGIN])]) < 2 * filings:
        if time.monotonic() > until:
            raise SystemExit(f"{len(took)} callbacks of {2 * filings} arrived")
        time.sleep(0.2)
    return took


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
