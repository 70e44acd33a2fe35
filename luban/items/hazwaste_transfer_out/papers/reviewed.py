"""What the machine and the institution found: the compliance sheet and the evaluation report (D-06, D-07).

Both stay in the office. The report prints automatic and corrected points side by side, every correction with its reason
and the role of whoever made it (7.7.10). Source: domain brief 危险废物 第一部分 §7.2, §7.6, §7.7, §8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from luban.items.hazwaste_transfer_out.acts import SUGGESTIONS
from luban.items.hazwaste_transfer_out.assessed import assessment_of, assessments_of
from luban.items.hazwaste_transfer_out.papers.words import (
    acted_on,
    cells,
    generator_name,
    lines,
    paragraph,
    plain,
    said_in,
)
from luban.items.hazwaste_transfer_out.scoring import DIMENSIONS
from luban.kit.assessment import Assessment
from luban.kit.scores import Sheet
from luban.kit.verdicts import Verdict
from luban.kit.view import Act, CaseView
from luban.registers.licences.status import chinese_day

INSTITUTION = "TECH-HW"
VERDICTS = {Verdict.PASS: "符合", Verdict.DOUBT: "存疑", Verdict.FAIL: "不符合"}
OVERALL = {Verdict.PASS: "合规", Verdict.DOUBT: "存疑（需人工确认）", Verdict.FAIL: "不合规"}
ROLES = {"tech_officer": "技术评估经办", "tech_supervisor": "技术评估负责人"}
"""How the report names who corrected or confirmed points."""

SHEET_TITLE, REPORT_TITLE = "合规性审查意见单", "危险废物跨省转移技术评估报告"


def about(case: CaseView) -> tuple[tuple[str, Any], ...]:
    """Which application was looked at."""
    return (
        ("办件编号", case.number),
        ("移出人", generator_name(case)),
        ("接受人", case.form.receiver.receiver_name),
        ("申请总量（吨）", case.form.plan.total_t),
        ("受理日期", case.accepted_on),
    )


def compliance_fields(case: CaseView) -> Mapping[str, Any]:
    """合规性审查意见单: clause by clause, verdict, reason and law."""
    found = assessment_of(case)
    judged = found.judged if found else ()
    rows = [
        [one.rule, one.title, VERDICTS[one.verdict], one.reason, "、".join(case.cite(law) for law in one.law)]
        for one in judged
    ]
    overall = OVERALL[found.overall] if found else ""
    table = {
        "head": ["条款", "名称", "判断", "理由", "依据"],
        "widths": [3, 4, 3, 9, 6],
        "align": ["center", "left", "center", "left", "left"],
        "rows": rows,
    }
    return {
        "title": SHEET_TITLE,
        "number": case.document_number,
        "printed_at": chinese_day(case.today),
        "sections": [
            {"title": "一、申请", "fields": cells(*about(case))},
            {"title": f"二、系统自动审查：{overall}", "tables": [table]},
        ],
    }


def report_fields(case: CaseView) -> Mapping[str, Any]:
    """技术评估报告: points by factor, corrections, grade, what the sheet suggests and what the institution concludes."""
    office = case.offices.get(INSTITUTION)
    name = office.name if office else ""
    found = assessment_of(case)
    return {
        "form": "文书",
        "org": name,
        "number": case.document_number,
        "title": REPORT_TITLE,
        "to": case.city.name,
        "body": [lines(*about(case)), *(_evaluated(case, found) if found and found.sheet else ())],
        "signer": name,
        "date": chinese_day(acted_on(case, "submit_evaluation")),
    }


def _evaluated(case: CaseView, found: Assessment) -> Iterator[dict[str, Any]]:
    sheet, grading = found.sheet, found.grading
    if sheet is None or grading is None:
        return
    yield {"kind": "table", "table": score_table(sheet)}
    yield paragraph(
        f"基础分{sheet.base}分（{'，'.join(f'{d.title}{sheet.subtotals[d.code]}分' for d in DIMENSIONS if not d.bonus)}），"
        f"加分{sheet.bonus}分，总分{sheet.base}+{sheet.bonus}={sheet.total}分，{grading.title}。"
    )
    yield paragraph(f"合规性审查：{OVERALL[found.overall]}。评分建议：{grading.suggestion}。")
    yield {"kind": "points", "rows": [{"text": reason} for reason in grading.reasons]}
    if corrected := list(_corrections(case)):
        yield {"kind": "h1", "text": "人工修正"}
        yield {"kind": "points", "rows": corrected}
    if opinion := said_in(case, "expert_opinion", "opinion"):
        yield paragraph(f"专家评审意见：{opinion}")
    said = dict(SUGGESTIONS).get(said_in(case, "submit_evaluation", "suggestion"), "")
    yield paragraph(f"评估结论：{said}。{said_in(case, 'submit_evaluation', 'conclusion')}")


def score_table(sheet: Sheet) -> dict[str, Any]:
    """Factor by factor: most, automatic, corrected and final points, and why."""
    rows = [
        [
            one.code,
            one.title,
            str(one.most),
            "缺数" if one.auto is None else str(one.auto),
            "—" if one.manual is None else str(one.manual),
            "缺数" if one.final is None else str(one.final),
            one.why,
        ]
        for one in sheet.factors
    ]
    return {
        "caption": "评分明细",
        "head": ["项", "名称", "满分", "自动分", "修正分", "得分", "说明"],
        "widths": [2, 4, 2, 3, 3, 2, 9],
        "align": ["center", "left", "center", "center", "center", "center", "left"],
        "rows": rows,
    }


def _corrections(case: CaseView) -> Iterator[dict[str, Any]]:
    """Every correction, taking back and second look, oldest first."""
    told = assessments_of(case)
    for (_, before), (act, after) in pairwise(told):
        role = ROLES.get(act.role, act.role)
        if act.action == "correct_score" and before.sheet and after.sheet:
            yield {
                "text": _moved(act, before.sheet, after.sheet),
                "reason": f"{act.data.get('reason', '')}（{role}）",
            }
        elif act.action == "second_look":
            yield {
                "text": f"修正已复核同意（{role}，{chinese_day(act.at.date())}）。{plain(act.data.get('opinion'))}"
            }


def _moved(act: Act, before: Sheet, after: Sheet) -> str:
    code = str(act.data.get("factor"))
    was, now = before[code], after[code]
    word = "撤销修正，" if now.manual is None else ""
    return (
        f"{code} {now.title}：{word}由{was.final}分改为{now.final}分，总分由{before.total}分变为{after.total}分"
        f"（{before.grading.title}→{after.grading.title}）。"
    )
