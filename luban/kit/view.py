"""A case as documents, partners, evidence and statistics see it: one frozen picture as of one event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from luban.kit.book import BookOnDay
from luban.kit.findings import Finding
from luban.kit.form import Form
from luban.kit.laws import Laws
from luban.kit.materials import Materials
from luban.kit.parameters import ParametersOnDay


@dataclass(frozen=True)
class Office:
    """An organisation as it signs: code, name, region code, seal."""

    code: str
    name: str
    adcode: str
    seal: str = ""


@dataclass(frozen=True)
class Act:
    """One event of the history."""

    seq: int
    at: datetime
    actor: str
    actor_name: str
    role: str
    action: str
    title: str
    from_step: str
    to_step: str
    state: str
    data: Mapping[str, Any]
    digest: str = ""


@dataclass(frozen=True)
class LicenceView:
    """A licence of this case."""

    token: str
    number: str
    document: str
    version: int
    valid_from: date
    valid_to: date | None
    status: str
    verify_url: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """The case as of event `seq`. Days are Shanghai days; `acts` runs up to and including that event.

    `desk_role` and `desk_org` are whose desk it waits at, `desk_at` and `left_desk` where that desk and
    the desk it last left stand (see Desk.at); `offices` are all organisations that sign, by code; `numbers` are those of
    the case's earlier papers, by document code, where papers are worded; `licence_number` is that of the licence the
    paper being made is; `binding` is the
    row (from 1) a paper made for each row of a table is about.
    """

    number: str
    item: str
    item_title: str
    state: str
    step: str
    version: int
    seq: int
    form: Any
    materials: Materials
    applicant: str
    applicant_name: str
    office: Office
    city: Office
    submitted_on: date
    accepted_on: date | None
    today: date
    acts: tuple[Act, ...]
    laws: Laws
    terms: BookOnDay
    places: BookOnDay
    params: ParametersOnDay
    findings: tuple[Finding, ...] = ()
    licences: tuple[LicenceView, ...] = ()
    document_number: str = ""
    licence_number: str = ""
    verify_url: str = ""
    evidence_salt: str = ""
    copied_from: str = ""
    step_title: str = ""
    desk_role: str = ""
    desk_org: str = ""
    left_desk: str = ""
    desk_at: str = ""
    offices: Mapping[str, Office] = field(default_factory=dict)
    numbers: Mapping[str, str] = field(default_factory=dict)
    binding: int | None = None

    @property
    def law_day(self) -> date:
        """The day whose law applies: acceptance, before it today (domain vocabulary §6)."""
        return self.accepted_on or self.today

    @property
    def last(self) -> Act:
        """The event this view was taken at."""
        return self.acts[-1]

    def latest(self, action: str) -> Act | None:
        """The latest event of an action."""
        return next((a for a in reversed(self.acts) if a.action == action), None)

    def term(self, dictionary: str, code: str | None) -> str:
        """The Chinese name of a dictionary code; the code itself when it is not registered."""
        if code is None:
            return ""
        entry = self.terms.get(f"{dictionary}|{code}")
        return str(entry.data["name"]) if entry else code

    def place(self, adcode: str | None) -> str:
        """The name of a region."""
        entry = self.places.get(adcode or "")
        return str(entry.data["name"]) if entry else (adcode or "")

    def cite(self, law: str) -> str:
        """A law as it is printed for this case's day."""
        return self.laws.at(law, self.law_day).printed


def section_of(form: Form, name: str) -> Any:
    """A section of a form by name; KeyError-like AttributeError when there is none."""
    return getattr(form, name)


@dataclass(frozen=True)
class Situation:
    """What a guard or a preset sees: the case, its item, the act's data, the actor, the facts (looked up when asked)."""

    case: CaseView
    data: Any
    by: Any
    facts_of: Callable[[], Any]
    item: Any = None

    @cached_property
    def facts(self) -> Any:
        """The item's facts for this case today."""
        return self.facts_of()
