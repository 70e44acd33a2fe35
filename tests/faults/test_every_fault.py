"""Partners misbehave in every way their stand-ins know: people file and decide as ever, and in the end all is told once.

One house for all rounds. With everything broken at every partner nothing is delivered, and nothing that persons do
waits for it. Then each fault by itself, at every partner; then each partner away, the others served meanwhile. After
every round the faults end, what a partner refused is sent again by an official, and `counts` must find no difference.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from sandbox.partners import PARTNERS
from sandbox.switches import FAULTS
from tests.faults.counts import LINKS, differences
from tests.faults.running import Hand, House, running

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("faults")]

OF_CALLBACKS = {"duplicate", "out_of_order", "late_push", "bad_push"}
"""Faults of what partners push to us; the others are faults of what we ask of them."""
OF_ANSWERS = tuple(fault for fault in FAULTS if fault not in OF_CALLBACKS)
UNHEARD = ("lost_answer", "bad_signature")
"""Faults after which the partner has done its work and we do not know."""
SOURCES = ("data_hub", "permits_national")
"""Partners that are asked while a form is filled in."""
NOT_ASKED = ("sms", "mee_hazwaste", "vehicle_tracks", "crypto", "gov_screen")
"""Partners these cases have nothing to do with."""
SLOW = 1.0
PATIENCE = 120.0


class Town:
    """A house, the partners around it, and how many cases it has been given."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.cases = 0
        self._sandbox = httpx.Client(base_url=house.sandbox_url, trust_env=False, timeout=30)
        self.hour = Hand(house, "hurry", log="hurry.log")

    def break_(self, fault: str, links: tuple[str, ...], *, times: int = 0) -> None:
        """Switch a fault on, for good or for some requests."""
        for link in links:
            seconds = SLOW if fault == "slow" else 0.0
            self._switch(link=link, fault=fault, on=True, seconds=seconds, times=times)

    def mend(self) -> None:
        """Switch everything off."""
        for one in self._on:
            link, fault = one.split(".")
            self._switch(link=link, fault=fault, on=False)
        assert self._on == []

    def _switch(self, **told: object) -> None:
        answer = self._sandbox.post("/_switch", json=told)
        self._on: list[str] = answer.raise_for_status().json()["on"]

    def decide(self, count: int = 1) -> float:
        """Take some cases from draft to confirmation; returns the seconds it took."""
        began, first = time.monotonic(), self.cases + 1
        self.cases += count
        journal = self.house.var / f"journal{first}"
        self.house.begin("work", str(journal), str(first), str(self.cases), log="driver.log")
        until(lambda: journal.exists() and f"{self.cases} confirm end" in journal.read_text())
        return time.monotonic() - began

    def draft(self, name: str) -> dict[str, list[str]]:
        """Begin a draft that asks its sources, and ask them again; which of them were away each time."""
        told = self.house.var / f"draft-{name}.json"
        self.house.begin("draft", str(told), log="driver.log")
        until(told.exists)
        answer: dict[str, list[str]] = json.loads(told.read_text())
        return answer

    def open_effects(self) -> dict[str, int]:
        """How many effects are not done, by partner ("": our own)."""
        query = "SELECT link, count(*) FROM outbox_effect WHERE done_at IS NULL GROUP BY link"
        return dict(self.house.rows(query))

    def drain(self) -> None:
        """Let everything be delivered, an official sending again what was refused."""
        looked = 0.0

        def drained() -> bool:
            nonlocal looked
            if time.monotonic() - looked > 2:
                looked = time.monotonic()
                self.house.begin("resend", log="resend.log")
            return not self.open_effects()

        until(drained)

    def sound(self, *, verify: bool = False) -> None:
        """Assert that every case so far is granted, its papers sealed once, everything told once and in order."""
        assert differences(self.house, cases=self.cases, verify=verify) == []


def until(done: Callable[[], object]) -> None:
    """Wait for something; fail after a while."""
    limit = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with running(workers=2) as house:
        yield Town(house)


def test_the_stand_ins_have_no_fault_and_no_partner_that_is_not_tried_here() -> None:
    assert {*OF_ANSWERS, *OF_CALLBACKS} == set(FAULTS)
    assert {*LINKS, *SOURCES, *NOT_ASKED} == set(PARTNERS)


def test_with_everything_broken_cases_are_filed_and_decided_and_told_when_it_ends(town: Town) -> None:
    for fault in FAULTS:
        town.break_(fault, tuple(PARTNERS))
    seconds = town.decide(3)
    assert seconds < 30
    began = time.monotonic()
    httpx.get(f"{town.house.url}/healthz", timeout=10, trust_env=False).raise_for_status()
    assert time.monotonic() - began < 5
    steps = town.house.rows("SELECT DISTINCT step, state FROM cases_case")
    assert [step for step, _ in steps] == ["seal"], steps
    assert set(town.draft("broken")["again"]) == set(SOURCES)
    assert [row for link in PARTNERS for row in town.house.received(link)] == []
    town.mend()
    town.drain()
    town.sound()


@pytest.mark.parametrize("fault", OF_ANSWERS)
def test_one_fault_at_every_partner_loses_and_doubles_nothing(fault: str, town: Town) -> None:
    town.break_(fault, tuple(PARTNERS), times=2)
    town.decide()
    asked = town.draft(fault)
    town.drain()
    town.mend()
    assert set(asked["first"]) == (set() if fault == "slow" else set(SOURCES))
    if fault in UNHEARD:
        assert any(row["repeats"] for link in LINKS for row in town.house.received(link))
    town.sound()


@pytest.mark.parametrize("link", LINKS)
def test_while_one_partner_is_away_the_others_are_served(link: str, town: Town) -> None:
    town.break_("down", (link,))
    town.decide()
    alone = {link, ""} if link != "eseal" else {*LINKS, ""}
    until(lambda: link == "eseal" or not set(town.open_effects()) - alone)
    left = town.open_effects()
    assert left, "nothing waited for the partner that is away"
    town.mend()
    town.drain()
    town.sound()


def test_after_all_this_the_house_stands_and_every_history_seal_and_licence_is_whole(town: Town) -> None:
    assert town.draft("after") == {"first": [], "again": []}
    assert town.hour.alive
    assert len(town.house.pids("worker")) == 2
    town.sound(verify=True)
