"""kill -9 at many moments of real work: nothing is lost, nothing is doubled.

A driver files cases and takes the persons' acts while workers typeset, seal and tell the partners. A seeded list of
blows falls on them: some a few milliseconds after a person's act began (on the driver, the web process, the database),
some a few milliseconds after the seal service gave a signature (on the workers, the database). The moments hang on what
happens, not on the clock, so that another machine is hurt at the same places. LUBAN_FAULT_SEED chooses another list.

Whoever is killed is started again: workers, web and database by the launcher (later each time), the driver and two
further workers by the test. Retries that would wait for minutes are made due at once (`driver.py hurry`).
"""

from __future__ import annotations

import os
import random
import signal
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.faults.counts import differences
from tests.faults.running import Hand, House, Seals, running

CASES = 20
SEED = int(os.environ.get("LUBAN_FAULT_SEED", "20260302"))
ON_ACT = ["driver"] * 18 + ["web"] * 3 + ["backend"] * 4
ON_SEAL = ["workers"] * 24 + ["backend"] * 4 + ["postgres"] * 2
LEAST = 50
TICK = 0.001
TIME_LIMIT = 600.0


@dataclass
class Blows:
    """A list of victims with the number of events to let pass before each, and seconds from the event to the blow."""

    victims: list[str]
    gaps: tuple[int, int]
    longest: float
    chance: random.Random
    seen: int = 0
    due: list[tuple[float, str]] = field(default_factory=list)
    _next: int = 0

    def watch(self, count: int) -> list[str]:
        """The victims whose moment has come, now that `count` events have happened."""
        if count > self.seen:
            self.seen = count
            if self.victims and count >= self._next and not self.due:
                self.due.append((time.monotonic() + self.chance.uniform(0, self.longest), self.victims.pop()))
        ripe = [victim for moment, victim in self.due if moment <= time.monotonic()]
        if ripe:
            self.due.clear()
            self._next = self.seen + self.chance.randint(*self.gaps)
        return ripe


class Storm:
    """The running test: who is alive, who was hit how often."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.journal = house.var / "journal"
        self.driver = Hand(house, "work", str(self.journal), "1", str(CASES), log="driver.log")
        self.workers = [Hand(house, "worker", log=f"worker{n}.log") for n in (1, 2)]
        self.hour = Hand(house, "hurry", log="hurry.log")
        self.hits: dict[str, int] = {}

    def strike(self, victim: str) -> None:
        """kill -9; counted when somebody was there to be killed."""
        hit = getattr(self, f"_{victim}")()
        self.times = [*getattr(self, "times", []), (time.strftime("%M:%S"), victim, hit)]
        self.hits[victim] = self.hits.get(victim, 0) + bool(hit)

    def _driver(self) -> int:
        return self.driver.kill()

    def _workers(self) -> int:
        return sum(hand.kill() for hand in self.workers) + self.house.kill("worker")

    def _web(self) -> int:
        return self.house.kill("web")

    def _postgres(self) -> int:
        return self.house.kill("postgres")

    def _backend(self) -> int:
        """A database process in the middle of somebody's work: PostgreSQL then throws everybody out and recovers."""
        for server in self.house.pids("postgres"):
            children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
            for pid in children:
                with suppress(OSError):
                    if b"127.0.0.1" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        os.kill(int(pid), signal.SIGKILL)
                        return 1
        return 0

    def revive(self) -> None:
        """Start again whom nobody else starts again."""
        if not self.acted():
            self.driver.revive()
        for hand in (self.hour, *self.workers):
            hand.revive()

    def acts(self) -> int:
        """How many acts have begun, repeats included."""
        return self.journal.read_bytes().count(b"begin\n") if self.journal.exists() else 0

    def acted(self) -> bool:
        """Whether every person has acted."""
        return self.journal.exists() and f"{CASES} confirm end" in self.journal.read_text()

    def drained(self) -> bool:
        """Whether every effect is done."""
        return self.house.rows("SELECT count(*) FROM outbox_effect WHERE done_at IS NULL") == [(0,)]


def rage(storm: Storm) -> float:
    """Let all blows fall and everything come to rest; returns the seconds it took."""
    chance = random.Random(SEED)  # noqa: S311
    on_act = Blows(_shuffled(ON_ACT, chance), (2, 4), 0.060, chance)
    on_seal = Blows(_shuffled(ON_SEAL, chance), (1, 2), 0.010, chance)
    seals, began, looked = Seals(storm.house.var), time.monotonic(), 0.0
    while time.monotonic() - began < TIME_LIMIT:
        for victim in (*on_act.watch(storm.acts()), *on_seal.watch(seals.count())):
            storm.strike(victim)
        if time.monotonic() - looked > 0.2:
            storm.revive()
            looked = time.monotonic()
            if storm.acted() and storm.drained():
                break
        time.sleep(TICK)
    return time.monotonic() - began


def _shuffled(victims: list[str], chance: random.Random) -> list[str]:
    mixed = list(victims)
    chance.shuffle(mixed)
    return mixed


@pytest.mark.full
@pytest.mark.xdist_group("faults")
def test_killed_at_fifty_moments_nothing_is_lost_and_nothing_doubled(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with running() as house:
        storm = Storm(house)
        seconds = rage(storm)
        struck = sum(storm.hits.values())
        repeats = sum(row["repeats"] for link in ("eseal", "one_net", "egov") for row in house.received(link))
        with capsys.disabled():
            print(  # noqa: T201
                f"\nseed {SEED}: {struck} blows {storm.hits}, {CASES} cases in {seconds:.0f} s,"
                f" {repeats} messages came again and were recognised"
            )
        assert differences(house, cases=CASES) == []
        urllib.request.urlopen(f"{house.url}/healthz", timeout=40).close()
        assert struck >= LEAST
