"""CR-01 … CR-19 (7.2, 7.3): samples 1–3 as written, then each clause fails, doubts and passes in the words of the brief."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import psycopg
import pytest

from luban.items.hazwaste_transfer_out.clauses import CLAUSES
from luban.items.hazwaste_transfer_out.scoring import SCORING
from luban.items.hazwaste_transfer_out.tests.applications import CARRIER, FOLDER, RECEIVER, carrier, vehicles
from luban.items.hazwaste_transfer_out.tests.samples import (
    ACCEPTED,
    OTHER,
    firm,
    permit,
    said,
    sample_1,
    sample_2,
    sample_3,
)
from luban.kit.book import Book, read_csv
from luban.kit.verdicts import Verdict, judge, overall
from luban.registers.book.shipped import shipped, spec_of
from luban.registers.exemptions.parts import PointToPoint
from luban.registers.exemptions.questions import questions
from luban.registers.exemptions.reading import rules_of
from luban.registers.receivers.parts import Penalty, Room, Scope
from luban.registers.transfer_permits.parts import Pending

LICENCE_ROOM = "浙危废经演示第001号|1"
NUMBER = "浙危废经演示第001号"


def one(clause, case):
    """What one clause says; None when it does not apply."""
    return said(case).get(clause)


def licensed(case, **changes):
    """The case with its receiver's licence changed."""
    return firm(case, licences=(dataclasses.replace(case[1].receiver.licences[0], **changes),))


def lines(case, *scopes):
    """The case with these lines on its licence."""
    return licensed(case, scopes=scopes)


def line(**changes):
    return Scope(
        **({"category": "HW22", "match_type": "ALL", "mode_codes": ("R4",), "mode_family": "R"} | changes)
    )


@pytest.mark.parametrize(
    ("sample", "differs"),
    [
        (sample_1, {}),
        (sample_2, {"CR-02": "doubt", "CR-05": "doubt", "CR-07": "fail", "CR-15": "doubt"}),
        (sample_3, {}),
    ],
    ids=["sample 1", "sample 2", "sample 3"],
)
def test_the_samples_of_the_brief(sample, differs):
    found = {clause: verdict for clause, (verdict, _) in said(sample()).items()}
    assert list(found) == [f"CR-{n:02}" for n in range(1, 20) if n != 16]
    assert {c: v for c, v in found.items() if v != "pass"} == differs


def test_the_second_sample_is_not_compliant_because_the_region_could_take_it():
    found = judge(CLAUSES, *sample_2())
    assert overall(one.verdict for one in found) is Verdict.FAIL
    near = next(one for one in found if one.rule == "CR-07")
    assert near.reason == "长三角区域具备相应能力（2家，剩余6200吨），不符合就近原则。"
    assert near.evidence["tier"] == "T4"
    assert said(sample_2())["CR-05"] == ("doubt", "占用率97.77%，接近核准规模。")


def test_what_a_director_may_override():
    assert [one.id for one in CLAUSES if one.overridable] == ["CR-07", "CR-11", "CR-12", "CR-14"]


def test_every_clause_rests_on_a_registered_law():
    text = (FOLDER / "laws.csv").read_text(encoding="utf-8")
    known_laws = {row.key for row in (*shipped("laws").rows, *read_csv(spec=spec_of("laws"), text=text))}
    for clause in CLAUSES:
        assert set(clause.law) <= known_laws, clause.id
        assert clause.law


