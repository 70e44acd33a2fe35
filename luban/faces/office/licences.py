"""证照: the register of what has been issued, with what may be begun at a licence (such as taking it back)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.faces.office.frame import office_page, short_of
from luban.faces.office.worklist import case_url
from luban.kit import registry
from luban.kit.clock import clock
from luban.people.access import refusal
from luban.people.requests import ActorRequest
from luban.registers.licences.parts import STORED, LicenceFact, is_token
from luban.registers.licences.shelf import fact
from luban.registers.licences.status import status_on
from luban.stages.fill import proposals
from luban.stages.review.paging import Key, page_of
from luban.stages.review.sight import licences_in_reach
from luban.ui.view import Cell, Column, DataTable, Empty, Filter, FilterField, Pager, TableRow
from luban.ui.words import WORDS, Status, status

BY_NEWEST = (Key("id", int, down=True),)
DRAWN = {"证照编号", "有效期", "发证机关"}
"""What the page says of every licence by itself."""
COLUMNS = ("证照编号", "持有单位", "事项", "有效期", "状态", "发证机关")


def mark_of(licence: LicenceFact) -> Status:
    """The status of today."""
    standing = status_on(licence, clock.today())
    known = standing.code if standing.code in WORDS["licence"] else "unknown"
    return status(of="licence", code=known, word=standing.title)


@office_page()
@require_safe
def licences(request: ActorRequest) -> HttpResponse:
    """Licences in the reader's sight, newest first."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    item, stored = request.GET.get("item", "")[:64], request.GET.get("status", "")
    rows = licences_in_reach(request.actor)
    if q:
        rows = rows.filter(Q(number__icontains=q) | Q(holder_name__icontains=q) | Q(case_number=q))
    if item:
        rows = rows.filter(item=item)
    if stored in STORED:
        rows = rows.filter(status=stored)
    page = page_of(
        rows, keys=BY_NEWEST, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    asked = {"q": q, "item": item, "status": stored}
    here = reverse("office:licences")

    def href(**more: str) -> str:
        return f"{here}?{urlencode({k: v for k, v in {**asked, **more}.items() if v})}"

    words: dict[str, Any] = {
        "filter": _filter(asked, here),
        "table": _table(tuple(fact(row) for row in page.rows)) if page.rows else None,
        "pager": Pager(
            f"从新到旧，本页 {len(page.rows)} 份",
            previous_href=href(before=page.before) if page.before else "",
            next_href=href(after=page.after) if page.after else "",
        ),
        "empty": Empty("没有符合条件的证照。", "办结并盖章后的证照会出现在这里。", "certificate"),
    }
    return render(request, "office/licences.html", words)


def _filter(asked: dict[str, str], here: str) -> Filter:
    items = (("", "全部"), *((i.code, i.short) for i in registry.all_items()))
    return Filter(
        (
            FilterField(
                "q", "查找", "search", asked["q"], placeholder="证照编号、持有单位、办件号", wide=True
            ),
            FilterField("item", "事项", value=asked["item"], options=items),
            FilterField("status", "登记状态", value=asked["status"], options=(("", "全部"), *STORED.items())),
        ),
        action=here,
        clear_href=here if any(asked.values()) else "",
    )


def _table(found: tuple[LicenceFact, ...]) -> DataTable:
    return DataTable("证照台账", tuple(Column(title) for title in COLUMNS), tuple(_row(one) for one in found))


def _row(one: LicenceFact) -> TableRow:
    until = one.valid_to.isoformat() if one.valid_to else "长期"
    return TableRow(
        (
            Cell(one.number, one.title, reverse("office:licence", args=[one.token])),
            Cell(one.holder_name, one.holder),
            Cell(short_of(one.item)),
            Cell(f"{one.valid_from} 至 {until}"),
            Cell(view=mark_of(one)),
            Cell(one.office_name),
        )
    )


@office_page()
@require_safe
def licence(request: ActorRequest, token: str) -> HttpResponse:
    """One licence, its case, and what the reader's bureau may begin at it."""
    row = licences_in_reach(request.actor).filter(token=token).first() if is_token(token) else None
    if row is None:
        raise refusal(request.actor)
    found = fact(row)
    words = {
        "one": found,
        "mark": mark_of(found),
        "standing": status_on(found, clock.today()),
        "shows": [
            (label, value)
            for label, value in found.shows
            if label not in DRAWN and value not in {found.number, found.office_name}
        ],
        "case": case_url(found.case_number),
        "pending": case_url(found.pending_by) if found.pending_by else "",
        "begins": proposals.items_for(licence_token=token, actor=request.actor),
    }
    return render(request, "office/licence.html", words)
