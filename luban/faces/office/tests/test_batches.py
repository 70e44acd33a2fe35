"""Batches that are kept: asked, begun once, worked off by a job, looked at again, tried again, exported."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from luban.cases.models import Batch as Kept
from luban.cases.models import BatchLine, Case, Event
from luban.faces.office.frame import takes_batches
from luban.kit import registry
from luban.kit.item import Item
from luban.kit.process import Batch
from luban.people.actor import Actor
from luban.stages.review.batch_run import run

As = Callable[[str], Client]
NUMBER = "PL20260302001"


@pytest.fixture(autouse=True)
def in_batches(item: Item, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The item with its first act open to batches that are kept, of three cases at most."""
    first = item.process.steps[0]
    accept, *rest = first.actions
    kept = replace(accept, batch=Batch("PL{yyyyMMdd}{3}", at_most=3))
    steps = (replace(first, actions=(kept, *rest)), *item.process.steps[1:])
    monkeypatch.setitem(registry._ITEMS, item.code, replace(item, process=replace(item.process, steps=steps)))
    yield


def post(client: Client, numbers: Sequence[str], **more: str):
    return client.post("/office/batch/", {"case": list(numbers), "action": "accept", **more})


def begun(client: Client, numbers: Sequence[str], request_id: str = "b1") -> Kept:
    answer = post(client, numbers, confirm="1", request_id=request_id)
    assert answer.status_code == 302
    return Kept.objects.get(number=answer.url.strip("/").split("/")[-1])


@pytest.mark.django_db
def test_what_cannot_be_done_is_struck_out_with_its_reason_before_anything_is_done(
    as_: As, filed: Callable[[], Case], acted: Callable[..., Case]
) -> None:
    cases = [filed(), filed(), acted(filed(), "accept")]
    said = post(as_("pudong_reviewer"), [c.number for c in cases], back="/office/?lamp=easy").content.decode()
    assert "可办 2 件，剔除 1 件" in said
    assert "不在这一环节或岗位" in said
    assert "接收这 2 件" in said
    assert "发函方式" not in said
    assert not Kept.objects.exists()


@pytest.mark.django_db
def test_a_batch_is_begun_once_and_its_page_can_be_left_and_come_back_to(
    as_: As, filed: Callable[[], Case], acted: Callable[..., Case]
) -> None:
    numbers = [filed().number, filed().number, acted(filed(), "accept").number]
    client = as_("pudong_reviewer")
    batch = begun(client, numbers)
    assert batch.number == NUMBER
    assert begun(client, numbers) == batch
    page = client.get(f"/office/batches/{NUMBER}/").content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "已办 0 / 2 件" in page
    run(batch_id=str(batch.pk))
    part = client.get(f"/office/batches/{NUMBER}/", headers={"hx-request": "true"}).content.decode()
    assert part.lstrip().startswith("<div id=")
    assert "hx-trigger" not in part
    assert part.count("已办理") == 2
    assert Event.objects.filter(action="accept").count() == 3
    assert NUMBER in client.get("/office/batches/").content.decode()
    assert "批次" in client.get("/office/").content.decode()


@pytest.mark.django_db
def test_a_case_that_moved_meanwhile_fails_alone_and_is_tried_again(
    as_: As, filed: Callable[[], Case], acted: Callable[..., Case]
) -> None:
    cases = [filed(), filed()]
    client = as_("pudong_reviewer")
    batch = begun(client, [c.number for c in cases])
    acted(cases[0], "accept")
    run(batch_id=str(batch.pk))
    line = BatchLine.objects.get(batch=batch, case=cases[0])
    assert (line.state, BatchLine.objects.get(batch=batch, case=cases[1]).state) == ("failed", "done")
    page = client.get(f"/office/batches/{NUMBER}/").content.decode()
    assert "没有办成" in page
    assert 'aria-label="重试' in page
    again = {"line": str(line.pk)}
    answer = client.post(f"/office/batches/{NUMBER}/retry/", again, follow=True)
    assert "不能再进行这一操作" in answer.content.decode()
    assert Event.objects.filter(action="accept").count() == 2
    stranger = as_("pudong_leader")
    assert 'aria-label="重试' not in stranger.get(f"/office/batches/{NUMBER}/").content.decode()
    assert stranger.post(f"/office/batches/{NUMBER}/retry/", again).status_code == 403
    assert as_("baoshan_reviewer").get(f"/office/batches/{NUMBER}/").status_code == 403
    assert client.post(f"/office/batches/{NUMBER}/retry/", {"line": "x"}).status_code == 404
    done = {"line": str(BatchLine.objects.get(batch=batch, case=cases[1]).pk)}
    assert client.post(f"/office/batches/{NUMBER}/retry/", done).status_code == 409


@pytest.mark.django_db
def test_more_cases_than_a_batch_may_have_and_a_page_without_its_request_are_refused(
    as_: As, filed: Callable[[], Case], acted: Callable[..., Case]
) -> None:
    numbers = [filed().number for _ in range(4)]
    client = as_("pudong_reviewer")
    many = post(client, numbers)
    assert many.status_code == 422
    assert "一次最多批量办理3件" in many.content.decode()
    assert post(client, numbers[:2], confirm="1").status_code == 400
    assert not Kept.objects.exists()


@pytest.mark.django_db
def test_a_batch_comes_out_as_a_spreadsheet_one_line_a_case(as_: As, filed: Callable[[], Case]) -> None:
    cases = [filed(), filed()]
    client = as_("pudong_reviewer")
    batch = begun(client, [c.number for c in cases])
    run(batch_id=str(batch.pk))
    answer = client.get(f"/office/batches/{NUMBER}/export.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:5] == ["序号", "办件编号", "申请单位", "发往", "状态"]
    assert {row[1] for row in rows[1:]} == {c.number for c in cases}
    assert {row[4] for row in rows[1:]} == {"已办理"}


def test_only_a_role_that_takes_batches_is_led_to_them() -> None:
    reviewer = Actor("a", "示例", "district_reviewer", "310115", "", "310115")
    assert takes_batches(reviewer)
    assert not takes_batches(replace(reviewer, role="district_window"))
