"""The page of a case for officials: what is asked, what the machine found, the form beside the papers, the history.

Reading secrets in plain and opening the print are noted in the audit trail.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.cases import house
from luban.cases.models import Document
from luban.faces.office import case_parts as parts
from luban.faces.office.case_files import shelf_of
from luban.faces.office.download import KINDS, attachment
from luban.faces.office.effect_words import kind_of, partner_of, what_of
from luban.faces.office.frame import office_page
from luban.faces.office.panel import REQUEST, Typed, panel_of, posted_values
from luban.faces.office.sheet_forms import Forms, spot_of
from luban.faces.office.sheets import hint_of, sheets_of
from luban.faces.office.subscriptions_words import notices_of
from luban.faces.office.worklist import case_url
from luban.kit import registry
from luban.kit.fields import whole_number
from luban.kit.process import Action
from luban.kit.refusal import Refused
from luban.links.outbox import queue
from luban.people.permissions import allowed
from luban.people.proof import proving, require_fresh_proof
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.review.assessed import assessed_of, in_sheet
from luban.stages.review.decide import Overtaken, decide
from luban.stages.review.found import SEALED, Found, find
from luban.stages.review.options import (
    Option,
    asks_for_marks,
    consequences_of,
    corrects,
    options_of,
)
from luban.stages.review.sight import case_of
from luban.stages.review.worklist import MINE, Wanted, rows_of
from luban.trust.objects import ObjectMissing, ObjectTouched
from luban.ui.forms.read import read_sections
from luban.ui.forms.render import choices_today
from luban.ui.view import NextSteps
from luban.ui.words import status

MISSING = "这份文件暂时取不出来，请稍后再试；仍不行请联系运维人员。"
LEAST_REASON, LONGEST_REASON = 4, 200
STALE = "页面内容不完整，请返回办件页面重新操作。"


@office_page()
@require_safe
def case(request: ActorRequest, number: str) -> HttpResponse:
    """The page of a case."""
    return _page(request, find(number=number, actor=request.actor))


@office_page(right="case.unmask")
@require_POST
def unmask(request: ActorRequest, number: str) -> HttpResponse:
    """The page with personal data in plain, once, for a reason, and a line in the audit trail."""
    found = find(number=number, actor=request.actor)
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    if len(reason) < LEAST_REASON:
        raise Refused(
            "REASON",
            f"请写明查看个人信息的理由（不少于{LEAST_REASON}个字），理由会记入审计日志。",
            status=422,
        )
    audit(
        actor=request.actor,
        action="secret.unmask",
        target=f"case:{number}",
        detail={"reason": reason},
        ip=address_of(request),
    )
    return _page(request, found, open_secrets=True)


def _page(
    request: ActorRequest,
    found: Found,
    *,
    typed: Typed | None = None,
    open_secrets: bool = False,
    code: int = 200,
) -> HttpResponse:
    actor, choices = request.actor, choices_today()
    options = options_of(found=found, actor=actor)
    decisions = tuple(o for o in options if not in_sheet(o.action))
    must_correct = corrects(found=found, actor=actor)
    in_row = typed is not None and any(in_sheet(o.action) for o in options if o.action.code == typed.action)
    panel = panel_of(
        found=found,
        options=decisions,
        choices=choices,
        typed=None if in_row else typed,
        rows=request.GET.get("rows", ""),
    )
    assessed = assessed_of(found=found, actor=actor, options=options)
    forms = Forms(
        reverse("office:act", args=[found.row.number]), found.row.seq, choices, typed if in_row else None
    )
    asked = assessed.asked(options) if assessed else options
    marking = any(o.marks and not o.why_not for o in options)
    words: dict[str, Any] = {
        "found": found,
        "row": found.row,
        "item": found.item,
        "head": parts.head_of(found),
        "ask": parts.ask_of(found, asked, corrects=must_correct, said=hint_of(assessed)),
        "sheets": sheets_of(found=found, assessed=assessed, choices=choices, forms=forms, marking=marking),
        "flow": parts.flow_of(found),
        "findings": parts.finding_rows(found),
        "passed": parts.passed_of(found),
        "notes": parts.notes_of(found),
        "marking": marking,
        "sections": _sections(found, choices, open_secrets),
        "secrets": open_secrets,
        "may_unmask": allowed(actor, action="case.unmask") and not open_secrets,
        "reads_chain": allowed(actor, action="chain.read") and found.item.evidence is not None,
        "shelf": shelf_of(found),
        "timeline": parts.timeline_of(found, choices),
        "papers": [(p, parts.paper_url(found.row.number, p), _paper_mark(p.state)) for p in found.papers],
        "licences": found.licences,
        "panel": panel if decisions else None,
        "corrects": must_correct,
        "lamp": parts.clock_lamp(found),
        "next": _next(decisions),
        "neighbours": _neighbours(request, found),
    }
    return render(request, "office/case.html", words, status=code)


def _sections(found: Found, choices: Any, open_secrets: bool) -> Any:
    return read_sections(
        form=found.view.form,
        payload=found.payload,
        choices=choices,
        before=found.before,
        findings=found.view.findings,
        open_secrets=open_secrets,
    )


def _paper_mark(state: str) -> Any:
    """The status word of a document."""
    return status(of="document", code={"sealed": "issued", "void": "voided"}.get(state, "sealing"))


def _next(options: tuple[Option, ...]) -> NextSteps | None:
    """What follows, by act."""
    lines = tuple(
        ("arrow-right", f"{o.action.title}：{'；'.join(o.consequences)}")
        for o in options
        if o.consequences and not o.why_not
    )
    return NextSteps(lines) if lines else None


def _neighbours(request: ActorRequest, found: Found) -> tuple[str, ...]:
    """The next case of one's own desk by due day, when this one lies there."""
    row, actor = found.row, request.actor
    if (row.desk, row.desk_org) != (actor.role, actor.organisation):
        return ()
    rows = rows_of(actor=actor, wanted=Wanted(scope=MINE), today=found.view.today).exclude(pk=row.pk)
    if row.due_on:
        rows = rows.filter(due_on__gte=row.due_on)
    following = rows.order_by("due_on", "id").values_list("number", flat=True).first()
    return (case_url(following),) if following else ()


