"""Signing and submitting: the papers as they stand, their seals, what will happen, and the one button that files it.

Every refusal is shown on the same page with the status it has; a second click, a reload and the back button all end at
the case that was filed first.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from luban.cases.house import context
from luban.faces.portal.filling_parts import after_submission, laid_out, number
from luban.faces.portal.frame import firm_page
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people.proof import proving, require_fresh_proof
from luban.people.requests import ActorRequest
from luban.stages.fill import countersign, drafts, files, filing, notice, sign
from luban.stages.fill.paper import seal_mode_paths
from luban.stages.fill.views import DraftView
from luban.ui.forms.papers import SlotBox, finding_of_slot
from luban.ui.forms.sheet import Sheet
from luban.ui.view import Crumbs, FindList, NextSteps, NoticePanel

OPENED = "notice_again"


@firm_page
@require_GET
def sheet(request: ActorRequest, draft_id: str) -> HttpResponse:
    """The page on which an application is signed and submitted."""
    draft = drafts.read(draft_id=draft_id, actor=request.actor)
    return after_submission(draft) or _page(request, draft)


def _page(request: ActorRequest, draft: DraftView, refused: Refused | None = None) -> HttpResponse:
    item = registry.get(draft.item)
    laid = laid_out(request, draft, strict=True)
    words = {
        "draft": draft,
        "item": item,
        "finds": _leading_back(laid),
        "crumbs": Crumbs(
            (
                ("首页", reverse("portal:home")),
                (f"{item.short}填写", reverse("portal:fill", args=[draft.id])),
            ),
            "签章与提交",
        ),
        "fill": reverse("portal:fill", args=[draft.id]),
        "notice": _notice(request, draft, item),
        "refused": refused.message if refused else "",
        "acknowledged": request.POST.get("acknowledged") == "1",
        "notes": request.POST.get("notes", ""),
        "request_id": request.POST.get("request_id") or str(uuid.uuid4()),
        "next": _next(item, draft),
        **_signing(request, laid),
    }
    return render(request, "portal/fill/sign.html", words, status=refused.status if refused else 200)


def _leading_back(laid: Sheet) -> FindList:
    """The findings; their fields are on the form's page."""
    form = reverse("portal:fill", args=[laid.draft.id])
    return replace(laid.finds, rows=tuple(replace(row, href=f"{form}{row.href}") for row in laid.finds.rows))


def _signing(request: ActorRequest, laid: Sheet) -> dict[str, Any]:
    """Where the signature stands, and whether everything else is ready for it."""
    draft, checked = laid.draft, laid.checked
    generated = [s for s in laid.papers.slots if s.generated]
    application = next((s for s in generated if s.binding is None), None)
    state = sign.state(draft=draft)
    before = [f for f in checked.blocking if not _by_signing(f.path, laid, generated)]
    boxes = {(slot.code, slot.binding): slot for slot in generated}
    papers = tuple(
        _line(one, boxes[one.slot.material.code, one.slot.binding])
        for one in countersign.states(draft=draft, checked=checked)
    )
    return {
        "needs_seal": application is not None,
        "seal": state,
        "signed": state.signed and state.unchanged,
        "sealed_by": draft.seal.get("by_name", ""),
        "sealed_at": draft.seal.get("at", "")[:16].replace("T", " "),
        "signed_paper": reverse("portal:fill_file", args=[draft.seal["file"]])
        if draft.seal.get("file")
        else "",
        "may_seal": request.actor.may_seal,
        "ready": not before,
        "before": len(before),
        "submittable": not checked.blocking and draft.notice_current,
        "warnings": checked.warnings,
        "slot": application,
        "paper": reverse("portal:fill_paper", args=[draft.id]),
        "picture": reverse("portal:fill_paper_picture", args=[draft.id]),
        "to_sign": len(checked.blocking) - len(before),
        "others": tuple(p for p in papers if p.query),
        "unsigned": sum(not p.done for p in papers),
    }


def _by_signing(path: str, laid: Sheet, generated: list[SlotBox]) -> bool:
    """Whether a finding is settled on this page: the way of signing, or a paper that is to be signed."""
    return path in seal_mode_paths(laid.item.form) or any(
        finding_of_slot(path, slot.code, slot.binding) for slot in generated
    )


@dataclass(frozen=True)
class PaperLine:
    """A paper to be signed as the page lists it; `query` names it in addresses (empty: the application)."""

    id: str
    title: str
    by: str
    state: str
    note: str
    query: str
    accept: str
    signed: str

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state == countersign.SIGNED

    @property
    def lapsed(self) -> bool:
        """Whether it was signed and says something else now."""
        return self.state == countersign.LAPSED


def _line(one: countersign.ToSign, box: SlotBox) -> PaperLine:
    file = box.files[0] if box.files else None
    return PaperLine(
        box.id,
        box.title,
        one.signatory.name,
        one.state,
        file.words if file else "",
        urlencode({"paper": box.code, "row": box.binding}) if box.binding else "",
        box.accept,
        file.look if file else "",
    )


