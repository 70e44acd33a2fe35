"""What an item contributes to statistics and exports: facts stored with the case, and columns computed from its view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from luban.kit.view import CaseView


@dataclass(frozen=True)
class Dimension:
    """A fact to group by: its code in the stored facts, Chinese title, and the dictionary of its values (if any)."""

    code: str
    title: str
    dictionary: str = ""


@dataclass(frozen=True)
class Measure:
    """A fact to add up, with its unit."""

    code: str
    title: str
    unit: str


@dataclass(frozen=True)
class ExportColumn:
    """A column of the export."""

    title: str
    value: Callable[[CaseView], Any]


@dataclass(frozen=True)
class Statistics:
    """`facts` is computed when a case is filed, corrected or moves, and stored with it."""

    facts: Callable[[CaseView], Mapping[str, Any]]
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    columns: tuple[ExportColumn, ...]
