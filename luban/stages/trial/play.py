"""Play a written case in the running house: the same case file, kept in PostgreSQL, its effects done by the workers.

Where `try` ends with words, this ends with a numbered case, sealed papers, messages at the partners and a licence
whose QR address answers. The acts carry the days of the timeline; the workers' clock is the house's own, so start it
on the first day (`luban up --now …`).
"""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass

from django.db import transaction

from luban.cases import house
from luban.cases.act import Filing
from luban.cases.desks import CITY
from luban.cases.state import CaseState
from luban.kit.clock import clock
from luban.kit.facts import Applicant, SealState
from luban.kit.item import Item
from luban.kit.materials import HandedIn, expected
from luban.kit.reading import read_form
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.precheck.check import check
from luban.stages.trial.book import CaseEntry, TrialFault
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
                by=_actor(item, case, line.by),
                data=line.data,
                request_id=f"play-{run}-{n}",
            ).case
    return Played(case.id, case.number, case.state, case.step)


def _file(item: Item, entry: CaseEntry, run: str) -> CaseState:
    who = entry.applicant
    applicant = Applicant(who.uscc, who.name, organisation=who.organisation or who.uscc)
    payload = copy.deepcopy(entry.form)
    slots = expected(item.materials, read_form(item.form, payload).form)
    files = tuple(_handed_in(s.material.code, s.binding, s.title) for s in slots if s.required)
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


def _handed_in(code: str, binding: int | None, title: str) -> HandedIn:
    """A page of text that says what it stands for, kept in the object store like any material."""
    content = f"演示材料：{title}".encode()
    house.objects().put(content)
    return HandedIn(code, f"{title}.pdf", binding=binding, size=len(content), sm3=sm3(content), check="pass")


def _actor(item: Item, case: CaseState, by: str) -> Actor:
    role, _, account = by.partition("/")
    at = next((desk.at for _, desk in item.process.actions_at(case.step) if desk.role == role), "handling")
    organisation = {"own": case.applicant, "city": CITY}.get(at, case.handling_org)
    name = account or role
    return Actor(name, name, role, organisation, house.context().office(organisation).name, organisation[:6])
