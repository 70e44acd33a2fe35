"""My licences: the list, one licence with its QR code, its PDF, what may be asked for at it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.cases import house
from luban.faces.portal.download import KINDS, attachment
from luban.faces.portal.frame import firm_page
from luban.faces.portal.licence_parts import shown, standing, term_of
from luban.kit.refusal import Refused
from luban.people.actor import Actor, may_see
from luban.people.requests import ActorRequest
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact
from luban.stages.fill import proposals
from luban.trust.objects import ObjectMissing, ObjectTouched
from luban.ui.view import Cell, Column, Crumbs, DataTable, Pager, TableRow

COLUMNS = tuple(Column(title) for title in ("证照", "状态", "有效期", "发证机关", "办件"))


def _readable(licence: LicenceFact, actor: Actor) -> bool:
    return may_see(actor, applicant=licence.holder, handling_org=licence.office, item=licence.item)


@firm_page
@require_safe
def licences(request: ActorRequest) -> HttpResponse:
    """A page of the firm's licences, newest first; `after` is where the page before ended."""
    after = request.GET.get("after", "")
    if after and not (after.isascii() and after.isdigit() and len(after) < 18):
        raise Refused("BAD_PAGE", "页码无法识别，请从第一页重新查看。", status=400)
    actor = request.actor
    page = shelf.of_holder(holder=actor.subject, after=int(after) if after else None)
    rows = [licence for licence in page.licences if _readable(licence, actor)]
    here = reverse("portal:licences")
    return render(
        request,
        "portal/licences.html",
        {
            "crumbs": Crumbs((("首页", "/"),), "我的证照"),
            "table": DataTable("我的证照", COLUMNS, tuple(_row(licence) for licence in rows))
            if rows
            else None,
            "pager": Pager(
                f"本页 {len(rows)} 份，新的在前",
                previous_href=here if after else "",
                next_href=f"{here}?after={page.after}" if page.after else "",
            ),
        },
    )


def _row(licence: LicenceFact) -> TableRow:
    return TableRow(
        (
            Cell(licence.number, small=licence.title, href=reverse("portal:licence", args=[licence.token])),
            Cell(view=standing(licence)),
            Cell(term_of(licence)),
            Cell(licence.office_name),
            Cell(licence.case_number, href=reverse("portal:case", args=[licence.case_number])),
        )
    )


def _own(token: str, actor: Actor) -> LicenceFact:
    """The actor's licence behind a token; 404 otherwise."""
    found = shelf.find(token=token)
    if found is None or not _readable(found, actor):
        raise Http404
    return found


@firm_page
@require_safe
def licence(request: ActorRequest, token: str) -> HttpResponse:
    """One licence."""
    found = _own(token, request.actor)
    asked = proposals.items_for(licence_token=token, actor=request.actor)
    return render(
        request,
        "portal/licence.html",
        {
            "crumbs": Crumbs((("首页", "/"), ("我的证照", reverse("portal:licences"))), found.number),
            "shown": shown(found),
            "proposals": [item for item in asked if item.proposes and not found.pending_by],
        },
    )


@firm_page
@require_safe
def licence_file(request: ActorRequest, token: str) -> HttpResponse:
    """The sealed PDF of one's licence."""
    found = _own(token, request.actor)
    try:
        content = house.objects().get(found.file_sm3)
    except (ObjectMissing, ObjectTouched, ValueError):
        message = "证照文件暂时取不出来，请稍后再试；仍不行请致电 12345。"
        raise Refused("FILE_MISSING", message, status=404) from None
    return attachment(content, name=f"{found.title}_{found.number}.pdf", kind=KINDS["pdf"])