def cases_of_the_licence():
    yield "CR-01", sample_1(receiver=None), "fail", "接收单位未持有有效资质或许可证持有人不符。"
    yield (
        "CR-01",
        licensed(sample_1(), holder_uscc=OTHER),
        "fail",
        "接收单位未持有有效资质或许可证持有人不符。",
    )
    yield "CR-01", licensed(sample_1(), verified=False), "doubt", f"许可证{NUMBER}仅有自报记录，须人工核实。"
    yield "CR-01", sample_1(), "pass", f"接收单位持有{NUMBER}。"
    over = date(2026, 7, 1)
    yield "CR-02", licensed(sample_1(), valid_to=over), "fail", "许可证已于2026-07-01到期。"
    early = date(2026, 7, 31)
    reason = "许可证有效期至2026-07-31，早于拟转移开始日期2026-08-01。"
    yield "CR-02", licensed(sample_1(), valid_to=early), "fail", reason
    reason = "许可证自2026-08-02起生效，晚于拟转移开始日期2026-08-01。"
    yield "CR-02", licensed(sample_1(), valid_from=date(2026, 8, 2)), "fail", reason
    yield "CR-02", licensed(sample_1(), status="suspended"), "fail", "许可证被暂扣。"
    yield "CR-02", licensed(sample_1(), status="revoked"), "fail", "许可证被吊销或撤销。"
    yield "CR-02", licensed(sample_1(), status="cancelled"), "fail", "许可证已注销。"
    yield "CR-02", licensed(sample_1(), valid_to=None), "fail", "许可证库没有登记许可证有效期。"
    short = date(2026, 8, 1)
    yield (
        "CR-02",
        licensed(sample_1(), valid_to=short),
        "doubt",
        "许可证有效期至2026-08-01，批准期限应截至该日。",
    )
    last = date(2027, 7, 31)
    yield "CR-02", licensed(sample_1(), valid_to=last), "pass", "有效期2023-05-10至2027-07-31覆盖转移期限。"
    missing = "许可证经营范围不含398-004-22；许可证经营范围不含398-051-22。"
    yield "CR-03", lines(sample_1(), line(category="HW49")), "fail", missing
    unclear = line(match_type="CATEGORY_ONLY")
    yield "CR-03", lines(sample_1(), unclear), "doubt", "证面仅列HW22，未列8位代码。"
    without = line(match_type="EXCEPT", codes=("398-004-22",))
    yield "CR-03", lines(sample_1(), without), "fail", "许可证经营范围不含398-004-22。"
    second = line(match_type="INCLUDE", codes=("398-004-22", "398-051-22"))
    reason = "范围覆盖398-004-22（第2行，列明代码）；范围覆盖398-051-22（第2行，列明代码）。"
    yield "CR-03", lines(sample_1(), line(category="HW17"), second), "pass", reason


def cases_of_way_and_room():
    for family, held in (("S", "S"), ("D", "D")):
        reason = f"398-004-22申请方式R4为R类，许可证核准的是{held}类；398-051-22申请方式R4为R类，许可证核准的是{held}类。"
        yield "CR-04", lines(sample_1(), line(mode_codes=(), mode_family=family)), "fail", reason
    reason = "398-004-22的核准方式未列R4，仅大类（R）相符；398-051-22的核准方式未列R4，仅大类（R）相符。"
    yield "CR-04", lines(sample_1(), line(mode_codes=("R5",))), "doubt", reason
    yield "CR-04", lines(sample_1(), line(mode_codes=())), "doubt", reason
    yield "CR-04", sample_1(), "pass", "核准方式含R4。"
    room = Room(capacity=Decimal(20000), received=Decimal(19000), committed=Decimal(600))
    reason = "已用19000+已批未收600+本次420=20020吨，超过核准20000吨。"
    yield "CR-05", sample_1(rooms={LICENCE_ROOM: room}), "fail", reason
    room = dataclasses.replace(room, committed=Decimal(580))
    yield "CR-05", sample_1(rooms={LICENCE_ROOM: room}), "doubt", "占用率100.00%，接近核准规模。"
    room = dataclasses.replace(room, received=Decimal(17000))
    yield "CR-05", sample_1(rooms={LICENCE_ROOM: room}), "pass", "占用率90.00%。"
    room = dataclasses.replace(room, usage_source="declared")
    reason = "占用率90.00%，已接收量为自报，须核实接收能力证明。"
    yield "CR-05", sample_1(rooms={LICENCE_ROOM: room}), "doubt", reason
    room = dataclasses.replace(room, capacity=None)
    reason = "没有398-004-22的核准规模，须人工核实接收能力；没有398-051-22的核准规模，须人工核实接收能力。"
    yield "CR-05", sample_1(rooms={LICENCE_ROOM: room}), "doubt", reason


