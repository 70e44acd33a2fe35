"""The papers: which slots an application has, what is missing, what a machine read differently, pledges."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.materials import MATERIALS
from luban.items.hazwaste_transfer_out.tests.applications import (
    CARRIER,
    CARRIER_NAME,
    GENERATOR,
    LICENCE,
    RECEIVER,
    RECEIVER_NAME,
    carrier,
    check,
    form_of,
    handed_in,
    of,
    vehicles,
)
from luban.kit.facts import SealState
from luban.kit.materials import HandedIn, expected
from luban.registers.receivers.parts import Room
from luban.registers.transfer_permits.parts import Permit, PermitRow

W0 = "waste.wastes.0"


def slots(values: dict[str, Any] | None = None) -> list[tuple[str, int | None, bool]]:
    """(code, row, required) of every slot."""
    form = form_of(values)
    return [(s.material.code, s.binding, s.required) for s in expected(MATERIALS, form)]


def without(*codes: str) -> tuple[HandedIn, ...]:
    """Everything required but these."""
    return tuple(file for file in handed_in(form_of()) if file.code not in codes)


def test_fifteen_kinds_of_papers_are_declared_and_the_plan_is_fetched() -> None:
    assert [m.code for m in MATERIALS] == [f"M{n:02}" for n in range(1, 17) if n != 11]
    assert all(m.max_mb == 50 for m in MATERIALS)
    assert {m.code: m.generated for m in MATERIALS if m.generated} == {
        "M01": "application",
        "M05": "transport_pledge",
    }


def test_each_way_and_each_code_has_one_slot() -> None:
    found = slots()
    assert [s for s in found if s[0] == "M03"] == [("M03", 1, True)]
    assert [s for s in found if s[0] == "M09"] == [("M09", 1, True), ("M09", 2, True)]
    two = slots({"waste.wastes.1.disposal_mode": "R5", "waste.wastes.1.waste_code": "398-004-22"})
    assert [s for s in two if s[0] == "M03"] == [("M03", 1, True), ("M03", 2, True)]
    assert [s for s in two if s[0] == "M09"] == [("M09", 1, True)]


def test_licence_exemption_authority_and_identification_are_asked_for_when_they_apply() -> None:
    required = {code for code, _, needed in slots() if needed}
    assert "M02" in required
    assert not {"M10", "M12", "M13"} & required
    exempt = {c for c, _, needed in slots({"receiver.qualification_kind": "exempt_general"}) if needed}
    assert "M13" in exempt
    assert "M02" not in exempt
    assert ("M12", None, True) in slots({"generator.agent_name": "示例辛"})
    assert ("M10", 1, True) in slots({f"{W0}.waste_code": "900-000-22"})


def test_a_missing_paper_names_what_it_belongs_to() -> None:
    said = of(check(files=without("M02", "M03", "M04", "M06", "M09")), "P-28")
    assert said == [
        f"block 缺少《接收单位危险废物经营许可证》（{RECEIVER_NAME}）。",
        "block 缺少《接收单位贮存、利用、处置方式说明》（R4）。",
        "block 缺少《与接收单位的委托协议、意向或者合同》（本申请）。",
        f"block 缺少《运输合同》（{CARRIER_NAME}）。",
        "block 缺少《废物成分分析报告》（398-004-22）。",
        "block 缺少《废物成分分析报告》（398-051-22）。",
    ]
    assert of(check(), "P-28") == []


def test_what_the_library_lacks_of_a_carrier_is_asked_for() -> None:
    bare = carrier(rtl_files=(), vehicles=vehicles(transport_cert_no=""))
    said = of(check(carriers={CARRIER: bare}), "P-28")
    assert said[0] == f"block 缺少《道路运输经营许可证、车辆运输证》（{CARRIER_NAME}）。"
    assert said[1] == "block 缺少《道路运输经营许可证、车辆运输证》（车辆沪A10001）。"
    files = (*handed_in(form_of()), HandedIn("M07", binding=1, check="pass"))
    assert of(check(carriers={CARRIER: bare}, files=files), "P-28") == []


def test_an_intake_nobody_else_knows_is_proved() -> None:
    room = Room(capacity=Decimal(20000), received=Decimal(0), committed=Decimal(0), usage_source="declared")
    said = of(check(rooms={f"{LICENCE}|1": room}), "P-28")
    assert said == [f"block 缺少《接收能力证明（接收单位盖章的本年度接收量说明）》（{RECEIVER_NAME}）。"]
    assert of(check(rooms={}), "P-28") == said


def test_disposal_out_of_the_region_needs_its_statement_and_use_does_not() -> None:
    far = {"receiver.receiver_province": "360000"}
    assert of(check(far), "P-28") == []
    said = of(check({**far, f"{W0}.disposal_mode": "D9"}), "P-28")
    assert "block 缺少《不就近转移说明》（本申请）。" in said


def test_a_renewal_hands_in_an_analysis_again_after_twelve_months() -> None:
    def permit(day: date) -> Permit:
        rows = (
            PermitRow(code="398-004-22", mode="R4", approved_t=Decimal(1), transferred_t=Decimal(1)),
            PermitRow(code="398-051-22", mode="R4", approved_t=Decimal(1), transferred_t=Decimal(1)),
        )
        return Permit(
            permit_no="许1",
            generator_uscc=GENERATOR,
            receiver_uscc=RECEIVER,
            valid_from=day,
            valid_to=date(2026, 7, 31),
            rows=rows,
        )

    values = {"generator.apply_kind": "renew", "generator.renew_from_permit_no": "许1"}
    files = without("M09")
    recent = check(values, files=files, permits=(permit(date(2025, 7, 1)),))
    assert of(recent, "P-28") == []
    older = check(values, files=files, permits=(permit(date(2025, 6, 30)),))
    assert of(older, "P-28") == [
        "block 缺少《废物成分分析报告》（398-004-22）。",
        "block 缺少《废物成分分析报告》（398-051-22）。",
    ]


def test_the_application_is_signed_and_not_changed_afterwards() -> None:
    assert of(check(seal=SealState()), "P-28") == ["block 《危险废物跨省转移申请表》尚未签章。"]
    changed = SealState("online", signed=True, unchanged=False)
    assert of(check(seal=changed), "P-28") == ["block 表单内容在签章后发生变更，请重新生成并签章。"]


def test_what_was_read_differently_is_said_and_what_was_not_read_is_left_to_a_person() -> None:
    def read(file: HandedIn) -> HandedIn:
        if file.code == "M02":
            recognised = {"receiver_licence_no": "证2", "licence_valid_to": "2028-05-09"}
            return dataclasses.replace(file, check="mismatch", recognised=recognised)
        if file.code == "M08":
            return dataclasses.replace(file, check="unreadable")
        if file.code == "M09":
            return dataclasses.replace(file, recognised={"report_date": "2025-06-30"})
        return file

    found = check(files=tuple(read(file) for file in handed_in(form_of())))
    assert of(found, "P-29") == [
        f"warn 《接收单位危险废物经营许可证》中许可证编号为“证2”，与表单“{LICENCE}”不一致，请核对。",
        "warn 《废物成分分析报告》的报告日期为2025-06-30，距提交超过12个月，请核对。",
        "warn 《废物成分分析报告》的报告日期为2025-06-30，距提交超过12个月，请核对。",
        "info 以下材料未能自动识别，需人工核对：运输路线图及应急预案备案表。",
    ]
    assert of(check(), "P-29") == []


def test_a_pledge_not_signed_or_out_of_date_stops_the_application() -> None:
    wanted = [f"block 运输单位{CARRIER_NAME}的运输承诺书未签署或已失效，请重新生成并签署。"]
    assert of(check(files=without("M05")), "P-30") == wanted
    stale = tuple(
        dataclasses.replace(file, check="mismatch") if file.code == "M05" else file
        for file in handed_in(form_of())
    )
    assert of(check(files=stale), "P-30") == wanted
    assert of(check(), "P-30") == []
