"""机器审查 and 评分 of a case page and of its dossier: what the machine said beside what persons said, as view objects.

The forms in the rows are made in `sheet_forms`; without `ask` (the dossier, readers without a desk) there are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from luban.faces.office.case_parts import place_of
from luban.faces.office.sheet_forms import Forms
from luban.faces.office.values import Values
from luban.kit.acts import SecondLook
from luban.kit.assessment import KEY, Assessment
from luban.kit.scores import Dimension, Points, Scored, Sheet
from luban.kit.verdicts import Disposal, Judged, Verdict
from luban.kit.view import Act
from luban.people.roles import title_of
from luban.stages.review.assessed import Assessed
from luban.stages.review.found import Found
from luban.ui.forms.choices import Choices
from luban.ui.view import (
    Bar,
    LookRow,
    MarkButton,
    Note,
    Revision,
    RowForm,
    RuleRow,
    RuleRows,
    Said,
    ScoreGroup,
    ScoreRow,
    ScoreTable,
    Status,
    status,
)

OVERALL = {Verdict.PASS: "总体通过", Verdict.DOUBT: "总体存疑", Verdict.FAIL: "总体不通过"}
DISPOSED = {
    Disposal.CONFIRM_PASS: ("confirmed", "确认符合"),
    Disposal.CONFIRM_FAIL: ("fail", "确认不符合"),
    Disposal.OVERRIDE: ("overridden", "同意放行"),
}
BANDS = "score_bands"
UNSPOKEN = "还没有自动审查。受理后由系统取数、逐条判断和评分。"


@dataclass(frozen=True)
class ReviewSheet:
    """The panel 机器审查: the overall verdict and counts, when and by which rules, the clauses."""

    marks: tuple[Status, ...]
    about: str
    rows: RuleRows


@dataclass(frozen=True)
class Sheets:
    """Both panels; `run` are buttons that run the machine anew, `blank` says why there is nothing yet, `shut` why acts
    of this desk are not open, `refused` what became of an act that no longer has its form on the page."""

    review: ReviewSheet | None = None
    score: ScoreTable | None = None
    score_about: str = ""
    runs: tuple[RowForm, ...] = ()
    blank: str = ""
    shut: tuple[Note, ...] = ()
    refused: str = ""


def sheets_of(
    *,
    found: Found,
    assessed: Assessed | None,
    choices: Choices,
    forms: Forms | None = None,
    marking: bool = False,
) -> Sheets | None:
    """The panels of a case; None for an item without an automatic review."""
    if assessed is None:
        return None
    forms = forms or Forms.none()
    now, runs = assessed.now, forms.runs(assessed)
    if now is None:
        return Sheets(runs=runs, blank=UNSPOKEN, refused=forms.left_over)
    drawn = _Drawn(found, assessed, now, Values(found.item, found.view, choices), forms, marking)
    review = drawn.review() if found.item.clauses is not None else None
    score = drawn.score(now.sheet) if now.sheet is not None else None
    return Sheets(
        review=review,
        score=score,
        score_about=f"评分规则 {found.item.scoring.version} · {drawn.about()}" if found.item.scoring else "",
        runs=runs,
        shut=tuple(
            Note(f"现在不能办理“{line.replace('：', '”。', 1)}", kind="info") for line in assessed.shut
        ),
        refused=forms.left_over,
    )


def hint_of(assessed: Assessed | None) -> str:
    """The machine's word in a sentence, for the block that asks for a decision."""
    if assessed is None or assessed.now is None:
        return ""
    now, said = assessed.now, []
    if now.judged:
        counts = [(n, word) for v, word in _COUNTED if (n := sum(one.verdict is v for one in now.judged))]
        said.append(f"机器审查{'、'.join(f'{word} {n} 条' for n, word in counts)}。")
    if assessed.open_doubts:
        said.append(f"还有 {len(assessed.open_doubts)} 条存疑待处置。")
    if now.sheet is not None:
        tentative = "暂定 " if now.sheet.provisional else ""
        said.append(
            f"评分{tentative}{now.sheet.total} 分，{now.sheet.grading.title or now.sheet.grading.grade}。"
        )
    return "".join(said)


_COUNTED = ((Verdict.FAIL, "不通过"), (Verdict.DOUBT, "存疑"), (Verdict.PASS, "通过"))


def moment(at: datetime) -> str:
    """03-02 10:00."""
    return f"{at:%m-%d %H:%M}"


def who_of(act: Act) -> str:
    """Name and post."""
    return "系统" if act.role == "system" else f"{act.actor_name}（{title_of(act.role)}）"


