"""What holds of every score sheet, whatever the case: bounds, the direction of each factor, totals, grades."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from luban.items.hazwaste_transfer_out.clauses import CLAUSES
from luban.items.hazwaste_transfer_out.scoring import GRADES, SCORING
from luban.items.hazwaste_transfer_out.tests.applications import (
    CARRIER,
    PLATES,
    carrier,
    licence,
    params,
    receiver,
    vehicles,
)
from luban.items.hazwaste_transfer_out.tests.samples import ACCEPTED, permit, sample_1, tracks
from luban.kit.scores import Scored
from luban.kit.verdicts import judge
from luban.registers.hazardous_waste.parts import HAZARDS
from luban.registers.receivers.parts import Room

FORM, FACTS, DAY = sample_1()
ROOM = "浙危废经演示第001号|1"
FLOORS = {"A": 12, "B": 12, "C": 16}
LOW, MEDIUM = 80, 60
MODES = (
    "R1",
    "R2",
    "R4",
    "R15",
    "C1",
    "C2",
    "C3",
    "D1",
    "D9",
    "D10",
    "D16",
    "Y10",
    "G21",
    "G29",
    "S01",
    "D12",
    None,
)
FUELS = ("DIESEL", "GASOLINE", "CNG", "LNG", "HEV", "PHEV", "BEV", "FCEV", None)
TONNES = st.decimals(Decimal("0.0001"), Decimal(99999), places=4)


def auto(factor, form=FORM, facts=FACTS):
    """The lowest points of one factor's looks."""
    looks = list(SCORING[factor].look(form, facts, DAY))
    assert looks
    assert all(one.why.endswith("。") for one in looks)
    return min(one.points for one in looks if one.points is not None)


def by_ship(km):
    form = FORM.model_copy(deep=True)
    form.plan.transport_mode, form.plan.route_km = ["ship"], km
    return form


def lasting(days):
    """The facts with a licence that ends so many days after the transfer begins."""
    own, until = licence(), date(2026, 8, 1) + timedelta(days=days)
    return dataclasses.replace(FACTS, receiver=receiver(dataclasses.replace(own, valid_to=until)))


def used(tonnes):
    room = Room(capacity=Decimal(20000), received=tonnes, committed=Decimal(0))
    return dataclasses.replace(FACTS, rooms={ROOM: room})


def of_total(tonnes):
    form = FORM.model_copy(deep=True)
    form.plan.total_t = tonnes
    return form


KM = st.decimals(Decimal("0.1"), Decimal("9999.9"), places=1)


@given(st.tuples(KM, KM).map(sorted))
def test_farther_is_never_better(pair):
    near, far = pair
    assert auto("A1", by_ship(near)) >= auto("A1", by_ship(far))


@given(st.tuples(st.integers(-400, 2000), st.integers(-400, 2000)).map(sorted))
def test_a_licence_that_lasts_longer_is_never_worse(pair):
    short, long = pair
    assert auto("C1", facts=lasting(short)) <= auto("C1", facts=lasting(long))


@given(st.tuples(TONNES, TONNES).map(sorted))
def test_a_fuller_receiver_is_never_better(pair):
    less, more = pair
    assert auto("C2", facts=used(less)) >= auto("C2", facts=used(more))


@given(st.tuples(TONNES, TONNES).map(sorted))
def test_more_tonnes_are_never_worse(pair):
    less, more = pair
    assert auto("C3", of_total(less)) <= auto("C3", of_total(more))


@given(st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted))
def test_more_permits_in_force_are_never_better(pair):
    def with_permits(n):
        year = (date(2026, 1, 1), date(2026, 12, 31))
        held = tuple(permit(f"他{k}", *year, ("398-004-22", "10", "0")) for k in range(n))
        return dataclasses.replace(FACTS, permits=held)

    fewer, more = pair
    assert auto("C4", facts=with_permits(fewer)) >= auto("C4", facts=with_permits(more))


