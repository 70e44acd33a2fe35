"""Cases kept in memory: what `luban try` and the items' own tests run on. The engine is the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from luban.cases.act import Loaded
from luban.cases.state import CaseState, Event, Move, Planned
from luban.kit.findings import Finding
from luban.kit.item import Item
from luban.kit.materials import HandedIn
from luban.kit.view import CaseView, LicenceView
from luban.registers.numbering.templates import format_number, sequence_of

DEMO_SALT = "00112233445566778899aabbccddeeff"


@dataclass
class Kept:
    """One case in memory."""

    case: CaseState
    payload: Mapping[str, Any]
    findings: tuple[Finding, ...] = ()
    files: tuple[HandedIn, ...] = ()
    events: list[Event] = field(default_factory=list)


@dataclass
class MemoryStore:
    """A store without a database. `counters` start where the case file says; `commands` are register commands;
    `licences_of` answers the licences of a case number."""

    counters: dict[str, int] = field(default_factory=dict)
    commands: dict[str, Callable[..., None]] = field(default_factory=dict)
    licences_of: Callable[[str], tuple[LicenceView, ...]] = lambda number: ()
    cases: dict[str, Kept] = field(default_factory=dict)
    effects: list[tuple[str, int, Planned]] = field(default_factory=list)
    facts: dict[str, bytes] = field(default_factory=dict)

    def load(self, case_id: str) -> Loaded:
        """Read a case."""
        kept = self.cases[case_id]
        return Loaded(kept.case, kept.payload, tuple(kept.events), kept.findings, kept.files)

    def save(self, *, item: Item, move: Move, view: CaseView, payload: Mapping[str, Any] | None) -> None:
        """Keep a move."""
        kept = self.cases.setdefault(move.after.id, Kept(move.after, payload or {}))
        kept.case = move.after
        if payload is not None:
            kept.payload, kept.findings, kept.files = payload, view.findings, view.materials.files
        kept.events.append(move.event)
        self.effects += [(move.after.id, move.event.seq, planned) for planned in move.effects]

    def draw(self, *, template: str, day: date, sequence: str = "", **parts: str) -> str:
        """The next number of a template; `counters` are keyed by the sequence's name or by its prefix alone."""
        name = sequence or sequence_of(template=template, day=day, **parts)
        value = self.counters.get(name, self.counters.get(name.split("-")[0], 0)) + 1
        self.counters[name] = value
        return format_number(template=template, value=value, day=day, **parts)

    def number(self, *, item: Item, adcode: str, day: date) -> str:
        """The next case number."""
        return self.draw(template=item.number_template, day=day, prefix=item.prefix, adcode=adcode)

    def new_case(self, *, item: Item, number: str) -> tuple[str, str]:
        """Id and salt; the salt is fixed so that digests of a trial can be compared."""
        return number, DEMO_SALT

    def command(self, name: str) -> Callable[..., None]:
        """A register command."""
        return self.commands[name]

    def keep_facts(self, texts: Mapping[str, bytes]) -> None:
        """Keep what an assessment looked at."""
        self.facts |= texts

    def licences(self, case_id: str) -> tuple[LicenceView, ...]:
        """The licences a case has by now."""
        return self.licences_of(case_id)
