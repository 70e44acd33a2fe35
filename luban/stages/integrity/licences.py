"""Licences: each says what its paper and its case say, and has ended exactly when a case ended it.

What the licence states is composed again from the case as of the event that asked for its paper. A revocation is an
event whose action names the register command; the licence it was taken on must still be revoked by that case.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from luban.cases import house
from luban.cases.models import Case, Document, Event
from luban.kit import registry
from luban.kit.item import Item
from luban.registers.licences import shelf
from luban.registers.licences.decisions import target_of
from luban.registers.licences.models import Licence
from luban.registers.licences.parts import LicenceFact
from luban.registers.numbering.numbers import number_of
from luban.stages.integrity.fault import AT_ONCE, Fault, as_stored
from luban.stages.licence.compose import compose
from luban.stages.licence.holders import licence_holder

TABLE = "licences_licence"
REVOKES = "licences.revoke"
CHANGES = "used_t"  # tonnes used up are written after the licence was issued


def check_licences(faults: list[Fault]) -> int:
    """Look at every licence; returns how many."""
    count = 0
    for row in Licence.objects.order_by("id").iterator(chunk_size=AT_ONCE):
        count += 1
        licence = shelf.fact(row)
        faults.extend(Fault(TABLE, licence.number, problem) for problem in _problems(licence))
    faults.extend(_lost())
    faults.extend(_not_revoked())
    return count


def _problems(licence: LicenceFact) -> Iterator[str]:
    paper = Document.objects.filter(token=licence.token, state="sealed").first()
    if paper is None or str(paper.case_id) != licence.case_id:
        yield "没有与它对应的盖章文书"
        return
    if paper.sm3 != licence.file_sm3:
        yield "登记的文件不是本办件盖章的文书"
    yield from _differing(licence, paper)
    if licence.status == "revoked" and not _revoked_by(licence):
        yield "登记为已撤销，但没有作出撤销决定的办件"


def _differing(licence: LicenceFact, paper: Document) -> Iterator[str]:
    view = house.view_at(case_id=licence.case_id, seq=paper.event_seq)
    item = registry.get(view.item)
    own = number_of(document=licence_holder(licence.case_id, paper.event_seq, paper.code))
    terms = compose(
        item=item,
        document=item.document(licence.document),
        view=view,
        number=paper.number,
        licence_number=own.number if own else "",
    ).licence
    if terms is None:
        yield "对应的文书不是证照"
        return
    quantity = {k: v for k, v in licence.quantity.items() if k != CHANGES}
    stated = {k: v for k, v in terms.quantity.items() if k != CHANGES}
    pairs = (
        ("编号", licence.number, terms.number),
        ("持有单位", (licence.holder, licence.holder_name), (view.applicant, view.applicant_name)),
        ("有效期", (licence.valid_from, licence.valid_to), (terms.valid_from, terms.valid_to)),
        ("公示内容", [list(p) for p in licence.shows], [list(p) for p in terms.shows]),
        ("数量", as_stored(quantity), as_stored(stated)),
    )
    for label, kept, said in pairs:
        if kept != said:
            yield f"{label}与办件不符，被改动过"


def _revoked_by(licence: LicenceFact) -> bool:
    case = Case.objects.filter(number=licence.changed_by).first()
    if case is None:
        return False
    acts = _revoking(registry.get(case.item))
    event = Event.objects.filter(case=case, action__in=acts).order_by("-seq").first()
    return event is not None and target_of(house.view_at(case_id=case.pk, seq=event.seq)) == licence.number


def _revoking(item: Item) -> tuple[str, ...]:
    """The actions of an item that revoke a licence."""
    process = item.process
    found = [a for step in process.steps for a, _ in process.actions_at(step.code)]
    return tuple(action.code for action in found if REVOKES in action.records)


def _not_revoked() -> Iterator[Fault]:
    """Licences that stand although a case revoked them."""
    for item in registry.all_items():
        acts = _revoking(item)
        events = Event.objects.filter(case__item=item.code, action__in=acts) if acts else Event.objects.none()
        for case, seq in events.values_list("case_id", "seq").iterator(chunk_size=AT_ONCE):
            view = house.view_at(case_id=case, seq=seq)
            licence = shelf.by_number(number=target_of(view))
            if licence is None or (licence.status, licence.changed_by) != ("revoked", view.number):
                number = str(target_of(view))
                yield Fault(TABLE, number, f"已被{view.number}撤销，登记的状态与之不符，被改动过")


def _lost() -> Iterator[Fault]:
    """Sealed papers that are licences but have no row in the register."""
    wanted = Q(pk__in=[])
    for item in registry.all_items():
        codes = [document.code for document in item.documents if document.licence is not None]
        wanted |= Q(case__item=item.code, code__in=codes)
    known = Licence.objects.values("token")
    lost = Document.objects.filter(wanted, state="sealed").exclude(token__in=known)
    for number in lost.values_list("number", flat=True).iterator(chunk_size=AT_ONCE):
        yield Fault(TABLE, number, "证照已盖章，但证照登记里没有它")
