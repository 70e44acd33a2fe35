"""Before a batch that is kept begins: what will be taken, by addressee, what is struck out and why, merged or not."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from luban.cases.house import context
from luban.cases.models import Case
from luban.faces.office.panel import REQUEST, new_request
from luban.faces.office.worklist import table_of
from luban.kit.form import field_specs
from luban.kit.process import Action
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.stages.review.batch_book import begin
from luban.stages.review.batch_check import Checked, check
from luban.ui.forms.data import read_posted
from luban.ui.forms.render import render_data_form

TOGETHER, APART = "together", "apart"


def kept(*, request: ActorRequest, rows: tuple[Case, ...], action: Action, back: str) -> HttpResponse:
    """Ask, then (with `confirm`) begin the batch and go to its page. Raises Refused (400, 422)."""
    checked = check(rows=rows, action=action, actor=request.actor)
    if request.POST.get("confirm") != "1":
        return _ask(request, checked, {}, None, back)
    request_id = request.POST.get("request_id", "")[:REQUEST]
    if not request_id:
        raise Refused("NO_REQUEST_ID", "页面内容不完整，请回到清单重新操作。", status=400)
    given = {name: request.POST.getlist(name) for name in request.POST}
    values, faults = read_posted(section=action.data, posted=given, prefix=action.code)
    try:
        if faults:
            raise Refused("INCOMPLETE", faults[0].message, status=422, findings=faults)
        batch = begin(
            checked=checked,
            actor=request.actor,
            words=values,
            together=_together(request, checked),
            request_id=request_id,
        )
    except Refused as refused:
        return _ask(request, checked, values, refused, back)
    return HttpResponseRedirect(reverse("office:batch_kept", args=[batch.number]))


def _together(request: ActorRequest, checked: Checked) -> bool:
    """The way chosen; before anything was chosen, the way the letters were drafted."""
    way = request.POST.get("way", "")
    return way == TOGETHER if way in (TOGETHER, APART) else checked.drafted_together


def _ask(
    request: ActorRequest, checked: Checked, values: dict[str, Any], refused: Refused | None, back: str
) -> HttpResponse:
    action, within = checked.action, context()
    together = _together(request, checked)
    words = {
        "action": action,
        "item": checked.item,
        "checked": checked,
        "groups": [
            (group, table_of(rows=group.rows, within=within) if group.rows else None)
            for group in checked.groups
        ],
        "numbers": [one.row.number for one in checked.candidates],
        "together": together,
        "fields": render_data_form(action.data, values, refused.findings if refused else (), action.code)
        if field_specs(action.data)
        else "",
        "request_id": request.POST.get("request_id", "")[:REQUEST] or new_request(),
        "refused": refused.message if refused else "",
        "back": back,
    }
    return render(request, "office/batch_asked.html", words, status=refused.status if refused else 200)
