"""上链记录: what stands on the chain about a case, in plain words; verified on demand; what came of it noted.

A verification mends nothing: a person notes what was done about it, with a reason (waste-chain §7.2); what two persons may
put back stands in `explorer_restore`.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.faces.office import explorer_found
from luban.faces.office.chain_tabs import chain_tabs
from luban.faces.office.explorer_found import LONGEST, found_record
from luban.faces.office.explorer_restore_list import RIGHT, waiting_table
from luban.faces.office.explorer_words import CHOICES, DISPOSED, KINDS, status_words
from luban.faces.office.frame import office_page
from luban.faces.office.worklist import case_url
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.ledger.chain import ChainReplaced, check
from luban.ledger.connection import connect
from luban.ledger.models import (
    ChainDisposal,
    ChainRecord,
    EvidenceRequest,
    RestorationState,
    Verification,
)
from luban.ledger.port import ChainUnavailable
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.chain.verify import records_of, verify_record
from luban.ui.view import Cell, Column, DataTable, Empty, Filter, FilterField, Note, TableRow

MOST_REASON = 500
COLUMNS = ("业务", "编号", "文号", "链上状态", "版本", "区块")


@office_page(right="chain.read")
@require_safe
def explorer(request: ActorRequest) -> HttpResponse:
    """Search; without a question the records that changed last."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    actor, here = request.actor, reverse("office:explorer")
    rows = explorer_found.search(q=q, actor=actor) if q else explorer_found.newest(actor=actor)
    sent = explorer_found.transaction(q=q) if q else None
    field = FilterField(
        "q",
        "查找",
        "search",
        q,
        placeholder="办件编号、备案号或许可号、记录主键、交易号（须完整）",
        wide=True,
    )
    words: dict[str, Any] = {
        "filter": Filter((field,), action=here, clear_href=here if q else ""),
        "tabs": chain_tabs(request),
        "q": q,
        "table": _table(rows) if rows else None,
        "waiting": None if q else waiting_table(actor),
        "sent": sent if rows or sent is None or not sent.contract else None,
        "empty": _nothing(q),
    }
    return render(request, "office/explorer.html", words)


def _nothing(q: str) -> Empty:
    if q:
        return Empty(
            f"链上没有查到“{q}”。",
            "编号须完整；刚提交的办件几秒后才上链；别处的记录只有市局可查。",
            "list-search",
        )
    return Empty("还没有上链的记录。", "备案或处置申请提交后几秒内上链，出现在这里。", "link")


def _table(rows: tuple[ChainRecord, ...]) -> DataTable:
    return DataTable("上链记录", tuple(Column(title) for title in COLUMNS), tuple(_row(one) for one in rows))


def _row(one: ChainRecord) -> TableRow:
    return TableRow(
        (
            Cell(KINDS[one.kind]),
            Cell(one.number, "", reverse("office:explorer_record", args=[one.record_key])),
            Cell(one.doc_no or "—"),
            Cell(status_words(kind=one.kind, status=one.status)),
            Cell(str(one.version)),
            Cell(f"{one.changed_block:,}"),
        )
    )


@office_page(right="chain.read")
@require_safe
def record(request: ActorRequest, key: str) -> HttpResponse:
    """A record: its versions, where each stands, what verifications said."""
    found = explorer_found.known(found_record(key, request.actor))
    words = {
        "one": found,
        "row": found.record,
        "case": case_url(found.case.number) if found.case else "",
        "choices": CHOICES,
        "disposed": DISPOSED,
        "restores": found.case is not None and allowed(request.actor, action=RIGHT),
        "waits": any(one.state == RestorationState.PROPOSED for one in found.restorations),
        "note": None
        if found.case
        else Note("这条记录由其他省写入，本平台没有它的业务数据，只能查看链上内容。"),
    }
    return render(request, "office/explorer_record.html", words)


@office_page(right="chain.read")
@require_POST
def verify(request: ActorRequest, key: str) -> HttpResponse:
    """Verify the record now. Raises Refused (409) when the chain is not the bound one."""
    row = found_record(key, request.actor)
    case = EvidenceRequest.objects.filter(record_key=row.record_key).values_list("case", flat=True).first()
    wanted = [one for one in records_of(case=case) if one.key == row.record_key] if case else []
    if not wanted:
        raise Refused("NO_DATA", "本平台没有这条记录的业务数据，无从比对；只能查看链上内容。")
    try:
        port = connect()
        check(port=port)
        verified = verify_record(port=port, record=wanted[0])
    except ChainUnavailable:
        raise Refused("CHAIN_DOWN", "区块链暂不可访问，未完成核验，请稍后再试；业务照常办理。") from None
    except ChainReplaced as alarm:
        raise Refused("CHAIN_ALARM", str(alarm)) from alarm
    audit(
        actor=request.actor,
        action="chain.verify",
        target=f"record:{row.record_key}",
        detail={"result": verified.conclusion.result, "number": row.number},
        ip=address_of(request),
    )
    say = messages.success if verified.well else messages.error
    say(request, f"已核验：{verified.conclusion.message}")
    return HttpResponseRedirect(reverse("office:explorer_record", args=[key]))


@office_page(right="chain.read")
@require_POST
def dispose(request: ActorRequest, key: str) -> HttpResponse:
    """Note what was done about a conclusion. Raises Refused (409, 422)."""
    row = found_record(key, request.actor)
    choice, reason = request.POST.get("choice", ""), request.POST.get("reason", "").strip()
    if choice not in CHOICES:
        raise Refused("NO_CHOICE", f"请选择{'、'.join(CHOICES.values())}之一，再提交。", status=422)
    if not reason or len(reason) > MOST_REASON:
        raise Refused("NO_REASON", f"请写明理由，{MOST_REASON} 字以内，再提交。", status=422)
    last = Verification.objects.filter(record_key=row.record_key).order_by("-checked_at").first()
    if last is None or last.severity in ("ok", "info"):
        raise Refused("NOTHING_TO_DO", "这条记录最近一次核验没有异常，无需处置；有疑问请先重新核验。")
    ChainDisposal.objects.create(
        record_key=row.record_key,
        version=last.version,
        result=last.result,
        choice=choice,
        reason=reason,
        by=request.actor.account[:64],
        at=clock.now(),
    )
    audit(
        actor=request.actor,
        action="chain.dispose",
        target=f"record:{row.record_key}",
        detail={"choice": choice, "reason": reason, "result": last.result, "number": row.number},
        ip=address_of(request),
    )
    messages.success(request, f"已记下：{CHOICES[choice]}。")
    return HttpResponseRedirect(reverse("office:explorer_record", args=[key]))