def cases_of_the_waste():
    first = {"waste.wastes.0.disposal_mode": "D1", "waste.wastes.1.disposal_mode": "D1"}
    reason = "398-004-22采用D1：液态废物不得填埋；398-051-22采用D1：液态废物不得填埋。"
    yield "CR-06", sample_1(first), "fail", reason
    burnt = {"waste.wastes.0.disposal_mode": "D10"}
    reason = "900-052-31采用D10：具有回收价值，宜优先利用。"
    yield "CR-06", sample_2(burnt | {"waste.wastes.0.waste_code": "900-052-31"}), "doubt", reason
    yield "CR-06", sample_1(), "pass", "方式适宜。"
    yield "CR-11", sample_1(plan=None), "fail", "没有已备案的管理计划（GLJH-2026-0001）。"
    reason = "管理计划（GLJH-2026-0001）未包含398-051-22。"
    whole = sample_1()[1].plan
    assert whole is not None
    rows = whole.rows
    plan = dataclasses.replace(whole, rows=rows[:1])
    yield "CR-11", sample_1(plan=plan), "fail", reason
    more = dataclasses.replace(rows[0], annual_generation_t=Decimal(300), opening_stock_t=Decimal(39))
    plan = dataclasses.replace(whole, rows=(more, rows[1]))
    reason = "398-004-22本次300吨、已批未转40吨，超过年产生量与期初贮存量之和（339吨）。"
    yield "CR-11", sample_1(plan=plan), "fail", reason
    less = dataclasses.replace(rows[0], planned_offsite_t=Decimal(339))
    plan = dataclasses.replace(whole, rows=(less, rows[1]))
    reason = "398-004-22本次300吨、已批未转40吨，超过管理计划拟转移量（339吨）。"
    yield "CR-11", sample_1(plan=plan), "doubt", reason
    yield "CR-11", sample_1(), "pass", "数量与计划匹配。"
    under = Pending(case_no="WZC-310115-20260601-0001", receiver_uscc=RECEIVER, codes=("398-004-22",))
    reason = "398-004-22已有在办申请（WZC-310115-20260601-0001）。"
    yield "CR-12", sample_1(pending=(under,)), "fail", reason
    elsewhere = dataclasses.replace(under, receiver_uscc=OTHER)
    yield "CR-12", sample_1(pending=(elsewhere,)), "pass", "无重复。"
    year = (date(2026, 1, 1), date(2026, 12, 31))
    much = permit("现1", *year, ("398-004-22", "100", "69.9999"))
    reason = "398-004-22已有有效许可（现1）余量30.0001吨，须确认是否需要新办。"
    yield "CR-12", sample_1(permits=(much,)), "doubt", reason
    little = permit("现1", *year, ("398-004-22", "100", "70"))
    yield "CR-12", sample_1(permits=(little,)), "pass", "无重复。"
    renewed = {"generator.apply_kind": "renew", "generator.renew_from_permit_no": "现1"}
    yield "CR-12", sample_1(renewed, permits=(much,)), "pass", "无重复。"
    stored = {"waste.wastes.0.disposal_mode": "S01"}
    yield "CR-13", sample_1(stored), "doubt", "跨省转移用于收集贮存，需说明最终去向。"
    yield "CR-13", sample_1(), "pass", "直接利用处置。"


def province_rules(kind):
    """A rule of Zhejiang about one code."""
    text = f"id,province,rule_type,codes,modes,text\nZJ-1,330000,{kind},398-004-22,,示例规定\n"
    return Book("province_rules", read_csv(spec=spec_of("province_rules"), text=text)).at(ACCEPTED)


def cases_of_code_and_province():
    reason = "废物代码398-999-22不在《国家危险废物名录（2025年版）》中。"
    yield "CR-17", sample_1({"waste.wastes.0.waste_code": "398-999-22"}), "fail", reason
    identified = {"waste.wastes.0.waste_code": "900-000-22"}
    yield "CR-17", sample_1(identified), "fail", "900-000-22为鉴别认定的代码，没有鉴别报告。"
    reported = identified | {"waste.wastes.0.identification_report_no": "JB-1"}
    yield "CR-17", sample_1(reported), "pass", "代码900-000-22有效；代码398-051-22有效。"
    beyond = {"waste.wastes.0.declared_hazards": ["T", "C"]}
    yield "CR-17", sample_1(beyond), "doubt", "398-004-22申报了名录未列的腐蚀性特性。"
    reason = "浙江省规定不接收398-004-22/R4（示例规定）。"
    yield "CR-18", sample_1(province_rules=province_rules("prohibit")), "fail", reason
    reason = "浙江省规定限制接收398-004-22/R4（示例规定）。"
    yield "CR-18", sample_1(province_rules=province_rules("limit")), "doubt", reason
    yield "CR-18", sample_1(), "pass", "未命中。"


