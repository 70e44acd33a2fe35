"""The ladders of exemption, rung by rung with the brief's words (§7.5, §13 sample 5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from luban.registers.book.shipped import shipped
from luban.registers.exemptions.judge import (
    NO_ACCIDENT,
    Asked,
    conclude,
    exempt_all,
    general_eval,
    p2p_eval,
    transport_exempt,
)
from luban.registers.exemptions.parts import Exemption, PointToPoint
from luban.registers.exemptions.reading import conditions_of, records_of, rules_of

DAY = date(2026, 7, 20)
RULES = rules_of(book=shipped("exemption_rules").at(DAY))
USER, NINGBO, KUNSHAN = "91310112MA1GC05Q3B", "91330206MA2AGH61X2", "91320583MA1XN7CW16"
RECORDS = records_of(book=shipped("p2p_exemptions").at(DAY), receiver=USER)
ACID = Asked(
    code="398-007-34",
    provinces=("330000", "310000"),
    day=DAY,
    generator_uscc=NINGBO,
    receiver_uscc=USER,
    family="R",
    tonnes=Decimal(800),
)
DRUMS = Asked(
    code="900-249-08",
    provinces=("310000", "330000"),
    day=DAY,
    family="R",
    answers={"opened": True, "no_drip": True, "baled": True, "use": True},
    accident_free=(True, True),
)


def reason(found: object) -> tuple[str, str]:
    return found.exemption.value, "；".join(found.reasons)  # type: ignore[attr-defined]


def with_(record: PointToPoint, **change: object) -> list[PointToPoint]:
    return [replace(record, **change)]  # type: ignore[arg-type]


OWN = next(record for record in RECORDS if record.generator_uscc == NINGBO)


def test_sample_five_b_a_record_within_the_region_exempts() -> None:
    found = p2p_eval(asked=ACID, records=RECORDS)
    assert found.exemption is Exemption.EXEMPT_P2P and found.rule == OWN.p2p_no
    assert OWN.left - Decimal(800) == 50


def test_sample_five_a_jiangsu_is_outside_the_region() -> None:
    asked = replace(ACID, generator_uscc=KUNSHAN, provinces=("320000", "310000"))
    found = conclude(asked=asked, rules=RULES, records=RECORDS, declared_kind="exempt_p2p")
    assert reason(found) == ("NOT_EXEMPT", "两地不在豁免协作区域且批文未列明跨省适用")
    kunshan = next(record for record in RECORDS if record.generator_uscc == KUNSHAN)
    assert p2p_eval(asked=asked, records=with_(kunshan, names_region=True)).exemption == "EXEMPT_P2P"


def test_sample_five_c_the_quota_is_short() -> None:
    found = p2p_eval(asked=ACID, records=with_(OWN, used_t=Decimal(250)))
    assert reason(found) == ("NOT_EXEMPT", "点对点豁免剩余额度750.0000吨不足")


@pytest.mark.parametrize(
    "change", [{"code": "900-300-34"}, {"generator_uscc": KUNSHAN + "X"}, {"receiver_uscc": NINGBO}]
)
def test_both_ends_and_the_code_must_be_those_of_a_record(change: dict[str, str]) -> None:
    found = p2p_eval(asked=replace(ACID, **change), records=RECORDS)  # type: ignore[arg-type]
    assert reason(found) == ("NOT_EXEMPT", "未找到对应的点对点豁免记录")


@pytest.mark.parametrize(
    "change", [{"status": "suspended"}, {"valid_to": date(2026, 7, 19)}, {"valid_from": date(2026, 7, 21)}]
)
def test_a_record_that_is_over_does_not_exempt(change: dict[str, object]) -> None:
    found = p2p_eval(asked=ACID, records=with_(OWN, **change))
    assert reason(found) == ("NOT_EXEMPT", "点对点豁免已失效")


def test_of_several_records_one_good_one_is_enough() -> None:
    old = replace(OWN, p2p_no="旧", status="expired")
    assert p2p_eval(asked=ACID, records=[old, OWN]).rule == OWN.p2p_no
    assert p2p_eval(asked=replace(ACID, tonnes=None), records=RECORDS).exemption == "EXEMPT_P2P"


def test_the_general_list_exempts_when_everything_is_met() -> None:
    found = general_eval(asked=DRUMS, rules=RULES)
    assert found.exemption is Exemption.EXEMPT_GENERAL and found.rule == "EX-01"


@pytest.mark.parametrize("change", [{"code": "900-039-49"}, {"family": "D"}, {"code": "772-002-18"}])
def test_what_the_list_does_not_name_is_not_exempt(change: dict[str, str]) -> None:
    found = general_eval(asked=replace(DRUMS, **change), rules=RULES)  # type: ignore[arg-type]
    assert reason(found) == ("NOT_EXEMPT", "未列入可跨省的利用豁免项")


def test_both_ends_must_lie_in_the_region_of_the_line() -> None:
    found = general_eval(asked=replace(DRUMS, provinces=("310000", "320000")), rules=RULES)
    assert reason(found) == ("NOT_EXEMPT", "两地不在豁免协作区域")
    everywhere = [replace(rule, region=()) for rule in RULES]
    found = general_eval(asked=replace(DRUMS, provinces=("310000", "320000")), rules=everywhere)
    assert found.exemption is Exemption.EXEMPT_GENERAL


def test_a_condition_not_met_is_named() -> None:
    answers = {**DRUMS.answers, "baled": False, "no_drip": None}
    found = general_eval(asked=replace(DRUMS, answers=answers), rules=RULES)
    assert reason(found) == ("NOT_EXEMPT", "不满足：已打包压块")
    found = general_eval(asked=replace(DRUMS, accident_free=(True, False)), rules=RULES)
    assert reason(found) == ("NOT_EXEMPT", f"不满足：{NO_ACCIDENT}")


def test_a_condition_not_known_asks_for_proof() -> None:
    answers = {**DRUMS.answers, "baled": None}
    found = general_eval(asked=replace(DRUMS, answers=answers), rules=RULES)
    assert reason(found) == ("UNDETERMINED", "待补证明：已打包压块")
    found = general_eval(asked=replace(DRUMS, accident_free=(True, None)), rules=RULES)
    assert reason(found) == ("UNDETERMINED", f"待补证明：{NO_ACCIDENT}")


def test_corrosive_only_must_be_proved() -> None:
    asked = replace(ACID, answers={"use": True}, accident_free=(True, True))
    assert reason(general_eval(asked=asked, rules=RULES)) == (
        "UNDETERMINED",
        "待补证明：检测证明仅具有腐蚀性",
    )
    asked = replace(asked, answers={"EX-03.use": True, "EX-03.only_corrosive": True})
    assert general_eval(asked=asked, rules=RULES).exemption is Exemption.EXEMPT_GENERAL


def test_a_line_for_the_whole_handling_frees_from_everything_when_its_condition_is_met() -> None:
    rags = replace(DRUMS, code="900-041-49", answers={"unsorted": True})
    found = conclude(asked=rags, rules=RULES, records=(), declared_kind="exempt_p2p")
    assert found.exemption is Exemption.EXEMPT_ALL and found.rule == "EX-09"
    assert exempt_all(asked=replace(rags, answers={"unsorted": None}), rules=RULES) is None
    assert exempt_all(asked=replace(rags, answers={"unsorted": False}), rules=RULES) is None
    assert exempt_all(asked=replace(rags, code="398-007-34", answers={"household": True}), rules=RULES)


def test_what_was_declared_is_judged_alone_and_otherwise_the_better_one_counts() -> None:
    good = replace(ACID, answers={"use": True, "only_corrosive": True}, accident_free=(True, True))

    def found(asked: Asked, records: object, kind: str | None) -> str:
        return conclude(asked=asked, rules=RULES, records=records, declared_kind=kind).exemption.value

    assert found(good, RECORDS, "exempt_p2p") == "EXEMPT_P2P"
    assert found(good, RECORDS, "exempt_general") == "EXEMPT_GENERAL"
    assert found(good, RECORDS, None) == "EXEMPT_P2P"
    assert found(good, (), None) == "EXEMPT_GENERAL"
    assert found(good, (), "exempt_p2p") == "NOT_EXEMPT"
    assert found(ACID, (), None) == "UNDETERMINED"
    none = conclude(asked=replace(DRUMS, code="900-039-49"), rules=RULES, records=())
    assert reason(none) == ("NOT_EXEMPT", "未找到对应的点对点豁免记录；未列入可跨省的利用豁免项")


def test_a_line_for_transport_only_lowers_what_is_asked_of_the_carrier() -> None:
    answers = {"rainproof": True, "leakproof": True, "spillproof": True}
    batteries = replace(DRUMS, code="900-052-31", answers=answers)
    assert transport_exempt(asked=batteries, rules=RULES) == "EX-05"
    assert transport_exempt(asked=replace(batteries, answers={}), rules=RULES) == ""
    assert conclude(asked=batteries, rules=RULES, records=()).exemption is Exemption.NOT_EXEMPT


def test_tonnes_drawn_by_permits_are_used() -> None:
    book = shipped("p2p_exemptions").at(DAY)
    drawn = records_of(book=book, receiver=USER, drawn={OWN.p2p_no: Decimal(800)})
    assert next(r for r in drawn if r.p2p_no == OWN.p2p_no).left == 50
    assert records_of(book=book, receiver=None) == ()


def test_conditions_are_written_as_key_and_what_is_asked() -> None:
    assert conditions_of(("baled=已打包压块", "没有键", "=空")) == {"baled": "已打包压块"}
    assert len(RULES) == 13 and all(rule.conditions for rule in RULES)
    records = shipped("p2p_exemptions").rows
    assert all(row.certainty == "演示" and "虚构" in row.source for row in records)
