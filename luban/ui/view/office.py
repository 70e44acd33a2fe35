"""What an official sees: what is asked, the decision, lists with filters and batches."""

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
    """The filter row; a GET form, so that a filtered list has an address. `clear_href` when something is set,
    `hidden` are parts of the address that the form keeps."""

    fields: tuple[FilterField, ...]
    action: str = ""
    export_href: str = ""
    clear_href: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
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