def cases_of_the_firms():
    black = firm(sample_1(), credit_flag="blacklisted")
    yield "CR-14", black, "fail", "接收单位被列入异常名单。"
    fined = firm(sample_1(), penalties=(Penalty(on=date(2025, 7, 2), document_no="罚1", hazardous=True),))
    yield "CR-14", fined, "doubt", "受理日前12个月内有涉危废行政处罚（2025-07-02罚1）。"
    old = firm(sample_1(), penalties=(Penalty(on=date(2025, 7, 1), hazardous=True),))
    yield "CR-14", old, "pass", "无不良记录。"
    other = firm(sample_1(), penalties=(Penalty(on=date(2026, 7, 1)),))
    yield "CR-14", other, "pass", "无不良记录。"
    yield "CR-14", sample_1(receiver=None), "doubt", "接收单位库没有该单位，信用情况须人工核实。"
    yield "CR-15", sample_1(), "pass", "合同一致。"
    facts = sample_1()[1]
    files = [f for f in facts.materials.files if f.code != "M04"]
    paper = next(f for f in facts.materials.files if f.code == "M04")
    unread = dataclasses.replace(paper, check="unreadable", recognised={})
    yield "CR-15", sample_1(files=[*files, unread]), "doubt", "合同双方未能自动读取，须人工核对。"
    strange = dataclasses.replace(paper, recognised={"parties": ["上海拾穗微电子有限公司", "某某公司"]})
    reason = "合同甲乙方与申请不符：合同中没有浙江临溪金属再生有限公司。"
    yield "CR-15", sample_1(files=[*files, strange]), "fail", reason
    spaced = dataclasses.replace(
        paper, recognised={"parties": ["上海拾穗 微电子有限公司", "浙江临溪金属再生有限公司"]}
    )
    yield "CR-15", sample_1(files=[*files, spaced]), "pass", "合同一致。"
    late = {"contract.contract_from": "2026-08-02"}
    reason = "合同有效期（2026-08-02至2027-12-31）未完全覆盖拟转移期限。"
    yield "CR-15", sample_1(late), "doubt", reason


def cases_of_exemption():
    p2p = {"receiver.qualification_kind": "exempt_p2p"}
    codes = ("398-004-22", "398-051-22")
    reason = "；".join(f"{code}豁免不适用：未找到对应的点对点豁免记录" for code in codes) + "。"
    yield "CR-16", sample_1(p2p), "fail", reason
    records = tuple(
        PointToPoint(
            p2p_no=f"点{code}",
            generator_uscc="91310115MA7K3Q2X8Y",
            receiver_uscc=RECEIVER,
            waste_code=code,
            quota_t=Decimal(1000),
        )
        for code in codes
    )
    yield "CR-16", sample_1(p2p, p2p=records), "pass", "398-004-22豁免适用；398-051-22豁免适用。"
    general = {
        "receiver.qualification_kind": "exempt_general",
        "waste.wastes.0.waste_code": "900-249-08",
        "waste.wastes.1.waste_code": "900-249-08",
    }
    rules = rules_of(book=shipped("exemption_rules").at(ACCEPTED))
    reason = "900-249-08豁免待定：待补证明：封口已打开、静置无滴漏、已打包压块、用于金属冶炼、近3年无较大及以上突发环境事件或重特大安全生产事故。"
    yield "CR-16", sample_1(general, exemption_rules=rules), "doubt", reason
    asked = questions(rules=rules, code="900-249-08")
    met = [{"condition_key": one.key, "condition": one.text, "met": "yes"} for one in asked]
    proved = general | {f"waste.wastes.{n}.exemption_conditions": met for n in (0, 1)}
    yield "CR-16", sample_1(proved, exemption_rules=rules), "pass", "900-249-08豁免适用。"
    unmet = proved | {"waste.wastes.1.exemption_conditions": [met[0], {**met[1], "met": "no"}, *met[2:]]}
    reason = "900-249-08豁免不适用：不满足：静置无滴漏。"
    yield "CR-16", sample_1(unmet, exemption_rules=rules), "fail", reason
    unsure = proved | {
        "waste.wastes.1.exemption_conditions": [*met[:2], {**met[2], "met": "unknown"}, *met[3:]]
    }
    reason = "900-249-08豁免待定：待补证明：已打包压块。"
    yield "CR-16", sample_1(unsure, exemption_rules=rules), "doubt", reason


