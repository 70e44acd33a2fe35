"""Letters to the receiving province and the circular: the consultation, its reminder, its withdrawal, what was decided.

Sources: domain brief 危险废物 第一部分 §8 (D-08, D-09, D-12), §6 T11; laws L6, L7, L8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from luban.items.hazwaste_transfer_out.decision import term_of
from luban.items.hazwaste_transfer_out.papers.words import (
    CONSULT_LAW,
    DECIDE_LAW,
    PERMIT_LAW,
    acted_on,
    addressee,
    applied_table,
    approved_table,
    carriers,
    decided_on,
    department,
    generator_name,
    letter,
    lines,
    paragraph,
    place_of,
    plain,
    reply_no,
    said_in,
    transit,
    transport,
)
from luban.kit.view import CaseView
from luban.registers.divisions.places import SHANGHAI
from luban.registers.licences.status import chinese_day

REPLY_LAW = "HWTM.24"
TRANSPORT = "交通运输主管部门"
CONSULTATION, PERMIT = "consultation_letter", "permit"
ENCLOSED = ("危险废物跨省转移申请表", "接受人资质材料", "与接受人的委托协议、意向或者合同")


def _subject(case: CaseView) -> str:
    """Who sends what to whom, in one phrase."""
    receiver = case.form.receiver
    return f"{generator_name(case)}向{receiver.receiver_name or ''}转移危险废物"


def consultation_fields(case: CaseView) -> Mapping[str, Any]:
    """跨省转移商请函: the parties, the wastes, the term, the way, the carriers; please reply within ten working days."""
    receiver = case.form.receiver
    body = [
        paragraph(
            f"依据{case.cite(PERMIT_LAW)}和{case.cite(CONSULT_LAW)}，{generator_name(case)}申请将危险废物跨省转移至"
            f"你省（自治区、直辖市）{receiver.receiver_name or ''}。经初步审核，我局同意移出，现商请你单位提出意见。"
        ),
        asked_for(case),
        {"kind": "table", "table": applied_table(case, "拟转移危险废物清单")},
        paragraph(
            f"请依据{case.cite(REPLY_LAW)}，于收函{case.params.integer('hwt.reply_days')}个工作日内函复；"
            "部分同意的请列明同意的废物、数量和期限，不同意的请说明理由。"
        ),
    ]
    return letter(
        case,
        title="关于商请危险废物跨省转移的函",
        body=body,
        day=acted_on(case, "sign_letter"),
        to=addressee(case),
        form="函",
        attachments=list(ENCLOSED),
    )


def asked_for(case: CaseView) -> dict[str, Any]:
    """What a consultation is about, in lines: the parties and their facilities, the term, the way, the carriers."""
    form = case.form
    generator, receiver, plan = form.generator, form.receiver, form.plan
    return lines(
        ("移出人", f"{generator_name(case)}（{generator.generator_uscc or ''}）"),
        ("移出设施", place_of(case, generator.generator_adcode, generator.generator_facility_address)),
        ("接受人", f"{receiver.receiver_name or ''}（{receiver.receiver_uscc or ''}）"),
        ("接受设施", place_of(case, receiver.receiver_adcode, receiver.receiver_facility_address)),
        ("接受依据", qualification(case)),
        ("转移期限", f"{plain(plan.plan_start)}至{plain(plan.plan_end)}"),
        ("运输方式", transport(case)),
        ("运输路线", plan.route_desc),
        ("途经省份", transit(case)),
        ("运输单位", carriers(case)),
    )


def qualification(case: CaseView) -> str:
    """On what ground the receiver takes the waste."""
    receiver = case.form.receiver
    if receiver.qualification_kind != "licence":
        ground = case.term("qualification_kind", receiver.qualification_kind)
        return f"{ground}（{receiver.exemption_ref or ''}）"
    until = plain(receiver.licence_valid_to)
    return f"危险废物经营许可证{receiver.receiver_licence_no or ''}（有效期至{until}）"


def _letter_no(case: CaseView) -> str:
    """The number of the letter that went out before."""
    return case.numbers.get(CONSULTATION, "")


def _sent(case: CaseView) -> str:
    number = _letter_no(case)
    which = f"（{number}）" if number else ""
    return f"我局于{chinese_day(acted_on(case, 'sign_letter'))}就{_subject(case)}致函{which}商请你单位"


def reminder_fields(case: CaseView) -> Mapping[str, Any]:
    """催办函: the reply is overdue."""
    note = said_in(case, "remind", "note")
    body = [
        paragraph(f"{_sent(case)}提出意见。"),
        paragraph(
            f"依据{case.cite(REPLY_LAW)}，接受地应当自收到商请函之日起{case.params.integer('hwt.reply_days')}个工作日内函复，"
            "现期限已过，尚未收到复函，请尽快函复。"
        ),
        *([paragraph(note)] if note else []),
    ]
    return letter(
        case,
        title="关于催办危险废物跨省转移商请事项的函",
        body=body,
        day=acted_on(case, "remind"),
        to=addressee(case),
        form="函",
    )


def withdrawal_fields(case: CaseView) -> Mapping[str, Any]:
    """撤回商请函: the applicant has withdrawn."""
    body = [
        paragraph(f"{_sent(case)}提出意见。"),
        paragraph("现申请人已撤回申请，我局终止办理，该函一并撤回，请不再办理；已经函复的，复函不再使用。"),
    ]
    return letter(
        case,
        title="关于撤回危险废物跨省转移商请的函",
        body=body,
        day=acted_on(case, "withdraw_consulted"),
        to=addressee(case),
        form="函",
    )


@dataclass(frozen=True)
class Informed:
    """Somebody who is informed of a permit: region code and name."""

    adcode: str
    name: str


def informed(case: CaseView) -> tuple[Informed, ...]:
    """Whom a permit is told to (L8): the receiving province, the provinces on the way, the transport departments at both
    ends, and the district of the facility (the circular's default copy)."""
    return tuple(dict.fromkeys(_informed(case)))


def _informed(case: CaseView) -> Iterator[Informed]:
    form = case.form
    provinces = (form.receiver.receiver_province, *form.plan.transit_provinces)
    for province in provinces:
        found = department(case, province)
        if found is not None and province != SHANGHAI:
            yield Informed(found.adcode, found.name)
    for province in (SHANGHAI, form.receiver.receiver_province):
        if province:
            yield Informed(province, f"{case.place(province)}{TRANSPORT}")
    district = department(case, form.generator.generator_adcode)
    if district is not None:
        yield Informed(district.adcode, district.name)


def permit_no(case: CaseView) -> str:
    """The number of the permit being made or issued; empty before."""
    issued = next((x.number for x in reversed(case.licences) if x.document == PERMIT), "")
    return issued or case.document_number


def circular_fields(case: CaseView) -> Mapping[str, Any]:
    """批准信息通报单: what was approved, under the permit's own number."""
    receiver = case.form.receiver
    first, last = term_of(case) or (None, None)
    told = informed(case)
    body = [
        paragraph(
            f"依据{case.cite(PERMIT_LAW)}和{case.cite(DECIDE_LAW)}，现将{_subject(case)}的批准信息通报如下："
        ),
        lines(
            ("许可文号", permit_no(case)),
            ("移出人", f"{generator_name(case)}（{case.applicant}）"),
            ("接受人", f"{receiver.receiver_name or ''}（{receiver.receiver_uscc or ''}）"),
            ("有效期", f"{plain(first)}至{plain(last)}"),
            ("运输单位", carriers(case)),
            ("运输路线", case.form.plan.route_desc),
            ("复函文号", reply_no(case) or "免商请"),
        ),
        {"kind": "table", "table": approved_table(case)},
    ]
    return letter(
        case,
        title="危险废物跨省转移批准信息通报单",
        body=body,
        day=decided_on(case),
        to=addressee(case),
        number=permit_no(case),
        cc=[one.name for one in told if one.name != addressee(case)],
    )
