"""Papers handed in, beside the form: what was asked for, what is there, and each page as a picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from luban.faces.office.download import KINDS, attachment, picture
from luban.faces.office.frame import office_page
from luban.kit.fields import whole_number
from luban.kit.materials import HandedIn
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.stages.fill import files
from luban.stages.review.found import Found
from luban.stages.review.sight import case_of
from luban.stages.review.spots import material_path
from luban.trust.objects import ObjectMissing, ObjectTouched
from luban.ui.forms.papers import CHECKS

MISSING = "这份文件暂时取不出来，请稍后再试；仍不行请联系运维人员。"


@dataclass(frozen=True)
class Sheet:
    """A file on the shelf: its name, digest, what the machine made of it, where it is looked at."""

    name: str
    sm3: str
    pages: int
    check: tuple[str, str, str]
    look: str
    fetch: str


@dataclass(frozen=True)
class Place:
    """A slot with its files; `path` is what a correction points at."""

    title: str
    path: str
    required: bool
    sheets: tuple[Sheet, ...]


def shelf_of(found: Found) -> tuple[Place, ...]:
    """The slots of the current version with what lies in them."""
    materials = found.view.materials
    return tuple(
        Place(
            slot.title,
            material_path(slot.material.code, slot.binding),
            slot.required,
            tuple(
                _sheet(found.row.number, file)
                for file in materials.files
                if (file.code, file.binding) == (slot.material.code, slot.binding)
            ),
        )
        for slot in materials.slots
    )


def _sheet(number: str, file: HandedIn) -> Sheet:
    return Sheet(
        file.filename,
        file.sm3,
        file.pages,
        CHECKS.get(file.check, CHECKS["pending"]),
        reverse("office:file", args=[number, file.sm3]) if file.sm3 else "",
        reverse("office:file_fetch", args=[number, file.sm3]) if file.sm3 else "",
    )


@office_page(part=True)
@require_safe
def look(request: ActorRequest, number: str, sm3: str) -> HttpResponse:
    """A file in the viewer, one page at a time; a fragment for the page, a page of its own without scripts."""
    row = case_of(number=number, actor=request.actor)
    page = max(1, whole_number(request.GET.get("page", "")) or 1)
    name, refused = "", ""
    try:
        name, kind, data = files.read_of_case(case_id=str(row.pk), sm3=sm3, actor=request.actor)
        files.picture_of(kind, data, page)
    except Refused as said:
        if not name:
            raise
        refused = said.message
    except (ObjectMissing, ObjectTouched):
        raise Refused("FILE_MISSING", MISSING, status=404) from None
    pages = _pages(row.current.materials, sm3)
    here = reverse("office:file", args=[number, sm3])
    words = {
        "name": name,
        "page": page,
        "pages": pages,
        "refused": refused,
        "picture": reverse("office:file_page", args=[number, sm3, page]),
        "before": f"{here}?page={page - 1}" if page > 1 else "",
        "after": f"{here}?page={page + 1}" if page < pages else "",
        "fetch": reverse("office:file_fetch", args=[number, sm3]),
        "bare": request.headers.get("HX-Request") == "true",
    }
    return render(request, "office/viewer.html", words)


def _pages(rows: list[dict[str, object]], sm3: str) -> int:
    found = next((r for r in rows if r["sm3"] == sm3), None)
    return max(1, min(int(str(found["pages"])) if found else 1, files.PREVIEW_PAGES))


@office_page(part=True)
@require_safe
def page_picture(request: ActorRequest, number: str, sm3: str, page: int) -> HttpResponse:
    """A page as PNG."""
    row = case_of(number=number, actor=request.actor)
    try:
        png = files.preview_of_case(case_id=str(row.pk), sm3=sm3, actor=request.actor, page=page)
    except (ObjectMissing, ObjectTouched):
        raise Refused("FILE_MISSING", MISSING, status=404) from None
    return picture(png)


@office_page(part=True)
@require_safe
def fetch(request: ActorRequest, number: str, sm3: str) -> HttpResponse:
    """The file itself."""
    row = case_of(number=number, actor=request.actor)
    try:
        name, kind, data = files.read_of_case(case_id=str(row.pk), sm3=sm3, actor=request.actor)
    except (ObjectMissing, ObjectTouched):
        raise Refused("FILE_MISSING", MISSING, status=404) from None
    return attachment(data, name=name, kind=KINDS.get(kind, "application/octet-stream"))
