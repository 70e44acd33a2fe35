"""Pictures of a case: made here, read everywhere else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from luban.cases.context import Context
from luban.cases.desks import CITY, desk_of
from luban.cases.state import CaseState, Event
from luban.kit.findings import Finding
from luban.kit.form import Form
from luban.kit.item import Item
from luban.kit.materials import Materials
from luban.kit.view import Act, CaseView, LicenceView


def act_of(event: Event) -> Act:
    """An event as views carry it."""
    return Act(
        seq=event.seq,
        at=event.at,
        actor=event.actor,
        actor_name=event.actor_name,
        role=event.role,
        action=event.action,
        title=event.title,
        from_step=event.from_step,
        to_step=event.to_step,
        state=event.state,
        data=event.data,
        digest=event.digest,
    )


def view_of(
    *,
    item: Item,
    case: CaseState,
    form: Form,
    events: Iterable[Event],
    context: Context,
    today: date,
    materials: Materials | None = None,
    findings: tuple[Finding, ...] = (),
    licences: tuple[LicenceView, ...] = (),
    **more: Any,
) -> CaseView:
    """The case as of its last event. `more` are further fields of CaseView (a document's number, its address)."""
    day = case.accepted_on or today
    role, organisation = desk_of(item, case)
    acts = tuple(act_of(e) for e in events if e.seq <= case.seq)
    left = acts[-1].from_step if acts else ""
    return CaseView(
        number=case.number,
        item=item.code,
        item_title=item.title,
        state=case.state,
        step=case.step,
        version=case.version,
        seq=case.seq,
        form=form,
        materials=materials or Materials(),
        applicant=case.applicant,
        applicant_name=case.applicant_name,
        office=context.office(case.handling_org),
        city=context.office(CITY),
        submitted_on=case.submitted_on,
        accepted_on=case.accepted_on,
        today=today,
        acts=acts,
        laws=context.laws,
        terms=context.terms(day),
        places=context.places(day),
        params=context.params(day, item.code),
        findings=findings,
        licences=licences,
        evidence_salt=case.salt,
        copied_from=case.copied_from,
        step_title=item.process.step(case.step).title if case.step else "",
        desk_role=role,
        desk_org=organisation,
        offices=context.offices,
        desk_at=item.process.step(case.step).desk.at if role else "",
        left_desk=item.process.step(left).desk.at if left else "",
        **more,
    )
