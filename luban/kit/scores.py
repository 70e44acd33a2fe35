"""Scores: points the machine gives factor by factor, each with its reason, its inputs and the table row that decided.

A factor looks at the whole application or row by row; of several rows the lowest points count. What cannot be known is
missing, never zero: a sheet with something missing is provisional and nobody may conclude on it. The steps from a value
to points are rows of the dated register `score_bands` (`Bands`), so that officials can change them and try the change
first. A person may correct a factor with a reason; automatic and corrected points stand side by side (vocabulary 5.4).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from luban.kit.book import BookOnDay

TOTAL_SHIFT = "score.second_look_points"
"""The parameter: by how many points corrections may move a total before another person has to agree."""


@dataclass(frozen=True)
class Points:
    """What one look gave: points (None: missing), why, from which values, by which row of the bands."""

    points: int | None
    why: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    band: str = ""
    path: str = ""

    @property
    def missing(self) -> bool:
        """Whether the points could not be known."""
        return self.points is None


def missing(why: str, path: str = "", **inputs: Any) -> Points:
    """The points cannot be known; `why` says what lacks and who can supply it."""
    return Points(None, why, inputs, path=path)


Look = Callable[[Any, Any, date], Iterable[Points]]
L = TypeVar("L", bound=Look)


@dataclass(frozen=True)
class Dimension:
    """A group of factors. `most` points; `floor` is the parameter below which the grade is held down ("": none);
    a `bonus` comes on top of the base and is capped at `most`."""

    code: str
    title: str
    most: int
    floor: str = ""
    bonus: bool = False


@dataclass(frozen=True)
class Factor:
    """A registered factor; `allowed` are the only points there can be (empty: every whole number from 0 to `most`)."""

    code: str
    title: str
    dimension: str
    most: int
    allowed: tuple[int, ...]
    look: Look

    def fault(self, points: int) -> str:
        """What is wrong with a person's points for this factor, in Chinese; empty when nothing is."""
        if self.allowed:
            others = "、".join(str(n) for n in self.allowed if n)
            return "" if points in self.allowed else f"{self.title}只能为0或{others}。"
        return "" if 0 <= points <= self.most else f"{self.title}得分应为0至{self.most}的整数。"


@dataclass(frozen=True)
class Scored:
    """A factor on a sheet: `auto` by the machine (None: missing), `manual` by a person, `rows` look by look."""

    code: str
    title: str
    dimension: str
    most: int
    auto: int | None
    why: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    band: str = ""
    rows: tuple[Points, ...] = ()
    manual: int | None = None
    reason: str = ""

    @property
    def final(self) -> int | None:
        """The person's points, otherwise the machine's."""
        return self.auto if self.manual is None else self.manual


@dataclass(frozen=True)
class Grading:
    """Grade and suggestion of a sheet, as dictionary code and Chinese sentence; `on_fail` is what is suggested instead
    whenever a clause of the review fails, however many points there are ("": the clauses do not bear on it)."""

    grade: str
    title: str
    suggestion: str
    reasons: tuple[str, ...] = ()
    on_fail: str = ""


@dataclass(frozen=True)
class Sheet:
    """A score sheet (评分表): factors, subtotals by dimension, base, bonus, total and grade. A missing factor counts
    0 for the time being and makes the sheet `provisional`."""

    factors: tuple[Scored, ...]
    subtotals: Mapping[str, int]
    base: int
    bonus: int
    below: tuple[str, ...] = ()
    grading: Grading = Grading("", "", "")

    @property
    def total(self) -> int:
        """Base and bonus."""
        return self.base + self.bonus

    @property
    def missing(self) -> tuple[Scored, ...]:
        """The factors nobody has points for."""
        return tuple(one for one in self.factors if one.final is None)

    @property
    def provisional(self) -> bool:
        """Whether something is missing."""
        return bool(self.missing)

    def __getitem__(self, code: str) -> Scored:
        return next(one for one in self.factors if one.code == code)


Grade = Callable[[Sheet, Any], Grading]