def _next(item: Item, draft: DraftView) -> NextSteps:
    """What happens once the button is pressed."""
    first = item.process.first
    lines = [
        (
            "send",
            f"提交给{first.title}环节，办件编号和回执当场给出"
            if not draft.case_number
            else "补正内容送回原环节，办件编号不变",
        )
    ]
    if item.promise:
        lines.append(("clock", item.promise))
    lines.append(("mail", "每到一个环节都有消息；需要补正时一次告知"))
    lines.append(("lock", "提交后内容不能自行修改；作出决定前可以申请撤回"))
    return NextSteps(tuple(lines))


def _notice(request: ActorRequest, draft: DraftView, item: Item) -> NoticePanel | None:
    """The notice once more when it has changed since it was read; the session keeps when it was opened."""
    if draft.notice_current or item.notice is None:
        return None
    now = clock.now()
    opened = request.session.setdefault(OPENED, {}).setdefault(draft.id, now.isoformat())
    request.session.modified = True
    left = notice.seconds_left(item=item, opened_at=datetime.fromisoformat(opened), now=now)
    points = item.notice.printed(laws=context().laws, day=now.date())
    return NoticePanel(points, left, reverse("portal:fill_notice", args=[draft.id]))


@firm_page
@require_POST
def notice_read(request: ActorRequest, draft_id: str) -> HttpResponse:
    """The changed notice has been read."""
    opened = request.session.get(OPENED, {}).get(draft_id)
    drafts.notice_read(
        draft_id=draft_id,
        actor=request.actor,
        opened_at=datetime.fromisoformat(opened) if opened else None,
    )
    return _back(draft_id)


def _back(draft_id: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:fill_sign", args=[draft_id]))


def _refused(request: ActorRequest, draft_id: str, refused: Refused) -> HttpResponse:
    """The refusal on the page itself; a draft that cannot be read at all is refused as a page."""
    draft = drafts.read(draft_id=draft_id, actor=request.actor)
    return after_submission(draft) or _page(request, draft, refused)


@firm_page
@require_GET
def paper(request: ActorRequest, draft_id: str) -> HttpResponse:
    """A paper as it stands, to read, or to print and stamp; the application unless the address names another."""
    code, row = _named(request)
    if row:
        data = countersign.paper(draft_id=draft_id, actor=request.actor, code=code, binding=row)
    else:
        data = sign.paper(draft_id=draft_id, actor=request.actor)
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="paper.pdf"'}
    )


def _named(request: ActorRequest) -> tuple[str, int]:
    """The paper an address names: its material and row; row 0 is the application."""
    return request.GET.get("paper", ""), number(request.GET.get("row", ""))


@firm_page
@require_GET
def paper_picture(request: ActorRequest, draft_id: str) -> HttpResponse:
    """The first page of the application as a picture."""
    data = sign.paper(draft_id=draft_id, actor=request.actor)
    return HttpResponse(files.picture_of("pdf", data, 1), content_type="image/png")


@firm_page
@require_POST
@proving
def sign_online(request: ActorRequest, draft_id: str) -> HttpResponse:
    """Put the electronic seal on the application, on the paper the address names, or (`all`) on all that lack it."""
    require_fresh_proof(request)
    (code, row), every = _named(request), request.POST.get("all") == "1"
    try:
        if every:
            countersign.sign_all(draft_id=draft_id, actor=request.actor)
        elif row:
            countersign.sign_online(draft_id=draft_id, actor=request.actor, code=code, binding=row)
        else:
            sign.sign_online(draft_id=draft_id, actor=request.actor)
    except Refused as refused:
        return _refused(request, draft_id, refused)
    messages.success(request, "已全部签章。请核对后提交。" if every else "已签章。请核对后提交。")
    return _back(draft_id)


@firm_page
@require_POST
def sign_upload(request: ActorRequest, draft_id: str) -> HttpResponse:
    """Take the scan of the application, or of the paper the address names, that was stamped."""
    file, (code, row) = request.FILES.get("file"), _named(request)
    try:
        if file is None:
            raise Refused("NO_FILE", "没有收到文件，请选择盖章后的扫描件再上传。", status=422)
        name, data = file.name or "", file.read()
        if row:
            countersign.upload_stamped(
                draft_id=draft_id, actor=request.actor, code=code, binding=row, filename=name, data=data
            )
        else:
            sign.upload_sealed(draft_id=draft_id, actor=request.actor, filename=name, data=data)
    except Refused as refused:
        return _refused(request, draft_id, refused)
    messages.success(
        request, "已收到盖章的材料。请核对后提交。" if row else "已收到盖章的申请表。请核对后提交。"
    )
    return _back(draft_id)


@firm_page
@require_POST
def submit(request: ActorRequest, draft_id: str) -> HttpResponse:
    """File the application; the case's page follows."""
    try:
        outcome = filing.submit(
            draft_id=draft_id,
            actor=request.actor,
            acknowledged=request.POST.get("acknowledged") == "1",
            notes=request.POST.get("notes", ""),
            request_id=request.POST.get("request_id") or str(uuid.uuid4()),
        )
    except Refused as refused:
        return _refused(request, draft_id, refused)
    if not outcome.repeated:
        messages.success(request, f"已提交，办件编号 {outcome.case.number}。")
    return HttpResponseRedirect(reverse("portal:case", args=[outcome.case.number]))
