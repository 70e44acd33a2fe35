"""Take one declaration away and the matrix says so: for every page of the house, for interfaces, and for jobs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from procrastinate.contrib.django import app

from luban.people.access import APPLICATION, Access, Route, routes
from luban.people.permissions import PERMISSIONS
from luban.people.roles import OFFICIAL_ROLES, PUBLIC
from tests.matrix.accounts import VISITORS
from tests.matrix.asking import findings
from tests.matrix.pages import page_of
from tests.matrix.world import World

HOUSE, DESK = "the house", "the desk of the case"
JOBS: Mapping[str, str] = {
    "builtin": HOUSE,
    "procrastinate": HOUSE,
    "chain": HOUSE,
    "daily": HOUSE,
    "exports": HOUSE,
    "fill": HOUSE,
    "gateway": HOUSE,
    "keys": HOUSE,
    "office.export": "case.export",
    "outbox": HOUSE,
    "pace": HOUSE,
    "policy": "register.edit",
    "review": DESK,
    "share": HOUSE,
    "subscriptions": HOUSE,
    "timers": HOUSE,
    "trail": HOUSE,
}
"""Beginning of a job's name → for whom it works: for the house (nobody's data leaves it), at a person's desk (each act is
checked as on the page), or by a right that is asked again when the job runs or was asked when it was started."""


def declared(name: str, jobs: Mapping[str, str]) -> str | None:
    """For whom a job works; None when nobody said."""
    fitting = [start for start in jobs if name == start or name.startswith((f"{start}.", f"{start}:"))]
    return jobs[max(fitting, key=len)] if fitting else None


def undeclared(jobs: Mapping[str, str]) -> list[str]:
    app.perform_import_paths()
    return sorted(name for name in app.tasks if declared(name, jobs) is None)


@pytest.mark.xdist_group("matrix1")
def test_every_address_without_its_declaration_would_be_reported(world: World) -> None:
    """Each route in turn loses its declaration; the matrix names it, and it alone."""
    stranger = VISITORS[0]
    for route in routes():
        bare = Route(route.path, route.view, None)
        assert list(findings(stranger, [bare], world)) == [
            f"/{route.path} has no declaration of who may open it"
        ]


@pytest.mark.xdist_group("matrix1")
def test_every_address_has_a_declaration_that_makes_sense(world: World) -> None:
    for route in routes():
        assert route.access is not None, f"/{route.path} has no declaration of who may open it"
        page_of(route, world)  # an address that carries a value says whose it is
        if route.access.right:
            assert route.access.right in PERMISSIONS
            assert route.access.now == route.access.roles, "nobody changed rights here"
        if route.path.startswith(("office/", "chain-gw/", "inbox/")):
            assert not (route.access.roles & PUBLIC) or "signin" in route.path, route.path


@pytest.mark.xdist_group("matrix1")
def test_a_declaration_wider_than_the_table_would_be_reported(world: World) -> None:
    """The page of rights, declared for all officials by mistake, while its view lets in whom the table says."""
    route = next(r for r in routes() if r.path == "office/permissions/")
    wide = Route(route.path, route.view, Access("office", OFFICIAL_ROLES, "role"))
    leader = next(v for v in VISITORS if v.username == "pudong_leader")
    assert "refused though declared" in next(findings(leader, [wide], world))


@pytest.mark.xdist_group("matrix1")
def test_interfaces_are_for_applications_and_signed() -> None:
    applications = {r.path for r in routes() if r.access and r.access.scope == APPLICATION}
    assert "inbox/<slug:link>/<slug:name>/" in applications


@pytest.mark.xdist_group("matrix1")
def test_every_job_says_for_whom_it_works_and_one_that_does_not_is_reported() -> None:
    assert undeclared(JOBS) == []
    assert undeclared({k: v for k, v in JOBS.items() if k != "office.export"}) == ["office.export"]
    assert {w for w in JOBS.values() if w not in (HOUSE, DESK)} <= set(PERMISSIONS)
