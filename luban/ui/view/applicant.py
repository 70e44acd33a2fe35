"""What an applicant sees: things to do, corrections, progress, the notice, the guide, the form's helpers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from luban.ui.face import Link
from luban.ui.view.marks import Button, Lamp, Proofmark, Source
from luban.ui.words import Status


@dataclass(frozen=True)
class Todo:
    """Something the reader must do. `need` paints it amber; `mark` stands at the right of the title."""

    title: str
    text: str
    action: Button
    mark: Lamp | Status | None = None
    more: Link | None = None
    need: bool = False
    template: ClassVar[str] = "ui/components/todo.html"


@dataclass(frozen=True)
class CorrectionRow:
    """One thing to correct: what, why it is wrong, how to mend it, the button that goes there."""

    title: str
    why: str
    how: str
    href: str = ""


@dataclass(frozen=True)
class Corrections:
    """The correction list: everything at once, each with its way out."""

    rows: tuple[CorrectionRow, ...]
    href: str = ""
    text: str = "改好提交后，受理人员当天可见；不用重填其他内容。以上为一次性告知。"
    basis: str = ""
    links: tuple[Link, ...] = ()
    template: ClassVar[str] = "ui/components/correct.html"


@dataclass(frozen=True)
class TrackStep:
    """A station ahead or behind. `state`: done, now, todo; `hold`: "" , stop (waits for the reader), hold (clock paused)."""

    title: str
    state: str = "todo"
    note: str = ""
    hold: str = ""


@dataclass(frozen=True)
class Track:
    """The way ahead as stations; `big` under a case's title."""

    steps: tuple[TrackStep, ...]
    big: bool = False
    template: ClassVar[str] = "ui/components/track.html"


@dataclass(frozen=True)
class TimeEntry:
    """One event of the past. `kind`: "", stop (waits for applicant), hold (paused), machine, next (not yet)."""

    title: str
    when: str
    text: str = ""
    kind: str = ""
    links: tuple[Link, ...] = ()
    proof: Proofmark | None = None


@dataclass(frozen=True)
class Timeline:
    """The history, newest first."""

    entries: tuple[TimeEntry, ...]
    template: ClassVar[str] = "ui/components/time.html"


@dataclass(frozen=True)
class NoticePanel:
    """The notice with its countdown: the box can be ticked after `seconds`, the server checks the time again."""

    points: tuple[str, ...]
    seconds: int
    action: str
    basis: str = ""
    read: bool = False
    template: ClassVar[str] = "ui/components/notice.html"


@dataclass(frozen=True)
class Answered:
    """A question already answered, folded to a line."""

    number: int
    question: str
    answer: str
    href: str
    source: Source | None = None
    template: ClassVar[str] = "ui/components/qa.html"


@dataclass(frozen=True)
class Choice:
    """One possible answer or tick box."""

    value: str
    text: str
    small: str = ""
    on: bool = False
    disabled: bool = False


@dataclass(frozen=True)
class Choices:
    """A question with its answers (`lb-choice`): radio, or with `many` tick boxes; `legend` is always said."""

    name: str
    legend: str
    choices: tuple[Choice, ...]
    hint: str = ""
    many: bool = False
    inline: bool = False
    template: ClassVar[str] = "ui/components/choice.html"


@dataclass(frozen=True)
class SectionLink:
    """A section of a long form: its state (ok, warn, bad, open) in words and as an icon."""

    title: str
    href: str
    note: str = ""
    state: str = "open"
    current: bool = False

    @property
    def icon(self) -> tuple[str, str, str]:
        """Icon, colour class, word for screen readers."""
        return {
            "ok": ("circle-check", "is-c-ok", "已完成"),
            "warn": ("alert-triangle", "is-c-warn", "有提醒"),
            "bad": ("circle-x", "is-c-bad", "须改正"),
            "open": ("circle-dashed", "is-c-dim", "未完成"),
        }[self.state]


@dataclass(frozen=True)
class SectionNav:
    """The left column of a long form."""

    sections: tuple[SectionLink, ...]
    template: ClassVar[str] = "ui/components/secnav.html"

    @property
    def done(self) -> int:
        """How many sections are complete."""
        return sum(s.state == "ok" for s in self.sections)


@dataclass(frozen=True)
class FindRow:
    """One finding: `severity` block, warn or info; `href` `#field-id`; `where` e.g. 四 转移计划 · 拟转移止日."""

    severity: str
    text: str
    where: str
    href: str


@dataclass(frozen=True)
class FindList:
    """The precheck: how many of each, then every finding as a link to its field, gravest first."""

    rows: tuple[FindRow, ...]
    passed: int
    when: str = ""
    template: ClassVar[str] = "ui/components/find.html"

    @property
    def blocks(self) -> int:
        """Findings that stop submission."""
        return sum(r.severity == "block" for r in self.rows)

    @property
    def warns(self) -> int:
        """Findings that need a nod."""
        return sum(r.severity == "warn" for r in self.rows)

    @property
    def ordered(self) -> list[FindRow]:
        """Rows, gravest first."""
        return sorted(self.rows, key=lambda r: ("block", "warn", "info").index(r.severity))


@dataclass(frozen=True)
class ActBar:
    """The bar at the bottom of a long page: saving state left, buttons right, the main one last."""

    buttons: tuple[Button, ...]
    saved: str = ""
    autosave: bool = False
    wide: bool = False
    template: ClassVar[str] = "ui/components/actbar.html"


@dataclass(frozen=True)
class CaseRow:
    """A case in the applicant's list: title, number, stations, status, one button."""

    title: str
    number: str
    href: str
    track: Track
    status: Status
    note: str
    action: Button
    template: ClassVar[str] = "ui/components/caserow.html"
