"""What the machine and persons came to in a trial: verdicts clause by clause, points factor by factor, totals, grade."""

from __future__ import annotations

from typing import Any

from luban.kit.assessment import Assessment, current
from luban.kit.item import Item
from luban.kit.scores import Sheet
from luban.kit.view import CaseView


def assessed(*, item: Item, view: CaseView) -> tuple[dict[str, str], dict[str, Any]]:
    """(verdicts, scores) as they stand: clause → pass, doubt or fail, with `overall`; factor or dimension → points,
    with `base`, `bonus`, `total`, `grade` and `suggestion`. Both empty while nothing was assessed."""
    if item.clauses is None and item.scoring is None:
        return {}, {}
    found = current(item=item, view=view)
    if found is None:
        return {}, {}
    verdicts = {rule: str(verdict) for rule, verdict in found.verdicts.items()}
    if verdicts:
        verdicts["overall"] = str(found.overall)
    return verdicts, _scores(found, found.sheet) if found.sheet else {}


def _scores(found: Assessment, sheet: Sheet) -> dict[str, Any]:
    grading = found.grading or sheet.grading
    return {
        **{one.code: one.final for one in sheet.factors},
        **sheet.subtotals,
        "base": sheet.base,
        "bonus": sheet.bonus,
        "total": sheet.total,
        "grade": sheet.grading.title,
        "suggestion": grading.suggestion,
    }
