"""Registers without a database: what stands in for their tables while a case is tried.

A register whose facts or commands need tables may keep them in memory instead: `luban/registers/<name>/memory.py`
names a class `MEMORY`, made from the rows the case file gives under `facts.<name>` (ValueError for rows it cannot
read). It answers by the names of the register's `offers`, decides by the same pure functions, and is free of Django.
Nothing else has to be edited.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from luban import registers
from luban.kit.facts import needs_of
from luban.kit.item import Item
from luban.stages.trial.book import CaseEntry, TrialFault


class Memory(Protocol):
    """A register of one trial."""

    def providers(self) -> dict[str, Callable[..., Any]]:
        """Facts by name, as in `offers.PROVIDERS`."""

    def commands(self) -> dict[str, Callable[..., None]]:
        """Commands by name, as in `offers.COMMANDS`."""

    def shown(self) -> dict[str, dict[str, Any]]:
        """How it stands: plain values of each entry, by the entry's number."""


Kind = Callable[[Iterable[Mapping[str, Any]]], Memory]


@cache
def kinds() -> Mapping[str, Kind]:
    """The registers that can stand in memory, by the name of their folder."""
    found: dict[str, Kind] = {}
    for module in pkgutil.iter_modules(registers.__path__):
        if Path(registers.__path__[0], module.name, "memory.py").exists():
            found[module.name] = importlib.import_module(f"luban.registers.{module.name}.memory").MEMORY
    return found


def given_to(*, item: Item) -> tuple[str, ...]:
    """The registers a case file of this item may give rows to: a need of the same name goes before the register."""
    needs = needs_of(item.facts)
    return tuple(name for name in kinds() if name not in needs)


def in_memory(*, item: Item, entry: CaseEntry) -> dict[str, Memory]:
    """Every register of one trial. Raises TrialFault for rows that cannot be read."""
    given = given_to(item=item)
    try:
        return {
            name: kind(entry.facts.get(name, ()) if name in given else ()) for name, kind in kinds().items()
        }
    except ValueError as fault:
        raise TrialFault(f"case {entry.name}: {fault}") from fault
