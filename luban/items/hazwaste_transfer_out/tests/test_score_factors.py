"""The fourteen factors of the score sheet (7.6) at the edges of their steps, and what makes each of them missing."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from decimal import Decimal

import pytest

from luban.items.hazwaste_transfer_out.scoring import SCORING
from luban.items.hazwaste_transfer_out.tests.applications import CARRIER, PLATES, carrier, params, vehicles
from luban.items.hazwaste_transfer_out.tests.samples import (
    ACCEPTED,
    ASKED,
    OTHER,
    bands,
    permit,
    sample_1,
    sample_2,
    sample_3,
    tracks,
)
from luban.registers.exemptions.parts import PointToPoint
from luban.registers.receivers.parts import Room

LICENCE_ROOM = "浙危废经演示第001号|1"


def points(factor, case):
    """The automatic points of one factor."""
    return next(one for one in SCORING.sheet(*case).factors if one.code == factor)


def with_form(case, **sections):
    """The case with fields of sections set after the form was completed."""
    form = case[0].model_copy(deep=True)
    for path, value in sections.items():
        section, name = path.split("__")
        setattr(getattr(form, section), name, value)
    return form, case[1], case[2]


def with_facts(case, **changes):
    return case[0], dataclasses.replace(case[1], **changes), case[2]


STEPS = [
    ("A1", {"200": 10, "200.1": 8, "400": 8, "400.1": 6, "800": 6, "800.1": 4, "1200": 4, "1200.1": 2}),
    ("A1", {"1500": 2, "1500.1": 0}),
    ("A2", {"1": 6, "0.8": 4, "0.75": 2, "0.5": 2, "0.3333": 0, "0": 0}),
    ("C1", {"730": 10, "729": 8, "365": 8, "364": 5, "180": 5, "179": 3, "90": 3, "89": 1, "0": 1, "-1": 0}),
    ("C2", {"0.8": 12, "0.8001": 9, "0.9": 9, "0.9001": 6, "1": 6, "1.0001": 0}),
    ("C3", {"100": 8, "99.9999": 6, "50": 6, "49.9999": 4, "10": 4, "9.9999": 2, "1": 2, "0.9999": 0}),
    ("C4", {"0": 10, "1": 8, "2": 5, "3": 2, "4": 0, "9": 0}),
]


@pytest.mark.parametrize(
    ("factor", "value", "expected"), [(f, v, p) for f, steps in STEPS for v, p in steps.items()]
)
def test_the_steps_of_the_shipped_bands(factor, value, expected):
    rows = sorted(bands().where(factor=factor), key=lambda row: row["seq"])
    number = Decimal(value)
    fitting = [
        row["points"]
        for row in rows
        if not row["codes"]
        and (row["above"] is None or number > row["above"])
        and (row["from_value"] is None or number >= row["from_value"])
        and (row["up_to"] is None or number <= row["up_to"])
        and (row["below"] is None or number < row["below"])
    ]
    assert fitting == [expected], "one band and only one fits"


@pytest.mark.parametrize(("km", "expected"), [("200", 10), ("200.1", 8), ("1500", 2), ("1500.1", 0)])
def test_by_water_the_declared_kilometres_count(km, expected):
    found = points("A1", with_form(sample_1(), plan__transport_mode=["ship"], plan__route_km=Decimal(km)))
    assert found.auto == expected
    assert "申报里程" in found.why


def test_without_a_table_the_points_are_estimated_and_without_points_the_distance_is_missing():
    form, facts, day = sample_1({"receiver.receiver_adcode": "330824"})
    assert points("A1", (form, facts, day)).auto is None
    form.receiver.receiver_lng, form.receiver.receiver_lat = Decimal("118.95"), Decimal("28.93")
    found = points("A1", (form, facts, day))
    assert found.auto is not None
    assert found.inputs["kind"] == "estimated"


@pytest.mark.parametrize(
    ("chosen", "lost", "expected"), [(5, 1, 4), (4, 1, 2), (2, 1, 2), (3, 2, 0), (0, 0, 0)]
)
def test_the_share_of_usable_tracks(chosen, lost, expected):
    plates = [f"沪B{n:05d}" for n in range(chosen)]
    case = sample_1(
        {"transport.carriers.0.vehicles": [{"plate_no": plate} for plate in plates]},
        tracks=tracks(plates, lost=plates[:lost]),
    )
    assert points("A2", case).auto == expected


@pytest.mark.parametrize(
    "change",
    [{"bound": False}, {"completeness_30d": Decimal("0.8999")}, {"last_report_at": None}],
    ids=["not bound", "gaps", "never heard of"],
)
def test_a_track_that_is_not_usable(change):
    known = tracks(PLATES)
    known[PLATES[0]] = dataclasses.replace(known[PLATES[0]], **change)
    assert points("A2", sample_1(tracks=known)).auto == 2


def test_seven_days_are_counted_from_the_moment_the_platform_was_asked():
    known = tracks(PLATES)
    asked = ASKED
    for late, expected in ((timedelta(0), 6), (timedelta(seconds=1), 2)):
        last = asked - timedelta(days=7) - late
        known[PLATES[0]] = dataclasses.replace(known[PLATES[0]], last_report_at=last)
        assert points("A2", sample_1(tracks=known)).auto == expected


def test_a_platform_that_does_not_answer_leaves_the_points_missing():
    sheet = SCORING.sheet(*sample_1(tracks=None))
    assert sheet["A2"].auto is None
    assert "没有答复" in sheet["A2"].why
    assert sheet.provisional


@pytest.mark.parametrize(
    ("code", "declared", "expected"),
    [
        ("398-004-22", ["T", "I", "R"], 0),
        ("398-004-22", ["T", "In"], 2),
        ("398-004-22", ["T", "I", "C"], 3),
        ("398-004-22", ["T", "I"], 4),
        ("398-004-22", ["T", "C"], 6),
        ("398-004-22", ["T"], 8),
        ("900-300-34", [], 6),
        ("900-041-49", ["T"], 8),
        ("900-041-49", ["T", "In"], 2),
        ("900-041-49", [], None),
    ],
)
def test_hazards_of_the_catalogue_and_those_declared(code, declared, expected):
    rows = [{"waste_code": code, "declared_hazards": declared, "apply_qty": "30", "qty_unit": "t"}]
    assert points("A3", sample_1({"waste.wastes": rows})).auto == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("solid", 6),
        ("powder", 6),
        ("semi_solid", 4),
        ("sludge", 4),
        ("liquid", 2),
        ("gas", 0),
        ("other", 2),
        (None, None),
    ],
)
def test_physical_forms(form, expected):
    case = sample_2()
    case[0].waste.wastes[0].physical_form = form
    assert points("A4", case).auto == expected


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([("100", "60", 0), ("100", "60", 0)], 10),
        ([("100", "59.99", 0), ("100", "59.99", 0)], 7),
        ([("100", "100", 0)], 7),
        ([("100", "30", 0)], 7),
        ([("100", "29.99", 0)], 2),
        ([("100", "90", 1), ("100", "90", 0)], 0),
        ([], 5),
    ],
)
def test_how_earlier_permits_went(history, expected):
    earlier = tuple(
        permit(f"旧{n}", date(2024, 8, 1), date(2025, 7, 31), ("398-004-22", most, gone), abnormal=wrong)
        for n, (most, gone, wrong) in enumerate(history)
    )
    found = next(row for row in points("B1", sample_1(permits=earlier)).rows if "398-004-22" in row.why)
    assert found.points == expected


@pytest.mark.parametrize(
    ("last", "expected"), [("2027-06-30", 5), ("2027-06-29", 3), ("2026-07-02", 3), (None, None)]
)
def test_the_first_time_the_length_of_the_contract_counts(last, expected):
    case = sample_1({"contract.contract_to": last}, permits=())
    assert points("B1", case).auto == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("R2", 12),
        ("R9", 12),
        ("C3", 10),
        ("R1", 9),
        ("G24", 9),
        ("Y13", 6),
        ("D16", 4),
        ("D1", 2),
        ("S01", 0),
    ],
)
def test_ways_of_use_and_disposal(mode, expected):
    case = sample_1()
    case[0].waste.wastes[1].disposal_mode = mode
    assert points("B2", case).rows[1].points == expected


def test_a_way_without_a_band_is_missing_and_says_so():
    case = sample_1()
    case[0].waste.wastes[1].disposal_mode = "D12"
    found = points("B2", case)
    assert found.auto is None
    assert found.why == "398-051-22采用D12，评分分档表没有相应的一档，请登记分档或者由评估人员给分。"


@pytest.mark.parametrize(
    ("fee", "price", "expected"),
    [
        ("receiver_pays", "9999", 8),
        ("no_fee", None, 6),
        ("generator_pays", "1000", 4),
        ("generator_pays", "1000.01", 2),
        ("generator_pays", "3000", 2),
        ("generator_pays", "3000.01", 0),
        ("generator_pays", None, None),
        (None, None, None),
    ],
)
def test_who_pays_and_how_much(fee, price, expected):
    case = sample_2()
    row = case[0].waste.wastes[0]
    row.fee_direction, row.unit_price = fee, Decimal(price) if price else None
    assert points("B3", case).auto == expected


def test_the_price_itself_is_secret_and_stands_nowhere_on_the_sheet():
    case = sample_2()
    case[0].waste.wastes[0].unit_price = Decimal("1234.56")
    assert "1234.56" not in str(SCORING.sheet(*case))


def test_of_a_general_exemption_the_term_counts_eight_and_of_point_to_point_its_own_end():
    assert points("C1", sample_1({"receiver.qualification_kind": "exempt_general"})).auto == 8
    record = PointToPoint(
        p2p_no="点1",
        generator_uscc="",
        receiver_uscc="",
        waste_code="398-004-22",
        quota_t=Decimal(1000),
        valid_to=date(2026, 8, 2),
    )
    numbers = {"waste.wastes.0.p2p_no": "点1", "waste.wastes.1.p2p_no": "点1"}
    values = {"receiver.qualification_kind": "exempt_p2p", **numbers}
    assert points("C1", sample_1(values, p2p=(record,))).auto == 1
    assert points("C1", sample_1(values, p2p=())).auto is None


@pytest.mark.parametrize(("received", "expected"), [("15580", 12), ("15582", 9), ("19580", 6), ("19582", 0)])
def test_rows_of_one_room_are_counted_together(received, expected):
    room = Room(capacity=Decimal(20000), received=Decimal(received), committed=Decimal(0))
    assert points("C2", sample_1(rooms={LICENCE_ROOM: room})).auto == expected


def test_a_capacity_nobody_knows_is_missing_and_a_declared_one_is_said_to_be():
    room = Room(capacity=None, received=Decimal(0), committed=Decimal(0))
    assert points("C2", sample_1(rooms={LICENCE_ROOM: room})).auto is None
    found = points("C2", sample_1(rooms={}))
    assert (found.auto, found.inputs["source"]) == (12, "declared")


@pytest.mark.parametrize(
    ("scope", "expected"), [("generator_same_code", 8), ("generator_all", 5), ("receiver_all", 2)]
)
def test_whose_permits_are_counted_is_a_parameter(scope, expected):
    year = (date(2026, 1, 1), date(2026, 12, 31))
    own = (
        permit("甲", *year, ("398-004-22", "10", "0"), receiver_uscc=OTHER),
        permit("乙", *year, ("900-249-08", "10", "0"), receiver_uscc=OTHER),
        permit("续", *year, ("398-004-22", "10", "0")),
    )
    theirs = tuple(permit(f"收{n}", *year, ("900-249-08", "10", "0")) for n in range(3))
    values = {"generator.apply_kind": "renew", "generator.renew_from_permit_no": "续"}
    given = params(ACCEPTED).with_values({"hwt.score.c4_scope": scope})
    case = sample_1(values, permits=own, receiver_permits=theirs, params=given)
    assert points("C4", case).rows[0].points == expected


def test_nobody_near_gives_five_points_only_outside_the_region():
    assert points("D1", sample_3()).auto == 5
    assert points("D1", sample_1(region=())).auto == 0
    assert points("D1", sample_2()).auto == 0


def test_a_firm_that_is_full_counts_as_able_unless_the_parameter_says_otherwise():
    values = {"waste.wastes.0.apply_qty": "99999"}
    assert points("D1", sample_2(values)).auto == 0
    given = params(date(2026, 7, 14)).with_values({"hwt.score.d1_require_remaining": "是"})
    assert points("D1", sample_2(values, params=given)).auto == 5


def test_national_and_provincial_lists_count_once():
    form, facts, day = sample_1()
    both = tuple(
        dataclasses.replace(facts.whitelist[0], entry_id=n, level=n) for n in ("national", "provincial")
    )
    found = points("D2", (form, dataclasses.replace(facts, whitelist=both), day))
    assert (found.auto, found.inputs["entries"]) == (3, "national、provincial")


@pytest.mark.parametrize(
    ("fuel", "stage", "expected"),
    [
        ("DIESEL", "CN6A", 2),
        ("DIESEL", "CN5", 0),
        ("LNG", "CN6B", 0),
        ("PHEV", "CN5", 2),
        ("HEV", "CN6B", 0),
        ("BEV", "NA", 2),
    ],
)
def test_clean_vehicles(fuel, stage, expected):
    fleet = vehicles(fuel_type=fuel, emission_stage=stage)
    assert points("D3", sample_1(carriers={CARRIER: carrier(vehicles=fleet)})).auto == expected


def test_one_vehicle_of_four_that_is_not_clean_takes_the_points():
    fleet = carrier().vehicles
    one = dataclasses.replace(fleet[0], emission_stage="CN5")
    found = points("D3", sample_1(carriers={CARRIER: carrier(vehicles=(one, *fleet[1:]))}))
    assert found.auto == 0
    assert "不符合：沪A10001" in found.why


def test_gas_counts_when_the_parameter_says_so_and_water_and_no_vehicle_never_do():
    given = params(date(2026, 7, 21)).with_values({"hwt.score.clean_gas_counts": "是"})
    assert points("D3", sample_3(params=given)).auto == 2
    assert points("D3", with_form(sample_1(), plan__transport_mode=["road", "ship"])).auto == 0
    assert points("D3", sample_1({"transport.carriers.0.vehicles": []})).auto == 0
