"""One way to make a document: reserve, typeset, seal, file.

 1. A short transaction reserves the paper: its number and its token. A retry finds them again.
 2. It is typeset with the time it was reserved, so a repeat gives the same bytes.
 3. The seal service signs it, idempotent by paper and version.
 4. One transaction files the sealed bytes, puts a licence in force, and, where the paper is the decision, takes the
    system's `issue`. Before that nothing shows; after it nothing is missing.

A merged letter goes the same way for all its cases at once (see `merged`).

Killed anywhere, the next attempt ends with the same number, the same bytes and one licence. When the case has moved on
before its decision could be sealed, the paper and its number become void and nothing comes into force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.cases.context import Context
from luban.cases.models import Case
from luban.cases.models import Document as Paper
from luban.kit import registry
from luban.kit.clock import ZONE, clock
from luban.kit.documents import Document, Number
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.kit.view import CaseView
from luban.links.channels import is_demonstration
from luban.links.eseal.client import RemoteSeal
from luban.links.outbox.effects import EffectRequest, EffectView
from luban.links.outbox.queue import hasten, put
from luban.links.outcomes import Rejected, Unavailable
from luban.people.actor import Actor
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact, new_token
from luban.registers.numbering.numbers import next_number
from luban.stages.licence import authorities, merged
from luban.stages.licence.archive import licence_filed
from luban.stages.licence.compose import Composed, compose
from luban.stages.licence.give_up import VOID, void
from luban.stages.licence.holders import holder_of, licence_holder
from luban.trust import typeset
from luban.trust.digest import sm3
from luban.trust.pdf_seal import seal
from luban.trust.pictures import qr_svg, seal_svg

RESERVED, SEALED = "reserved", "sealed"
ISSUE = "issue"
MOVED_ON = "办件在盖章前已转入其他环节，文书未生效。"
SHARED = {
    "official": typeset.LETTER,
    "official.certificate": typeset.CERTIFICATE,
    "official.application": typeset.APPLICATION,
}


@dataclass(frozen=True)
class Job:
    """A document to make: for which case, as of which event."""

    case_id: str
    seq: int
    item: Item
    document: Document
    view: CaseView
    within: Context


def make(effect: EffectView) -> Mapping[str, Any]:
    """Perform a `document` effect; idempotent. Raises Unavailable while the seal service is out, Rejected when the
    decision is refused by the case's own rules: a person must look.
    """
    case_id, seq = str(effect.body["case"]), int(effect.body["seq"])
    within = house.context()
    view = house.view_at(case_id=case_id, seq=seq, within=within)
    view = replace(view, numbers=house.numbered_by(case_id=case_id, seq=seq - 1))
    item = registry.get(view.item)
    job = Job(case_id, seq, item, item.document(str(effect.body["document"])), view, within)
    paper = reserve(job)
    if paper.state == RESERVED:
        bring_into_force(job, paper)
    said = {"number": paper.number, "paper": str(paper.pk), "sm3": paper.sm3}
    return said | ({"void": MOVED_ON} if paper.state == VOID else {})


def bring_into_force(job: Job, paper: Paper) -> None:
    """Seal and file the paper; void it when it would decide a case that no longer waits for the decision."""
    waits = not job.document.decides or waits_for_seal(job)
    try:
        if waits:
            file(job, paper, *sealed_bytes(job, paper))
    except Refused as refusal:
        if waits_for_seal(job):
            raise Rejected(refusal.code, refusal.message) from refusal
        waits = False
    if not waits and void(paper=paper, by=Actor.system().account, reason=MOVED_ON):
        paper.state, paper.sm3 = VOID, ""


def waits_for_seal(job: Job) -> bool:
    """Whether the case stands at a step where the system's `issue` can be taken."""
    state, step = Case.objects.values_list("state", "step").get(pk=job.case_id)
    if state.startswith("closed_"):
        return False
    return any(action.code == ISSUE for action, _ in job.item.process.actions_at(step))


def reserve(job: Job) -> Paper:
    """The paper with its number and token, reserved once and for all."""
    held = Paper.objects.filter(case_id=job.case_id, event_seq=job.seq, code=job.document.code).first()
    if held is not None:
        return held
    now, own = clock.now(), job.document.number

    def draw(holder: str) -> str:
        return drawn_number(job, own, now.date(), holder) if own is not None else ""

    line = merged.line_of(case_id=job.case_id, seq=job.seq, document=job.document)
    with transaction.atomic():
        if line is not None:
            return merged.reserve(line=line, document=job.document, draw=draw, at=now)
        number = draw(holder_of(job.case_id, job.seq, job.document.code))
        return Paper.objects.create(
            case_id=job.case_id,
            event_seq=job.seq,
            code=job.document.code,
            title=job.document.title,
            number=number,
            token=new_token(),
            state=RESERVED,
            to_applicant=job.document.to_applicant,
            reserved_at=now,
        )


def drawn_number(job: Job, own: Number, day: date, holder: str) -> str:
    """The number `holder` has, drawn if it has none."""
    return next_number(
        template=own.template, day=day, document=holder, sequence=own.sequence, **own.parts(job.view)
    ).number


