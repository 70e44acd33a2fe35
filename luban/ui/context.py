"""Context processor: what every layout reads (`demo`, `size`, `density`, `keys`, `face`, `nav`, `desks`, `who`)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from luban.people.actor import Actor
from luban.people.organisations import DIVISIONS
from luban.ui.face import Face, Who, mark_current, masked_name

SIZE_COOKIE = "lb_size"


def ui(request: HttpRequest) -> dict[str, Any]:
    """Layout variables for one request; reads `request.face` (a `Face`) where a face package has set it."""
    face = getattr(request, "face", None) or Face()
    return {
        "demo": bool(getattr(settings, "LUBAN_DEMO", False)),
        "size": "large" if request.COOKIES.get(SIZE_COOKIE) == "large" else "",
        "density": face.density,
        "keys": face.keys,
        "face": face,
        "nav": mark_current(items=face.nav, path=request.path, home=face.home_url),
        "desks": face.desks,
        "who": face.who or who_is(actor=getattr(request, "actor", None), office=face.code == "office"),
    }


def who_is(*, actor: Actor | None, office: bool) -> Who | None:
    """The header's words for the one signed in, the person's name masked; None for a visitor."""
    if actor is None or not actor.signed_in:
        return None
    person = masked_name(actor.name)
    if office:
        return Who(
            "",
            f"{DIVISIONS.get(actor.division, actor.organisation_name)} · {actor.role_title}　{person}",
            actor.organisation_name,
        )
    return Who(actor.organisation_name or person, f"{actor.role_title} {person}", actor.organisation_name)
