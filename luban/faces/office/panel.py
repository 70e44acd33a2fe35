"""The decision panel: the acts open to the reader, what follows each, and the words each asks for.

An act that returns the case for correction gets the builder: places of this very form to point at, each with what is
wrong and on what ground. Whatever was typed comes back as it was when the act is refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.safestring import SafeString

from luban.kit.fields import whole_number
from luban.kit.findings import Finding
from luban.kit.form import field_specs
from luban.kit.process import Action
from luban.stages.review.found import Found
from luban.stages.review.options import Option
from luban.stages.review.spots import SpotGroup, spots_of
from luban.ui.forms.choices import Choices
from luban.ui.forms.data import read_posted
from luban.ui.forms.render import render_data_form

REQUEST = 24
BLANK_ROWS = 1
MOST_BLANK = 20


@dataclass(frozen=True)
class Mark:
    """One line of the correction builder."""

    path: str = ""
    problem: str = ""
    basis: str = ""

    @property
    def blank(self) -> bool:
        """Whether nothing was said in it."""
        return not (self.problem or self.basis or self.path)


@dataclass(frozen=True)
class Builder:
    """The correction builder of an act: its places, its lines, the closing note, what is wrong with them."""

    prefix: str
    groups: tuple[SpotGroup, ...]
    marks: tuple[Mark, ...]
    note: str
    messages: tuple[str, ...] = ()

    @property
    def rows(self) -> str:
        """The name of its table."""
        return f"{self.prefix}.items"


@dataclass(frozen=True)
class Choice:
    """An act as the panel offers it."""

    option: Option
    on: bool
    fields: SafeString = field(default_factory=SafeString)
    builder: Builder | None = None


@dataclass(frozen=True)
class Panel:
    """The whole panel."""

    choices: tuple[Choice, ...]
    request_id: str
    seq: int
    refused: str = ""

    @property
    def any(self) -> bool:
        """Whether one of the acts may be taken now."""
        return any(not c.option.why_not for c in self.choices)


@dataclass(frozen=True)
class Typed:
    """What was posted for one act and why it was refused."""

    action: str
    values: Mapping[str, Any]
    findings: tuple[Finding, ...]
    message: str
    request_id: str


def new_request() -> str:
    """A request id: short enough to carry a case number behind it."""
    return uuid.uuid4().hex[:REQUEST]


def panel_of(
    *,
    found: Found,
    options: tuple[Option, ...],
    choices: Choices,
    typed: Typed | None = None,
    rows: str = "",
) -> Panel:
    """The panel for these acts, with what was typed before when an act was refused."""
    blank = max(BLANK_ROWS, min(whole_number(rows) or BLANK_ROWS, MOST_BLANK))
    open_ = [o for o in options if not o.why_not]
    first = typed.action if typed else (open_[0].action.code if len(open_) == 1 else "")
    return Panel(
        tuple(_choice(found, o, choices, typed, first, blank) for o in options),
        typed.request_id if typed else new_request(),
        found.row.seq,
        typed.message if typed else "",
    )


def _choice(
    found: Found, option: Option, choices: Choices, typed: Typed | None, first: str, blank: int
) -> Choice:
    action = option.action
    mine = typed if typed and typed.action == action.code else None
    made = Choice(option, on=action.code == first and not option.why_not)
    if option.why_not:
        return made
    if option.marks:
        return replace(made, builder=_builder(found, action, mine, blank))
    if not field_specs(action.data):
        return made
    values = {**option.preset, **(mine.values if mine else {})}
    fields = render_data_form(
        action.data, values, mine.findings if mine else (), action.code, choices=choices
    )
    return replace(made, fields=fields)


def _builder(found: Found, action: Action, typed: Typed | None, blank: int) -> Builder:
    given = typed.values.get("items") or [] if typed else []
    marks = [Mark(*(str(one.get(n) or "") for n in ("path", "problem", "basis"))) for one in given]
    marks += [Mark()] * max(0, blank - len(marks))
    note = str(typed.values.get("note") or "") if typed else ""
    said = tuple(dict.fromkeys(f.message for f in typed.findings)) if typed else ()
    return Builder(action.code, spots_of(item=found.item, form=found.view.form), tuple(marks), note, said)


def posted_values(
    *, option_marks: bool, action: Action, posted: QueryDict
) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """The act's words as posted and what is wrong with them; blank lines of the builder are dropped."""
    given = {name: posted.getlist(name) for name in posted}
    if option_marks:
        given = _without_blank_lines(given, f"{action.code}.items")
    return read_posted(section=action.data, posted=given, prefix=action.code)


def _without_blank_lines(given: Mapping[str, list[str]], table: str) -> dict[str, list[str]]:
    """Lines in which nothing is said go, the rest close up."""
    kept: dict[str, list[str]] = {}
    lines: dict[int, dict[str, list[str]]] = {}
    for name, values in given.items():
        row, _, cell = name.removeprefix(f"{table}[").partition("].")
        number = whole_number(row) if name.startswith(f"{table}[") and cell else None
        if number is not None:
            lines.setdefault(number, {})[cell] = values
        else:
            kept[name] = values
    said = [
        line
        for _, line in sorted(lines.items())
        if any(v.strip() for values in line.values() for v in values)
    ]
    for n, line in enumerate(said):
        kept |= {f"{table}[{n}].{cell}": values for cell, values in line.items()}
    return kept
