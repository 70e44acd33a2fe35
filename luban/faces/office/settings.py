"""个人设置 and saved views: how the pages look to one person, and the filters it comes back to."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from luban.faces.office.asked import LONGEST, NAMES
from luban.faces.office.frame import office_page, preference_of
from luban.faces.office.models import Preference
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.people.roles import title_of

MOST_VIEWS = 12
LONGEST_TITLE = 20
DENSITIES = ("", "cozy")


@office_page(right="")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: ActorRequest) -> HttpResponse:
    """Density, keys, saved views."""
    preference = preference_of(request)
    if request.method == "POST":
        density = request.POST.get("density", "")
        preference.density = density if density in DENSITIES else ""
        preference.keys = request.POST.get("keys") == "1"
        preference.save()
        messages.success(request, "设置已保存。")
        return HttpResponseRedirect(reverse("office:settings"))
    roles = [(code, title_of(code)) for code in request.actor_roles if code != request.actor.role]
    words = {"preference": preference, "roles": roles, "actor": request.actor}
    return render(request, "office/settings.html", words)


@office_page()
@require_http_methods(["GET", "HEAD", "POST"])
def view_new(request: ActorRequest) -> HttpResponse:
    """Name the present filters and keep them as a tab."""
    query, path = _filters(request), _path(request)
    if request.method != "POST":
        return render(request, "office/view_new.html", {"query": query, "path": path, "title": ""})
    title = request.POST.get("title", "").strip()[:LONGEST_TITLE]
    preference = preference_of(request)
    if not title:
        words = {"query": query, "path": path, "title": title, "refused": "请给视图起个名字。"}
        return render(request, "office/view_new.html", words, status=422)
    others = [v for v in preference.views if not (v["title"] == title and v["path"] == path)]
    if len(others) >= MOST_VIEWS:
        raise Refused(
            "TOO_MANY_VIEWS", f"最多保存{MOST_VIEWS}个视图，请先在个人设置里删除不用的。", status=422
        )
    preference.views = [*others, {"title": title, "path": path, "query": query}]
    preference.save()
    messages.success(request, f"已存为视图“{title}”。")
    return HttpResponseRedirect(f"{path}?{query}" if query else path)


def _filters(request: ActorRequest) -> str:
    """The filters of the list, only those lists know, in their own order."""
    given = dict(parse_qsl(request.POST.get("query", ""))) if request.method == "POST" else request.GET
    names = ("scope", *NAMES)
    kept = {n: str(given.get(n, ""))[:LONGEST] for n in names if given.get(n)}
    return urlencode(kept)


def _path(request: ActorRequest) -> str:
    given = (request.POST if request.method == "POST" else request.GET).get("path", "")
    return given if given == reverse("office:cases") else reverse("office:home")


@office_page(right="")
@require_POST
def view_delete(request: ActorRequest) -> HttpResponse:
    """Forget a saved view."""
    preference: Preference = preference_of(request)
    title, path = request.POST.get("title", ""), request.POST.get("path", "")
    preference.views = [v for v in preference.views if not (v["title"] == title and v["path"] == path)]
    preference.save()
    messages.success(request, f"已删除视图“{title[:LONGEST_TITLE]}”。")
    return HttpResponseRedirect(reverse("office:settings"))
