"""Keyset pages: from where the page before ended, in both directions, never by counting.

A cursor is the ordering values of a row as text (`2026-07-15|…`); a mangled one is refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from luban.kit.refusal import Refused

M = TypeVar("M", bound=Model)
SEPARATOR = "|"


@dataclass(frozen=True)
class Key:
    """One column of the order: its name, how its text is read back, whether it runs downwards."""

    name: str
    read: Callable[[str], Any]
    down: bool = False


@dataclass(frozen=True)
class Slice(Generic[M]):
    """A page of rows and the cursors of its neighbours ("": none there)."""

    rows: tuple[M, ...]
    before: str
    after: str


def moment(text: str) -> datetime:
    """A moment as a cursor carries it. Raises ValueError, also for one that does not say which zone it means."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def page_of(
    rows: QuerySet[M], *, keys: tuple[Key, ...], after: str = "", before: str = "", size: int = 20
) -> Slice[M]:
    """The page after (or before) a cursor, the first page without one. Raises Refused (400) for a bad cursor."""
    back = bool(before)
    cursor = before or after
    if cursor:
        rows = rows.filter(_beyond(keys, _values(keys, cursor), back=back))
    order = [f"-{k.name}" if k.down != back else k.name for k in keys]
    found = list(rows.order_by(*order)[: size + 1])
    more, shown = len(found) > size, found[:size]
    if back:
        shown.reverse()
    first = _cursor(keys, shown[0]) if shown else ""
    last = _cursor(keys, shown[-1]) if shown else ""
    return Slice(tuple(shown), first if (more if back else cursor) else "", last if back or more else "")


def _values(keys: tuple[Key, ...], cursor: str) -> list[Any]:
    parts = cursor.split(SEPARATOR)
    try:
        return [key.read(part) for key, part in zip(keys, parts, strict=True)]
    except (ValueError, ArithmeticError):
        raise Refused("BAD_PAGE", "页码无法识别，请从第一页重新查看。", status=400) from None


def _beyond(keys: tuple[Key, ...], values: list[Any], *, back: bool) -> Q:
    wanted, same = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        sign = "lt" if key.down != back else "gt"
        wanted |= same & Q(**{f"{key.name}__{sign}": value})
        same &= Q(**{key.name: value})
    return wanted


def _cursor(keys: tuple[Key, ...], row: Model) -> str:
    return SEPARATOR.join(_text(getattr(row, key.name)) for key in keys)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
