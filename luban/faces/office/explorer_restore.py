"""恢复快照（须双人）: what stands beside what would be put back; one official proposes, another approves or does not.

The comparison is made anew with every page and once more when it is approved (waste-chain §7.2, docs/adr/0030).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.cases import house
from luban.faces.office.explorer_found import found_record
from luban.faces.office.explorer_restore_list import RIGHT
from luban.faces.office.explorer_words import KINDS
from luban.faces.office.frame import office_page
from luban.kit.clock import clock
from luban.kit.fields import whole_number
from luban.kit.refusal import Refused
from luban.ledger.chain import ChainReplaced, check
from luban.ledger.connection import connect
from luban.ledger.models import ChainRecord, EvidenceRequest, RestorationState
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.people.duties import duty_clash
from luban.people.requests import ActorRequest
from luban.people.trail import address_of
from luban.stages.chain.observed import Record
from luban.stages.chain.restoring import Comparison, Line, compare
from luban.stages.chain.restoring_decided import APPROVE, PROPOSE, approve, reject
from luban.stages.chain.restoring_decided import propose as put_forward
from luban.stages.chain.restoring_kept import of_record
from luban.stages.chain.restoring_words import RESTORABLE, WHY_NOT
from luban.stages.chain.verify import records_of
from luban.ui.forms.choices import Choices
from luban.ui.forms.controls import words_of

MOST_SHOWN = 200


@office_page(right=RIGHT)
@require_safe
def restore(request: ActorRequest, key: str) -> HttpResponse:
    """The comparison, made now, with the form that fits: to propose, or to decide on what was proposed."""
    row = found_record(key, request.actor)
    made = of_record(record_key=row.record_key)
    waits = next((one for one in made if one.state == RestorationState.PROPOSED), None)
    version = waits.version if waits else _version(row, request.GET.get("version", ""))
    found, problem = _compared(row, version)
    clash = waits and duty_clash(
        duty=APPROVE, account=request.actor.account, done={PROPOSE: [waits.proposed_by]}
    )
    moved = bool(waits and found and (found.problem or found.standing != waits.standing))
    words: dict[str, Any] = {
        "row": row,
        "kind": KINDS[row.kind],
        "found": found,
        "lines": _worded(found.lines[:MOST_SHOWN]) if found else (),
        "problem": problem,
        "how": RESTORABLE.get(found.conclusion.result, "") if found else "",
        "waits": waits,
        "own": bool(clash),
        "moved": moved,
        "made": [one for one in made if one is not waits],
    }
    return render(request, "office/explorer_restore.html", words)


@office_page(right=RIGHT)
@require_POST
def propose(request: ActorRequest, key: str) -> HttpResponse:
    """Propose what the person saw. Raises Refused (409, 422)."""
    row = found_record(key, request.actor)
    version = _version(row, request.POST.get("version", ""))
    put_forward(
        port=_port(),
        record=_record(row),
        version=version,
        seen=request.POST.get("seen", "")[:64],
        reason=request.POST.get("reason", ""),
        by=request.actor,
        ip=address_of(request),
    )
    messages.success(request, "已提出恢复，须由另一人批准后才写回。")
    return HttpResponseRedirect(reverse("office:explorer_restore", args=[key]))


@office_page(right=RIGHT)
@require_POST
def decide(request: ActorRequest, key: str) -> HttpResponse:
    """Approve and write back, or leave everything as it is. Raises Refused (409, 422)."""
    row = found_record(key, request.actor)
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "")
    record, by, ip = _record(row), request.actor, address_of(request)
    wanted = whole_number(request.POST.get("restoration", "")) or 0
    if act == "approve":
        port = _port()
        verified = approve(port=port, record=record, restoration=wanted, reason=reason, by=by, ip=ip)
        say = messages.success if verified.well else messages.warning
        say(request, f"已恢复并重新核验：{verified.conclusion.message}")
    elif act == "reject":
        settled = reject(record=record, restoration=wanted, reason=reason, by=by, ip=ip)
        messages.success(request, f"已记下“{RestorationState(settled.state).label}”，没有写回任何内容。")
    else:
        raise Refused("NO_ACTION", "请选择批准恢复或不同意，再提交。", status=422)
    return HttpResponseRedirect(reverse("office:explorer_record", args=[key]))


def _worded(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines with names in place of codes."""
    choices = Choices(house.context(), clock.today())

    def worded(line: Line) -> Line:
        spec = line.spec
        if spec is None or not (spec.meta.options or spec.meta.dictionary or spec.kind.name == "adcode"):
            return line
        now, then = (words_of(spec, value, choices) or "（空）" for value in line.raw)
        return replace(line, now=now, then=then)

    return tuple(worded(line) for line in lines)


def _version(row: ChainRecord, asked: str) -> int:
    """The version asked for; 0, the newest, for one there is not."""
    number = whole_number(asked) or 0
    return number if number <= row.version else 0


def _compared(row: ChainRecord, version: int) -> tuple[Comparison | None, str]:
    """The comparison, and why nothing can be restored (Chinese)."""
    try:
        found = compare(port=_port(), record=_record(row), version=version)
    except Refused as refused:
        return None, refused.message
    return found, found.problem


def _record(row: ChainRecord) -> Record:
    """Our own data of a record. Raises Refused (409) when there is none."""
    case = EvidenceRequest.objects.filter(record_key=row.record_key).values_list("case", flat=True).first()
    wanted = [one for one in records_of(case=case) if one.key == row.record_key] if case else []
    if not wanted:
        raise Refused("NO_DATA", "本平台没有这条记录的业务数据，无从比对，也没有可以恢复的。")
    return wanted[0]


def _port() -> ChainPort:
    """The chain, if it is the bound one. Raises Refused (409)."""
    try:
        port = connect()
        check(port=port)
    except ChainUnavailable:
        raise Refused("CHAIN_DOWN", WHY_NOT["chain_unreachable"]) from None
    except ChainReplaced as alarm:
        raise Refused("CHAIN_ALARM", str(alarm)) from alarm
    return port
