"""预检结果单: what the prechecks said of an application at the moment it was handed in, as a paper of the case.

An item declares it by taking the sheet into its documents (`precheck_sheet(RULES)`) and its code into the `submit_makes` of
its process; every submission, corrections too, makes one. It is not sealed: the digest of the form at its foot and the
history say what it belongs to. Source: 危险废物跨省转移业务说明 第一部分 §5 结果页, §6 T01 (规则号、值、时刻、规则版本).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from luban.kit.documents import Document
from luban.kit.findings import Finding, Severity
from luban.kit.form import Form, FormSpec, form_spec
from luban.kit.rules import Rules
from luban.kit.view import CaseView

CODE, TITLE = "precheck_result", "预检结果单"
WORDS = {Severity.BLOCK: "不通过", Severity.WARN: "提醒", Severity.INFO: "提示"}
MATERIALS, WHOLE = "materials.", "整件"


def precheck_sheet(rules: Rules) -> Document:
    """The document of an item's rules; the applicant may download it."""

    def fields(case: CaseView) -> Mapping[str, Any]:
        return sheet_fields(case, rules)

    return Document(CODE, TITLE, fields, template="official.application", seal="none")


def sheet_fields(case: CaseView, rules: Rules) -> Mapping[str, Any]:
    """Findings with place, values and laws; the rules that had nothing to say; what the applicant said about warnings."""
    at, found = case.last.at, case.findings
    silent = [rule.id for rule in rules if rule.id not in {one.rule for one in found}]
    notes = str(case.last.data.get("notes") or "")
    sections: list[dict[str, Any]] = [
        {
            "title": "一、申请",
            "fields": [
                _cell("事项", case.item_title),
                _cell("申请单位", case.applicant_name),
                _cell("预检时间", f"{at:%Y-%m-%d %H:%M:%S}"),
                _cell("规则版本", rules.version),
                _cell("结论", _conclusion(found, len(silent)), wide=True),
            ],
        },
        {"title": "二、未通过和提醒的规则", **_told(case, found)},
        {"title": "三、通过的规则", "fields": [_cell("规则", "、".join(silent), wide=True)]},
    ]
    if notes:
        sections.append({"title": "四、申请人的说明", "fields": [_cell("说明", notes, wide=True)]})
    return {
        "title": TITLE,
        "org": case.city.name,
        "number": case.number,
        "printed_at": f"{at:%Y-%m-%d %H:%M:%S}",
        "digest": str(case.last.data.get("form") or ""),
        "sections": sections,
    }


def _cell(label: str, value: str, *, wide: bool = False) -> dict[str, Any]:
    return {"label": label, "value": value or "—", "wide": wide}


def _conclusion(found: Iterable[Finding], passed: int) -> str:
    kinds = [one.severity for one in found]
    told = [f"{WORDS[kind]}{kinds.count(kind)}处" for kind in WORDS if kind in kinds]
    return "，".join([*told, f"通过规则{passed}条"])


def _told(case: CaseView, found: Sequence[Finding]) -> dict[str, Any]:
    """The findings as a table; a line that says so where there are none."""
    if found:
        return {"tables": [_table(case, found)]}
    return {"fields": [_cell("结果", "没有未通过和提醒的规则", wide=True)]}


def _table(case: CaseView, found: Iterable[Finding]) -> dict[str, Any]:
    form: Form = case.form
    spec = form_spec(type(form))
    rows = [
        [
            one.rule,
            WORDS[one.severity],
            _place(spec, one.path),
            one.message,
            "；".join(f"{name}={value}" for name, value in one.evidence.items()) or "—",
            "、".join(case.cite(law) for law in one.law) or "—",
        ]
        for one in found
    ]
    return {
        "head": ["规则", "级别", "位置", "内容", "取值", "依据"],
        "widths": [3, 3, 5, 9, 5, 6],
        "align": ["center", "center", "left", "left", "left", "left"],
        "rows": rows,
    }


def _place(spec: FormSpec, path: str) -> str:
    """Where a finding points, in words."""
    if not path:
        return WHOLE
    if path.startswith(MATERIALS):
        return f"材料{path.removeprefix(MATERIALS)}"
    try:
        return spec.label(path)
    except (KeyError, ValueError):
        return path
