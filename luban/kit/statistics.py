"""What an item contributes to statistics and exports: facts stored with the case, what is counted of them, columns.

`Statistics.facts` is computed at every act and stored with the case; figures are made from what is stored, so a page
costs one reading however many cases there are. A fact is a text, a number, a list of texts (`many`), a mapping of
numbers (`Factors`), a day written 2026-07-02 (its name ends in `_on`), or, under `rows`, the lines of a table of the
form: a list of mappings. Beside the item's facts every case has the days `submitted_on`, `accepted_on`, `decided_on`,
`closed_on`, `ended_on` (decided or closed), its `org` and its `outcome` (see OUTCOMES); a fact of the same name is used
instead.

An indicator counts a case in the period in which its day `on` falls, and in the time slice of that day: each event
belongs to its own day (domain vocabulary 5.8; 危险废物 第一部分 §10.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from luban.kit.view import CaseView

ROWS = "rows"
OUTCOMES = (
    ("granted", "准予"),
    ("denied", "不予"),
    ("refused", "不予受理"),
    ("withdrawn", "撤回"),
    ("lapsed", "视为放弃"),
    ("voided", "作废"),
    ("", "在办"),
)
CODE = re.compile(r"^[a-z][a-z0-9_]*$")


@dataclass(frozen=True)
class Dimension:
    """A fact to group and to filter by: its code in the stored facts, Chinese title, the dictionary or the `options` of
    its values (if any).

    `many`: the fact is a list, the case counts under each value. `of_rows`: the value stands in each line of `rows`; a
    case counts once under each value, tonnes of lines under their own. `labelled`: values are written "key name";
    cases with the same key belong together, whatever the name was that day.
    """

    code: str
    title: str
    dictionary: str = ""
    many: bool = False
    of_rows: bool = False
    labelled: bool = False
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Count:
    """How many cases something happened to on day `on`; with `outcomes` only those that ended so."""

    code: str
    title: str
    on: str
    outcomes: tuple[str, ...] = ()
    unit: str = "件"


@dataclass(frozen=True)
class Distinct:
    """How many different values the fact `code` has (firms by credit code); `many`: the fact is a list."""

    code: str
    title: str
    on: str
    many: bool = False
    unit: str = "家"


@dataclass(frozen=True)
class Measure:
    """A number to add up, with its unit; `of_rows`: it stands in each line of `rows`.

    With a `source` the number is not stored: a register says it of each line (`FIGURES` in its `offers`), by case
    number and the values of the `key` facts of the line, joined by "|".
    """

    code: str
    title: str
    unit: str
    on: str = "submitted_on"
    of_rows: bool = False
    source: str = ""
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ratio:
    """One measure of the same chapter as percent of another."""

    code: str
    title: str
    part: str
    whole: str
    unit: str = "%"


@dataclass(frozen=True)
class Share:
    """Of the cases whose fact `fact` says something, how many percent say one of `values`; with `count` their number."""

    code: str
    title: str
    on: str
    fact: str
    values: tuple[str, ...]
    count: bool = False


@dataclass(frozen=True)
class Mean:
    """The mean of the number `fact`, one decimal place; cases without it are left out."""

    code: str
    title: str
    on: str
    fact: str
    unit: str


@dataclass(frozen=True)
class Bands:
    """How the numbers under `fact` are spread: `bands` are (title, least), highest first; the last takes what is left."""

    code: str
    title: str
    on: str
    fact: str
    bands: tuple[tuple[str, Decimal | None], ...]


@dataclass(frozen=True)
class Factors:
    """The mean of every number of the mapping `fact`; `names` are (code, title) in their order."""

    code: str
    title: str
    on: str
    fact: str
    names: tuple[tuple[str, str], ...]
    unit: str = "分"


@dataclass(frozen=True)
class Hits:
    """How often each of `names` stands in the lists `kinds` (fact, title), and in how many percent of the cases."""

    code: str
    title: str
    on: str
    kinds: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Span:
    """How long something takes, from day `since` to day `until`: calendar days, working days, working days net of
    pauses; counted on the day it ends.

    The first day does not count, the last does (domain vocabulary 5.2). `limits` are clocks of the process: the case is
    overdue when one of them ran out. `paused_by` names the reasons that stop it (None: all of them). Exports write its
    working days; of a `whole` one the calendar days and the net working days, too.
    """

    code: str
    title: str
    since: str
    until: str
    limits: tuple[str, ...] = ()
    paused_by: tuple[str, ...] | None = None
    whole: bool = False


Indicator = Count | Distinct | Measure | Ratio | Share | Mean | Bands | Factors | Hits | Span


@dataclass(frozen=True)
class Chapter:
    """Indicators that are read together on one page; `by` is the dimension it opens with ("": time)."""

    code: str
    title: str
    parts: tuple[Indicator, ...]
    by: str = ""


@dataclass(frozen=True)
class Target:
    """A number of cases to decide or close in a year: the parameter that says it.

    Items that declare the same `code` add up; their `outcomes` (all when empty) say which of their cases count.
    """

    code: str
    title: str
    param: str
    outcomes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportColumn:
    """A column of the export: its value of a case, and, where lines are written one by one, of a line of the form."""

    title: str
    value: Callable[[CaseView], Any]
    of_row: Callable[[CaseView, Any], Any] | None = None


@dataclass(frozen=True)
class Statistics:
    """`facts` is computed when a case is filed, corrected or moves, and stored with it.

    Without `chapters` an item has the general ones (counts and `measures`, how long cases take). `lines` gives the
    lines of the form an export may write one by one.
    """

    facts: Callable[[CaseView], Mapping[str, Any]]
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    columns: tuple[ExportColumn, ...]
    chapters: tuple[Chapter, ...] = ()
    targets: tuple[Target, ...] = ()
    lines: Callable[[CaseView], Sequence[Any]] | None = None

    def __post_init__(self) -> None:
        for fault in self.faults():
            raise ValueError(f"statistics: {fault}")

    def faults(self) -> Iterator[str]:
        """What is wrong with the declaration: codes that are none, twice the same, ratios of nothing."""
        for what, codes in (
            ("dimension", [d.code for d in self.dimensions]),
            ("measure", [m.code for m in self.measures]),
            ("chapter", [c.code for c in self.chapters]),
            *((f"indicator of {c.code}", [p.code for p in c.parts]) for c in self.chapters),
        ):
            yield from (f"{what} {code!r} is no code" for code in codes if not CODE.match(code))
            yield from (
                f"{what} {code} stands twice" for code in sorted({c for c in codes if codes.count(c) > 1})
            )
        known = {d.code for d in self.dimensions}
        for chapter in self.chapters:
            if chapter.by and chapter.by not in known:
                yield f"chapter {chapter.code} opens by {chapter.by}, which is no dimension"
            sums = {p.code for p in chapter.parts if isinstance(p, Measure)}
            for part in chapter.parts:
                if isinstance(part, Ratio) and not {part.part, part.whole} <= sums:
                    yield f"{part.code} divides what chapter {chapter.code} does not add up"

    def dimension(self, code: str) -> Dimension | None:
        """The dimension of a code."""
        return next((d for d in self.dimensions if d.code == code), None)
