"""审计日志 and 个人数据: who may, what is seen, what tampering looks like on the page, what is taken away is noted."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client

from luban.cases import house
from luban.cases.models import Case
from luban.people.actor import Actor
from luban.people.models import AuditEntry
from luban.people.trail import audit
from luban.people.trail_seals import seal_new

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
OFFICER = Actor("pudong_reviewer", "甲", "district_reviewer", "310115", "浦东", "310115")


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/office/audit/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def some_lines(count: int = 3) -> list[int]:
    for n in range(count):
        audit(
            actor=OFFICER,
            action="secret.unmask",
            target=f"case:GFB-{n}",
            detail={"reason": f"核对{n}"},
            ip="10.0.0.8",
        )
    return list(AuditEntry.objects.filter(action="secret.unmask").order_by("id").values_list("id", flat=True))


def by_hand(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("set local session_replication_role = origin")


def test_the_auditor_reads_who_saw_what_and_why(as_: As) -> None:
    some_lines()
    client = as_("auditor")
    shown = page(client, "?action=secret.unmask&account=pudong_reviewer")
    for words in ("查看个人信息明文", "case:GFB-2", "核对2", "10.0.0.8", "相符", "区局审查"):
        assert words in shown
    assert "case:GFB-1" not in page(client, "?target=case:GFB-2")
    assert "没有符合条件的日志" in page(client, "?since=2099-01-01")
    assert client.get("/office/audit/?since=soon").status_code == 400


@pytest.mark.parametrize("name", ["sys_admin", "security_admin", "city_leader", "pudong_register"])
def test_nobody_else_reads_it(as_: As, name: str) -> None:
    client = as_(name)
    assert client.get("/office/audit/").status_code == 403
    assert client.get("/office/audit/export.csv").status_code == 403


def test_tampering_shows_on_the_page(as_: As) -> None:
    lines = some_lines()
    assert "还没有检查点" in page(as_("auditor"))
    seal_new()
    assert "日志已封存" in page(as_("auditor"))
    by_hand("update people_auditentry set account = 'x' where id = %s", lines[0])
    by_hand("delete from people_auditentry where id = %s", lines[1])
    shown = page(as_("auditor"))
    assert "被改动过：account" in shown
    assert f"日志里没有：第{lines[1]}条" in shown
    by_hand("update people_auditseal set digest = repeat('0', 64)")
    assert "检查点被改动" in page(as_("auditor"))


def test_the_export_is_streamed_guarded_and_noted(as_: As) -> None:
    some_lines()
    audit(actor=OFFICER, action="case.export", target="=HYPERLINK(1)")
    answer = as_("auditor").get("/office/audit/export.csv?account=pudong_reviewer")
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 1 + 4
    assert "'=HYPERLINK" in text
    noted = AuditEntry.objects.get(action="audit.export")
    assert noted.detail == {"account": "pudong_reviewer"}


def test_a_page_looks_at_little_and_goes_on(as_: As) -> None:
    some_lines(60)
    first = page(as_("auditor"), "?action=secret.unmask")
    assert first.count("查看个人信息明文</td>") == 50
    assert "before=" in first


def test_a_persons_data_are_given_with_a_reason(as_: As, filed: Callable[[], Case]) -> None:
    case = filed()
    form = house.view_at(case_id=str(case.pk)).form
    phone = form.generator.generator_contact_mobile
    client = as_("security_admin")
    assert client.get("/office/audit/person/").status_code == 200
    assert client.post("/office/audit/person/", {"value": phone, "reason": ""}).status_code == 422
    answer = client.post("/office/audit/person/", {"value": phone, "reason": "本人申请查阅"})
    text = b"".join(answer.streaming_content).decode()
    found = json.loads(text)
    assert [one["number"] for one in found if one["kind"] == "case"] == [case.number]
    assert phone in text
    noted = AuditEntry.objects.get(action="person.export")
    assert phone not in str(noted.__dict__)
    assert noted.detail == {"reason": "本人申请查阅", "found": len(found)}
    nothing = client.post("/office/audit/person/", {"value": "13900000009", "reason": "本人申请查阅"})
    assert json.loads(b"".join(nothing.streaming_content)) == []
    assert as_("auditor").get("/office/audit/person/").status_code == 403


def test_no_reason_no_plain_text(as_: As, filed: Callable[[], Case]) -> None:
    case, client = filed(), as_("pudong_reviewer")
    answer = client.post(f"/office/cases/{case.number}/unmask/")
    assert answer.status_code == 422
    assert "请写明查看个人信息的理由" in answer.content.decode()
    assert not AuditEntry.objects.filter(action="secret.unmask").exists()


def test_a_line_costs_one_statement(django_assert_num_queries: Callable[[int], object]) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        audit(
            actor=OFFICER,
            action="secret.unmask",
            target="case:x",
            detail={"at": datetime(2026, 3, 2).isoformat()},
        )
