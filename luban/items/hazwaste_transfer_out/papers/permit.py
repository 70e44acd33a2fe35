"""The decision: the permit as an electronic licence, and the refusal (危险废物 第一部分 §8 D-10, D-11; L9).

The term is the one the deciding act keeps; a permit without a day to run is not made. The public page shows no person
and no telephone number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from luban.items.hazwaste_transfer_out.decision import proposal, reply_of, term_of
from luban.items.hazwaste_transfer_out.papers.letters import permit_no, qualification
from luban.items.hazwaste_transfer_out.papers.words import (
    DECIDE_LAW,
    MATTER,
    PERMIT_LAW,
    TERM_LAW,
    acted_on,
    approved_table,
    approved_total,
    carriers,
    cells,
    decided_on,
    filed,
    generator_name,
    letter,
    paragraph,
    place_of,
    plain,
    remedies,
    reply_no,
    said_in,
    transit,
    transport,
)
from luban.kit.refusal import Refused
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day
from luban.registers.transfer_permits.decisions import approved

TITLE = "危险废物跨省转移批准决定"
NOTES = (
    "按批准的种类、数量、方式、期限、接受人转移，有效期内可以多次转移；运行危险废物电子转移联单。",
    "种类变化、数量超过批准数量、利用处置方式变化、接受人变更或者不再具备条件的，应当重新申请。",
    "仅变更运输单位的，办理运输单位变更；批准前按原运输单位执行。",
    "转移跨年度的，次年须备案新的管理计划后方可继续转移。",
    "本决定的状态以扫码结果为准。",
)


def term(case: CaseView) -> tuple[date, date]:
    """First and last day. Refused (409) when nothing was decided or no day is left."""
    found = term_of(case)
    if found is None or found[1] < found[0]:
        raise Refused("NO_TERM", "批准期限为空，请申请人调整转移日期。")
    return found


def period(case: CaseView) -> str:
    """The term in words."""
    first, last = term(case)
    return f"{chinese_day(first)}至{chinese_day(last)}"


def permit_fields(case: CaseView) -> Mapping[str, Any]:
    """跨省转移批准决定: what HWTM.26 asks for, the carriers, the way, the reply, what to mind."""
    form = case.form
    generator, receiver, plan = form.generator, form.receiver, form.plan
    sections = [
        {
            "title": "一、移出人",
            "fields": cells(
                ("单位名称", generator_name(case)),
                ("信用代码", generator.generator_uscc),
                (
                    "设施地址",
                    place_of(case, generator.generator_adcode, generator.generator_facility_address),
                ),
                wide=("设施地址",),
            ),
        },
        {
            "title": "二、接受人",
            "fields": cells(
                ("单位名称", receiver.receiver_name),
                ("信用代码", receiver.receiver_uscc),
                ("接受依据", qualification(case)),
                ("设施地址", place_of(case, receiver.receiver_adcode, receiver.receiver_facility_address)),
                wide=("接受依据", "设施地址"),
            ),
        },
        {"title": "三、批准转移的危险废物", "tables": [approved_table(case)]},
        {
            "title": "四、运输",
            "fields": cells(
                ("运输方式", transport(case)),
                ("途经省份", transit(case)),
                ("运输路线", plan.route_desc),
                ("运输单位", carriers(case)),
                wide=("运输路线", "运输单位"),
            ),
        },
        {"title": "五、接受地意见", "fields": _reply(case)},
    ]
    return {
        "title": TITLE,
        "org": case.city.name,
        "number": case.document_number,
        "period": period(case),
        "sections": sections,
        "notes": [f"依据{case.cite(PERMIT_LAW)}和{case.cite(TERM_LAW)}批准。", *NOTES],
        "signer": case.city.name,
        "date": chinese_day(decided_on(case)),
    }


def _reply(case: CaseView) -> list[dict[str, Any]]:
    reply = reply_of(case)
    if reply is None:
        return cells(("商请", "命中免商请的白名单条目，未商请"))
    on = reply.get("replied_on")
    return cells(
        ("复函文号", reply_no(case)), ("复函日期", chinese_day(date.fromisoformat(str(on))) if on else "")
    )


def shown_to_all(case: CaseView) -> tuple[tuple[str, str], ...]:
    """What the verification page shows (§8): parties, codes and tonnes, term, who approved."""
    wastes = "；".join(f"{row.code} {row.name} {plain(row.approved_t)} 吨" for row in approved(case))
    return (
        ("许可文号", case.document_number or permit_no(case)),
        ("移出人", generator_name(case)),
        ("接受人", case.form.receiver.receiver_name or ""),
        ("批准转移的废物", wastes),
        ("批准总量", f"{plain(approved_total(case))} 吨"),
        ("有效期", period(case)),
        ("批准机关", case.city.name),
    )


def quantity(case: CaseView) -> Mapping[str, Any]:
    """What later checks ask of the permit: who and where, what codes, how much, which way, in which year it began."""
    receiver = case.form.receiver
    return {
        "generator_uscc": case.applicant,
        "generator_adcode": case.form.generator.generator_adcode,
        "receiver_adcode": receiver.receiver_adcode,
        "transit_provinces": list(case.form.plan.transit_provinces),
        "receiver_uscc": receiver.receiver_uscc,
        "receiver_name": receiver.receiver_name,
        "receiver_province_code": receiver.receiver_province,
        "waste_codes": sorted({row.code for row in approved(case)}),
        "qty_t": str(approved_total(case)),
        "year": term(case)[0].year,
    }


def denial_fields(case: CaseView) -> Mapping[str, Any]:
    """不予许可决定书: facts, reasons, grounds and remedies."""
    body = [
        paragraph(
            f"{filed(case)}，依据{case.cite(PERMIT_LAW)}和{case.cite(DECIDE_LAW)}，经审查，决定不予许可。"
        ),
        paragraph(f"理由：{said_in(case, 'leader_deny', 'reason')}"),
        *_province_said(case),
        remedies(case),
    ]
    return letter(case, title=f"不予{MATTER}决定书", body=body, day=acted_on(case, "leader_deny"))


def _province_said(case: CaseView) -> list[dict[str, Any]]:
    """That the receiving province does not agree, where that is so."""
    reply = reply_of(case)
    if reply is None or reply.get("conclusion") != "disagree" or proposal(case) != "deny":
        return []
    return [
        paragraph(
            f"接受地省级生态环境主管部门复函（{reply_no(case)}）不同意转入：{reply.get('opinion') or ''}"
        )
    ]
