"""Filling in what officials begin themselves: the same sheet as the firms', on the office's pages, submitted at once.

The page saves itself section by section; an answer brings only what must be drawn anew. Nothing is signed by hand
here: the office's papers are sealed by the system when somebody signs the case.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from luban.faces.office.download import KINDS, attachment
from luban.faces.office.frame import office_page, refusal
from luban.faces.office.worklist import case_url
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.fields import whole_number
from luban.kit.form import SectionSpec, form_spec
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.stages.fill import drafts, files, filing
from luban.stages.fill.clash import Clash
from luban.stages.fill.typed import merged, payload_from
from luban.stages.fill.views import DraftView
from luban.ui.forms.boxes import Wiring, slot_id
from luban.ui.forms.papers import Desk
from luban.ui.forms.read import read_sections
from luban.ui.forms.render import choices_today
from luban.ui.forms.sheet import Sheet, sheet_of, stale
from luban.ui.view import Note

View = Callable[..., HttpResponse]
OPS = ("add", "remove", "copy")


def part(view: View) -> View:
    """A part of the page asked for by its scripts: a refusal is a note in the page (JSON for uploads)."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            if request.headers.get("HX-Request") != "true":
                return refusal(request, refused, part=True)
            if request.FILES:
                words = {"error": refused.code, "message": refused.message}
                return JsonResponse(words, status=refused.status)
            note = Note(refused.message, title="没有存上", kind="bad")
            return swapped(request, "office/fill/refused.html", {"note": note}, status=refused.status)

    return office_page(part=True)(guarded)


