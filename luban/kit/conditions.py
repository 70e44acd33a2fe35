"""When does a field, a material or a question apply?

A condition is data, not code: the same declaration decides on the server whether a field is asked, tells the page
which controls make other controls appear, and can be printed. Paths are looked up in the row or section at hand
first (`leg_mode`), then from the form (`route.legs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


def look_up(path: str, own: Any, form: Any) -> Any:
    """The value at `path`: a bare name in `own`, else a dotted path from `form`; None when there is none."""
    if "." not in path and own is not None and hasattr(own, path):
        return getattr(own, path)
    value = form
    for part in path.split("."):
        value = getattr(value, part, None)
        if value is None:
            return None
    return value


@dataclass(frozen=True)
class Condition:
    """A condition over a form. `holds(own, form)` decides; `reads` names the paths it depends on."""

    def holds(self, own: Any, form: Any) -> bool:
        """Whether the condition is met for this row or section of this form."""
        raise AssertionError("a Condition is one of the shapes below")

    @property
    def reads(self) -> tuple[str, ...]:
        """The paths whose change may turn this condition."""
        return ()


@dataclass(frozen=True)
class When(Condition):
    """The value at `path` is one of `values` (or, for a list, contains one of them)."""

    path: str
    values: tuple[Any, ...]

    def holds(self, own: Any, form: Any) -> bool:
        value = look_up(self.path, own, form)
        if isinstance(value, list | tuple):
            return any(v in self.values for v in value)
        return value in self.values

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.path,)


@dataclass(frozen=True)
class Filled(Condition):
    """The value at `path` is stated at all."""

    path: str

    def holds(self, own: Any, form: Any) -> bool:
        return look_up(self.path, own, form) not in (None, "", [])

    @property
    def reads(self) -> tuple[str, ...]:
        return (self.path,)


@dataclass(frozen=True)
class AnyRow(Condition):
    """Some row of the table at `table` has one of `values` in `field`."""

    table: str
    field: str
    values: tuple[Any, ...]

    def holds(self, own: Any, form: Any) -> bool:
        rows: Sequence[Any] = look_up(self.table, own, form) or ()
        return any(getattr(row, self.field, None) in self.values for row in rows)

    @property
    def reads(self) -> tuple[str, ...]:
        return (f"{self.table}.{self.field}",)


@dataclass(frozen=True)
class Not(Condition):
    """The inner condition does not hold."""

    inner: Condition

    def holds(self, own: Any, form: Any) -> bool:
        return not self.inner.holds(own, form)

    @property
    def reads(self) -> tuple[str, ...]:
        return self.inner.reads


@dataclass(frozen=True)
class Some(Condition):
    """At least one of the inner conditions holds."""

    inner: tuple[Condition, ...]

    def holds(self, own: Any, form: Any) -> bool:
        return any(c.holds(own, form) for c in self.inner)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(path for c in self.inner for path in c.reads)


@dataclass(frozen=True)
class Every(Condition):
    """All inner conditions hold."""

    inner: tuple[Condition, ...]

    def holds(self, own: Any, form: Any) -> bool:
        return all(c.holds(own, form) for c in self.inner)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(path for c in self.inner for path in c.reads)


def when(path: str, *values: Any) -> Condition:
    """`path` has one of `values`; without values: `path` is true."""
    return When(path, values or (True,))


def unless(path: str, *values: Any) -> Condition:
    """The opposite of `when`."""
    return Not(When(path, values or (True,)))


def filled(path: str) -> Condition:
    """`path` has a value."""
    return Filled(path)


def any_row(table: str, field: str, *values: Any) -> Condition:
    """A row of `table` has one of `values` in `field`."""
    return AnyRow(table, field, values)


def some(*inner: Condition) -> Condition:
    """At least one holds."""
    return Some(inner)


def every(*inner: Condition) -> Condition:
    """All hold."""
    return Every(inner)
