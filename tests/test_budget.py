"""What a case may cost in statements: one submission, four acts of officials, one worklist page; and what a page may.

Two cases through the very addresses people use, one straight (three acts) and one sent back once (five), as in
`benchmarks/case_flow`. Savepoints are not counted: only a test's outer transaction adds them.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from benchmarks.case_flow.case import FIRM, LEADER, REVIEWER, acts_of
from luban.cases import house
from luban.kit.clock import clock
from luban.people import demo
from luban.people.access import Route, routes
from luban.people.directory import install_bureaus
from luban.registers.book import current
from tests.faults.applications import ready_draft
from tests.matrix.accounts import VISITORS, Visitor
from tests.matrix.asking import client_of
from tests.matrix.fixtures import quiet, untouched, world  # noqa: F401
from tests.matrix.pages import address_of, may_touch, page_of
from tests.matrix.world import World

MOST_A_CASE, MOST_A_PAGE = 60, 15
SPACE = uuid.UUID("0b9a9f5e-3a53-4d6b-9a1e-8d6f0c1f2a77")


class Statements:
    """Counts what is sent to the database."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "SAVEPOINT" not in sql:
            self.sent.append(sql)
        return execute(sql, params, many, context)


@contextmanager
def counted() -> Iterator[Statements]:
    """The statements of a while."""
    statements = Statements()
    with connection.execute_wrapper(statements):
        yield statements


def by_name(account: str) -> Client:
    return client_of(next(visitor for visitor in VISITORS if visitor.username == account))


def go(people: dict[str, Client], n: int) -> int:
    """The n-th case over its addresses; how many statements it took."""
    draft = ready_draft(n, SPACE)
    told = {"acknowledged": "1", "request_id": f"budget-{n}"}
    with counted() as statements:
        filed = people[FIRM].post(f"/fill/{draft}/submit/", told)
        number = filed.headers["Location"].rstrip("/").split("/")[-1]
        for seq, act in enumerate(acts_of(n), start=1):
            words = {f"{act.code}.{name}": value for name, value in act.data.items()}
            words |= {"action": act.code, "request_id": f"budget-{n}-{seq}", "seq": str(seq)}
            assert people[act.account].post(f"/office/cases/{number}/act/", words).status_code == 302
        assert people[REVIEWER].get("/office/").status_code == 200
    return len(statements.sent)


@pytest.fixture(autouse=True)
def _as_in_a_house(settings: Any) -> Iterator[None]:
    """Registers are asked for edits once in a while, as in a running house, not at every look."""
    settings.LUBAN_REGISTERS_FRESH = 600.0
    house.forget()
    yield
    house.forget()
    current.forget()


@pytest.mark.django_db
def test_a_case_stays_within_its_statements() -> None:
    with clock.at("2026-03-02T10:00"):
        install_bureaus()
        demo.load()
        people = {account: by_name(account) for account in (FIRM, REVIEWER, LEADER)}
        _, _, straight, sent_back = (go(people, n) for n in (1, 2, 3, 4))
    assert (straight + sent_back) / 2 <= MOST_A_CASE


def reader_of(route: Route, data: str) -> Visitor | None:
    """Somebody who may open the address."""
    access = route.access
    assert access is not None
    fitting = (v for v in VISITORS if v.username and v.role in access.roles and may_touch(v, data))
    return next(fitting, VISITORS[0] if access.is_public else None)


@pytest.mark.usefixtures("untouched", "quiet")
def test_every_page_stays_within_its_statements(world: World) -> None:  # noqa: F811
    too_many = []
    for route in routes():
        page = page_of(route, world)
        reader = reader_of(route, page.data)
        if reader is None:
            continue
        client, address = client_of(reader), address_of(route, page)
        client.get(address, page.query)
        with counted() as statements:
            client.get(address, page.query)
        if len(statements.sent) > MOST_A_PAGE:
            too_many.append((address, reader.username, len(statements.sent)))
    assert too_many == []