@office_page()
@require_POST
@proving
def act(request: ActorRequest, number: str) -> HttpResponse:
    """Take an act. A second click changes nothing; a page that is out of date is told what happened meanwhile."""
    code, request_id = request.POST.get("action", ""), request.POST.get("request_id", "")[:REQUEST]
    seq = whole_number(request.POST.get("seq", ""))
    if not request_id or seq is None:
        raise Refused("NO_REQUEST_ID", STALE, status=400)
    if not code:
        return _refused(request, number, "", {}, Refused("NO_ACTION", "请先选择要作的决定。", status=422))
    said = _Said(request.POST, request)
    try:
        outcome = decide(
            number=number, action=code, actor=request.actor, words=said, request_id=request_id, seq=seq
        )
    except Overtaken as overtaken:
        return _overtaken(request, number, overtaken)
    except Refused as refused:
        if refused.status == 403:
            raise
        return _refused(request, number, code, said.values, refused)
    if said.action is not None and outcome.view is not None:
        follows = consequences_of(item=registry.get(outcome.case.item), view=outcome.view, action=said.action)
        messages.success(request, f"已办理“{said.action.title}”。{'；'.join(follows)}")
    spot = spot_of(said.action, said.values) if said.action is not None else ""
    return HttpResponseRedirect(f"{case_url(number)}{spot}")


class _Said:
    """What was posted with an act, read when the act is known; `taking`: it is about to be taken, so that what seals a
    paper wants a fresh proof of who it is."""

    def __init__(self, posted: QueryDict, taking: ActorRequest | None = None) -> None:
        self.posted, self.taking = posted, taking
        self.values: dict[str, Any] = {}
        self.action: Action | None = None

    def __call__(self, action: Action) -> dict[str, Any]:
        """The act's words. Raises Refused (422) with everything that is wrong with them, ProofNeeded."""
        self.action = action
        self.values, faults = posted_values(
            option_marks=asks_for_marks(action), action=action, posted=self.posted
        )
        if faults:
            raise Refused("INCOMPLETE", faults[0].message, status=422, findings=faults)
        if action.makes and self.taking is not None:
            require_fresh_proof(self.taking)
        return self.values


