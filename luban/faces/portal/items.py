"""An item before its form: facts, the notice with the server's countdown, the guide one question at a time, the start."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.faces.portal import guiding
from luban.faces.portal.addresses import fill_url
from luban.faces.portal.families import OWN
from luban.faces.portal.frame import firm_page, open_page
from luban.faces.portal.item_parts import guide_part, item_head, material_lines, notice_panel, start_part
from luban.kit import registry
from luban.kit.item import Item
from luban.people.requests import ActorRequest
from luban.stages.fill import drafts, reorder


def found(code: str) -> Item:
    """An item a firm may begin; 404 otherwise."""
    try:
        item = registry.get(code)
    except registry.UnknownItem:
        raise Http404 from None
    if item.begun_by.at != OWN:
        raise Http404
    return item


@open_page
@require_safe
def item_page(request: ActorRequest, code: str) -> HttpResponse:
    """Everything before the form; `edit` names the question to answer again."""
    item = found(code)
    seen = guiding.open_notice(request, item)
    stand = guiding.stand_of(item, seen.answers)
    panel = notice_panel(item, seen)
    may_reorder = request.actor.is_firm and reorder.possible(item=item, actor=request.actor)
    return render(
        request,
        "portal/item.html",
        {
            "item": item,
            "head": item_head(item),
            "notice": panel,
            "seen": seen,
            "guide": guide_part(item, seen.answers, stand, editing=request.GET.get("edit", "")),
            "start": start_part(request, item, seen, stand),
            "materials": material_lines(item),
            "may_reorder": may_reorder,
        },
    )


@open_page
@require_POST
def read_notice(request: ActorRequest, code: str) -> HttpResponse:
    """The box of the notice was ticked."""
    guiding.tick_notice(request, found(code), ticked=request.POST.get("read") == "1")
    return HttpResponseRedirect(reverse("portal:item", args=[code]) + "#guide")


@open_page
@require_POST
def answer(request: ActorRequest, code: str) -> HttpResponse:
    """A question was answered."""
    question = request.POST.get("question", "")
    guiding.answer(request, found(code), code=question, values=request.POST.getlist("answer"))
    return HttpResponseRedirect(reverse("portal:item", args=[code]) + "#guide")


@firm_page
@require_POST
def start(request: ActorRequest, code: str) -> HttpResponse:
    """Begin the draft and go to its form."""
    item = found(code)
    seen = guiding.before(request, item)
    guiding.require_ticked(item, seen)
    draft = drafts.start(
        item=item, actor=request.actor, answers=seen.answers, notice_opened_at=seen.opened_at
    )
    return HttpResponseRedirect(fill_url(draft.id))


@firm_page
@require_POST
def again(request: ActorRequest, code: str) -> HttpResponse:
    """再来一单: begin from an earlier case (`number`, where the item lets one choose)."""
    item = found(code)
    draft = reorder.again(
        item=item, actor=request.actor, case_number=request.POST.get("number", "")[:48] or None
    )
    return HttpResponseRedirect(fill_url(draft.id))
