"""CQ-01 to CQ-13: each clause speaks in the brief's words and is silent otherwise; the heaviest level stands."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from luban.registers.carriers.eligibility import (
    ENDS_SOON,
    REQUIRED,
    UNCONFIRMED,
    Level,
    class_needs,
    eligibility,
)
from luban.registers.carriers.parts import Carrier, Load, Person, Vehicle

TODAY = date(2026, 7, 1)
START, END = date(2026, 8, 1), date(2027, 7, 31)
NEEDS = class_needs(
    [
        {"hazard": "T", "forms": (), "class_codes": ("6.1",)},
        {"hazard": "In", "forms": (), "class_codes": ("6.2",)},
        {"hazard": "C", "forms": (), "class_codes": ("8",)},
        {"hazard": "I", "forms": ("liquid",), "class_codes": ("3",)},
        {"hazard": "I", "forms": ("solid", "powder", "semi_solid", "sludge"), "class_codes": ("4.1",)},
        {"hazard": "I", "forms": ("gas",), "class_codes": ("2.1",)},
        {"hazard": "R", "forms": (), "class_codes": ("4.2", "4.3", "5.1", "5.2")},
    ]
)


class Params(dict[str, int]):
    """Figures by key."""

    def integer(self, key: str) -> int:
        return self[key]


FIGURES = Params({ENDS_SOON: 30, UNCONFIRMED: 12})
DRIVER = Person(name="示例驾驶员", role="driver", cert_no="示例1", cert_to=date(2028, 1, 1))
ESCORT = Person(name="示例押运员", role="escort", cert_no="示例2", cert_to=date(2028, 1, 1))
CARRIER = Carrier(
    carrier_id="YSDW00000001",
    name="示例危运",
    uscc="91310114631987K21K",
    reg_adcode="310114",
    reg_address="上海市嘉定区示例路1号",
    legal_person="示例甲",
    contact_name="示例乙",
    contact_phone="13800000001",
    emergency_phone="021-12345678",
    rtl_no="沪交运管许可示例1号",
    rtl_issuer="示例发证机关",
    rtl_from=date(2024, 1, 1),
    rtl_to=date(2028, 1, 1),
    rtl_scope=("6.1", "8"),
    rtl_files=("0" * 64,),
    last_confirmed_at=date(2026, 6, 1),
    vehicles=(Vehicle(plate_no="沪A12345", track_bound=True),),
    persons=(DRIVER, ESCORT),
)
TOXIC = Load(code="398-004-22", hazards=("T",), form="liquid")


def asked(carrier=CARRIER, *, start=START, end=END, loads=(TOXIC,), today=TODAY, chosen=("沪A12345",)):
    return eligibility(
        carrier=carrier,
        plan_start=start,
        plan_end=end,
        loads=loads,
        today=today,
        chosen=chosen,
        classes=NEEDS,
        params=FIGURES,
    )


def said(**changes):
    """What is said of the carrier with some values changed: (rule, level, message)."""
    more = {k: changes.pop(k) for k in ("start", "end", "loads", "today", "chosen") if k in changes}
    return [(r.rule, r.level, r.message) for r in asked(replace(CARRIER, **changes), **more).reasons]


def test_a_carrier_in_order_may_be_chosen_without_a_word():
    found = asked()
    assert (found.level, found.reasons, found.selectable) == (Level.OK, (), True)


CASES = [
    (
        {"insurance_to": None, "rtl_issuer": "", "rtl_files": ()},
        "CQ-01",
        Level.INCOMPLETE,
        "该运输单位备案信息不全（缺：发证机关、许可证扫描件），无法选择，请通知其办理运输单位信息备案。",
    ),
    (
        {"filing_status": "draft"},
        "CQ-01",
        Level.INCOMPLETE,
        "该运输单位备案信息不全（缺：备案申请），无法选择，请通知其办理运输单位信息备案。",
    ),
    (
        {"vehicles": (Vehicle(plate_no="沪A12345", status="disabled"),), "chosen": ()},
        "CQ-02",
        Level.INCOMPLETE,
        "该运输单位未备案有效车辆，无法选择，请通知其办理运输单位信息备案。",
    ),
    (
        {"vehicles": (Vehicle(plate_no="沪A12345", cert_to=TODAY - timedelta(days=1)),), "chosen": ()},
        "CQ-02",
        Level.INCOMPLETE,
        "该运输单位未备案有效车辆，无法选择，请通知其办理运输单位信息备案。",
    ),
    (
        {"persons": (DRIVER,)},
        "CQ-03",
        Level.INCOMPLETE,
        "该运输单位未备案有效的押运员，无法选择，请通知其办理运输单位信息备案。",
    ),
    (
        {"persons": (ESCORT, replace(DRIVER, cert_to=TODAY - timedelta(days=1)))},
        "CQ-03",
        Level.INCOMPLETE,
        "该运输单位未备案有效的驾驶员，无法选择，请通知其办理运输单位信息备案。",
    ),
    ({"filing_status": "pending"}, "CQ-04", Level.INCOMPLETE, "该运输单位备案待审核，暂不可选择。"),
    ({"filing_status": "rejected"}, "CQ-04", Level.INCOMPLETE, "该运输单位备案未通过，暂不可选择。"),
    (
        {"rtl_to": date(2026, 6, 30), "start": None},
        "CQ-05",
        Level.UNQUALIFIED,
        "该运输单位道路运输经营许可证已于2026-06-30到期，请提醒其更新备案。",
    ),
    (
        {"rtl_to": date(2026, 7, 31), "today": date(2026, 6, 30)},
        "CQ-06",
        Level.UNQUALIFIED,
        "该运输单位许可证有效期（至2026-07-31）早于拟转移开始日期。",
    ),
    (
        {"filing_status": "suspended"},
        "CQ-07",
        Level.UNQUALIFIED,
        "该运输单位备案已暂停或被列入异常名单，不可选择。",
    ),
    (
        {"filing_status": "cancelled"},
        "CQ-07",
        Level.UNQUALIFIED,
        "该运输单位备案已注销或被列入异常名单，不可选择。",
    ),
    (
        {"credit_flag": "blacklisted"},
        "CQ-07",
        Level.UNQUALIFIED,
        "该运输单位备案已暂停、注销或被列入异常名单，不可选择。",
    ),
    (
        {"rtl_scope": ("8",)},
        "CQ-08",
        Level.UNQUALIFIED,
        "该运输单位经营范围未覆盖398-004-22对应的危险货物类项（需6.1）。",
    ),
    (
        {"loads": (Load(code="261-001-38", hazards=("R",), form="solid"),)},
        "CQ-08",
        Level.UNQUALIFIED,
        "该运输单位经营范围未覆盖261-001-38对应的危险货物类项（需4.2或4.3或5.1或5.2）。",
    ),
    (
        {"loads": (Load(code="900-047-49", hazards=("T", "In"), joint="/", form="solid"),)},
        "CQ-08",
        Level.UNQUALIFIED,
        "该运输单位经营范围未覆盖900-047-49对应的危险货物类项（需6.2）。",
    ),
    (
        {"rtl_to": date(2027, 3, 31)},
        "CQ-09",
        Level.REMIND,
        "该运输单位许可证将于2027-03-31到期，早于拟转移结束日期，请提醒其及时换证并更新备案。",
    ),
    ({"rtl_to": date(2026, 7, 31), "start": None}, "CQ-10", Level.REMIND, "该运输单位许可证30日内到期。"),
    (
        {"last_confirmed_at": date(2025, 6, 30)},
        "CQ-11",
        Level.REMIND,
        "该运输单位备案信息超过12个月未确认，请提醒其更新。",
    ),
    (
        {"vehicles": (Vehicle(plate_no="沪A12345"),)},
        "CQ-12",
        Level.REMIND,
        "车辆沪A12345未绑定卫星定位终端，将影响运输风险评分。",
    ),
    (
        {"loads": (Load(code="398-007-34", hazards=("C", "T", "I"), form="liquid"),)},
        "CQ-13",
        Level.REMIND,
        "该运输单位经营范围未覆盖废物可能具有的易燃性特性，请核实。",
    ),
]


@pytest.mark.parametrize(
    ("changes", "rule", "level", "message"), CASES, ids=[f"{c[1]}-{n}" for n, c in enumerate(CASES)]
)
def test_a_clause_speaks_in_the_words_of_the_brief(changes, rule, level, message):
    assert said(**dict(changes)) == [(rule, level, message)]


@pytest.mark.parametrize("rule", [f"CQ-{n:02}" for n in range(1, 14)])
def test_every_clause_has_a_case(rule):
    assert rule in {case[1] for case in CASES}


SILENT = [
    {"rtl_to": TODAY, "start": TODAY, "end": TODAY},
    {"rtl_to": END},
    {"rtl_to": TODAY + timedelta(days=31), "start": None},
    {"last_confirmed_at": date(2025, 7, 1)},
    {"last_confirmed_at": None},
    {"vehicles": (*CARRIER.vehicles, Vehicle(plate_no="沪A99999"))},
    {"rtl_scope": ("HW",), "loads": (Load(code="261-001-38", hazards=("R",)),)},
    {"rtl_scope": ("5.1",), "loads": (Load(code="261-001-38", hazards=("R",), form="solid"),)},
    {"rtl_scope": ("4.1",), "loads": (Load(code="900-041-49", hazards=("I",), form="sludge"),)},
    {"rtl_scope": ("6.1",), "loads": (Load(code="900-041-49", hazards=("T",), joint="/"),)},
    {"persons": (replace(DRIVER, cert_to=TODAY), ESCORT)},
    {"credit_flag": "attention"},
]


@pytest.mark.parametrize("changes", SILENT, ids=[str(n) for n in range(len(SILENT))])
def test_at_the_boundary_nothing_is_said(changes):
    assert [r for r in said(**dict(changes)) if r[0] != "CQ-10"] == []


def test_the_heaviest_level_stands_and_all_reasons_are_kept_in_order():
    found = asked(
        replace(CARRIER, rtl_to=date(2026, 6, 30), persons=(DRIVER,), last_confirmed_at=date(2024, 1, 1))
    )
    assert [r.rule for r in found.reasons] == ["CQ-03", "CQ-05", "CQ-06", "CQ-11"]
    assert (found.level, found.selectable) == (Level.INCOMPLETE, False)
    only = asked(replace(CARRIER, rtl_to=date(2026, 6, 30)))
    assert (only.level, only.selectable) == (Level.UNQUALIFIED, False)


def test_a_reminder_leaves_the_carrier_selectable():
    found = asked(replace(CARRIER, rtl_to=date(2027, 3, 31)))
    assert (found.level, found.selectable) == (Level.REMIND, True)


def test_the_leading_hazard_comes_before_those_a_waste_may_have():
    mixed = Load(code="900-999-49", hazards=("T", "R"), form="solid")
    assert [r.rule for r in asked(replace(CARRIER, rtl_scope=("8",)), loads=(mixed,)).reasons] == ["CQ-08"]


def test_sample_4a_a_carrier_without_escort_cannot_be_ticked():
    ouan = replace(CARRIER, name="浙江瓯安运输有限公司", uscc="91330803MA2DLX808C", persons=(DRIVER,))
    found = asked(ouan, start=date(2026, 10, 8), end=date(2027, 7, 31), today=date(2026, 9, 21))
    assert not found.selectable
    assert [r.message for r in found.reasons] == [
        "该运输单位未备案有效的押运员，无法选择，请通知其办理运输单位信息备案。"
    ]


def test_sample_4b_completed_it_may_be_chosen_with_a_reminder():
    ouan = replace(CARRIER, uscc="91330803MA2DLX808C", rtl_to=date(2027, 3, 31))
    found = asked(ouan, start=date(2026, 10, 8), end=date(2027, 7, 31), today=date(2026, 9, 21))
    assert (found.level, [r.rule for r in found.reasons]) == (Level.REMIND, ["CQ-09"])


def test_what_is_required_are_fields_of_a_carrier():
    assert set(REQUIRED) <= set(Carrier.__dataclass_fields__)
