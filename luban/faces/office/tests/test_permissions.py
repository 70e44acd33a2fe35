"""权限表: what the security administrator changes is in force everywhere, kept with codes, and costs no statement to ask."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import alarms
from luban.faces.office import exports
from luban.faces.office.models import ExportRun
from luban.kit.refusal import Refused
from luban.people import grants
from luban.people.actor import Actor
from luban.people.genuine import listening
from luban.people.grant_models import PermissionChange, PermissionState
from luban.people.models import AuditEntry
from luban.people.permissions import allowed, may
from luban.people.rights import Change

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
SECURITY = Actor("security_admin", "安全", "security_admin", "OPERATOR", "", "")
LEADER = Actor("city_leader", "局领导", "city_leader", "310000", "", "310000")
CHANGE = "/office/permissions/change/"
SAID = {"right": "case.export", "role": "district_window", "way": "take", "reason": "窗口不再导出"}


@pytest.fixture(autouse=True)
def _as_shipped(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(alarms, "_noted", {})
    grants.forget()
    yield
    grants.forget()


def changed(right: str, role: str, *, gives: bool, seen: int) -> int:
    return grants.change(made=Change(right, role, gives), reason="演示", seen=seen, by=SECURITY)


def by_hand(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("set local session_replication_role = origin")
    grants.forget()


def test_a_right_that_is_taken_closes_the_page_and_one_that_is_given_opens_it(as_: As) -> None:
    window = as_("pudong_window")
    assert window.get("/office/exports/").status_code == 200
    changed("case.export", "district_window", gives=False, seen=0)
    assert window.get("/office/exports/").status_code == 403
    assert "/office/export.xlsx" not in window.get("/office/cases/").content.decode()
    changed("case.export", "district_window", gives=True, seen=1)
    assert window.get("/office/exports/").status_code == 200
    assert window.get("/office/deliveries/").status_code == 200
    reviewer = as_("pudong_reviewer")
    assert reviewer.get("/office/deliveries/").status_code == 403
    changed("delivery.resend", "district_reviewer", gives=True, seen=2)
    assert reviewer.get("/office/deliveries/").status_code == 200
    assert PermissionState.objects.get().taken == []


def test_the_form_shows_what_follows_before_anything_changes(as_: As) -> None:
    client = as_("security_admin")
    shown = client.post(CHANGE, SAID)
    assert shown.status_code == 200
    words = shown.content.decode()
    assert "确认收回" in words and "本区" in words and "窗口不再导出" in words
    assert not PermissionChange.objects.exists()
    assert client.post(CHANGE, {**SAID, "sure": "1", "seen": "0"}).status_code == 302
    assert "district_window" not in may("case.export")
    line = AuditEntry.objects.get(action="permission.take")
    assert line.object == "permission:case.export:district_window"
    assert line.detail["reason"] == "窗口不再导出"
    page = client.get("/office/permissions/").content.decode()
    assert "区局受理：后来收回" in page and "窗口不再导出" in page


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"reason": " "}, "请填写调整理由"),
        ({"role": "auditor", "way": "give"}, "三员分立"),
        ({"right": "audit.read", "way": "give"}, "三员分立"),
        ({"right": "permission.manage", "role": "security_admin"}, "不能收回安全管理员"),
        ({"way": "steal"}, "授予还是收回"),
        ({"right": "x\x00<b7>"}, "请从列表中选择"),
    ],
)
def test_a_change_that_cannot_be_made_is_explained_on_the_form(
    as_: As, said: dict[str, str], word: str
) -> None:
    answer = as_("security_admin").post(CHANGE, {**SAID, **said, "sure": "1", "seen": "0"})
    assert answer.status_code == 400
    assert word in answer.content.decode()
    assert not PermissionChange.objects.exists()


def test_who_decided_on_an_older_table_is_told_so(as_: As) -> None:
    changed("case.export", "city_leader", gives=False, seen=0)
    answer = as_("security_admin").post(CHANGE, {**SAID, "sure": "1", "seen": "0"})
    assert answer.status_code == 409
    assert "刚被调整过" in answer.content.decode()


@pytest.mark.parametrize("name", ["sys_admin", "auditor", "city_leader", "pudong_register"])
def test_nobody_else_changes_rights(as_: As, name: str) -> None:
    client = as_(name)
    assert client.post(CHANGE, {**SAID, "sure": "1", "seen": "0"}).status_code == 403
    assert client.get("/office/permissions/").status_code == (200 if name == "auditor" else 403)
    with pytest.raises(Refused):
        grants.change(made=Change("case.export", "city_leader", False), reason="x", seen=0, by=LEADER)


def test_a_check_costs_no_statement_once_the_table_was_read(settings: Any) -> None:
    may("case.export")
    with CaptureQueriesContext(connection) as captured:
        for action in ("case.export", "register.edit", "audit.read"):
            allowed(LEADER, action=action)
    assert len(captured) == 0
    settings.LUBAN_PERMISSIONS_FRESH = 0.0
    with CaptureQueriesContext(connection) as captured:
        may("case.export")
    assert len(captured) == 1  # read again after those seconds: one row, by its key


def test_another_process_learns_of_a_change_within_the_seconds_it_trusts_itself(settings: Any) -> None:
    assert "city_leader" in may("case.export")
    held = list(grants._held)
    changed("case.export", "city_leader", gives=False, seen=0)
    grants._held[:] = held  # a process that did not hear of it
    assert "city_leader" in may("case.export")
    settings.LUBAN_PERMISSIONS_FRESH = 0.0
    assert "city_leader" not in may("case.export")


@pytest.mark.parametrize(
    "tampering",
    [
        'update people_permissionstate set given = \'[["case.unmask", "register_admin"]]\'',
        "update people_permissionstate set taken = '[]'",
        "update people_permissionstate set mac = ''",
        "delete from people_permissionstate",
        "delete from people_permissionchange where version = 2",
    ],
)
def test_a_touched_table_sounds_the_alarm_and_falls_back_to_the_narrower_one(as_: As, tampering: str) -> None:
    client = as_("security_admin")
    changed("case.export", "city_leader", gives=False, seen=0)
    changed("delivery.resend", "city_reviewer", gives=True, seen=1)
    by_hand(tampering)
    with listening() as heard:
        assert "city_leader" not in may("case.export")
        assert "city_reviewer" not in may("delivery.resend")
        assert "register_admin" not in may("case.unmask")
        assert "district_window" in may("case.export")
    assert heard
    grants.forget()
    assert "权限表被改动" in client.get("/office/permissions/").content.decode()
    assert AuditEntry.objects.filter(action="integrity.alarm").exists()
    answer = client.post(CHANGE, {**SAID, "sure": "1", "seen": "2"})
    assert answer.status_code == 409


def test_the_history_is_append_only_and_a_touched_line_is_shown(as_: As) -> None:
    changed("case.export", "city_leader", gives=False, seen=0)
    for sql in ("update people_permissionchange set role = 'x'", "delete from people_permissionchange"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    by_hand("update people_permissionchange set reason = '没有理由'")
    assert "被改动过" in as_("security_admin").get("/office/permissions/").content.decode()


def test_the_export_holds_every_right_and_role_and_no_formula(as_: As) -> None:
    answer = as_("auditor").get("/office/permissions/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("类别", "权限", "代码")
    assert ("办件", "导出办件", "case.export", "局领导", "全市", "有", "可调整") in rows
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)
    assert AuditEntry.objects.filter(action="permission.export").exists()


def test_a_role_shows_its_people_its_scope_and_its_desks(as_: As) -> None:
    page = as_("security_admin").get("/office/permissions/?role=district_leader").content.decode()
    assert "数据范围：本区" in page and "pudong_leader" in page and "办理环节" in page
    assert as_("security_admin").get("/office/permissions/?role=nobody").status_code == 400


def test_a_long_export_asks_again_when_it_is_made(as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    as_("pudong_window")
    actor = Actor("pudong_window", "甲", "district_window", "310115", "", "310115")
    what = exports.Chosen(exports.Wanted(scope="all"))
    run = exports.begin(actor=actor, what=what, title="办件", total=1)
    changed("case.export", "district_window", gives=False, seen=0)
    exports.made(run_id=str(run.pk))
    assert ExportRun.objects.get(pk=run.pk).state == "failed"


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "people", check=True, dry_run=True, verbosity=0)
