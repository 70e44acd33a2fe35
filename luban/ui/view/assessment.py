"""What an official sees of an automatic review: clause by clause and score by score, the machine's word and the persons'
side by side, and the small forms with which a person says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from luban.ui.view.marks import Note
from luban.ui.words import Status


@dataclass(frozen=True)
class PointsBox:
    """Where points are typed; with `allowed` one of these is chosen."""

    value: str = ""
    hint: str = ""
    allowed: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class ReasonBox:
    """Where the reason is typed."""

    label: str = "理由"
    value: str = ""
    hint: str = ""
    most: int = 500
    message: str = ""


@dataclass(frozen=True)
class RowForm:
    """A small form in the row it is about: one act on the case.

    `spot` makes ids unique on the page; `choice` names what the pressed button carries, `buttons` are (value, word);
    `points` and `reason` are drawn where given, `fields` is a rendered part; `refused` is said above them;
    `strong` draws the button full.
    """

    url: str
    act: str
    request_id: str
    seq: int
    spot: str
    buttons: tuple[tuple[str, str], ...]
    choice: str = ""
    title: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    points: PointsBox | None = None
    reason: ReasonBox | None = None
    fields: Any = ""
    refused: str = ""
    note: str = ""
    strong: bool = False
    template: ClassVar[str] = "ui/components/row_form.html"


@dataclass(frozen=True)
class Said:
    """What a person said beside the machine: a mark, why, who and when; `old` when a later word counts."""

    mark: Status | None
    text: str
    who: str
    when: str
    old: bool = False
    template: ClassVar[str] = "ui/components/said.html"


@dataclass(frozen=True)
class MarkButton:
    """Puts a place into the list of corrections: its path, what is wrong, on what ground."""

    path: str
    problem: str
    basis: str = ""


@dataclass(frozen=True)
class RuleRow:
    """One clause: number, outcome, fact (figures are made bold), law, values it rests on, what persons said, forms."""

    code: str
    title: str
    outcome: str
    fact: str
    law: str = ""
    place: str = ""
    values: tuple[tuple[str, str], ...] = ()
    said: tuple[Said, ...] = ()
    forms: tuple[RowForm, ...] = ()
    form_title: str = ""
    open: bool = False
    mark: MarkButton | None = None
    small: str = ""
    template: ClassVar[str] = "ui/components/rule_row.html"

    @property
    def css(self) -> str:
        """The coloured edge."""
        return {"fail": "is-bad", "doubt": "is-need"}.get(self.outcome, "")


@dataclass(frozen=True)
class RuleRows:
    """All clauses of a review: what failed or is doubtful open, what passed folded into one line."""

    rows: tuple[RuleRow, ...]
    template: ClassVar[str] = "ui/components/rules.html"

    @property
    def open(self) -> list[RuleRow]:
        """Failures first, then doubts."""
        asked = [r for r in self.rows if r.outcome not in ("pass", "skip")]
        return sorted(asked, key=lambda r: r.outcome != "fail")

    @property
    def passed(self) -> list[RuleRow]:
        """The rest."""
        return [r for r in self.rows if r.outcome in ("pass", "skip")]


@dataclass(frozen=True)
class Bar:
    """A score bar: `value` of `full`; `floor` draws a line, `was` the frame of a manual correction."""

    value: float
    full: float
    floor: float | None = None
    was: float | None = None
    plus: bool = False
    template: ClassVar[str] = "ui/components/bar.html"

    def percent(self, amount: float | None) -> str:
        """`amount` as a share of the full score, 0—100, one decimal, for an SVG attribute."""
        if amount is None or self.full <= 0:
            return "0.0"
        return f"{max(0.0, min(100.0, amount / self.full * 100)):.1f}"

    @property
    def width(self) -> str:
        """Width of the filled part."""
        return self.percent(self.value)

    @property
    def floor_x(self) -> str:
        """Where the floor line stands."""
        return self.percent(self.floor)

    @property
    def was_width(self) -> str:
        """Width of the corrected frame."""
        return self.percent(self.was)

    @property
    def css(self) -> str:
        """Low under 40 %, middling under 70 %."""
        if self.plus:
            return "is-plus"
        share = self.value / self.full if self.full > 0 else 0
        return "is-low" if share < 0.4 else "is-mid" if share < 0.7 else ""


@dataclass(frozen=True)
class LookRow:
    """One of several looks of a factor: which row, its points, why, the values, the table row that decided."""

    place: str
    points: str
    why: str
    values: tuple[tuple[str, str], ...] = ()
    band: str = ""
    led: bool = False


@dataclass(frozen=True)
class ScoreRow:
    """A factor: points of the full score and why.

    `auto` is the machine's points where a person changed them, `said` what that person wrote; `missing`: nobody has
    points; `band` the table row that decided; `note` what has to be confirmed.
    """

    code: str
    title: str
    points: str
    full: str
    bar: Bar
    why: str
    auto: str = ""
    missing: bool = False
    band: str = ""
    values: tuple[tuple[str, str], ...] = ()
    looks: tuple[LookRow, ...] = ()
    said: Said | None = None
    note: str = ""
    forms: tuple[RowForm, ...] = ()
    form_title: str = ""
    open: bool = False

    @property
    def grounds(self) -> bool:
        """Whether there is more to see of how it came about."""
        return bool(self.band or self.values or self.looks)


@dataclass(frozen=True)
class ScoreGroup:
    """Factors of one dimension; `floor` is its floor in points, `below` when it is not reached."""

    title: str
    points: str
    full: str
    bar: Bar
    rows: tuple[ScoreRow, ...]
    floor: str = ""
    below: bool = False


@dataclass(frozen=True)
class Revision:
    """A line of the list of revisions: when, who, what changed, the total before and after, why."""

    when: str
    who: str
    what: str
    total: str
    why: str = ""


@dataclass(frozen=True)
class ScoreTable:
    """All scores: totals as a band, the suggestion and its reasons, every factor, the list of revisions."""

    groups: tuple[ScoreGroup, ...]
    total: str
    grade: Status | None = None
    suggestion: str = ""
    reasons: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    forms: tuple[RowForm, ...] = ()
    revisions: tuple[Revision, ...] = ()
    template: ClassVar[str] = "ui/components/score.html"