def cases_of_the_way():
    yield "CR-09", sample_1(carriers={}), "fail", f"运输单位库没有{CARRIER}，请从运输单位库选择。"
    gone = carrier(rtl_to=date(2026, 7, 1))
    name = "沪川危运（演示）"
    reason = (
        f"{name}：该运输单位道路运输经营许可证已于2026-07-01到期，请提醒其更新备案；"
        "该运输单位许可证有效期（至2026-07-01）早于拟转移开始日期。"
    )
    yield "CR-09", sample_1(carriers={CARRIER: gone}), "fail", reason
    soon = carrier(rtl_to=date(2027, 1, 1))
    reason = f"{name}：该运输单位许可证将于2027-01-01到期，早于拟转移结束日期，请提醒其及时换证并更新备案。"
    yield "CR-09", sample_1(carriers={CARRIER: soon}), "doubt", reason
    yield "CR-09", sample_1(), "pass", "运输单位资质符合。"
    over = vehicles(cert_to=date(2026, 7, 31))[:1] + vehicles()[1:]
    reason = "车辆沪A10001道路运输证至2026-07-31，在拟转移开始前已到期。"
    yield "CR-10", sample_1(carriers={CARRIER: carrier(vehicles=over)}), "fail", reason
    ends = vehicles(cert_to=date(2027, 1, 1))[:1] + vehicles()[1:]
    reason = "车辆沪A10001道路运输证将于2027-01-01到期，早于拟转移结束日期。"
    yield "CR-10", sample_1(carriers={CARRIER: carrier(vehicles=ends)}), "doubt", reason
    narrow = vehicles(cert_scope=("8",))[:1] + vehicles()[1:]
    reason = "车辆沪A10001的类项不覆盖毒性特性。"
    yield "CR-10", sample_1(carriers={CARRIER: carrier(vehicles=narrow)}), "doubt", reason
    open_ = {CARRIER: carrier(vehicles=vehicles(vehicle_type="van"))}
    packed = {"waste.wastes.0.packaging": ["PK01"]}
    reason = "液态废物398-004-22须采用密闭容器或罐式车辆运输。"
    yield "CR-10", sample_1(packed, carriers=open_), "fail", reason
    yield "CR-10", sample_1(packed), "pass", "车辆符合。"
    by_hand = {"waste.wastes.0.packaging": ["PK99"]}
    reason = "液态废物398-004-22的包装须人工核实是否密闭。"
    yield "CR-10", sample_1(by_hand, carriers=open_), "doubt", reason
    yield (
        "CR-19",
        sample_1({"plan.route_km": "552.6"}),
        "doubt",
        "申报里程552.6千米与系统里程425.0千米相差超过30%。",
    )
    yield "CR-19", sample_1({"plan.route_km": "552.5"}), "pass", "路线合理。"
    stop = {"plan.transit_storage": True, "plan.transit_storage_place": "杭州"}
    yield "CR-19", sample_1(stop), "doubt", "中途停放或转运（杭州），须人工核实。"
    far = {"receiver.receiver_adcode": "330824"}
    yield "CR-19", sample_1(far), "doubt", "距离表没有两地里程，无法核对申报里程。"
    points = far | {
        "receiver.receiver_lng": "118.95",
        "receiver.receiver_lat": "28.93",
        "plan.route_km": "460",
    }
    case = sample_1(points)
    reason = f"系统里程{case[0].plan.system_km}千米为按坐标估算，须人工核对。"
    yield "CR-19", case, "doubt", reason


GROUPS = (
    cases_of_the_licence,
    cases_of_way_and_room,
    cases_of_the_waste,
    cases_of_code_and_province,
    cases_of_the_firms,
    cases_of_exemption,
    cases_of_the_way,
)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_each_clause_says_what_the_brief_says(group):
    for clause, case, verdict, reason in group():
        assert one(clause, case) == (verdict, reason), clause


def test_between_them_the_cases_reach_every_verdict_the_brief_knows():
    reached = {(clause, verdict) for group in GROUPS for clause, _, verdict, _ in group()}
    never_fail = {"CR-13", "CR-19"}
    others = {f"CR-{n:02}" for n in range(1, 20)} - {"CR-07", "CR-08"}
    assert {c for c in others if (c, "pass") in reached} == others
    assert {c for c in others if (c, "doubt") in reached} == others
    assert {c for c in others if (c, "fail") in reached} == others - never_fail


def test_a_receiver_on_an_exemption_needs_no_licence():
    found = said(sample_1({"receiver.qualification_kind": "exempt_general"}, receiver=None))
    assert {"CR-01", "CR-02", "CR-03", "CR-04"}.isdisjoint(found)
    assert "CR-16" in found


def test_review_and_scoring_ask_no_database(monkeypatch):
    case = sample_1()

    def asked(*args, **kwargs):
        raise AssertionError("the database was asked")

    monkeypatch.setattr(psycopg.Connection, "connect", asked)
    assert judge(CLAUSES, *case)
    assert SCORING.sheet(*case).total == 93


def test_a_blank_form_is_judged_without_a_fault():
    form, facts, day = sample_1()
    blank = type(form)()
    for one_judged in judge(CLAUSES, blank, dataclasses.replace(facts, receiver=None, plan=None), day):
        assert one_judged.reason.endswith("。")
