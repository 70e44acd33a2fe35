"""Every address of the house, asked for by everybody: who may, is answered; who may not, is refused as declared.

A refused request writes nothing, and what is open to a stranger shows nothing of somebody else's case. The two planted
views at the end prove that the test would notice.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path

from config import urls
from luban.people.access import Access, routes
from luban.people.roles import ROLES
from tests.matrix.accounts import VISITORS, Visitor
from tests.matrix.asking import client_of, findings
from tests.matrix.world import World

PUBLIC_PAGES = {
    "api/openapi.json",
    "healthz",
    "",
    "metrics",
    "readyz",
    "items/",
    "items/<slug:code>/",
    "items/<slug:code>/answer/",
    "items/<slug:code>/notice/",
    "m/up/<str:token>/",
    "office/signin/",
    "office/signin/second/",
    "signin/",
    "signin/certificate/",
    "signin/done/",
    "signin/oidc/<slug:code>/",
    "signin/oidc/<slug:code>/back/",
    "signin/oidc/<slug:code>/ended/",
    "signout/",
    "v/",
    "v/platform.pem",
    "v/<str:token>/proof.json",
    "v/<str:token>",
    "v/<str:token>/",
}
"""Whatever anybody may open without signing in."""

GROUPS = [
    pytest.param(visitor, id=visitor.username or "nobody", marks=pytest.mark.xdist_group(f"matrix{n % 2}"))
    for n, visitor in enumerate(VISITORS)
]


@pytest.mark.parametrize("visitor", GROUPS)
def test_everybody_is_answered_as_declared(visitor: Visitor, world: World) -> None:
    found = list(findings(visitor, routes(), world))
    assert not found, "\n".join(found)


@pytest.mark.xdist_group("matrix0")
def test_every_role_of_the_platform_comes_to_the_door() -> None:
    assert {v.role for v in VISITORS} == set(ROLES)


@pytest.mark.xdist_group("matrix0")
def test_what_is_public_is_on_the_list() -> None:
    assert {r.path for r in routes() if r.access and r.access.is_public} == PUBLIC_PAGES


@pytest.mark.xdist_group("matrix0")
def test_scripts_and_styles_are_public_and_nothing_beside_them() -> None:
    assert Client().get("/static/ui/css/base.css").status_code == 200
    for address in (
        "/static/../config/settings.py",
        "/static/%2e%2e/config/settings.py",
        "/static/ui/../../../../pyproject.toml",
        "/static//etc/passwd",
        "/static/vendor/../../package.json",
    ):
        assert Client().get(address).status_code in (400, 403, 404), address


@pytest.mark.xdist_group("matrix0")
@pytest.mark.parametrize(
    ("username", "address", "refused"),
    [
        ("suxin", "/cases/{granted}/papers/{paper}/", 404),
        ("suxin", "/fill/{draft}/files/{office_file}/remove/", 404),
        ("suxin", "/fill/files/{office_file}/", 404),
        ("suxin", "/fill/{office_draft}/", 404),
        ("pudong_reviewer", "/office/cases/{granted}/papers/{paper}/", 404),
        ("pudong_reviewer", "/office/fill/{office_draft}/files/{file}/remove/", 404),
        ("pudong_reviewer", "/office/fill/files/{file}/", 403),
        ("pudong_reviewer", "/office/fill/{draft}/", 403),
    ],
)
def test_a_key_that_fits_elsewhere_opens_nothing_here(
    world: World, username: str, address: str, refused: int
) -> None:
    visitor = next(v for v in VISITORS if v.username == username)
    filled = address.format_map(vars(world))
    client = client_of(visitor)
    answer = client.post(filled) if filled.endswith("/remove/") else client.get(filled)
    assert answer.status_code == refused


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody declared me")


def careless(request: HttpRequest, number: str) -> HttpResponse:
    return HttpResponse(f"anybody may read {number}")


careless.access = Access("office", frozenset({"district_leader"}), "role")  # type: ignore[attr-defined]


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The house with a view nobody declared, and one that does not keep what it declares."""
    two = [path("forgotten/", forgotten), path("cases/<str:number>/careless/", careless)]
    monkeypatch.setattr(urls, "urlpatterns", [*two, *urls.urlpatterns])
    clear_url_caches()
    yield
    monkeypatch.undo()
    clear_url_caches()


@pytest.mark.xdist_group("matrix0")
def test_a_view_without_declaration_or_without_a_guard_is_reported(world: World, planted: None) -> None:
    stranger = next(v for v in VISITORS if v.username == "baoshan_leader")
    found = list(findings(stranger, routes(), world))
    assert found[0] == "/forgotten/ has no declaration of who may open it"
    assert len(found) == 3
    assert all("/careless/: 200, must be refused with [403]" in line for line in found[1:]), found
