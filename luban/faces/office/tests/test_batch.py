"""Many cases at once: each stands by itself, the outcome of every one is said, a second click changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from luban.cases.models import Case, Event
from luban.kit import registry
from luban.kit.item import Item
from luban.people import demo

As = Callable[[str], Client]


@pytest.fixture(autouse=True)
def in_batches(item: Item, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The item with its first act open to batches."""
    first = item.process.steps[0]
    accept, *rest = first.actions
    steps = (replace(first, actions=(replace(accept, batch=True), *rest)), *item.process.steps[1:])
    open_ = replace(item, process=replace(item.process, steps=steps))
    monkeypatch.setitem(registry._ITEMS, item.code, open_)
    yield


def post(client: Client, numbers: list[str], **more: str):
    return client.post("/office/batch/", {"case": numbers, "action": "accept", **more})


@pytest.mark.django_db
def test_a_batch_is_asked_first_and_done_case_by_case(
    as_: As, filed: Callable[[], Case], acted: Callable[..., Case]
) -> None:
    cases = [filed(), filed(), acted(filed(), "accept")]
    client, numbers = as_("pudong_reviewer"), [c.number for c in cases]
    assert "批量接收" in client.get("/office/").content.decode()
    asked = post(client, numbers, back="/office/?lamp=easy")
    assert asked.status_code == 200
    assert "批量接收 3 件" in asked.content.decode()
    assert Event.objects.filter(action="accept").count() == 1
    done = post(client, numbers, confirm="1", request_id="b1", back="https://example.com/").content.decode()
    assert "办成 2 件，没有办 1 件" in done
    assert "不在这一环节或岗位" in done
    assert "example.com" not in done
    post(client, numbers, confirm="1", request_id="b1")
    assert Event.objects.filter(action="accept").count() == 3


@pytest.mark.django_db
def test_strangers_cases_are_left_alone_and_nothing_chosen_is_said(
    as_: As, filed: Callable[[], Case]
) -> None:
    case = filed()
    stranger = as_("baoshan_reviewer")
    assert post(stranger, [case.number], confirm="1", request_id="b2").status_code == 409
    nothing = post(as_("pudong_reviewer"), [])
    assert nothing.status_code == 422
    assert "还没有选择办件" in nothing.content.decode()
    assert Case.objects.get(pk=case.pk).step == "accept"


@pytest.mark.django_db
def test_a_batch_that_seals_papers_asks_once_who_it_is(
    as_: As, filed: Callable[[], Case], settings: Any
) -> None:
    settings.LUBAN_PROOF_MINUTES = 0
    cases = [filed(), filed()]
    client, numbers = as_("pudong_reviewer"), [c.number for c in cases]
    asked = post(client, numbers, confirm="1", request_id="b3")
    assert asked.status_code == 428
    assert all(f'name="case" value="{number}"' in asked.content.decode() for number in numbers)
    assert not Event.objects.filter(action="accept").exists()
    proof = {"proof_try": "1", "proof_password": demo.demo_password()}
    done = post(client, numbers, confirm="1", request_id="b3", **proof)
    assert "办成 2 件" in done.content.decode()