def licence_number(job: Job, paper: Paper) -> str:
    """The number of the licence where it has one of its own, reserved once and for all; empty otherwise."""
    licence = job.document.licence
    if licence is None or licence.number is None:
        return ""
    holder = licence_holder(job.case_id, job.seq, job.document.code)
    return drawn_number(job, licence.number, paper.reserved_at.astimezone(ZONE).date(), holder)


def sealed_bytes(job: Job, paper: Paper) -> tuple[Composed, bytes]:
    """What the paper says and its sealed PDF; the same bytes each time."""
    at = paper.reserved_at.astimezone(ZONE).replace(microsecond=0)
    composed = compose(
        item=job.item,
        document=job.document,
        view=job.view,
        number=paper.number,
        verify_url=f"{job.within.verify_base}{paper.token}",
        licence_number=licence_number(job, paper),
        together=merged.views_of(paper=paper, within=job.within),
    )
    sheet = typeset.typeset_sheet(
        template=template_of(job.item, job.document), data=drawn(composed, job.within, paper.token), at=at
    )
    office = composed.sealed_by
    if office is None:
        return composed, sheet.pdf
    signer = RemoteSeal(office.seal or office.code)
    # The content is part of the request: should the words change between an answer we lost and the repeat (an upgrade,
    # an office renamed), the seal service is asked anew instead of refusing the paper for ever.
    request = f"{paper.joint or paper.pk}:1:{sm3(sheet.pdf)[:16]}"
    pdf = seal(pdf=sheet.pdf, signer=signer, at=at, reason=paper.title, request=request, box=sheet.seal_box)
    authorities.remember(signer.presented.authority)
    return composed, pdf


def template_of(item: Item, document: Document) -> Path:
    """The typst file of a document: a shared one, or the item's own."""
    return SHARED.get(document.template) or item.folder / "documents" / f"{document.template}.typ"


def drawn(composed: Composed, within: Context, token: str) -> dict[str, Any]:
    """The data of the template with its pictures: the seal, the QR code of licences, the demonstration mark."""
    demo = is_demonstration(link="eseal")
    data: dict[str, Any] = {**composed.fields, "demo": demo}
    if composed.sealed_by is not None:
        data["seal"] = seal_svg(organisation=composed.sealed_by.name, demo=demo)
    if composed.licence is not None:
        said = data.get("qr")
        caption = dict(said) if isinstance(said, Mapping) else {}
        data["qr"] = {**caption, "svg": qr_svg(f"{within.verify_base}{token}")}
    return data


def file(job: Job, paper: Paper, composed: Composed, pdf: bytes) -> None:
    """File the sealed bytes and put the paper in force, in one transaction."""
    digest = house.objects().put(pdf)
    now = clock.now()
    with transaction.atomic():
        rows = list(merged.copies_of(paper).select_for_update().order_by("pk"))
        paper.state, paper.sm3 = SEALED, digest
        if any(row.state == SEALED for row in rows):
            return
        if paper.joint and composed.cases != sum(row.state != VOID for row in rows):
            raise Unavailable("合并函中有办件已取消，将按其余办件重新排版。")
        rows = [row for row in rows if row.pk == paper.pk or row.state == RESERVED]
        merged.copies_of(paper).filter(pk__in=[row.pk for row in rows]).update(
            state=SEALED, sm3=digest, size=len(pdf), sealed_at=now
        )
        if composed.licence is not None:
            put_in_force(job, paper, composed, digest, now)
        carriers = {"letters", *((job.document.letter.message[0],) if job.document.letter else ())}
        for row in rows:
            for link in sorted(carriers):
                hasten(case=str(row.case_id), at=now, link=link)
            hasten(case=str(row.case_id), at=now, kind="evidence")
        if job.document.decides:
            decide(job)


def put_in_force(job: Job, paper: Paper, composed: Composed, digest: str, now: datetime) -> None:
    """Enter the licence in its register and tell the city's licence library."""
    terms, view = composed.licence, job.view
    if terms is None:
        return
    licence = shelf.issue(
        licence=LicenceFact(
            number=terms.number,
            holder=view.applicant,
            holder_name=view.applicant_name,
            valid_from=terms.valid_from,
            valid_to=terms.valid_to,
            token=paper.token,
            case_id=job.case_id,
            case_number=view.number,
            item=view.item,
            document=job.document.code,
            title=terms.title,
            office=view.office.code,
            office_name=view.office.name,
            shows=terms.shows,
            quantity=terms.quantity,
            file_sm3=digest,
        ),
        at=now,
    )
    effect = EffectRequest(
        key=f"{job.case_id}:{job.seq}:licence:{job.document.code}",
        lane=f"ecert:{job.case_id}",
        kind="share",
        link="ecert",
        name="licence_issued",
        case=job.case_id,
        body=licence_filed(licence=licence, adcode=view.office.adcode, verify_base=job.within.verify_base),
    )
    put(effects=[effect], at=now)


def decide(job: Job) -> None:
    """Take the system's `issue`. Raises Refused, which undoes the filing with it."""
    request_id = f"issue:{job.seq}:{job.document.code}"
    house.take(case_id=job.case_id, action=ISSUE, by=Actor.system(), data={}, request_id=request_id)