@st.composite
def applications(draw):
    """Sample 1 bent in every direction the factors look in; some of it blank."""
    form = FORM.model_copy(deep=True)
    for row in form.waste.wastes:
        row.declared_hazards = draw(st.lists(st.sampled_from(tuple(HAZARDS)), max_size=3, unique=True))
        row.physical_form = draw(st.sampled_from(("solid", "sludge", "liquid", "gas", "other", None)))
        row.disposal_mode = draw(st.sampled_from(MODES))
        row.fee_direction = draw(st.sampled_from(("receiver_pays", "no_fee", "generator_pays", None)))
        row.unit_price = draw(st.none() | st.decimals(Decimal("0.01"), Decimal(9999), places=2))
        row.apply_t = draw(st.none() | TONNES)
    form.plan.total_t = draw(st.none() | TONNES)
    form.plan.transport_mode = draw(st.sampled_from((["road"], ["ship"], ["road", "rail"], [])))
    form.plan.route_km = draw(st.none() | KM)
    form.receiver.receiver_province = draw(st.sampled_from(("330000", "620000", None)))
    form.receiver.qualification_kind = draw(
        st.sampled_from(("licence", "exempt_p2p", "exempt_general", None))
    )
    fuel, stage = draw(st.sampled_from(FUELS)), draw(st.sampled_from(("CN5", "CN6B", "NA", None)))
    fleet = vehicles(fuel_type=fuel or "", emission_stage=stage or "")
    for vehicle in form.transport.carriers[0].vehicles:
        vehicle.fuel_type, vehicle.emission_stage = fuel, stage
    changes = {
        "carriers": {CARRIER: carrier(vehicles=fleet)},
        "tracks": draw(st.none() | st.integers(0, 4).map(lambda n: tracks(PLATES, lost=PLATES[:n]))),
        "receiver": draw(st.sampled_from((FACTS.receiver, None))),
        "whitelist": draw(st.sampled_from((FACTS.whitelist, ()))),
        "region": draw(st.sampled_from((FACTS.region, ()))),
        "permits": draw(st.sampled_from((FACTS.permits, ()))),
    }
    return form, dataclasses.replace(FACTS, **changes)


def expected_grade(sheet):
    """The grade as 合计与分级 words it."""
    below = any(sheet.subtotals[d] < floor for d, floor in FLOORS.items())
    if sheet.total < MEDIUM:
        return "high"
    return "low" if sheet.total >= LOW and not below else "medium"


def check_sheet(sheet):
    assert sheet.total == sheet.base + sheet.bonus
    assert 0 <= sheet.base <= 100
    assert 0 <= sheet.bonus <= 10
    assert sheet.grading.grade == expected_grade(sheet)
    assert (sheet.grading.title, sheet.grading.suggestion) == GRADES[sheet.grading.grade]
    assert sheet.provisional == any(one.final is None for one in sheet.factors)
    for one in sheet.factors:
        allowed = SCORING[one.code].allowed or range(one.most + 1)
        assert one.auto is None or one.auto in allowed
        assert one.auto is not None or not one.band, "what is missing has no band"


@settings(max_examples=60, deadline=None)
@given(applications())
def test_whatever_is_asked_points_stay_in_bounds_and_clauses_say_a_sentence(case):
    form, facts = case
    check_sheet(SCORING.sheet(form, facts, DAY))
    for found in judge(CLAUSES, form, facts, DAY):
        assert found.reason.endswith("。")
        assert found.title


@given(
    st.fixed_dictionaries(
        {one.code: st.none() | st.integers(0, one.most) for one in SCORING if not one.allowed}
    )
)
def test_totals_and_grades_of_any_points(points):
    scored = tuple(
        Scored(one.code, one.title, one.dimension, one.most, points.get(one.code, one.most), "")
        for one in SCORING
    )
    sheet = SCORING.summed(scored, params=params(ACCEPTED))
    assert sheet.total == sum(one.final or 0 for one in sheet.factors)
    check_sheet(sheet)
