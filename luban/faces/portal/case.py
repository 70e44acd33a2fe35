"""The page of a case and what can be done from it: correct, withdraw, download, begin again, ask for revocation."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.cases import house
from luban.cases.models import Case, Document, Event
from luban.cases.rows import state_of
from luban.cases.secrets import masked, opened
from luban.faces.portal.addresses import fill_url
from luban.faces.portal.case_found import SEALED, Found, case_row_of, find, open_actions, own_actions
from luban.faces.portal.case_parts import (
    corrections_of,
    deadline_of,
    facts_of,
    may_repeat,
    paper_url,
    timeline_of,
    track_of,
)
from luban.faces.portal.download import KINDS, attachment
from luban.faces.portal.frame import firm_page
from luban.faces.portal.licence_parts import Shown, shown
from luban.faces.portal.rows import status_of
from luban.kit import registry
from luban.kit.reading import read_form
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.registers.licences.parts import is_token
from luban.stages.fill import drafts, files, proposals
from luban.stages.fill.ownership import works
from luban.trust.objects import ObjectMissing, ObjectTouched
from luban.ui.forms.render import render_section_read
from luban.ui.view import Crumbs
from luban.ui.words import case_status

MISSING = "这份文件暂时取不出来，请稍后再试；仍不行请致电 12345。"


@firm_page
@require_safe
def case(request: ActorRequest, number: str) -> HttpResponse:
    """The page of one of the firm's cases."""
    found, actor = find(number=number, actor=request.actor), request.actor
    begins = works(desk=found.item.begun_by, actor=actor, item=found.item)
    payload = masked(
        form=found.item.form,
        payload=opened(form=found.item.form, payload=found.version.payload, keys=house.keys()),
    )
    return render(
        request,
        "portal/case.html",
        {
            "found": found,
            "row": found.row,
            "item": found.item,
            "crumbs": Crumbs((("首页", "/"), ("我的办件", reverse("portal:cases"))), found.row.number),
            "status": status_of(found.row),
            "track": track_of(found),
            "corrections": corrections_of(found),
            "timeline": timeline_of(found),
            "deadline": deadline_of(found),
            "facts": facts_of(found),
            "papers": [(p, paper_url(found, p)) for p in found.papers_for_applicant],
            "licences": _licences(found),
            "actions": open_actions(found=found, actor=actor),
            "may_repeat": may_repeat(found, begins=begins),
            "materials": _materials(found),
            "form": render_section_read(form=read_form(found.item.form, payload).form, payload=payload),
            "request_id": uuid.uuid4().hex,
        },
    )


def _licences(found: Found) -> list[Shown]:
    return [shown(licence) for licence in found.licences]


def _materials(found: Found) -> list[tuple[str, str, str]]:
    """(title of the material, file name, address) of what was handed in with the current version."""
    titles = {m.code: m.title for m in found.item.materials}
    return [
        (
            titles.get(file["code"], file["code"]),
            _beside(titles.get(file["code"], ""), file["filename"]),
            reverse("portal:file", args=[found.row.number, file["sm3"]]) if file["sm3"] else "",
        )
        for file in found.version.materials
    ]


def _beside(title: str, filename: str) -> str:
    """The file's name under its material's title; nothing when it says the same."""
    return "" if title and filename.rpartition(".")[0] == title else filename


@firm_page
@require_safe
def correct(request: ActorRequest, number: str) -> HttpResponse:
    """Open the one draft in which the case is corrected (begun on the first visit), at the place asked for."""
    row = case_row_of(number=number, actor=request.actor)
    draft = drafts.start_correction(case_id=str(row.pk), actor=request.actor)
    return HttpResponseRedirect(fill_url(draft.id, request.GET.get("at", "")[:200]))


@firm_page
@require_POST
def act(request: ActorRequest, number: str) -> HttpResponse:
    """Something the applicant may do by itself, such as withdrawing. Raises Refused."""
    row = case_row_of(number=number, actor=request.actor)
    action, request_id = request.POST.get("action", ""), request.POST.get("request_id", "")[:80]
    item, state = registry.get(row.item), state_of(row)
    if not request_id:
        raise Refused("NO_REQUEST_ID", "提交的内容不完整，请返回办件页面重新操作。", status=400)
    if action not in {a.code for a in own_actions(item=item, state=state, actor=request.actor)}:
        return _repeated_or_refused(request, row, request_id)
    outcome = house.take(case_id=str(row.pk), action=action, by=request.actor, data={}, request_id=request_id)
    messages.success(request, f"{case_status(state=outcome.case.state).word}，办件编号 {row.number}。")
    return HttpResponseRedirect(reverse("portal:case", args=[row.number]))


def _repeated_or_refused(request: ActorRequest, row: Case, request_id: str) -> HttpResponse:
    """A second click finds the act done and sees the case; anything else is not the applicant's to do now."""
    if Event.objects.filter(case=row, request_id=request_id).exists():
        return HttpResponseRedirect(reverse("portal:case", args=[row.number]))
    raise Refused("NOT_AT_THIS_STEP", "本件现在不能进行这一操作。请返回办件页面查看最新进展。")


@firm_page
@require_safe
def paper(request: ActorRequest, number: str, paper_id: uuid.UUID) -> HttpResponse:
    """A sealed paper addressed to the applicant, as a PDF."""
    row = case_row_of(number=number, actor=request.actor)
    found = Document.objects.filter(case=row, pk=paper_id, to_applicant=True, state=SEALED).first()
    if found is None:
        raise Http404
    name = f"{found.title}_{found.number or row.number}.pdf"
    return attachment(_bytes(found.sm3), name=name, kind=KINDS["pdf"])


@firm_page
@require_safe
def file(request: ActorRequest, number: str, sm3: str) -> HttpResponse:
    """A material handed in with the case."""
    row = case_row_of(number=number, actor=request.actor)
    try:
        name, kind, content = files.read_of_case(case_id=str(row.pk), sm3=sm3, actor=request.actor)
    except (ObjectMissing, ObjectTouched):
        raise Refused("FILE_MISSING", MISSING, status=404) from None
    return attachment(content, name=name, kind=KINDS.get(kind, "application/octet-stream"))


def _bytes(sm3: str) -> bytes:
    try:
        return house.objects().get(sm3)
    except (ObjectMissing, ObjectTouched):
        raise Refused("FILE_MISSING", MISSING, status=404) from None


@firm_page
@require_POST
def propose(request: ActorRequest, token: str) -> HttpResponse:
    """The holder asks the issuing bureau to begin an item at its licence (for example to revoke it). Raises Refused."""
    code = request.POST.get("item", "")
    item = next((i for i in registry.all_items() if i.code == code and i.proposes), None)
    if item is None or not is_token(token):
        raise Http404
    proposals.propose(item=item, actor=request.actor, licence_token=token)
    messages.success(
        request, f"已向发证机关提出“{item.title}”请求；作出决定前证照仍然有效，结果会在消息里告知。"
    )
    return HttpResponseRedirect(reverse("portal:licence", args=[token]))
