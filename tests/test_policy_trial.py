"""A policy trial in the real house, with an item no file of the house knows: its pages, its job, a kill half-way."""

from __future__ import annotations

import copy
import io
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luban.cases import house
from luban.cases.models import Case, CaseVersion, Event
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.people import demo
from luban.people.actor import Actor
from luban.people.models import Account
from luban.people.signing import SEEN_KEY
from luban.registers.book import changes
from luban.registers.book.current import current
from luban.stages.policy import drafts, proposing, results, run
from luban.stages.policy.models import Batch, Outcome, Trial
from luban.stages.trial import read_cases
from luban.stages.trial.play import play

CASES = Path(__file__).parent / "dropin" / "noise_review_trial" / "cases.yaml"
CODE = "noise_review_trial"
REVIEWER = Actor("pudong_reviewer", "示例浦东审查甲", "district_reviewer", "310115", "", "310115")
EDITOR = Actor("city_register", "示例台账甲", "register_admin", "310000", "", "310000")
LOW_FROM, BAND = f"nrt.low_from|{CODE}", f"{CODE}|A1|3"
PERIOD = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    house.forget()
    with clock.at("2026-03-02T10:00"):
        yield
    house.forget()


@pytest.fixture
def item(drop_in: Callable[[str], Item]) -> Item:
    return drop_in(CODE)


@pytest.fixture
def accepted(item: Item) -> Callable[..., Case]:
    """A case accepted, judged and scored; keywords change its form."""
    written = read_cases(CASES)[0]

    def accept(**work: Any) -> Case:
        form = copy.deepcopy(written.form)
        form["work"] |= work
        entry = written.model_copy(update={"timeline": [], "form": form})
        case = play(item=item, entry=entry).case_id
        house.take(case_id=case, action="accept", by=REVIEWER, data={}, request_id="accept")
        return Case.objects.get(pk=case)

    return accept


@pytest.fixture
def house_with(accepted: Callable[..., Case], db: None) -> Callable[[], list[Case]]:
    """Three cases: 14 points (middle), 24 points with a bonus (low), one with its background missing."""
    demo.load()

    def fill() -> list[Case]:
        quiet = {"sources": [{"name": "挖掘机", "source_db": "78"}], "quiet_machines": True}
        return [accepted(), accepted(**quiet, distance_m=60), accepted(grid="G9")]

    return fill


@transaction.atomic
def copies(model: Case, many: int) -> None:
    """So many more cases like one, with its version and history."""
    version, events = model.current, list(Event.objects.filter(case=model))
    for n in range(many):
        case = Case.objects.get(pk=model.pk)
        case.pk, case.number, case.current_id = uuid.uuid4(), f"{model.number}-C{n}", uuid.uuid4()
        case.save(force_insert=True)
        kept = CaseVersion.objects.get(pk=version.pk)
        kept.pk, kept.case_id = case.current_id, case.pk
        kept.save(force_insert=True)
        for event in events:
            again = Event.objects.get(pk=event.pk)
            again.pk, again.case_id = None, case.pk
            again.save(force_insert=True)


def as_(name: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=name))
    session = client.session
    session[SEEN_KEY] = clock.now().timestamp()
    session.save()
    return client


def words(answer: Any) -> str:
    return answer.content.decode()


def cells(register: str, key: str, **changed: str) -> dict[str, str]:
    spec, standing = drafts.all_specs()[register], current(register).at(clock.today()).get(key)
    assert standing is not None
    return {**spec.texts(standing), **changed}


def draft(*rows: tuple[str, str, dict[str, str]], title: str = "低风险起点") -> uuid.UUID:
    made = drafts.create(title=title, item=CODE, by=EDITOR, **PERIOD)
    for register, key, changed in rows:
        drafts.put(trial_id=made, register=register, cells=cells(register, key, **changed), by=EDITOR)
    return made


def finished(trial_id: uuid.UUID) -> results.TrialView:
    """The trial after as many jobs as it needs."""
    while run.work(trial_id=trial_id, goes_on=False):
        pass
    return results.trial_of(trial_id)


