"""发起: items that officials begin themselves; drafts of the bureau, those asked for by firms among them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.faces.office.frame import office_page
from luban.kit import registry
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.requests import ActorRequest
from luban.stages.fill import drafts as stage
from luban.stages.fill import proposals
from luban.stages.fill.ownership import works
from luban.stages.review.sight import case_of
from luban.ui.view import Empty, Pager

PAGE = 20


def begun_by(actor: Actor) -> tuple[Item, ...]:
    """The items this official begins."""
    return tuple(
        item
        for item in registry.all_items()
        if item.begun_by.at != "own" and works(desk=item.begun_by, actor=actor, item=item)
    )


@office_page()
@require_safe
def drafts(request: ActorRequest) -> HttpResponse:
    """What may be begun, and what is begun and not handed in."""
    after = request.GET.get("after", "")
    lines = stage.of_owner(actor=request.actor, limit=PAGE + 1, after=after.replace(" ", "+") or None)
    shown, here = lines[:PAGE], reverse("office:drafts")
    words = {
        "items": begun_by(request.actor),
        "lines": [(line, reverse("office:fill", args=[line.id])) for line in shown],
        "pager": Pager(
            f"本页 {len(shown)} 份",
            previous_href=here if after else "",
            next_href=f"{here}?after={shown[-1].cursor}" if len(lines) > PAGE else "",
        ),
        "empty": Empty("没有草稿。", "发起后没有提交的，和企业提出的请求，会出现在这里。", "pencil"),
    }
    return render(request, "office/drafts.html", words)


@office_page()
@require_POST
def begin(request: ActorRequest, code: str) -> HttpResponse:
    """Begin an item, at a licence when one is named. Raises Refused (403, 404, 409)."""
    item = next((i for i in begun_by(request.actor) if i.code == code), None)
    if item is None:
        raise Refused("NOT_YOURS_TO_BEGIN", "您的岗位不能发起这个事项。", status=403)
    token = request.POST.get("licence", "")
    if token:
        draft = proposals.begin_at(item=item, actor=request.actor, licence_token=token)
    else:
        draft = stage.start(item=item, actor=request.actor, answers={}, notice_opened_at=None)
    return HttpResponseRedirect(reverse("office:fill", args=[draft.id]))


@office_page()
@require_safe
def correct(request: ActorRequest, number: str) -> HttpResponse:
    """Open the draft in which an official's own case is corrected (begun on the first visit)."""
    row = case_of(number=number, actor=request.actor)
    draft = stage.start_correction(case_id=str(row.pk), actor=request.actor)
    return HttpResponseRedirect(reverse("office:fill", args=[draft.id]))


@office_page()
@require_POST
def discard(request: ActorRequest, draft_id: str) -> HttpResponse:
    """Throw a draft away with its files."""
    stage.discard(draft_id=draft_id, actor=request.actor)
    messages.success(request, "草稿已删除。")
    return HttpResponseRedirect(reverse("office:drafts"))