class Scoring:
    """The factors of an item, their dimensions and how a sheet is graded (`grade(sheet, params)`)."""

    def __init__(self, *, dimensions: tuple[Dimension, ...], grade: Grade, version: str = "2026-1") -> None:
        self.dimensions, self.grade, self.version = dimensions, grade, version
        self._factors: dict[str, Factor] = {}

    def factor(
        self, code: str, title: str, *, dimension: str, most: int, allowed: tuple[int, ...] = ()
    ) -> Callable[[L], L]:
        """Register the decorated function as factor `code`. Raises ValueError for a doubled or unplaced one."""
        if code in self._factors or dimension not in {d.code for d in self.dimensions}:
            raise ValueError(f"factor {code} is declared twice or stands in no dimension")

        def register(look: L) -> L:
            self._factors[code] = Factor(code, title, dimension, most, allowed, look)
            return look

        return register

    def __iter__(self) -> Iterator[Factor]:
        return iter(self._factors.values())

    def __getitem__(self, code: str) -> Factor:
        return self._factors[code]

    def __len__(self) -> int:
        return len(self._factors)

    def sheet(self, form: Any, facts: Any, today: date) -> Sheet:
        """The machine's sheet. `facts.params` supplies the floors and whatever grading asks for."""
        scored = tuple(_scored(factor, tuple(factor.look(form, facts, today))) for factor in self)
        return self.summed(scored, params=facts.params)

    def corrected(self, sheet: Sheet, *, code: str, points: int | None, reason: str, params: Any) -> Sheet:
        """The sheet with a person's points for one factor (None takes them back), summed and graded anew."""
        changed = tuple(
            replace(one, manual=points, reason=reason) if one.code == code else one for one in sheet.factors
        )
        return self.summed(changed, params=params)

    def summed(self, scored: tuple[Scored, ...], *, params: Any) -> Sheet:
        """Subtotals, base, bonus, the dimensions under their floor, and the grade."""
        subtotals = {
            d.code: min(d.most, sum(one.final or 0 for one in scored if one.dimension == d.code))
            for d in self.dimensions
        }
        base = sum(subtotals[d.code] for d in self.dimensions if not d.bonus)
        bonus = sum(subtotals[d.code] for d in self.dimensions if d.bonus)
        below = tuple(
            d.code for d in self.dimensions if d.floor and subtotals[d.code] < params.integer(d.floor)
        )
        sheet = Sheet(scored, subtotals, base, bonus, below)
        return replace(sheet, grading=self.grade(sheet, params))


def _scored(factor: Factor, looks: tuple[Points, ...]) -> Scored:
    """The lowest of several looks counts; one that is missing makes the factor missing."""
    looks = looks or (missing("没有可评的内容。"),)
    led = min(looks, key=lambda one: (not one.missing, one.points or 0))
    return Scored(
        factor.code,
        factor.title,
        factor.dimension,
        factor.most,
        led.points,
        led.why,
        led.inputs,
        led.band,
        looks if len(looks) > 1 else (),
    )


@dataclass(frozen=True)
class Band:
    """A row of the register that decided: its id (`item|factor|n`), points and text."""

    id: str
    points: int
    text: str


@dataclass(frozen=True)
class Bands:
    """The rows of `score_bands` of one item on one day, asked factor by factor; the first row that fits decides."""

    item: str
    book: BookOnDay

    def of(
        self, factor: str, *, value: Decimal | int | None = None, code: str | Collection[str] = ""
    ) -> Band:
        """The band of a value (within the row's bounds) or a code (among the row's codes). Of something that has
        several codes at once, the first row that names one of them decides.

        Raises LookupError when no row fits: a gap in the table is a fault of the register, never zero points.
        """
        found = self.book.where(item=self.item, factor=factor)
        codes = {code} if isinstance(code, str) else set(code)
        for row in sorted(found, key=lambda one: int(one["seq"])):
            if _fits(row.data, value, codes):
                return Band(row.key, int(row["points"]), str(row["text"]))
        raise LookupError(f"score_bands has no row of {self.item} {factor} for {sorted(codes)} {value}")


def _fits(row: Mapping[str, Any], value: Decimal | int | None, codes: set[str]) -> bool:
    if row.get("codes") and codes.isdisjoint(row["codes"]):
        return False
    bounds = ("above", "from_value", "up_to", "below")
    if value is None:
        return all(row.get(name) is None for name in bounds)
    above, least, most, below = (row.get(name) for name in bounds)
    return (
        (above is None or value > above)
        and (least is None or value >= least)
        and (most is None or value <= most)
        and (below is None or value < below)
    )
