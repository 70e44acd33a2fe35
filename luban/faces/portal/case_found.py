"""One of the firm's cases with everything its page reads, in a handful of queries; 404 for anybody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404

from luban.cases.act import situation
from luban.cases.context import Context
from luban.cases.engine import may_act
from luban.cases.house import context, view_at
from luban.cases.limits import Running, limits_of, next_due
from luban.cases.models import Case, CaseVersion, Document
from luban.cases.models import Event as EventRow
from luban.cases.rows import event_of, state_of
from luban.cases.state import CaseState, Event
from luban.faces.portal.frame import own_cases
from luban.kit import registry
from luban.kit.acts import Nothing
from luban.kit.item import Item
from luban.kit.process import APPLICANT_STEP, Action
from luban.ledger.requests import Standing, standing_of
from luban.people.actor import Actor
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact

SEALED = "sealed"


@dataclass(frozen=True)
class Paper:
    """A document as its reader sees it: `ready` once it is sealed and can be downloaded."""

    id: str
    code: str
    title: str
    number: str
    event_seq: int
    on: date
    ready: bool
    sm3: str


@dataclass(frozen=True)
class Found:
    """A case, its item, history, papers, licences, evidence (by event) and clocks."""

    row: Case
    item: Item
    state: CaseState
    version: CaseVersion
    events: tuple[Event, ...]
    papers: tuple[Paper, ...]
    licences: tuple[LicenceFact, ...]
    evidence: Mapping[int, Standing]
    clocks: tuple[Running, ...]
    within: Context

    @property
    def correcting(self) -> bool:
        """Whether it waits for its applicant."""
        return self.row.step == APPLICANT_STEP

    @property
    def due(self) -> Running | None:
        """The clock that falls due first."""
        return next_due(self.clocks)

    @property
    def returned(self) -> Event | None:
        """The event that last returned it for correction."""
        back = (e for e in reversed(self.events) if e.to_step == APPLICANT_STEP != e.from_step)
        return next(back, None)

    @property
    def papers_for_applicant(self) -> tuple[Paper, ...]:
        """Its papers that are not void, latest first."""
        return tuple(reversed(self.papers))


def case_row_of(*, number: str, actor: Actor) -> Case:
    """The firm's case of that number. Raises Http404."""
    row = own_cases(actor).select_related("current").filter(number=number.replace("\x00", "")).first()
    if row is None:
        raise Http404
    return row


def find(*, number: str, actor: Actor) -> Found:
    """Everything of the firm's case. Raises Http404."""
    row, within = case_row_of(number=number, actor=actor), context()
    item, state = registry.get(row.item), state_of(row)
    day = row.accepted_on or row.submitted_on
    papers = (
        Document.objects.filter(case=row, to_applicant=True)
        .exclude(state="void")
        .order_by("event_seq", "code")
    )
    return Found(
        row=row,
        item=item,
        state=state,
        version=row.current,
        events=tuple(event_of(e) for e in EventRow.objects.filter(case=row).order_by("seq")),
        papers=tuple(_paper(p) for p in papers),
        licences=shelf.of_case(case_id=str(row.pk)),
        evidence=standing_of(case=str(row.pk)),
        clocks=limits_of(
            process=item.process, case=state, params=within.params(day, item.code), calendar=within.calendar
        ),
        within=within,
    )


def _paper(row: Document) -> Paper:
    return Paper(
        str(row.pk),
        row.code,
        row.title,
        row.number,
        row.event_seq,
        (row.sealed_at or row.reserved_at).date(),
        row.state == SEALED,
        row.sm3,
    )


def own_actions(*, item: Item, state: CaseState, actor: Actor) -> tuple[Action, ...]:
    """What the applicant may do itself now without further words (withdraw …); correcting has its own way."""
    if state.closed:
        return ()
    return tuple(
        action
        for action, desk in item.process.actions_at(state.step)
        if desk.at == "own"
        and action.code != "resubmit"
        and action.data is Nothing
        and may_act(desk=desk, by=actor, case=state)
    )


def open_actions(*, found: Found, actor: Actor) -> tuple[Action, ...]:
    """Of what the applicant may do itself, what the case allows as it stands: of two ways to withdraw the one that fits."""
    own = own_actions(item=found.item, state=found.state, actor=actor)
    if all(action.when is None for action in own):
        return own
    view = view_at(case_id=str(found.row.pk), within=found.within)
    here = situation(item=found.item, view=view, data=None, by=actor, context=found.within)
    return tuple(action for action in own if action.when is None or not action.when(here))