def swapped(
    request: ActorRequest, template: str, words: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A fragment that is put into the page also when it is a refusal."""
    answer = render(request, template, dict(words), status=status)
    answer["X-Lb-Swap"] = "1"
    return answer


def laid_out(request: ActorRequest, draft: DraftView, *, strict: bool = False) -> Sheet:
    """The sheet of a draft with the office's addresses in it."""
    wiring = Wiring(
        rows=reverse("office:fill_rows", args=[draft.id]),
        places=reverse("office:fill_places"),
        book=lambda code: reverse("office:fill_book", args=[code]),
    )

    def upload(code: str, binding: int | None) -> str:
        address = reverse("office:fill_upload", args=[draft.id, code])
        return address if binding is None else f"{address}?row={binding}"

    desk = Desk(
        upload=upload,
        remove=lambda file: reverse("office:fill_file_remove", args=[draft.id, file.id]),
        fetch=lambda file: reverse("office:fill_file", args=[file.id]),
    )
    return sheet_of(draft=draft, actor=request.actor, wiring=wiring, desk=desk, strict=strict)


@office_page()
@require_GET
def form(request: ActorRequest, draft_id: str) -> HttpResponse:
    """The form page of a draft; `?check=1` says blanks too."""
    draft = drafts.read(draft_id=draft_id, actor=request.actor)
    if draft.submitted_as:
        return HttpResponseRedirect(case_url(draft.submitted_as))
    strict = request.GET.get("check") == "1"
    sheet = laid_out(request, draft, strict=strict)
    words = {
        "sheet": sheet,
        "draft": draft,
        "item": sheet.item,
        "strict": strict,
        "save": reverse("office:fill_save", args=[draft.id]),
    }
    return render(request, "office/fill/form.html", words)


@part
@require_POST
def save(request: ActorRequest, draft_id: str) -> HttpResponse:
    """Store the sections that were touched, and answer with what changed on the page."""
    draft = drafts.read(draft_id=draft_id, actor=request.actor)
    try:
        draft, saved = _stored(request, draft)
    except Clash as clash:
        return _clashed(request, clash)
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(reverse("office:fill", args=[draft_id]))
    return _answer(request, draft, saved)


@part
@require_POST
def rows(request: ActorRequest, draft_id: str) -> HttpResponse:
    """Add, remove or copy a row, whatever was typed meanwhile stored first."""
    draft = drafts.read(draft_id=draft_id, actor=request.actor)
    op = request.POST.get("_op", "")
    if op not in OPS:
        raise Refused("UNKNOWN_FIELD", "页面内容已更新，请刷新页面后继续填写。", status=422)
    try:
        draft, saved = _stored(request, draft)
        draft = drafts.edit_rows(
            draft_id=draft_id,
            actor=request.actor,
            revision=draft.revision,
            path=request.POST.get("_path", ""),
            op=op,
            row=whole_number(request.POST.get("_row", "")),
        )
    except Clash as clash:
        return _clashed(request, clash)
    return _answer(request, draft, saved)


def _stored(request: ActorRequest, draft: DraftView) -> tuple[DraftView, frozenset[str]]:
    """The draft with the posted sections saved, and their names. Sections that say nothing new ask no question."""
    revision = _number(request.POST.get("_revision", ""))
    given = {name: request.POST.getlist(name) for name in request.POST}
    saved = set()
    for spec in _posted(request, form_spec(registry.get(draft.item).form).sections):
        values = payload_from(spec=spec, posted=given)
        stored = draft.payload.get(spec.name) or {}
        saved.add(spec.name)
        if merged(specs=spec.fields, stored=stored, posted=values) != stored:
            draft = drafts.save_section(
                draft_id=draft.id, actor=request.actor, revision=revision, section=spec.name, values=values
            )
            revision = draft.revision
    return draft, frozenset(saved)


def _posted(request: ActorRequest, sections: Iterable[SectionSpec]) -> list[SectionSpec]:
    """The sections a script says were touched; without scripts all that were posted."""
    if "_sections" in request.POST:
        named = set(request.POST["_sections"].split(","))
        return [s for s in sections if s.name in named]
    return [s for s in sections if f"{s.name}._shape" in request.POST]


def _answer(request: ActorRequest, draft: DraftView, saved: frozenset[str]) -> HttpResponse:
    sheet = laid_out(request, draft, strict=request.POST.get("_strict") == "1")
    marks = ("._shape", "._values", "._says")
    seen = {name: request.POST[name] for name in request.POST if name.endswith(marks)}
    words = {
        "sheet": sheet,
        "draft": draft,
        "stale": stale(sheet=sheet, seen=seen, saved=saved),
        "papers": replace(sheet.papers, oob=True) if sheet.papers.ids != request.POST.get("_slots") else None,
    }
    answer = render(request, "office/fill/saved.html", words)
    answer["X-Saved-At"] = f"{clock.now():%H:%M:%S}"
    return answer


def _clashed(request: ActorRequest, clash: Clash) -> HttpResponse:
    """Both people's answers side by side, and how to go on."""
    draft = clash.theirs
    words = {"clash": clash, "draft": draft, "save": reverse("office:fill_save", args=[draft.id])}
    return swapped(request, "office/fill/clash.html", words, status=409)


@part
@require_POST
def upload(request: ActorRequest, draft_id: str, code: str) -> HttpResponse:
    """Put a file into a slot; answers the slot as it is now."""
    file, binding = request.FILES.get("file"), _number(request.GET.get("row", "")) or None
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


def _slot(request: ActorRequest, draft_id: str, code: str, binding: int | None) -> HttpResponse:
    sheet = laid_out(request, drafts.read(draft_id=draft_id, actor=request.actor))
    slot = next((s for s in sheet.papers.slots if s.id == slot_id(code, binding)), None)
    if slot is None:
        raise Refused("NO_SUCH_SLOT", "按目前填写的内容不需要这份材料，请刷新页面查看材料清单。", status=422)
    return render(request, "office/fill/slot.html", {"slot": slot})


@part
@require_POST
def remove_file(request: ActorRequest, draft_id: str, file_id: str) -> HttpResponse:
    """Take a file out again; answers its slot."""
    drafts.read(draft_id=draft_id, actor=request.actor)
    file = next((f for f in files.of_draft(draft_id=draft_id) if f.id == file_id), None)
    if file is None:
        raise Refused("NO_FILE", "这份材料已不在草稿中，请刷新页面。", status=404)
    files.remove(file_id=file_id, actor=request.actor)
    return _slot(request, draft_id, file.code, file.binding)


@office_page(part=True)
@require_GET
def fetch(request: ActorRequest, file_id: str) -> HttpResponse:
    """A file of a draft, to keep."""
    file, data = files.read(file_id=file_id, actor=request.actor)
    return attachment(data, name=file.filename, kind=KINDS.get(file.kind, "application/octet-stream"))


@part
@require_GET
def places(request: ActorRequest) -> HttpResponse:
    """Regions below the one chosen, for the next select; an only one below is chosen at once."""
    given = [str(v) for k, v in request.GET.items() if k != "below"]
    chosen = given[-1] if given else ""
    choices = choices_today()
    found = choices.regions_below(chosen) if chosen.isdigit() and len(chosen) == 6 else ()
    below = request.GET.get("below", "")
    only = found[0][0] if below and len(found) == 1 else ""
    words = {
        "ask": "请选择市" if chosen.endswith("0000") or below else "请选择区县",
        "regions": found,
        "chosen": only,
        "below": below if below.replace("-", "").replace("_", "").isalnum() else "",
        "below_regions": choices.regions_below(only) if only else (),
    }
    return render(request, "ui/forms/places.html", words)


@part
@require_GET
def book(request: ActorRequest, code: str) -> HttpResponse:
    """Rows of a register that fit what is being typed."""
    typed = next((str(v) for v in request.GET.values()), "")[:60]
    return render(request, "ui/forms/offers.html", {"offers": choices_today().offers(book=code, typed=typed)})


@office_page()
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: ActorRequest, draft_id: str) -> HttpResponse:
    """Read once more, then file the case or hand in its correction; a second click ends at the same case."""
    draft = drafts.read(draft_id=draft_id, actor=request.actor)
    if request.method != "POST":
        return _submission(request, draft)
    try:
        outcome = filing.submit(
            draft_id=draft.id,
            actor=request.actor,
            acknowledged=request.POST.get("acknowledged") == "1",
            notes=request.POST.get("notes", ""),
            request_id=request.POST.get("request_id", "")[:80] or uuid.uuid4().hex,
        )
    except Refused as refused:
        if refused.status == 403:
            raise
        return _submission(request, draft, refused)
    if not outcome.repeated:
        messages.success(request, f"已提交，办件编号 {outcome.case.number}。")
    return HttpResponseRedirect(case_url(outcome.case.number))


