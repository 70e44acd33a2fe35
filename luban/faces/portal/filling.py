"""Filling in an application: the form page and what it talks to. Signing and submitting stand in `submitting`.

The page saves itself section by section; an answer brings only what must be drawn anew (`ui.forms.sheet.stale`).
Whatever is refused comes back as a sentence in the page, with the status of the refusal, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from luban.faces.portal import filling_files as papers
from luban.faces.portal import submitting
from luban.faces.portal.filling_parts import after_submission, laid_out, number, part, swapped
from luban.faces.portal.frame import firm_page
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.fields import whole_number
from luban.kit.form import SectionSpec, form_spec
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.stages.fill import drafts
from luban.stages.fill.clash import Clash
from luban.stages.fill.typed import merged, payload_from
from luban.stages.fill.views import DraftView
from luban.ui.forms.render import choices_today
from luban.ui.forms.sheet import Sheet, stale
from luban.ui.view import Crumbs

OPS = ("add", "remove", "copy")


@firm_page
@require_GET
def form(request: ActorRequest, draft_id: str) -> HttpResponse:
    """The form page of a draft; `?check=1` says blanks too."""
    draft = drafts.read(draft_id=draft_id, actor=request.actor)
    done = after_submission(draft)
    if done is not None:
        return done
    strict = request.GET.get("check") == "1"
    sheet = laid_out(request, draft, strict=strict)
    return render(request, "portal/fill/form.html", _page(sheet, strict))


def _page(sheet: Sheet, strict: bool) -> dict[str, Any]:
    draft, item = sheet.draft, sheet.item
    home = (("首页", reverse("portal:home")), ("我的草稿", reverse("portal:drafts")))
    return {
        "sheet": sheet,
        "draft": draft,
        "item": item,
        "strict": strict,
        "crumbs": Crumbs(home, f"{item.short}填写"),
        "save": reverse("portal:fill_save", args=[draft.id]),
        "sign": reverse("portal:fill_sign", args=[draft.id]),
        "down": tuple(drafts.source_title(link) for link in draft.sources_down),
    }


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
        return HttpResponseRedirect(reverse("portal:fill", args=[draft_id]))
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
    revision = number(request.POST.get("_revision", ""))
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


def _posted(request: ActorRequest, sections: Iterable[SectionSpec]) -> Iterable[SectionSpec]:
    """The sections a script says were touched; without scripts all that were posted."""
    if "_sections" in request.POST:
        named = set(request.POST["_sections"].split(","))
        return [s for s in sections if s.name in named]
    return [s for s in sections if f"{s.name}._shape" in request.POST]


def _answer(request: ActorRequest, draft: DraftView, saved: frozenset[str]) -> HttpResponse:
    sheet = laid_out(request, draft, strict=request.POST.get("_strict") == "1")
    seen = {
        name: request.POST[name] for name in request.POST if name.endswith(("._shape", "._values", "._says"))
    }
    words = {
        "sheet": sheet,
        "draft": draft,
        "stale": stale(sheet=sheet, seen=seen, saved=saved),
        "papers": replace(sheet.papers, oob=True) if sheet.papers.ids != request.POST.get("_slots") else None,
    }
    answer = render(request, "portal/fill/saved.html", words)
    answer["X-Saved-At"] = f"{clock.now():%H:%M:%S}"
    return answer


def _clashed(request: ActorRequest, clash: Clash) -> HttpResponse:
    """Both people's answers side by side, and how to go on."""
    words = {
        "clash": clash,
        "draft": clash.theirs,
        "save": reverse("portal:fill_save", args=[clash.theirs.id]),
    }
    return swapped(request, "portal/fill/clash.html", words, status=409)


@firm_page
@require_POST
def again(request: ActorRequest, draft_id: str) -> HttpResponse:
    """Ask the sources that were down once more."""
    drafts.fetch_again(draft_id=draft_id, actor=request.actor)
    return HttpResponseRedirect(reverse("portal:fill", args=[draft_id]))


@part
@require_GET
def places(request: ActorRequest) -> HttpResponse:
    """Regions below the one chosen, for the next select; a city's only one below is chosen at once."""
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


_DRAFT = "fill/<slug:draft_id>/"
_PAPER = f"{_DRAFT}materials/<slug:code>/"
_FILE = "fill/files/<slug:file_id>/"

FILLING: list[URLPattern] = [
    path("fill/places/", places, name="fill_places"),
    path("fill/books/<slug:code>/", book, name="fill_book"),
    path(_FILE, papers.look, name="fill_file"),
    path(f"{_FILE}pages/<int:page>.png", papers.page_picture, name="fill_file_page"),
    path(f"{_FILE}fetch/", papers.fetch, name="fill_file_fetch"),
    path(_DRAFT, form, name="fill"),
    path(f"{_DRAFT}save/", save, name="fill_save"),
    path(f"{_DRAFT}rows/", rows, name="fill_rows"),
    path(f"{_DRAFT}again/", again, name="fill_again"),
    path(f"{_DRAFT}files/<slug:file_id>/remove/", papers.remove_file, name="fill_file_remove"),
    path(_PAPER, papers.upload, name="fill_upload"),
    path(f"{_PAPER}phone/", papers.phone_code, name="fill_phone"),
    path(f"{_PAPER}watch/", papers.watch, name="fill_watch"),
    path(f"{_DRAFT}sign/", submitting.sheet, name="fill_sign"),
    path(f"{_DRAFT}sign/notice/", submitting.notice_read, name="fill_notice"),
    path(f"{_DRAFT}sign/paper.pdf", submitting.paper, name="fill_paper"),
    path(f"{_DRAFT}sign/paper.png", submitting.paper_picture, name="fill_paper_picture"),
    path(f"{_DRAFT}sign/online/", submitting.sign_online, name="fill_sign_online"),
    path(f"{_DRAFT}sign/upload/", submitting.sign_upload, name="fill_sign_upload"),
    path(f"{_DRAFT}submit/", submitting.submit, name="fill_submit"),
]
