"""What an official sees: what is asked, rule by rule why, scores, the decision, lists with filters and batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from luban.ui.face import Link
from luban.ui.view.marks import Button, Lamp, Note
from luban.ui.words import Status


@dataclass(frozen=True)
class Ask:
    """The first block of a case page: days left, what to decide, what the machine thinks, what is missing."""

    due: str
    due_text: str
    title: str
    text: str
    action: Button | None = None
    tone: str = ""
    template: ClassVar[str] = "ui/components/ask.html"


@dataclass(frozen=True)
class Confirm:
    """A person's yes or no to a doubtful rule; `answer` "", "pass" or "fail"; `note` who said so and why."""

    name: str
    answer: str = ""
    note: str = ""
    may: bool = True


@dataclass(frozen=True)
class RuleRow:
    """One rule: number, outcome, fact (figures are made bold), law, how the figures were fetched, confirmation."""

    code: str
    title: str
    outcome: str
    fact: str
    law: str = ""
    evidence: Link | None = None
    confirm: Confirm | None = None
    action: Button | None = None
    small: str = ""
    template: ClassVar[str] = "ui/components/rule_row.html"

    @property
    def css(self) -> str:
        """The coloured edge."""
        return {"fail": "is-bad", "doubt": "is-need"}.get(self.outcome, "")


@dataclass(frozen=True)
class RuleRows:
    """All rules of a review: what failed or is doubtful open, what passed folded into one line."""

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
class ScoreRow:
    """One criterion with its points and reason; `manual` when an official changed it (reason in `why`)."""

    code: str
    title: str
    points: str
    full: str
    bar: Bar
    why: str
    auto: str = ""
    edit: Link | None = None


@dataclass(frozen=True)
class ScoreGroup:
    """Criteria under one heading such as “A 运输风险”."""

    title: str
    points: str
    full: str
    bar: Bar
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True)
class ScoreTable:
    """All scores: totals as a band, then every criterion."""

    groups: tuple[ScoreGroup, ...]
    total: str
    verdict: str
    template: ClassVar[str] = "ui/components/score.html"


@dataclass(frozen=True)
class DecideOption:
    """A decision. `consequence` says what follows; a closed one says `why_not`; `fields` is its own form part, rendered."""

    value: str
    title: str
    consequence: str = ""
    on: bool = False
    why_not: str = ""
    fields: Any = ""


@dataclass(frozen=True)
class Decide:
    """The decision panel. `request_id` makes a repeated submission harmless; `version` guards against a stale page."""

    action: str
    options: tuple[DecideOption, ...]
    request_id: str
    lamp: Lamp | None = None
    name: str = "action"
    opinion: str = ""
    opinion_source: str = ""
    opinion_help: str = ""
    phrases: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    submit: Button = field(default_factory=lambda: Button("提交决定", kind="primary"))
    version: str = ""
    template: ClassVar[str] = "ui/components/decide.html"


@dataclass(frozen=True)
class NextSteps:
    """“提交之后”: what will happen, one line each with an icon."""

    lines: tuple[tuple[str, str], ...]
    template: ClassVar[str] = "ui/components/next.html"


@dataclass(frozen=True)
class LampBox:
    """A count behind a lamp that filters the list."""

    lamp: Lamp
    count: str
    href: str
    on: bool = False


@dataclass(frozen=True)
class LampBoxes:
    """The row of lamps above a worklist."""

    boxes: tuple[LampBox, ...]
    template: ClassVar[str] = "ui/components/lampboxes.html"


@dataclass(frozen=True)
class ViewTab:
    """A saved filter shown as a tab."""

    title: str
    href: str
    count: str = ""
    current: bool = False


@dataclass(frozen=True)
class Views:
    """Tabs of saved filters; `save_href` offers to save the present one."""

    tabs: tuple[ViewTab, ...]
    save_href: str = ""
    label: str = "常用视图"
    template: ClassVar[str] = "ui/components/views.html"


@dataclass(frozen=True)
class FilterField:
    """A filter. `kind`: search, select or date; `options` (value, text) for a select; `wide` takes what is left."""

    name: str
    label: str
    kind: str = "select"
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Filter:
    """The filter row; a GET form, so that a filtered list has an address. `clear_href` when something is set."""

    fields: tuple[FilterField, ...]
    action: str = ""
    export_href: str = ""
    clear_href: str = ""
    template: ClassVar[str] = "ui/components/filter.html"


@dataclass(frozen=True)
class Batch:
    """The bar that comes out when rows are ticked; its buttons belong to the form that holds the table."""

    buttons: tuple[Button, ...]
    note: str = ""
    template: ClassVar[str] = "ui/components/batch.html"


@dataclass(frozen=True)
class Pager:
    """Previous and next only, no totals; `keys` tells of the keyboard."""

    text: str
    previous_href: str = ""
    next_href: str = ""
    keys: bool = False
    template: ClassVar[str] = "ui/components/pager.html"


@dataclass(frozen=True)
class CaseHead:
    """An official's case head: title, status, number, facts in a line, buttons."""

    title: str
    number: str
    status: Status
    facts: tuple[tuple[str, str], ...]
    crumbs: tuple[Link, ...] = ()
    here: str = ""
    buttons: tuple[Button, ...] = ()
    template: ClassVar[str] = "ui/components/case_head.html"
