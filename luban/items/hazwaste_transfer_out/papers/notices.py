"""What the applicant is told on the way: accepted, to be corrected, refused, before experts, to be supplemented.

Sources: domain brief 危险废物 第一部分 §6, §8 (D-03, D-04, D-05); laws L5, L6, L8, L16.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.materials import MATERIALS
from luban.items.hazwaste_transfer_out.papers.words import (
    MATTER,
    acted_on,
    filed,
    letter,
    paragraph,
    remedies,
    said_in,
)
from luban.kit.form import form_spec
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day

ACCEPT_LAW, REVIEW_LAW, REPLY_LAW, DECIDE_LAW, EXPERT_LAW = (
    "HWTM.22",
    "HWTM.23",
    "HWTM.24",
    "HWTM.25",
    "ALL.45",
)


def acceptance_fields(case: CaseView) -> Mapping[str, Any]:
    """受理通知书: the day of acceptance and what time each part of the procedure takes by law."""
    params = case.params
    review, reply, decide = (
        params.integer(key) for key in ("hwt.review_days", "hwt.reply_days", "hwt.decide_days")
    )
    day = acted_on(case, "accept")
    body = [
        paragraph(
            f"{filed(case)}，材料齐全、符合法定形式，依据{case.cite(ACCEPT_LAW)}，自{chinese_day(day)}起受理。"
        ),
        paragraph(
            f"我局依据{case.cite(REVIEW_LAW)}自受理次日起{review}个工作日内完成初步审核；同意移出的商请接受地"
            f"省级生态环境主管部门，其依据{case.cite(REPLY_LAW)}在收函后{reply}个工作日内函复；我局依据"
            f"{case.cite(DECIDE_LAW)}自收到复函次日起{decide}个工作日内作出决定。"
        ),
        paragraph("商请、专家评审、补充材料的时间不计入我局办理期限。办理进度可在一网通办查询。"),
    ]
    return letter(case, title=f"{MATTER}受理通知书", body=body, day=day)


def place_of_point(path: str) -> str:
    """Where to correct, as the applicant knows it: a field's label, a material's title, else the words themselves."""
    titles = {material.code: material.title for material in MATERIALS}
    named = titles.get(path.removeprefix("materials.").split("[")[0])
    if named:
        return named
    try:
        return form_spec(TransferForm).label(path)
    except (KeyError, IndexError):
        return path


def _points(case: CaseView, action: str) -> dict[str, Any]:
    said = case.latest(action)
    rows = [
        {
            "text": f"{place_of_point(item.get('path', ''))}：{item.get('problem', '')}",
            "law": item.get("basis") or None,
        }
        for item in (said.data.get("items", ()) if said else ())
    ]
    return {"kind": "points", "rows": rows}


def _asked(case: CaseView, action: str, first: str, last: str) -> list[dict[str, Any]]:
    """What is asked for, point by point, between two sentences; the note before the second."""
    note = said_in(case, action, "note")
    noted = [paragraph(f"说明：{note}")] if note else []
    return [paragraph(first), _points(case, action), *noted, paragraph(last)]


def correction_fields(case: CaseView) -> Mapping[str, Any]:
    """补正告知书: everything that has to be corrected, told once (HWTM.22), and until when."""
    days = case.params.integer("correction.days")
    body = _asked(
        case,
        "correct",
        f"{filed(case)}，经查需要补正下列内容，依据{case.cite(ACCEPT_LAW)}现一次性告知：",
        f"请自本告知书之日起{days}日内补正并重新提交；逾期未补正的，视为放弃本次申请，可以重新申请。",
    )
    return letter(case, title=f"{MATTER}补正告知书", body=body, day=acted_on(case, "correct"))


def supplement_fields(case: CaseView) -> Mapping[str, Any]:
    """补充说明通知书: after acceptance; the time until it comes is not counted."""
    days = case.params.integer("correction.days")
    body = _asked(
        case,
        "supplement",
        f"{filed(case)}已经受理，初步审核中需要你单位就下列事项补充说明：",
        f"请自本通知之日起{days}日内补充并提交，补充期间不计入办理期限；逾期未补充的，视为放弃本次申请。",
    )
    return letter(case, title=f"{MATTER}补充说明通知书", body=body, day=acted_on(case, "supplement"))


def refusal_fields(case: CaseView) -> Mapping[str, Any]:
    """不予受理通知书: why, and how it may be looked at again."""
    body = [
        paragraph(f"{filed(case)}，经审查，决定不予受理。"),
        paragraph(f"理由：{said_in(case, 'refuse', 'reason')}"),
        remedies(case),
    ]
    return letter(case, title=f"{MATTER}不予受理通知书", body=body, day=acted_on(case, "refuse"))


def expert_fields(case: CaseView) -> Mapping[str, Any]:
    """评审时间告知书: experts are asked, and their time does not count (ALL.45)."""
    body = [
        paragraph(
            f"{filed(case)}，因需要组织专家评审，依据{case.cite(EXPERT_LAW)}，专家评审所需时间不计入办理期限，现予告知。"
        ),
        paragraph(f"评审的理由和事项：{said_in(case, 'ask_experts', 'reason')}"),
        paragraph(
            f"专家评审自{chinese_day(acted_on(case, 'ask_experts'))}起，预计{case.params.integer('hwt.expert_days')}个工作日，"
            "评审结束的次日起继续计算办理期限。"
        ),
    ]
    return letter(case, title=f"{MATTER}专家评审时间告知书", body=body, day=acted_on(case, "ask_experts"))
