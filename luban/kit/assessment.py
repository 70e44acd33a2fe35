"""Assessment (自动审查与评分): the machine's verdicts and points, and what persons said to them, read from the history.

An act declared `assesses` computes clauses and scores in its own transaction and keeps them in its event. Corrections,
disposals and second looks are acts too. So the history alone says how every number came about: `current` folds it.
A new assessment keeps the corrections made before; where the machine's points have changed the sheet says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from luban.kit.acts import ClauseDisposal, ScoreCorrection, SecondLook
from luban.kit.form import field_specs
from luban.kit.process import Action
from luban.kit.scores import TOTAL_SHIFT, Grading, Points, Scored, Scoring, Sheet
from luban.kit.verdicts import Disposal, Disposed, Judged, Verdict, judge, overall, settled
from luban.kit.view import Act, CaseView, Situation

KEY = "_assessment"
REASON_LEAST = 10
OVERRIDE_LEAST = 20


@dataclass(frozen=True)
class Assessment:
    """The assessment as it stands.

    `version` counts assessments from 1, `on` is the day whose parameters it used, `first` the first automatic total
    and grade, `moved` names factors whose automatic points changed under a person's correction, `looked` whether
    somebody agreed to the points after they were last corrected.
    """

    judged: tuple[Judged, ...]
    disposed: tuple[Disposed, ...]
    sheet: Sheet | None
    version: int
    on: date
    first: tuple[int, str]
    moved: tuple[str, ...] = ()
    looked: bool = False

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """Each clause's verdict after what persons said."""
        return settled(self.judged, self.disposed)

    @property
    def overall(self) -> Verdict:
        """The worst of them."""
        return overall(self.verdicts.values())

    @property
    def grading(self) -> Grading | None:
        """The sheet's grade with what the clauses make of its suggestion: where one fails, failed clauses come first
        among the reasons and the sheet's `on_fail` is suggested. None without a sheet."""
        if self.sheet is None:
            return None
        found, verdicts = self.sheet.grading, self.verdicts
        failed = tuple(
            f"{one.rule} {one.title}：{one.reason}"
            for one in self.judged
            if verdicts[one.rule] is Verdict.FAIL
        )
        if not failed or not found.on_fail:
            return found
        return replace(found, suggestion=found.on_fail, reasons=(*failed, *found.reasons))

    def of_clause(self, clause: str) -> Judged | None:
        """What the machine said of a clause; None when it did not apply."""
        return next((one for one in self.judged if one.rule == clause), None)

    def asks_second_look(self, params: Any) -> bool:
        """Whether corrections moved the total far, or the grade at all, and nobody has agreed since."""
        if self.sheet is None or self.looked or not any(f.manual is not None for f in self.sheet.factors):
            return False
        total, grade = self.first
        far = abs(self.sheet.total - total) >= params.integer(TOTAL_SHIFT)
        return far or self.sheet.grading.grade != grade


def assess(*, item: Any, form: Any, facts: Any, today: date) -> dict[str, Any]:
    """What the machine says today, as an event keeps it: {"on", "judged": […], "scores": […]}."""
    found: dict[str, Any] = {"on": today.isoformat()}
    if item.clauses is not None:
        found["judged"] = [_plain(asdict(one)) for one in judge(item.clauses, form, facts, today)]
    if item.scoring is not None:
        found["scores"] = [_plain(asdict(one)) for one in item.scoring.sheet(form, facts, today).factors]
    return found


def _plain(value: Any) -> Any:
    """As an event can keep it: decimals and days as text, blanks left out."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return value if isinstance(value, str | int) else str(value)


def current(*, item: Any, view: CaseView) -> Assessment | None:
    """The assessment as of the view's last event; None when the machine has not spoken yet."""
    told = history(item=item, view=view)
    return told[-1][1] if told else None


def history(*, item: Any, view: CaseView) -> tuple[tuple[Act, Assessment], ...]:
    """Every act that assessed, corrected, disposed or looked again, oldest first, with the assessment as it left it."""
    kinds = {a.code: a for step in item.process.steps for a, _ in item.process.actions_at(step.code)}
    told: list[tuple[Act, Assessment]] = []
    for act in view.acts:
        before = told[-1][1] if told else None
        if KEY in act.data:
            told.append((act, _assessed(item, act, before, view.params)))
        elif before is not None and act.action in kinds:
            after = _said(item, kinds[act.action], act, before, view.params)
            if after is not before:
                told.append((act, after))
    return tuple(told)


def _assessed(item: Any, act: Act, before: Assessment | None, params: Any) -> Assessment:
    kept = act.data[KEY]
    judged = tuple(_judged(one) for one in kept.get("judged", ()))
    sheet: Sheet | None = None
    moved: tuple[str, ...] = ()
    if item.scoring is not None:
        scored = tuple(_scored(one) for one in kept.get("scores", ()))
        scored, moved = _with_corrections(scored, before)
        sheet = item.scoring.summed(scored, params=params)
    first = before.first if before else _first(item.scoring, sheet, params)
    return Assessment(
        judged,
        before.disposed if before else (),
        sheet,
        before.version + 1 if before else 1,
        date.fromisoformat(kept["on"]),
        first,
        moved,
    )


def _first(scoring: Scoring | None, sheet: Sheet | None, params: Any) -> tuple[int, str]:
    return (sheet.total, sheet.grading.grade) if scoring and sheet else (0, "")


