"""Letters to the receiving province: the consultation, its reminder, its withdrawal (一般固体废物 2A.6 D4, D5, 2A.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.items.solid_waste_disposal.papers.words import (
    CONSULTATION,
    PERMIT_LAW,
    asked_period,
    method,
    verb,
    wharf,
)
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.words import acted_on, paragraph, province_authority, said_in


def _letter(
    case: CaseView, title: str, body: list[dict[str, Any]], action: str, **more: Any
) -> dict[str, Any]:
    return {
        "form": "函",
        "org": case.city.name,
        "number": case.document_number or case.number,
        "title": title,
        "to": province_authority(case, case.form.receiver.receiver_province_code),
        "body": body,
        "signer": case.city.name,
        "date": chinese_day(acted_on(case, action)),
        **more,
    }


def consultation_fields(case: CaseView) -> Mapping[str, Any]:
    """商请函: the parties, the wastes, the method, the term, the way; please reply within the days."""
    form = case.form
    generator, receiver, route = form.generator, form.receiver, form.route
    transit = "、".join(case.place(code) for code in route.transit_province_codes) or "无"
    rows: list[tuple[str, Any]] = [
        ("移出单位", f"{generator.generator_name or ''}（{generator.generator_uscc or ''}）"),
        ("移出设施", papers.site_address(case)),
        ("接收单位", f"{receiver.receiver_name or ''}（{receiver.receiver_uscc or ''}）"),
        ("接收设施", papers.facility_address(case)),
        (f"{verb(case)}方式", method(case)),
        ("转移期限", asked_period(case)),
        ("运输单位", papers.carriers_line(form)),
        ("总里程", f"{papers.plain(route.route_distance_km)} 公里"),
        ("途经省份", transit),
        *([("离岸码头", wharf(case))] if wharf(case) else []),
    ]
    again = case.numbers.get(CONSULTATION, "")
    opening = f"我局曾致函（{again}）商请，现就你单位要求补充的内容再次商请。" if again else ""
    body = [
        paragraph(
            f"依据{case.cite(PERMIT_LAW)}，{generator.generator_name or ''}申请将一般固体废物转移至你省（自治区、直辖市）"
            f"{receiver.receiver_name or ''}{verb(case)}。{opening}现将有关情况函告如下，商请你单位提出意见。"
        ),
        {"kind": "particulars", "rows": papers.pairs(*rows)},
        {"kind": "table", "table": papers.waste_table(case) | {"caption": "拟转移废物清单"}},
        {"kind": "table", "table": papers.route_picture(case)["table"] | {"caption": "运输路线"}},
        paragraph(
            f"请于收函{case.params.integer('consult.reply_days')}个工作日内函复；部分同意的请列明同意的数量或者期限，"
            "不同意的请说明理由。"
        ),
    ]
    return _letter(
        case,
        f"关于商请一般固体废物跨省转移{verb(case)}的函",
        body,
        "sign_letter",
        attachments=[
            "一般固体废物跨省转移处置或贮存申报表",
            "接收单位资质材料",
            f"与接收单位的{verb(case)}合同",
        ],
    )


def _sent(case: CaseView) -> str:
    number = case.numbers.get(CONSULTATION, "")
    which = f"（{number}）" if number else ""
    generator, receiver = case.form.generator, case.form.receiver
    return (
        f"我局于{chinese_day(acted_on(case, 'sign_letter'))}就{generator.generator_name or ''}向"
        f"{receiver.receiver_name or ''}转移一般固体废物{verb(case)}致函{which}商请你单位提出意见。"
    )


def reminder_fields(case: CaseView) -> Mapping[str, Any]:
    """催办函: no answer yet; silence is not agreement."""
    note = said_in(case, "remind", "note")
    body = [
        paragraph(_sent(case)),
        paragraph(
            f"函中请于{case.params.integer('consult.reply_days')}个工作日内函复，现尚未收到复函，请尽快函复。"
        ),
        *([paragraph(note)] if note else []),
    ]
    return _letter(case, "关于催办一般固体废物跨省转移商请事项的函", body, "remind")


def withdrawal_fields(case: CaseView) -> Mapping[str, Any]:
    """撤回商请函: the applicant has withdrawn."""
    body = [
        paragraph(_sent(case)),
        paragraph("现申请人已撤回申请，我局终止办理，该函一并撤回，请不再办理；已经函复的，复函不再使用。"),
    ]
    return _letter(case, "关于撤回一般固体废物跨省转移商请的函", body, "withdraw_consulted")