def _refused(
    request: ActorRequest, number: str, code: str, values: dict[str, Any], refused: Refused
) -> HttpResponse:
    """The page again with everything as typed and what is wrong with it."""
    found = find(number=number, actor=request.actor)
    posted = request.POST.get("request_id", "")[:REQUEST]
    typed = Typed(code, values, refused.findings, refused.message, posted)
    return _page(request, found, typed=typed, code=refused.status)


def _overtaken(request: ActorRequest, number: str, overtaken: Overtaken) -> HttpResponse:
    """What happened while the page was open, and what the reader had typed, so that it can be used again."""
    found, choices = find(number=number, actor=request.actor), choices_today()
    declared = {a.code: a for s in found.item.process.steps for a, _ in found.item.process.actions_at(s.code)}
    tried = declared.get(request.POST.get("action", ""))
    said = _Said(request.POST)
    spot = ""
    if tried is not None:
        with suppress(Refused):
            said(tried)
        spot = spot_of(tried, said.values)
    words = {
        "number": number,
        "overtaken": overtaken,
        "tried": tried,
        "events": [(e, parts.words_of_event(found, e, choices)) for e in overtaken.events],
        "sheet": any(e.action in declared and in_sheet(declared[e.action]) for e in overtaken.events),
        "typed": parts.words_typed(request.POST, tried, choices),
        "case": f"{case_url(number)}{spot}",
    }
    return render(request, "office/overtaken.html", words, status=409)


@office_page(part=True)
@require_safe
def sent(request: ActorRequest, number: str) -> HttpResponse:
    """What this case has sent out and made, newest first: a fragment of the page."""
    row = case_of(number=number, actor=request.actor)
    effects = queue.of_case(case=str(row.pk))
    lines = [
        (e, kind_of(e), partner_of(e), what_of(e, item=row.item), status(of="delivery", code=e.state.value))
        for e in effects
    ]
    words = {"lines": lines, "row": row, "notices": notices_of(row.number)}
    return render(request, "office/sent.html", words)


@office_page()
@require_safe
def dossier(request: ActorRequest, number: str) -> HttpResponse:
    """The whole file of a case, laid out for paper."""
    found, choices = find(number=number, actor=request.actor), choices_today()
    audit(actor=request.actor, action="case.dossier", target=f"case:{number}", ip=address_of(request))
    words = {
        "found": found,
        "row": found.row,
        "item": found.item,
        "head": replace(parts.head_of(found), buttons=(), crumbs=(), here=""),
        "sections": read_sections(form=found.view.form, payload=found.payload, choices=choices),
        "sheets": sheets_of(
            found=found, assessed=assessed_of(found=found, actor=request.actor), choices=choices
        ),
        "findings": parts.finding_rows(found),
        "shelf": shelf_of(found),
        "papers": found.papers,
        "events": [(e, parts.words_of_event(found, e, choices)) for e in found.events],
        "back": case_url(number),
    }
    return render(request, "office/dossier.html", words)


@office_page()
@require_safe
def paper(request: ActorRequest, number: str, paper_id: uuid.UUID) -> HttpResponse:
    """A sealed document, as a PDF to save."""
    row = case_of(number=number, actor=request.actor)
    found = Document.objects.filter(case=row, pk=paper_id, state=SEALED).first()
    if found is None:
        raise Http404
    try:
        content = house.objects().get(found.sm3)
    except (ObjectMissing, ObjectTouched):
        raise Refused("FILE_MISSING", MISSING, status=404) from None
    return attachment(content, name=f"{found.title}_{found.number or number}.pdf", kind=KINDS["pdf"])
