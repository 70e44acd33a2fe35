"""One act on the cases ticked in a list: first what will happen, with the words it asks for once, then what came of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from luban.cases.house import context
from luban.faces.office.batch_asked import kept
from luban.faces.office.frame import office_page
from luban.faces.office.panel import REQUEST, new_request
from luban.faces.office.worklist import table_of
from luban.kit.form import field_specs
from luban.kit.process import Action, Batch
from luban.kit.refusal import Refused
from luban.people.proof import proving, require_fresh_proof
from luban.people.requests import ActorRequest
from luban.stages.review.batch import chosen, take_many
from luban.ui.forms.data import read_posted
from luban.ui.forms.render import render_data_form


@office_page()
@require_POST
@proving
def batch(request: ActorRequest) -> HttpResponse:
    """Ask, then (with `confirm`) do. Raises Refused (409, 422)."""
    numbers, code = request.POST.getlist("case"), request.POST.get("action", "")
    rows, action = chosen(numbers=numbers, actor=request.actor, action=code)
    if request.POST.get("confirm") == "1" and (action.makes or isinstance(action.batch, Batch)):
        require_fresh_proof(request)
    if isinstance(action.batch, Batch):
        return kept(request=request, rows=rows, action=action, back=back_of(request))
    if request.POST.get("confirm") != "1":
        return _ask(request, rows, action, {}, None)
    request_id = request.POST.get("request_id", "")[:REQUEST]
    if not request_id:
        raise Refused("NO_REQUEST_ID", "页面内容不完整，请回到清单重新操作。", status=400)
    given = {name: request.POST.getlist(name) for name in request.POST}
    values, faults = read_posted(section=action.data, posted=given, prefix=action.code)
    if faults:
        refused = Refused("INCOMPLETE", faults[0].message, status=422, findings=faults)
        return _ask(request, rows, action, values, refused)
    lines = take_many(
        rows=rows, action=action.code, actor=request.actor, values=values, request_id=request_id
    )
    done = sum(line.done for line in lines)
    words = {
        "action": action,
        "lines": lines,
        "done": done,
        "left": len(lines) - done,
        "back": back_of(request),
    }
    return render(request, "office/batch_done.html", words)


def _ask(
    request: ActorRequest,
    rows: tuple[Any, ...],
    action: Action,
    values: dict[str, Any],
    refused: Refused | None,
) -> HttpResponse:
    findings = refused.findings if refused else ()
    words = {
        "action": action,
        "rows": rows,
        "table": table_of(rows=rows, within=context()),
        "fields": render_data_form(action.data, values, findings, action.code)
        if field_specs(action.data)
        else "",
        "request_id": request.POST.get("request_id", "")[:REQUEST] or new_request(),
        "refused": refused.message if refused else "",
        "back": back_of(request),
    }
    return render(request, "office/batch.html", words, status=refused.status if refused else 200)


def back_of(request: ActorRequest) -> str:
    """The list the reader came from, if it is one of this house."""
    back = request.POST.get("back", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return back if ours and back.startswith("/office/") else reverse("office:home")
