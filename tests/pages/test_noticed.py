"""A page that is unfit is reported for each of its faults, and a page nobody knows of is not passed over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import clear_url_caches, path

from config import urls
from luban.people.access import Access, access
from luban.people.roles import PUBLIC
from tests.matrix.accounts import VISITORS
from tests.matrix.world import World
from tests.pages.looking import Eyes
from tests.pages.places import all_routes, opened

UNFIT = """<!doctype html><html lang="zh-CN"><head><title> · 绿办</title><script>alert(1)</script></head>
<body><main><h2>没有一级标题</h2><p>状态：closed_granted</p><img src="/static/ui/icons/seal.svg">
<button>小</button><svg width="2000" height="10" role="presentation"></svg></main></body></html>"""


@access(face="public", roles=PUBLIC, scope="open")
def unfit(request: HttpRequest) -> HttpResponse:
    return HttpResponse(UNFIT)


def unknown(request: HttpRequest, thing: str) -> HttpResponse:
    return HttpResponse(thing)


unknown.access = Access("public", PUBLIC, "open")  # type: ignore[attr-defined]


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The house with an unfit page and one whose address names something nobody knows."""
    two = [path("unfit/", unfit), path("unknown/<str:thing>/", unknown)]
    monkeypatch.setattr(urls, "urlpatterns", [*two, *urls.urlpatterns])
    clear_url_caches()
    yield
    monkeypatch.undo()
    clear_url_caches()


@pytest.mark.full
@pytest.mark.browser
def test_every_fault_of_an_unfit_page_is_named(world: World, planted: None, eyes: Eyes) -> None:
    found = opened(route=all_routes()[0], world=world)
    assert found == (VISITORS[0], "/unfit/")
    wrong: list[str] = []
    refused = pytest.raises(AssertionError, match="Content Security Policy")
    with refused, eyes.at("/unfit/", visitor=VISITORS[0]) as page:
        wrong = eyes.findings(page, "unfit")
    for fault in (
        "0 first headings",
        "no title",
        "closed_granted",
        "scrolls sideways",
        "image-alt",
        "a finger",
    ):
        assert any(fault in line for line in wrong), (fault, wrong)


@pytest.mark.xdist_group("pages")
def test_an_address_nobody_knows_is_not_passed_over(world: World, planted: None) -> None:
    with pytest.raises(LookupError, match="unknown"):
        opened(route=all_routes()[1], world=world)
