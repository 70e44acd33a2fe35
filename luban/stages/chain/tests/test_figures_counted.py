"""The figures of the big screen by their definitions (waste-chain §9), on a handful of records one can count by hand."""

from __future__ import annotations

import pytest

from luban.registers.catalogues.waste import category_of
from luban.stages.chain.figures_counted import Kept, counted, masked, pass_rate, tonnes
from luban.stages.chain.figures_feed import said_of

SH, JS, ZJ, AH = 310000, 320000, 330000, 340000


def filing(**given: object) -> Kept:
    usual = {
        "kind": "UF",
        "status": 2,
        "origin": SH,
        "dest": JS,
        "codes": ("900-003-S17",),
        "total_kg": 120_000,
        "approved_kg": 0,
        "mode": 1,
        "decided_on": 20260306,
    }
    return Kept(**{**usual, **given})


def permit(**given: object) -> Kept:
    usual = {"kind": "DC", "status": 8, "dest": ZJ, "codes": ("900-099-S03",), "total_kg": 600_000}
    return filing(**{**usual, "approved_kg": 500_000, "mode": 2, **given})


RECORDS = (
    filing(),
    filing(codes=("900-001-S17", "900-099-S07"), total_kg=80_500, dest=AH),
    filing(status=5),  # filed, then revoked
    filing(decided_on=20251220),  # last year's
    filing(status=1, decided_on=0),
    filing(status=3),
    filing(status=4, decided_on=0),
    permit(),
    permit(status=9),
    permit(status=12),
    permit(status=5, decided_on=0, approved_kg=0),
    Kept("UR", 2, SH, JS, (), 0, 0, 0, 20260401),
    Kept("UR", 1, SH, JS, (), 0, 0, 0, 0),
    Kept("DF", 0, SH, ZJ, ("900-099-S03",), 600_000, 0, 2, 0),
)


@pytest.fixture(scope="module")
def figures() -> dict[str, object]:
    return counted(RECORDS, year=2026, category=category_of)


def test_filings_in_all_also_count_what_was_revoked_later(figures: dict[str, object]) -> None:
    assert figures["filings_total"] == 4
    assert figures["filings_year"] == 3


def test_revocations_are_those_that_were_approved(figures: dict[str, object]) -> None:
    assert figures["revocations_total"] == 1


def test_disposal_counts_all_cases_and_those_ever_approved(figures: dict[str, object]) -> None:
    assert (figures["disposal_total"], figures["disposal_approved"]) == (4, 2)


def test_tonnage_is_of_this_year_in_force_with_a_permit_by_what_was_approved(
    figures: dict[str, object],
) -> None:
    assert figures["tonnage_year"] == 120.0 + 80.5 + 500.0


def test_routes_carry_counts_and_tonnes(figures: dict[str, object]) -> None:
    assert figures["by_route"] == [
        {"origin": "310000", "dest": "330000", "count": 1, "tonnage": 500.0},
        {"origin": "310000", "dest": "320000", "count": 1, "tonnage": 120.0},
        {"origin": "310000", "dest": "340000", "count": 1, "tonnage": 80.5},
    ]


def test_a_record_of_two_kinds_counts_in_both_and_its_tonnes_once(figures: dict[str, object]) -> None:
    assert figures["by_category"] == [
        {"category": "SW03", "count": 1, "tonnage": 500.0},
        {"category": "SW17", "count": 2, "tonnage": 200.5},
        {"category": "SW07", "count": 1, "tonnage": 0.0},
    ]


def test_modes_are_by_their_names(figures: dict[str, object]) -> None:
    assert figures["by_mode"] == [
        {"mode": "road", "count": 2, "tonnage": 200.5},
        {"mode": "ship", "count": 1, "tonnage": 500.0},
    ]


def test_nothing_counted_is_nought_and_empty() -> None:
    found = counted((), year=2026, category=category_of)
    assert found["tonnage_year"] == 0
    assert found["by_route"] == found["by_category"] == found["by_mode"] == []


def test_the_pass_rate_leaves_out_what_could_not_be_verified() -> None:
    results = {"consistent": 96, "consistent_pending": 2, "db_tampered": 2, "chain_unreachable": 50}
    assert pass_rate(results) == 0.98
    assert pass_rate({"chain_unreachable": 3}) is None
    assert pass_rate({}) is None


def test_a_credit_code_shows_eight_and_four_characters() -> None:
    assert masked("91310115MA1TL1A06J") == "91310115****A06J"
    assert masked("") == ""


def test_kilograms_become_tonnes_of_three_places() -> None:
    assert tonnes(120_001) == 120.001


@pytest.mark.parametrize(
    ("event", "args", "title"),
    [
        ("FilingDecided", {"filed": True}, "准予备案"),
        ("FilingDecided", {"filed": False}, "不予备案"),
        ("CaseTransitioned", {"toStatus": 8}, "准予转移"),
        ("RevocationApproved", {}, "撤销备案"),
    ],
)
def test_an_event_is_told_in_words(event: str, args: dict[str, object], title: str) -> None:
    said = said_of(event, args)
    assert said is not None and said[0] == title


@pytest.mark.parametrize(("event", "args"), [("CaseTransitioned", {"toStatus": 1}), ("PartyNotified", {})])
def test_an_event_that_stands_beside_another_is_not_told_twice(event: str, args: dict[str, object]) -> None:
    assert said_of(event, args) is None
