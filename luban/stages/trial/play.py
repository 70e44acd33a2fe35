"""Play a written case in the running house: the same case file, kept in PostgreSQL, its effects done by the workers.

Where `try` ends with words, this ends with a numbered case, sealed papers, messages at the partners and a licence
whose QR address answers. The acts carry the days of the timeline; the workers' clock is the house's own, so start it
on the first day (`luban up --now …`).
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.cases.act import Filing
from luban.cases.desks import organisation_of
from luban.cases.state import CaseState
from luban.kit.clock import clock
from luban.kit.facts import Applicant, SealState
from luban.kit.item import Item
from luban.kit.materials import HandedIn, expected
from luban.kit.process import Desk
from luban.kit.reading import read_form
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.precheck.check import check
from luban.stages.trial.book import CaseEntry, FileEntry, TrialFault
from luban.trust.digest import sm3


@dataclass(frozen=True)
class Played:
    """A case that was played: its id and number, and where it stood after the last act taken by a person."""

    case_id: str
    number: str
    state: str
    step: str


def play(*, item: Item, entry: CaseEntry) -> Played:
    """File the case and take the persons' acts of its timeline. Raises TrialFault, Refused."""
    run = uuid.uuid4().hex[:8]
    with clock.at(entry.today), transaction.atomic():
        case = _file(item, entry, run)
    for n, line in enumerate(entry.timeline):
        if line.act == "resubmit":
            raise TrialFault(f"case {entry.name}: a correction cannot be played, choose a case without one")
        with clock.at(line.on):
            case = house.take(
                case_id=case.id,
                action=line.act,
                by=actor_for(item=item, case=case, by=line.by),
                data=line.data,
                request_id=f"play-{run}-{n}",
            ).case
    return Played(case.id, case.number, case.state, case.step)


def _file(item: Item, entry: CaseEntry, run: str) -> CaseState:
    who = entry.applicant
    applicant = Applicant(who.uscc, who.name, organisation=who.organisation or who.uscc)
    payload = copy.deepcopy(entry.form)
    files = tuple(_handed_in(one, item) for one in _written(item, entry, payload))
    checked = check(
        item=item,
        payload=payload,
        context=house.context(),
        day=entry.today,
        applicant=applicant,
        files=files,
        seal=SealState(entry.sign.mode, entry.sign.signed, entry.sign.unchanged),
    )
    if checked.blocking:
        raise Refused("PRECHECK", checked.blocking[0].message, status=422, findings=checked.findings)
    filing = Filing(
        form=checked.form,
        applicant=applicant,
        findings=checked.findings,
        acknowledged=entry.acknowledge,
        materials=checked.materials,
    )
    role = entry.by.partition("/")[0] or item.begun_by.role
    by = Actor(role, role, role, applicant.organisation, who.name, applicant.organisation[:6])
    return house.file_case(item=item, filing=filing, by=by, request_id=f"play-{run}").case


def _written(item: Item, entry: CaseEntry, payload: Mapping[str, Any]) -> Iterator[FileEntry]:
    """The files the case hands in: those it lists, or one for every paper that is required."""
    if isinstance(entry.materials, list):
        yield from entry.materials
    elif entry.materials == "complete":
        for slot in expected(item.materials, read_form(item.form, payload).form):
            if slot.required and slot.material.code not in entry.without:
                yield FileEntry(code=slot.material.code, binding=slot.binding, filename=f"{slot.title}.pdf")


def _handed_in(written: FileEntry, item: Item) -> HandedIn:
    """A page of text that says what it stands for, kept in the object store like any material."""
    name = written.filename or f"{item.material(written.code).title}.pdf"
    content = f"演示材料：{name}{written.binding or ''}".encode()
    house.objects().put(content)
    return HandedIn(**{**written.model_dump(), "filename": name, "size": len(content), "sm3": sm3(content)})


def actor_for(*, item: Item, case: CaseState, by: str) -> Actor:
    """Who takes an act where a case stands: `role` or `role/account`, as a timeline writes it."""
    role, _, account = by.partition("/")
    desk = next((desk for _, desk in item.process.actions_at(case.step) if desk.role == role), Desk(role))
    organisation = organisation_of(desk=desk, case=case)
    name = account or role
    return Actor(name, name, role, organisation, house.context().office(organisation).name, organisation[:6])
