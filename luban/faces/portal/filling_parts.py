"""What the pages of an application share: refusals inside the page, the addresses its parts talk to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from luban.faces.portal.frame import firm_page, refusal_page
from luban.kit.fields import whole_number
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.stages.fill.views import DraftView
from luban.ui.forms.boxes import Wiring
from luban.ui.forms.papers import Desk
from luban.ui.forms.sheet import Sheet, sheet_of
from luban.ui.view import Note

View = Callable[..., HttpResponse]


def part(view: View) -> View:
    """A part of the page asked for by its scripts: a refusal is a note in the page (JSON for uploads)."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            if request.FILES or request.headers.get("HX-Request") != "true":
                return _said(request, refused)
            return _refused(request, refused)

    return firm_page(guarded)


def _said(request: ActorRequest, refused: Refused) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return JsonResponse({"error": refused.code, "message": refused.message}, status=refused.status)
    return refusal_page(request, refused)


def _refused(request: ActorRequest, refused: Refused) -> HttpResponse:
    note = Note(refused.message, title="没有存上", kind="bad")
    return swapped(request, "portal/fill/refused.html", {"note": note}, status=refused.status)


def swapped(
    request: ActorRequest, template: str, words: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """A fragment that is put into the page also when it is a refusal."""
    answer = render(request, template, dict(words), status=status)
    answer["X-Lb-Swap"] = "1"
    return answer


def wiring_of(draft_id: str) -> Wiring:
    """The addresses the sections of a draft talk to."""
    return Wiring(
        rows=reverse("portal:fill_rows", args=[draft_id]),
        places=reverse("portal:fill_places"),
        book=lambda code: reverse("portal:fill_book", args=[code]),
    )


def desk_of(draft_id: str) -> Desk:
    """The addresses its materials go to and come from."""

    def with_row(name: str, code: str, binding: int | None) -> str:
        address = reverse(f"portal:{name}", args=[draft_id, code])
        return address if binding is None else f"{address}?row={binding}"

    return Desk(
        upload=lambda code, binding: with_row("fill_upload", code, binding),
        phone=lambda code, binding: with_row("fill_phone", code, binding),
        remove=lambda file: reverse("portal:fill_file_remove", args=[draft_id, file.id]),
        look=lambda file: reverse("portal:fill_file", args=[file.id]),
        fetch=lambda file: reverse("portal:fill_file_fetch", args=[file.id]),
        sign=reverse("portal:fill_sign", args=[draft_id]),
    )


def laid_out(request: ActorRequest, draft: DraftView, *, strict: bool = False) -> Sheet:
    """The sheet of a draft as this firm's page shows it."""
    return sheet_of(
        draft=draft,
        actor=request.actor,
        wiring=wiring_of(draft.id),
        desk=desk_of(draft.id),
        strict=strict,
    )


def after_submission(draft: DraftView) -> HttpResponse | None:
    """Where a submitted draft leads: to its case."""
    return (
        HttpResponseRedirect(reverse("portal:case", args=[draft.submitted_as]))
        if draft.submitted_as
        else None
    )


def number(text: str) -> int:
    """A small whole number as posted; 0 for anything else."""
    return whole_number(text) or 0
