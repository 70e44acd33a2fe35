"""The review sheet (2B.6 U3, 2B.7): source, process and end, each judged first by the rules, then by a person.

A verdict is preset from the warnings of its aspect: none → 符合, some → 需说明. The official may judge otherwise with
a reason; the preset is kept beside it. Where the end use must be confirmed by a person (SWC-27), the conclusion is
written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from luban.items.solid_waste_utilisation.rules import RULES
from luban.kit.fields import Choice, LongText, field
from luban.kit.findings import Finding, Severity
from luban.kit.form import Section
from luban.kit.view import Situation
from luban.registers.solid_waste.rules.aspects import END, PROCESS, SOURCE

VERDICTS = {"pass": "符合", "doubt": "需说明", "fail": "不符合"}
OPTIONS = tuple(VERDICTS.items())
ASPECTS = {SOURCE: "源头", PROCESS: "过程", END: "末端"}
MANUAL_END_USE = "SWC-27"


class ReviewSheet(Section):
    """Three aspects, each with the preset verdict, the official's and the reason when they differ."""

    source_auto: Choice = field("源头（自动）", options=OPTIONS, required=False, derived=True)
    source_verdict: Choice = field("源头", options=OPTIONS)
    source_reason: LongText = field("源头：改判理由", required=False, max_len=500)
    process_auto: Choice = field("过程（自动）", options=OPTIONS, required=False, derived=True)
    process_verdict: Choice = field("过程", options=OPTIONS)
    process_reason: LongText = field("过程：改判理由", required=False, max_len=500)
    end_auto: Choice = field("末端（自动）", options=OPTIONS, required=False, derived=True)
    end_verdict: Choice = field("末端", options=OPTIONS)
    end_reason: LongText = field("末端：改判理由", required=False, max_len=500)
    end_use_conclusion: LongText = field(
        "末端方式人工确认结论",
        required=False,
        max_len=500,
        wide=True,
        help="末端方式判断为“需人工确认”的必填。",
    )
    opinion: LongText = field("审核意见", required=False, max_len=1000, wide=True)


def warnings_of(situation: Situation) -> tuple[Finding, ...]:
    """The warnings the case was filed with."""
    return tuple(f for f in situation.case.findings if f.severity is Severity.WARN)


def automatic(warnings: tuple[Finding, ...]) -> dict[str, str]:
    """Verdict by aspect."""
    known = {rule.id: rule.aspect.split() for rule in RULES}
    met = {aspect for w in warnings for aspect in known.get(w.rule, ())}
    return {aspect: "doubt" if aspect in met else "pass" for aspect in ASPECTS}


def preset(situation: Situation) -> Mapping[str, Any]:
    """The sheet as it is first shown."""
    verdicts = automatic(warnings_of(situation))
    return {f"{a}_{part}": v for a, v in verdicts.items() for part in ("auto", "verdict")}


def sheet_complete(situation: Situation) -> str | None:
    """Guard: a changed verdict has its reason, and what a person must confirm has been concluded."""
    warnings, sheet = warnings_of(situation), situation.data
    return next(_gaps(automatic(warnings), warnings, sheet), None)


def _gaps(auto: Mapping[str, str], warnings: tuple[Finding, ...], sheet: Any) -> Iterator[str]:
    for aspect, title in ASPECTS.items():
        verdict, reason = getattr(sheet, f"{aspect}_verdict"), getattr(sheet, f"{aspect}_reason")
        if verdict not in VERDICTS:
            yield f"“{title}”请选择符合、需说明或不符合。"
        elif verdict != auto[aspect] and not reason:
            yield f"“{title}”由“{VERDICTS[auto[aspect]]}”改为“{VERDICTS[verdict]}”，请填写改判理由。"
    if any(w.rule == MANUAL_END_USE for w in warnings) and not sheet.end_use_conclusion:
        yield "末端方式须由审批人员人工确认，请填写人工确认结论。"
