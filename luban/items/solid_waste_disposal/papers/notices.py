"""What the applicant is told on the way, and the printed application. Sources: 一般固体废物 2A.6, 2A.8; 行政许可法."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.items.solid_waste_disposal.form import ApprovalForm
from luban.items.solid_waste_disposal.materials import MATERIALS
from luban.items.solid_waste_disposal.papers.words import ACCEPT_LAW, DECIDE_LAW, PAUSE_LAW, matter
from luban.kit.view import CaseView
from luban.registers.licences.status import chinese_day
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.words import (
    acted_on,
    filed,
    notice,
    paragraph,
    points,
    remedies,
    said_in,
)

ACCEPTS = ("accept", "deem_accepted")


def application_fields(case: CaseView) -> Mapping[str, Any]:
    """M01: sections s1–s9 in full, the pledge, the mark of the form."""
    return {
        "title": "一般固体废物跨省转移处置或贮存申报表",
        "number": case.number,
        "printed_at": chinese_day(case.today),
        "sections": papers.printed_sections(case),
        "commitment": (
            "本单位承诺：所填内容和所附材料真实、准确、完整，对其承担法律责任；已阅读并知悉办理须知和法律责任；"
            "未经批准不转移；批准后按核定的种类、数量、路线和期限转移，按规定保存台账与凭证。"
        ),
        "signature_label": "申请单位（盖章）",
        "digest": papers.form_mark(case.form),
    }


def acceptance_fields(case: CaseView) -> Mapping[str, Any]:
    """受理通知书; of a case deemed accepted it says so."""
    params, on = case.params, chinese_day(case.accepted_on or case.today)
    told = f"{filed(case, matter(case))}，申请材料齐全、符合法定形式，依据{case.cite(ACCEPT_LAW)}，自{on}起受理。"
    if case.latest("deem_accepted") is not None:
        told = (
            f"{filed(case, matter(case))}，我局未在{params.integer('permit.accept_days')}个工作日内告知补正，"
            f"依据{case.cite(ACCEPT_LAW)}，自收到申请材料之日（{on}）起即为受理。"
        )
    body = [
        paragraph(told),
        paragraph(
            f"依据{case.cite(DECIDE_LAW)}，法定办理期限为{params.integer('permit.legal_days')}个工作日，"
            f"我局承诺自受理次日起{params.integer('permit.promise_days')}个工作日内作出决定。"
            "商请接收地、技术评估和补充说明的时间不计入办理期限。"
        ),
        paragraph("办理进度可在一网通办查询。未经批准，不得转移。"),
    ]
    return notice(case, f"{matter(case)}受理通知书", body, acted_on(case, *ACCEPTS))


def correction_fields(case: CaseView) -> Mapping[str, Any]:
    """补正通知书: each point with where, what and on what basis, told once."""
    first = f"{filed(case, matter(case))}，经查需要补正下列内容，依据{case.cite(ACCEPT_LAW)}现一次告知："
    return _asked(case, "correct", "补正通知书", first, "补正", "本次申请终止，可以重新申请")


def supplement_fields(case: CaseView) -> Mapping[str, Any]:
    """补充说明通知书: the receiving province wants to know more; the time until it comes is not counted."""
    first = (
        f"{filed(case, matter(case))}已经受理。接收地省级生态环境主管部门函复要求补充，请就下列事项补充说明："
    )
    last = "视为放弃本次申请；补充期间不计入办理期限"
    return _asked(case, "supplement", "补充说明通知书", first, "补充", last)


def _asked(
    case: CaseView, action: str, title: str, first: str, verb: str, consequence: str
) -> Mapping[str, Any]:
    days = case.params.integer("correction.days")
    note = said_in(case, action, "note")
    body = [
        paragraph(first),
        points(case, action, form=ApprovalForm, materials=MATERIALS),
        *([paragraph(f"说明：{note}")] if note else []),
        paragraph(f"请自本通知之日起{days}日内{verb}并重新提交；逾期未{verb}的，{consequence}。"),
    ]
    return notice(case, f"{matter(case)}{title}", body, acted_on(case, action))


def refusal_fields(case: CaseView) -> Mapping[str, Any]:
    """不予受理通知书."""
    body = [
        paragraph(f"{filed(case, matter(case))}，经审查，依据{case.cite(ACCEPT_LAW)}，决定不予受理。"),
        paragraph(f"理由：{said_in(case, 'refuse', 'reason')}"),
        remedies(case),
    ]
    return notice(case, f"{matter(case)}不予受理通知书", body, acted_on(case, "refuse"))


def not_ours_fields(case: CaseView) -> Mapping[str, Any]:
    """不在职权范围: not ours to decide, and whom to ask."""
    body = [
        paragraph(
            f"{filed(case, matter(case))}，依法不属于我局职权范围，依据{case.cite(ACCEPT_LAW)}，决定不予受理。"
        ),
        paragraph(f"说明：{said_in(case, 'not_ours', 'reason')}"),
        remedies(case),
    ]
    return notice(case, f"{matter(case)}不予受理通知书", body, acted_on(case, "not_ours"))


def evaluation_fields(case: CaseView) -> Mapping[str, Any]:
    """技术评估时间告知书: its time does not count (ALL.45)."""
    days = case.params.integer("evaluation.days")
    body = [
        paragraph(
            f"{filed(case, matter(case))}，因需要进行技术评估，依据{case.cite(PAUSE_LAW)}，"
            "技术评估所需时间不计入办理期限，现予告知。"
        ),
        paragraph(f"评估的理由和事项：{said_in(case, 'ask_evaluation', 'reason')}"),
        paragraph(
            f"技术评估自{chinese_day(acted_on(case, 'ask_evaluation'))}起，预计{days}个工作日，"
            "评估结束的次日起继续计算办理期限。"
        ),
    ]
    return notice(case, f"{matter(case)}技术评估时间告知书", body, acted_on(case, "ask_evaluation"))


def extension_fields(case: CaseView) -> Mapping[str, Any]:
    """延长期限告知书: how long and why (ALL.42)."""
    days = case.params.integer("permit.extend_days")
    body = [
        paragraph(
            f"{filed(case, matter(case))}，依据{case.cite(DECIDE_LAW)}，经我局负责人批准，办理期限延长{days}个工作日。"
        ),
        paragraph(f"理由：{said_in(case, 'extend', 'reason')}"),
    ]
    return notice(case, f"{matter(case)}延长办理期限告知书", body, acted_on(case, "extend"))
