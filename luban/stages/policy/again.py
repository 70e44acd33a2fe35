"""One case judged and scored again, under the registers in force and under the supposed ones. Pure.

Both sides are computed by the same program from the same facts, so that what differs comes from the draft alone. Only
the machine's word is compared: corrections and disposals by persons stay out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from luban.cases.context import Context
from luban.cases.facts import NoProvider, resolve
from luban.kit.facts import Applicant, SealState
from luban.kit.form import Form
from luban.kit.item import Item
from luban.kit.materials import HandedIn, Materials, expected
from luban.kit.verdicts import Verdict, judge, overall

OVERALL = {Verdict.PASS: "总体通过", Verdict.DOUBT: "总体存疑", Verdict.FAIL: "总体不通过"}
NOT_APPLIED = ""
"""The verdict of a clause that said nothing."""


class CannotAssess(ValueError):
    """A case that cannot be judged again; the message is the reason as officials read and count it."""


@dataclass(frozen=True)
class Looked:
    """A case as an assessment looked at it: `given` are its kept facts by name, `day` the day whose law applied."""

    number: str
    applicant: Applicant
    submitted_on: date
    day: date
    form: Form
    files: tuple[HandedIn, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What the machine says: verdict by clause, points by factor (None: missing), total (None without scoring), grade
    (without scoring the worst verdict) and suggestion in words; `provisional`: points are missing."""

    verdicts: Mapping[str, str]
    points: Mapping[str, int | None]
    total: int | None
    grade: str
    suggestion: str
    provisional: bool = False


@dataclass(frozen=True)
class Difference:
    """Both words, and where they differ: clauses and factors with (id, before, after)."""

    before: Said
    after: Said
    clauses: tuple[tuple[str, str, str], ...]
    factors: tuple[tuple[str, int | None, int | None], ...]

    @property
    def changed(self) -> bool:
        """Whether anything an official would see differs."""
        return self.before != self.after


def compared(*, item: Item, case: Looked, now: Context, then: Context) -> Difference:
    """The case under the registers of `now` and of `then`. Raises CannotAssess."""
    before = said_of(item=item, case=case, context=now, which="现行参数")
    after = said_of(item=item, case=case, context=then, which="试算方案")
    clauses = [
        (code, before.verdicts.get(code, NOT_APPLIED), after.verdicts.get(code, NOT_APPLIED))
        for code in dict.fromkeys((*before.verdicts, *after.verdicts))
    ]
    factors = [(code, before.points[code], after.points[code]) for code in before.points]
    return Difference(
        before,
        after,
        tuple(one for one in clauses if one[1] != one[2]),
        tuple(one for one in factors if one[1] != one[2]),
    )


def said_of(*, item: Item, case: Looked, context: Context, which: str = "") -> Said:
    """What the machine says of a case under the registers of `context`; nobody is asked for a fact.

    Raises CannotAssess when a fact was not kept, or a rule cannot work with what `which` holds.
    """
    try:
        facts = resolve(
            item=item,
            form=case.form,
            context=replace(context, providers={}),
            day=case.day,
            applicant=case.applicant,
            materials=Materials(expected(item.materials, case.form), case.files),
            seal=SealState(signed=True),
            number=case.number,
            submitted_on=case.submitted_on,
            given=case.given,
        )
    except NoProvider as missing:
        raise CannotAssess("审查时没有留存现在需要的取数，请重新取数审查") from missing
    try:
        return _said(item, case, facts)
    except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError) as broken:
        raise CannotAssess(f"按{which}无法计算（{type(broken).__name__}），请检查参数和分档") from broken


def _said(item: Item, case: Looked, facts: Any) -> Said:
    judged = judge(item.clauses, case.form, facts, case.day) if item.clauses is not None else ()
    verdicts = {one.rule: str(one.verdict) for one in judged}
    worst = overall(one.verdict for one in judged)
    if item.scoring is None:
        return Said(verdicts, {}, None, OVERALL[worst], "")
    sheet = item.scoring.sheet(case.form, facts, case.day)
    found = sheet.grading
    suggestion = found.on_fail if worst is Verdict.FAIL and found.on_fail else found.suggestion
    points = {one.code: one.auto for one in sheet.factors}
    return Said(verdicts, points, sheet.total, found.title, suggestion, sheet.provisional)