def test_a_threshold_moved_moves_grades_and_nothing_else(house_with: Callable[[], list[Case]]) -> None:
    first, *_ = house_with()
    made = draft(("parameters", f"nrt.most_db|{CODE}", {"value": "76"}))
    assert run.start(trial_id=made, by=EDITOR) == 3
    found = finished(made)
    assert found.tally is not None
    assert (found.state, found.done, found.total) == ("done", 3, 3)
    assert (found.tally.changed, found.tally.same, found.tally.provisional, found.tally.moved) == (0, 3, 1, 0)
    made = draft(("parameters", LOW_FROM, {"value": "14"}))
    run.start(trial_id=made, by=EDITOR)
    tally = finished(made).tally
    assert tally is not None
    assert tally.changed == tally.moved == 1
    assert tally.grades[("中风险", "低风险")] == 1
    (line,) = results.lines_of(trial_id=made, asked=results.Asked())
    assert (line.number, line.totals, line.grades) == (first.number, (14, 14), ("中风险", "低风险"))


def test_no_partner_is_asked_and_a_batch_costs_few_statements(
    house_with: Callable[[], list[Case]], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = house_with()[0]
    copies(model, 20)
    made = draft(("score_bands", BAND, {"points": "9"}))
    run.start(trial_id=made, by=EDITOR)
    house.forget()
    monkeypatch.setattr(house, "offers", lambda: ({}, {}))
    with CaptureQueriesContext(connection) as asked:
        assert run.work(trial_id=made, goes_on=False)
    assert len(asked) <= 20, [one["sql"][:80] for one in asked]
    tally = results.trial_of(made).tally
    assert tally is not None
    assert (tally.changed, tally.up) == (22, {"A1": 22})


def test_a_case_nobody_assessed_is_left_out_and_says_why(house_with: Callable[[], list[Case]]) -> None:
    cases = house_with()
    for case in cases[:2]:
        for event in Event.objects.filter(case=case, data__has_key="_assessment"):
            kept = event.data["_assessment"]
            event.data = (
                {} if case == cases[0] else {"_assessment": {k: v for k, v in kept.items() if k != "facts"}}
            )
            event.save()
    made = draft(("parameters", LOW_FROM, {"value": "30"}))
    run.start(trial_id=made, by=EDITOR)
    tally = finished(made).tally
    assert tally is not None
    assert (tally.assessed, tally.left_out) == (1, 2)
    lines = results.lines_of(trial_id=made, asked=results.Asked(left_out=True))
    assert {line.reason[:7] for line in lines} == {"还没有自动审查", "审查时没有留存"}


def test_stopped_half_way_and_taken_up_again_counts_every_case_once(
    house_with: Callable[[], list[Case]], monkeypatch: pytest.MonkeyPatch
) -> None:
    copies(house_with()[0], 21)
    monkeypatch.setattr(run, "SIZE", 5)
    made = draft(("score_bands", BAND, {"points": "9"}))
    assert run.start(trial_id=made, by=EDITOR) == 24
    assert run.work(trial_id=made, goes_on=False)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(run, "_moved", killed)
        run.work(trial_id=made)
    assert results.trial_of(made).done == 5
    found = finished(made)
    assert not run.work(trial_id=made)
    assert found.tally is not None
    assert (found.done, found.tally.assessed, found.tally.changed) == (24, 24, 23)
    assert Outcome.objects.filter(trial=made).count() == 23
    numbers = [line.number for line in results.lines_of(trial_id=made, asked=results.Asked())]
    assert len(set(numbers)) == 23


def test_a_trial_that_stands_still_is_woken_once(house_with: Callable[[], list[Case]]) -> None:
    house_with()
    made = draft(("score_bands", BAND, {"points": "9"}))
    run.start(trial_id=made, by=EDITOR)
    assert run.rescue() == 0
    with clock.at("2026-03-02T10:05"):
        assert run.rescue() == 1
        assert run.rescue() == 0


def test_cancelled_it_stops_and_shows_nothing(house_with: Callable[[], list[Case]]) -> None:
    house_with()
    made = draft(("score_bands", BAND, {"points": "9"}))
    run.start(trial_id=made, by=EDITOR)
    run.cancel(trial_id=made, by=EDITOR)
    assert not run.work(trial_id=made)
    assert results.trial_of(made).tally is None
    with pytest.raises(Refused, match="不在进行中"):
        run.cancel(trial_id=made, by=EDITOR)


def test_a_draft_is_checked_as_the_editor_checks_and_never_takes_effect(
    house_with: Callable[[], list[Case]],
) -> None:
    house_with()
    made = draft()
    for register, key, changed, says in (
        ("parameters", LOW_FROM, {"value": "二十"}, "不是整数"),
        ("parameters", LOW_FROM, {"value": "20"}, "与现行内容相同"),
        ("score_bands", BAND, {"points": "-1"}, "分值不能小于0"),
    ):
        with pytest.raises(drafts.BookError, match=says):
            drafts.put(trial_id=made, register=register, cells=cells(register, key, **changed), by=EDITOR)
    with pytest.raises(Refused, match="没有修改"):
        run.start(trial_id=made, by=EDITOR)
    with pytest.raises(Refused, match="不能删除"):
        drafts.end(trial_id=made, register="parameters", key=LOW_FROM, by=EDITOR)
    drafts.end(trial_id=made, register="score_bands", key=BAND, by=EDITOR)
    run.start(trial_id=made, by=EDITOR)
    tally = finished(made).tally
    assert tally is not None
    assert tally.out.total() == 2, tally.out  # no row fits a loud machine: this item's own rule cannot work
    with pytest.raises(Refused, match="不能再改"):
        drafts.drop(trial_id=made, register="score_bands", key=BAND, by=EDITOR)
    assert BAND in current("score_bands").at(clock.today())
    assert not changes.waiting()


def test_a_tried_set_is_proposed_for_a_second_person_once(house_with: Callable[[], list[Case]]) -> None:
    house_with()
    made = draft(("parameters", LOW_FROM, {"value": "25"}), ("score_bands", BAND, {"points": "1"}))
    with pytest.raises(Refused, match="还没有完成"):
        proposing.propose(trial_id=made, by=EDITOR, reason="试算后的调整")
    run.start(trial_id=made, by=EDITOR)
    finished(made)
    assert proposing.propose(trial_id=made, by=EDITOR, reason="试算后的调整") == 2
    waiting = changes.waiting()
    assert {one.key for one in waiting} == {LOW_FROM, BAND}
    assert {one.from_day for one in waiting} == {date(2026, 3, 3)}
    assert "试算后的调整（政策试算“低风险起点”）" in waiting[0].reason
    with pytest.raises(changes.ChangeRefused, match="同一人"):
        changes.approve(change_ids=[one.id for one in waiting], by=EDITOR)
    with pytest.raises(Refused, match="已经送过复核"):
        proposing.propose(trial_id=made, by=EDITOR, reason="试算后的调整")


def test_the_pages_from_the_name_to_the_second_person(house_with: Callable[[], list[Case]]) -> None:
    cases = house_with()
    client = as_("city_register")
    assert "/office/policy/" in words(client.get("/office/registers/"))
    bad = client.post(
        "/office/policy/", {"title": "", "item": CODE, "since": "2026-01-01", "until": "2026-12-31"}
    )
    assert (bad.status_code, "起个名字" in words(bad)) == (422, True)
    made = client.post(
        "/office/policy/",
        {"title": "=1+1 更响的也给分", "item": CODE, "since": "2026-01-01", "until": "2026-12-31"},
    )
    here = made.headers["Location"]
    shown = words(client.get(here))
    assert "评分分档表" in shown
    assert "开始试算" not in shown
    assert "大于 95 分贝" in words(client.get(f"{here}rows/score_bands/?q=95"))
    row = f"{here}rows/score_bands/edit/?key={BAND}"
    assert "列入方案" in words(client.get(row))
    posted = {f"c.{name}": text for name, text in cells("score_bands", BAND).items()}
    wrong = client.post(row, {**posted, "c.points": "多", "act": "save"})
    assert (wrong.status_code, "不是整数" in words(wrong)) == (422, True)
    assert client.post(row, {**posted, "c.points": "10", "act": "save"}).status_code == 302
    assert "得分：" in words(client.get(here))
    assert client.post(f"{here}start/").status_code == 302
    assert "0 / 3 件" in words(client.get(here))
    bar = client.get(here, headers={"HX-Request": "true"})
    assert ("<html" in words(bar), "HX-Refresh" in bar.headers) == (False, False)
    finished(Trial.objects.get().pk)
    assert client.get(here, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    done = words(client.get(here))
    for said in ("分级变化", "总分分布", "得分变化的评分项", "看有变化的 2 件", "送双人复核"):
        assert said in done, said
    listed = words(client.get(f"{here}cases/"))
    assert cases[0].number in listed
    assert "14 → 18" in listed
    assert client.get(f"{here}cases/?after=x&grade_from=中风险&clause=NR-01").status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{here}export.xlsx").content))
    assert ("14", "18") in {(row[3].value, row[4].value) for row in book["逐件变化"].iter_rows(min_row=2)}
    assert book["说明"]["B2"].data_type == "s"
    short = client.post(f"{here}propose/", {"reason": "短"})
    assert (short.status_code, "不少于4个字" in words(short)) == (422, True)
    assert client.post(f"{here}propose/", {"reason": "试算后的调整"}).status_code == 302
    assert "已于 2026-03-02" in words(client.get(here))
    copied = client.post(f"{here}copy/").headers["Location"]
    assert client.post(f"{copied}discard/").status_code == 302


def test_nobody_else_sees_a_trial(house_with: Callable[[], list[Case]]) -> None:
    house_with()
    made = draft(("parameters", LOW_FROM, {"value": "25"}))
    with pytest.raises(Refused, match="管理员"):
        drafts.create(title="x", item=CODE, by=REVIEWER, **PERIOD)
    for name in ("pudong_reviewer", "pudong_register", "city_director"):
        assert as_(name).get(f"/office/policy/{made}/").status_code == 403, name
    assert "由市局的台账与参数管理员办理" in words(as_("pudong_register").get("/office/policy/"))
    assert as_("city_register").get(f"/office/policy/{uuid.uuid4()}/").status_code == 404
    assert as_("city_register").get(f"/office/policy/{made}/cases/").status_code == 409


def _held_by_the_dead() -> bool:
    """Whether PostgreSQL has not noticed yet that the worker is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
            " AND pid <> pg_backend_pid()"
        )
        return cursor.fetchone() is not None


WORKER = """
import sys, time, uuid
import django
django.setup()
from config.discovery import discover
discover()
from luban.stages.policy import run
run.SIZE = 5
judged = run.judged_again
def slowly(**asked):
    print("batch", flush=True)
    found = judged(**asked)
    time.sleep(0.4)
    return found
run.judged_again = slowly
while run.work(trial_id=uuid.UUID(sys.argv[1]), goes_on=False):
    print("done", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_a_batch_loses_and_doubles_nothing(
    accepted: Callable[..., Case], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.load()
    copies(accepted(), 19)
    monkeypatch.setattr(run, "SIZE", 5)
    made = draft(("score_bands", BAND, {"points": "9"}))
    run.start(trial_id=made, by=EDITOR)
    env = {**os.environ, "DATABASE_URL": database_url, "LUBAN_ITEMS": str(CASES.parents[1])}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(made)], env=env, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert worker.stdout is not None
    for _ in range(3):  # batch, done, batch: now it is in the middle of the second
        assert worker.stdout.readline()
    time.sleep(0.2)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    deadline = time.monotonic() + 60
    while Batch.objects.filter(trial=made, tally__isnull=True).count() != 3 or _held_by_the_dead():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert results.trial_of(made).done == 5
    found = finished(made)
    assert found.tally is not None
    assert (found.state, found.done, found.tally.changed) == ("done", 20, 20)
    assert Outcome.objects.filter(trial=made).values("case").distinct().count() == 20