@dataclass(frozen=True)
class _Drawn:
    """One drawing of the panels."""

    found: Found
    assessed: Assessed
    now: Assessment
    values: Values
    forms: Forms
    marking: bool = field(default=False)

    def about(self) -> str:
        """When, by what day's law, which time."""
        run = self.assessed.run
        when = f"{moment(run.at)} 自动审查" if run else ""
        times = f" · 第 {self.now.version} 次" if self.now.version > 1 else ""
        return f"法律、参数按 {self.now.on.isoformat()} · {when}{times}"

    def review(self) -> ReviewSheet:
        counts = [(v, sum(one.verdict is v for one in self.now.judged)) for v, _ in _COUNTED]
        overall = self.now.overall
        marks = [status(of="rule", code=overall.value, word=OVERALL[overall])]
        words = dict(_COUNTED)
        marks += [status(of="rule", code=v.value, word=f"{words[v]} {n}") for v, n in counts if n]
        clauses = self.found.item.clauses
        version = clauses.version if clauses is not None else ""
        rows = RuleRows(tuple(self._rule(one) for one in self.now.judged))
        return ReviewSheet(tuple(marks), f"规则版本 {version} · {self.about()}", rows)

    def _rule(self, one: Judged) -> RuleRow:
        law = "、".join(self.found.view.laws.at(law, self.now.on).printed for law in one.law)
        said = tuple(self._disposed(act, n > 0) for n, act in enumerate(self.assessed.words_to(one.rule)))
        forms = self.forms.of_clause(self.assessed, one)
        doubted = one.rule in self.assessed.open_doubts
        marked = self.marking and one.path and one.verdict is not Verdict.PASS
        return RuleRow(
            one.rule,
            one.title,
            one.verdict.value,
            one.reason,
            law,
            place_of(self.found.item, one.path) if one.path else "",
            self.values.pairs(one.evidence),
            said,
            forms,
            "改变处置" if said else "处置这一条",
            any(form.refused or _faulty(form) for form in forms),
            MarkButton(one.path, one.reason, law) if marked else None,
            ("待您处置，须写理由" if forms else "待人工处置") if doubted else "",
        )

    def _disposed(self, act: Act, old: bool) -> Said:
        code, word = DISPOSED[Disposal(act.data["disposal"])]
        mark = status(of="rule", code=code, word=word)
        return Said(mark, str(act.data["reason"]), who_of(act), moment(act.at), old)

    def score(self, sheet: Sheet) -> ScoreTable:
        grading = self.now.grading or sheet.grading
        word = grading.title or grading.grade
        scoring = self.found.item.scoring
        dimensions = scoring.dimensions if scoring is not None else ()
        mark = Status(f"暂定：{word}" if sheet.provisional else word, "is-need", "alert-triangle")
        return ScoreTable(
            tuple(self._group(sheet, one) for one in dimensions),
            f"{sheet.base} + {sheet.bonus} = {sheet.total}",
            mark if sheet.provisional else Status(word, "", "gauge"),
            grading.suggestion,
            grading.reasons,
            tuple(self._notes(sheet)),
            self.forms.looks(self.assessed),
            tuple(self._revisions()),
        )

    def _group(self, sheet: Sheet, dimension: Dimension) -> ScoreGroup:
        code, points = dimension.code, sheet.subtotals[dimension.code]
        floor = self.found.view.params.integer(dimension.floor) if dimension.floor else None
        rows = tuple(self._factor(one, dimension.bonus) for one in sheet.factors if one.dimension == code)
        return ScoreGroup(
            f"{code} {dimension.title}",
            str(points),
            str(dimension.most),
            Bar(points, dimension.most, floor, plus=dimension.bonus),
            rows,
            str(floor) if floor is not None else "",
            code in sheet.below,
        )

    def _factor(self, one: Scored, bonus: bool) -> ScoreRow:
        corrected = one.manual is not None
        forms = self.forms.of_factor(self.assessed, one)
        bar = Bar(
            one.auto if corrected and one.auto is not None else one.final or 0, one.most, None, None, bonus
        )
        if corrected:
            bar = Bar(bar.value, one.most, None, one.manual, bonus)
        return ScoreRow(
            one.code,
            one.title,
            str(one.final),
            str(one.most),
            bar,
            one.why
            if not self._lacking(one)
            else f"{one.why.rstrip('。')}。请补数后重新评分，或者人工给分。",
            ("缺数" if one.auto is None else str(one.auto)) if corrected else "",
            one.final is None,
            "" if one.rows else self._band(one.band),
            () if one.rows else self.values.pairs(one.inputs),
            tuple(self._look(row, n, one) for n, row in enumerate(one.rows, start=1)),
            self._corrected(one) if corrected else None,
            self._moved(one),
            forms,
            "修正" if one.final is not None else "给分",
            any(form.refused or _faulty(form) for form in forms),
        )

    def _lacking(self, one: Scored) -> bool:
        return one.final is None

    def _band(self, key: str) -> str:
        """The table row that decided, as it stood on the assessment's day."""
        entry = self.found.within.books[BANDS].at(self.now.on).get(key) if key else None
        return f"{entry['text']}，{entry['points']} 分（第 {entry['seq']} 档）" if entry else key

    def _look(self, row: Points, n: int, one: Scored) -> LookRow:
        points = "缺数" if row.points is None else f"{row.points} 分"
        place = place_of(self.found.item, row.path) if row.path else f"第 {n} 行"
        led = row.points == one.auto and row.why == one.why
        return LookRow(place, points, row.why, self.values.pairs(row.inputs), self._band(row.band), led)

    def _corrected(self, one: Scored) -> Said | None:
        pair = self.assessed.correction_of(one.code)
        if pair is None:
            return None
        mark = Status("人工修正", "is-review", "user-edit")
        return Said(mark, one.reason, who_of(pair[0]), moment(pair[0].at))

    def _moved(self, one: Scored) -> str:
        if one.code not in self.now.moved:
            return ""
        pair = self.assessed.correction_of(one.code)
        before = pair[1].sheet[one.code].auto if pair and pair[1].sheet else None
        return f"自动分由{_points(before)}变为{_points(one.auto)}，请确认保留修正，或者采用自动分。"

    def _notes(self, sheet: Sheet) -> Iterator[Note]:
        if sheet.provisional:
            lacking = "、".join(f"{one.code} {one.title}" for one in sheet.missing)
            yield Note(f"缺少数据：{lacking}。现为暂定分，补齐之前不能提交结论。", kind="warn")
        if self.now.moved:
            yield Note(f"重新评分后自动分有变化：{'、'.join(self.now.moved)}，请逐项确认。", kind="warn")
        total, grade = self.now.first
        if self.assessed.wants_look:
            held = f"首次自动评分 {total} 分，现为 {sheet.total} 分"
            changed = "，分级有变化" if grade != sheet.grading.grade else ""
            yield Note(f"{held}{changed}，须由评估负责人复核同意后才能提交结论。", kind="warn")
        look = self.assessed.looked_by
        if look is not None:
            yield Note(f"修正后的得分已由{who_of(look)}于 {moment(look.at)} 复核同意。", kind="ok")

    def _revisions(self) -> Iterator[Revision]:
        """Every correction, run anew and second look, oldest first."""
        told = self.assessed.told
        kinds = {
            a.code: a
            for s in self.found.item.process.steps
            for a, _ in self.found.item.process.actions_at(s.code)
        }
        for (_, before), (act, after) in pairwise(told):
            if before.sheet is None or after.sheet is None:
                continue
            total = _change(before, after)
            line = (f"{act.at:%Y-%m-%d %H:%M}", who_of(act))
            if KEY in act.data:
                yield Revision(*line, f"重新取数重算（第 {after.version} 次）", total)
            elif "factor" in act.data:
                yield Revision(
                    *line, _correction(act, before.sheet, after.sheet), total, str(act.data["reason"])
                )
            elif issubclass(kinds[act.action].data, SecondLook):
                yield Revision(*line, "复核同意", total, str(act.data.get("opinion") or ""))


def _faulty(form: RowForm) -> bool:
    return bool((form.points and form.points.message) or (form.reason and form.reason.message))


def _points(points: int | None) -> str:
    return "缺数" if points is None else f"{points}"


def _correction(act: Act, before: Sheet, after: Sheet) -> str:
    was, now = before[act.data["factor"]], after[act.data["factor"]]
    word = f"{now.code} {now.title}：{_points(was.final)} → {_points(now.final)}"
    return f"{word}，撤销修正" if now.manual is None else word


def _change(before: Assessment, after: Assessment) -> str:
    """86 → 88, with the grade where it changed."""
    one: Any = before.sheet
    other: Any = after.sheet
    grades = (
        ("", "")
        if one.grading.grade == other.grading.grade
        else (f" {one.grading.title}", f" {other.grading.title}")
    )
    was, now = f"{one.total}{grades[0]}", f"{other.total}{grades[1]}"
    return now if was == now else f"{was} → {now}"
