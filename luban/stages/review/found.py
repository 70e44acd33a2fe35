"""One case with everything an official's page reads, in a handful of statements; refused when out of sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from luban.cases.context import Context
from luban.cases.house import context, keys
from luban.cases.limits import Running, limits_of, next_due
from luban.cases.models import Case, CaseVersion, Document
from luban.cases.models import Event as EventRow
from luban.cases.rows import event_of, finding_of, handed_in, state_of
from luban.cases.secrets import opened
from luban.cases.state import CaseState, Event
from luban.cases.views import view_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.materials import Materials, expected
from luban.kit.process import APPLICANT_STEP
from luban.kit.reading import read_form
from luban.kit.view import CaseView
from luban.ledger.requests import Standing, standing_of
from luban.people.actor import Actor
from luban.people.genuine import genuine
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact
from luban.stages.review.sight import case_of

SEALED = "sealed"


@dataclass(frozen=True)
class Paper:
    """A document of the case; `state` reserved, sealed or void."""

    id: str
    title: str
    number: str
    event_seq: int
    on: date
    state: str
    sm3: str
    to_applicant: bool

    @property
    def ready(self) -> bool:
        """Whether it can be opened."""
        return self.state == SEALED


@dataclass(frozen=True, kw_only=True)
class Found:
    """A case, its item, form, history, papers, licences, evidence (by event) and clocks.

    `payload` holds the values of the current version with secrets in plain: whoever draws it masks them.
    `before` is the version it is compared with (None: the first).
    """

    row: Case
    item: Item
    state: CaseState
    view: CaseView
    payload: Mapping[str, Any]
    before: Mapping[str, Any] | None
    version: CaseVersion
    events: tuple[Event, ...]
    papers: tuple[Paper, ...]
    licences: tuple[LicenceFact, ...]
    evidence: Mapping[int, Standing]
    clocks: tuple[Running, ...]
    within: Context

    @property
    def correcting(self) -> bool:
        """Whether it is with whoever corrects it."""
        return self.row.step == APPLICANT_STEP

    @property
    def due(self) -> Running | None:
        """The clock that falls due first."""
        return next_due(self.clocks)

    @cached_property
    def sm3s(self) -> frozenset[str]:
        """Digests of the files of the current version."""
        return frozenset(f.sm3 for f in self.view.materials.files if f.sm3)


def find(*, number: str, actor: Actor) -> Found:
    """The case of that number. Raises what `people.access.refusal` says."""
    return found_of(case_of(number=number, actor=actor))


def found_of(row: Case) -> Found:
    """Everything of a case row (loaded with its current version)."""
    within, item, state = context(), registry.get(row.item), state_of(row)
    events = tuple(event_of(e) for e in EventRow.objects.filter(case=row).order_by("seq"))
    licences = shelf.of_case(case_id=str(row.pk))
    payload = opened(form=item.form, payload=row.current.payload, keys=keys())
    form = read_form(item.form, payload).form
    files = tuple(handed_in(f) for f in row.current.materials)
    view = view_of(
        item=item,
        case=state,
        form=form,
        events=events,
        context=within,
        today=clock.today(),
        materials=Materials(expected(item.materials, form), files),
        findings=tuple(finding_of(f) for f in row.current.findings),
        licences=tuple(one.as_view(verify_base=within.verify_base) for one in licences),
    )
    params = within.params(row.accepted_on or clock.today(), item.code)
    return Found(
        row=row,
        item=item,
        state=state,
        view=view,
        payload=payload,
        before=_before(row, item),
        version=row.current,
        events=events,
        papers=_papers(row),
        licences=licences,
        evidence=standing_of(case=str(row.pk)),
        clocks=limits_of(process=item.process, case=state, params=params, calendar=within.calendar),
        within=within,
    )


def _before(row: Case, item: Item) -> Mapping[str, Any] | None:
    """What was submitted the time before, to mark what has changed."""
    if row.version < 2:
        return None
    older = CaseVersion.objects.filter(case=row, n=row.version - 1).first()
    return opened(form=item.form, payload=genuine(older).payload, keys=keys()) if older else None


def _papers(row: Case) -> tuple[Paper, ...]:
    found = Document.objects.filter(case=row).order_by("event_seq", "code")
    return tuple(
        Paper(
            str(p.pk),
            p.title,
            p.number,
            p.event_seq,
            (p.sealed_at or p.reserved_at).date(),
            p.state,
            p.sm3,
            p.to_applicant,
        )
        for p in found
    )