def _with_corrections(
    scored: tuple[Scored, ...], before: Assessment | None
) -> tuple[tuple[Scored, ...], tuple[str, ...]]:
    """The new automatic points with the corrections made to the old ones, and where the machine now says otherwise."""
    if before is None or before.sheet is None:
        return scored, ()
    old = {one.code: one for one in before.sheet.factors}
    kept, moved = [], []
    for one in scored:
        was = old.get(one.code)
        if was is not None and was.manual is not None:
            moved += [one.code] if was.auto != one.auto or one.code in before.moved else []
            one = replace(one, manual=was.manual, reason=was.reason)  # noqa: PLW2901 - the same factor, corrected
        kept.append(one)
    return tuple(kept), tuple(moved)


def _said(item: Any, action: Action, act: Act, found: Assessment, params: Any) -> Assessment:
    data = act.data
    if issubclass(action.data, ScoreCorrection) and found.sheet is not None:
        sheet = item.scoring.corrected(
            found.sheet, code=data["factor"], points=data.get("points"), reason=data["reason"], params=params
        )
        moved = tuple(code for code in found.moved if code != data["factor"])
        return replace(found, sheet=sheet, moved=moved, looked=False)
    if issubclass(action.data, ClauseDisposal):
        said = Disposed(data["clause"], Disposal(data["disposal"]), data["reason"], act.actor_name)
        return replace(found, disposed=(*found.disposed, said))
    if issubclass(action.data, SecondLook):
        return replace(found, looked=True)
    return found


def _judged(kept: Mapping[str, Any]) -> Judged:
    return Judged(
        rule=kept["rule"],
        title=kept["title"],
        verdict=Verdict(kept["verdict"]),
        reason=kept["reason"],
        path=kept.get("path", ""),
        law=tuple(kept.get("law", ())),
        evidence=kept.get("evidence", {}),
    )


def _scored(kept: Mapping[str, Any]) -> Scored:
    rows = tuple(
        Points(r.get("points"), r["why"], r.get("inputs", {}), r.get("band", ""), r.get("path", ""))
        for r in kept.get("rows", ())
    )
    return Scored(
        code=kept["code"],
        title=kept["title"],
        dimension=kept["dimension"],
        most=kept["most"],
        auto=kept.get("auto"),
        why=kept["why"],
        inputs=kept.get("inputs", {}),
        band=kept.get("band", ""),
        rows=rows,
    )


def correction_allowed(situation: Situation) -> str | None:
    """Guard of a score correction: a known factor, points it can have, a change, a reason of ten characters."""
    found, data = current(item=situation.item, view=situation.case), situation.data
    if found is None or found.sheet is None:
        return "还没有自动评分，不能修正。"
    factor = next((f for f in situation.item.scoring if f.code == data.factor), None)
    if factor is None:
        return "没有这一评分项，请刷新页面后重试。"
    if data.points is not None and (fault := factor.fault(data.points)):
        return str(fault)
    if len(data.reason or "") < REASON_LEAST:
        return f"请填写修正理由（不少于{REASON_LEAST}字）。"
    scored = found.sheet[data.factor]
    same = scored.manual is None if data.points is None else data.points == scored.final
    return "修正值与当前得分相同。" if same and data.factor not in found.moved else None


def disposal_allowed(situation: Situation) -> str | None:
    """Guard of a word to a clause: a doubt is confirmed, an overridable fail overridden, each with its reason."""
    found, data = current(item=situation.item, view=situation.case), situation.data
    judged = found.of_clause(data.clause) if found else None
    if judged is None:
        return "没有这一审查条款，请刷新页面后重试。"
    if data.disposal not in _disposals(data):
        return "没有这一处置方式，请刷新页面后重试。"
    override = data.disposal == Disposal.OVERRIDE
    if override and not situation.item.clauses[data.clause].overridable:
        return f"“{judged.title}”不符合的不能放行，只能退回申请人改正。"
    if judged.verdict is not (Verdict.FAIL if override else Verdict.DOUBT):
        return f"“{judged.title}”的自动判断不需要这样处置。"
    least = OVERRIDE_LEAST if override else REASON_LEAST
    return f"请填写理由（不少于{least}字）。" if len(data.reason or "") < least else None


def _disposals(data: Any) -> frozenset[str]:
    """The disposals an act offers: those its own form lists."""
    specs = field_specs(type(data)) if isinstance(data, ClauseDisposal) else ()
    listed = next((spec.meta.options for spec in specs if spec.name == "disposal"), ())
    return frozenset(code for code, _ in listed) or frozenset(Disposal)


def may_conclude(situation: Situation) -> str | None:
    """Guard of a conclusion on the scores: nothing missing, changed points confirmed, corrections looked at again."""
    found = current(item=situation.item, view=situation.case)
    if found is None:
        return "还没有自动审查结果，请先进行自动审查。"
    if found.sheet is not None and found.sheet.provisional:
        lacking = "、".join(one.title for one in found.sheet.missing)
        return f"评分缺少数据（{lacking}），现为暂定分，请补数后重新评分，或者人工给分。"
    if found.moved and found.sheet is not None:
        moved = "、".join(found.sheet[code].title for code in found.moved)
        return f"重新评分后自动分有变化（{moved}），请逐项确认保留修正或者采用自动分。"
    if found.asks_second_look(situation.case.params):
        return "修正后总分或者分级变化较大，请先由评估负责人复核。"
    return None


def doubts_settled(situation: Situation) -> str | None:
    """Guard of a decision: every doubt of the machine has been settled by a person."""
    found = current(item=situation.item, view=situation.case)
    if found is None:
        return "还没有自动审查结果，请先进行自动审查。"
    open_ = [one.title for one in found.judged if found.verdicts[one.rule] is Verdict.DOUBT]
    return f"还有存疑条款没有处置：{'、'.join(open_)}。" if open_ else None
