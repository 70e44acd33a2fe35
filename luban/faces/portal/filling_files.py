"""Materials of an application: handed in, from the phone too, looked at page by page, taken out again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from luban.faces.portal.download import KINDS, attachment
from luban.faces.portal.filling_parts import laid_out, number, part
from luban.faces.portal.frame import firm_page
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.stages.fill import drafts, files, phone
from luban.stages.fill.views import FileView
from luban.ui.forms.boxes import slot_id
from luban.ui.forms.papers import Desk, SlotBox, file_line
from luban.ui.qr import qr


@part
@require_POST
def upload(request: ActorRequest, draft_id: str, code: str) -> HttpResponse:
    """Put a file into a slot; answers the slot as it is now."""
    file, binding = request.FILES.get("file"), _binding(request)
    if file is None:
        raise Refused("NO_FILE", "没有收到文件，请重新选择后再传。", status=422)
    files.hand_in(
        draft_id=draft_id,
        actor=request.actor,
        code=code,
        binding=binding,
        filename=file.name or "",
        data=file.read(),
    )
    return _slot(request, draft_id, code, binding)


def _binding(request: ActorRequest) -> int | None:
    return number(request.GET.get("row", "")) or None


def _slot(request: ActorRequest, draft_id: str, code: str, binding: int | None) -> HttpResponse:
    return render(request, "portal/fill/slot.html", {"slot": _slot_box(request, draft_id, code, binding)})


def _slot_box(request: ActorRequest, draft_id: str, code: str, binding: int | None) -> SlotBox:
    """The slot as it is now. Raises Refused (422) when this form does not ask for it any more."""
    sheet = laid_out(request, drafts.read(draft_id=draft_id, actor=request.actor))
    slot = next((s for s in sheet.papers.slots if s.id == slot_id(code, binding)), None)
    if slot is None:
        raise Refused("NO_SUCH_SLOT", "按目前填写的内容不需要这份材料，请刷新页面查看材料清单。", status=422)
    return slot


@part
@require_POST
def remove_file(request: ActorRequest, draft_id: str, file_id: str) -> HttpResponse:
    """Take a file out again; answers its slot."""
    drafts.read(draft_id=draft_id, actor=request.actor)
    file = next((f for f in files.of_draft(draft_id=draft_id) if f.id == file_id), None)
    if file is None:
        raise Refused("NO_FILE", "这份材料已不在申请中，请刷新页面。", status=404)
    files.remove(file_id=file_id, actor=request.actor)
    return _slot(request, draft_id, file.code, file.binding)


@part
@require_GET
def phone_code(request: ActorRequest, draft_id: str, code: str) -> HttpResponse:
    """A QR code that opens this slot on a phone; the page then looks for new files every few seconds."""
    binding = _binding(request)
    link = phone.link(draft_id=draft_id, actor=request.actor, code=code, binding=binding)
    words = {
        "qr": qr(content=link.url, text="用手机扫码上传材料"),
        "link": link,
        "minutes": phone.MINUTES,
        "again": request.get_full_path(),
        **_watcher(draft_id, code, binding),
    }
    return render(request, "portal/fill/phone.html", words)


def _watcher(draft_id: str, code: str, binding: int | None) -> dict[str, Any]:
    have = sum((f.code, f.binding) == (code, binding) for f in files.of_draft(draft_id=draft_id))
    here = reverse("portal:fill_watch", args=[draft_id, code])
    return {"watch": f"{here}?row={binding or 0}&have={have}"}


@part
@require_GET
def watch(request: ActorRequest, draft_id: str, code: str) -> HttpResponse:
    """The slot if the phone has brought something since the page last looked (`have`), nothing otherwise."""
    drafts.read(draft_id=draft_id, actor=request.actor)
    binding = _binding(request)
    own = [f for f in files.of_draft(draft_id=draft_id) if (f.code, f.binding) == (code, binding)]
    if len(own) == number(request.GET.get("have", "")):
        return HttpResponse(status=204)
    slot = replace(_slot_box(request, draft_id, code, binding), oob=True)
    return render(
        request, "portal/fill/watch.html", {"slot": slot, "came": True, **_watcher(draft_id, code, binding)}
    )


@firm_page
@require_GET
def look(request: ActorRequest, file_id: str) -> HttpResponse:
    """A file page by page, drawn as pictures."""
    file, _ = files.read(file_id=file_id, actor=request.actor)
    pages = max(1, min(file.pages, files.PREVIEW_PAGES))
    asked = min(max(number(request.GET.get("page", "1")), 1), pages)
    return render(request, "portal/fill/look.html", _looked(file, asked, pages))


def _looked(file: FileView, asked: int, pages: int) -> dict[str, Any]:
    here = reverse("portal:fill_file", args=[file.id])
    return {
        "file": file,
        "line": file_line(file, Desk()),
        "page": asked,
        "pages": pages,
        "picture": reverse("portal:fill_file_page", args=[file.id, asked]),
        "before": f"{here}?page={asked - 1}" if asked > 1 else "",
        "after": f"{here}?page={asked + 1}" if asked < pages else "",
        "fetch": reverse("portal:fill_file_fetch", args=[file.id]),
    }


@firm_page
@require_GET
def page_picture(request: ActorRequest, file_id: str, page: int) -> HttpResponse:
    """A page of a file as PNG, freshly drawn."""
    return picture(files.preview(file_id=file_id, actor=request.actor, page=page))


def picture(png: bytes) -> HttpResponse:
    """An answer that is a picture and nothing else."""
    return HttpResponse(png, content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


@firm_page
@require_GET
def fetch(request: ActorRequest, file_id: str) -> HttpResponse:
    """The file itself, to keep."""
    file, data = files.read(file_id=file_id, actor=request.actor)
    return attachment(data, name=file.filename, kind=KINDS.get(file.kind, "application/octet-stream"))