def _submission(request: ActorRequest, draft: DraftView, refused: Refused | None = None) -> HttpResponse:
    if draft.submitted_as:
        return HttpResponseRedirect(case_url(draft.submitted_as))
    sheet = laid_out(request, draft, strict=True)
    words = {
        "sheet": sheet,
        "draft": draft,
        "item": sheet.item,
        "sections": read_sections(
            form=sheet.checked.form,
            payload=draft.payload,
            choices=choices_today(),
            findings=sheet.checked.findings,
        ),
        "blocks": len(sheet.checked.blocking),
        "warnings": sheet.checked.warnings,
        "refused": refused.message if refused else "",
        "acknowledged": request.POST.get("acknowledged") == "1",
        "notes": request.POST.get("notes", ""),
        "request_id": request.POST.get("request_id", "")[:80] or uuid.uuid4().hex,
    }
    return render(request, "office/fill/submit.html", words, status=refused.status if refused else 200)


def _number(text: str) -> int:
    return whole_number(text) or 0


_DRAFT = "fill/<slug:draft_id>/"
_PAPER = f"{_DRAFT}materials/<slug:code>/"

FILLING: list[URLPattern] = [
    path("fill/places/", places, name="fill_places"),
    path("fill/books/<slug:code>/", book, name="fill_book"),
    path("fill/files/<slug:file_id>/", fetch, name="fill_file"),
    path(_DRAFT, form, name="fill"),
    path(f"{_DRAFT}save/", save, name="fill_save"),
    path(f"{_DRAFT}rows/", rows, name="fill_rows"),
    path(f"{_DRAFT}submit/", submit, name="fill_submit"),
    path(f"{_DRAFT}files/<slug:file_id>/remove/", remove_file, name="fill_file_remove"),
    path(_PAPER, upload, name="fill_upload"),
]
