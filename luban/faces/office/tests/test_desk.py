"""Deliveries that are stuck, licences, and items officials begin themselves."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luban.cases.models import Case, Draft
from luban.kit.clock import clock
from luban.links.inbox.receive import PUSH, receive
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.people.models import AuditEntry

As = Callable[[str], Client]
TOKEN = "AbCdEfGhIjKlMnOpQrStUv"
MOST_QUERIES = 15


def words(answer: object) -> str:
    return answer.content.decode()


@pytest.fixture
def stuck(filed: Callable[[], Case]) -> Effect:
    """A message that its partner refused."""
    case = filed()
    effect = Effect.objects.filter(case=str(case.pk)).order_by("id").first()
    assert effect is not None
    effect.state, effect.last_error, effect.attempts = "rejected", "对方：编号重复", 3
    effect.save()
    return effect


@pytest.mark.django_db
def test_a_stuck_delivery_is_sent_again_or_given_up_with_a_reason(as_: As, stuck: Effect) -> None:
    client, address = as_("pudong_window"), f"/office/deliveries/{stuck.pk}/"
    assert "对方：编号重复" in words(client.get("/office/deliveries/"))
    assert client.post(address, {"act": "resend"}).status_code == 422
    assert client.post(address, {"act": "explode", "reason": "x"}).status_code == 422
    assert client.post(address, {"act": "resend", "reason": "对方已修正"}).status_code == 302
    stuck.refresh_from_db()
    assert stuck.state == "pending"
    again = client.post(address, {"act": "resend", "reason": "再来一次"})
    assert again.status_code == 409
    assert client.post(address, {"act": "cancel", "reason": "已电话告知"}).status_code == 302
    stuck.refresh_from_db()
    assert stuck.state == "cancelled"
    assert AuditEntry.objects.filter(action__startswith="delivery.").count() == 2


@pytest.mark.django_db
def test_another_districts_deliveries_are_not_ones_own(as_: As, stuck: Effect) -> None:
    assert "没有卡住的外发" in words(as_("baoshan_window").get("/office/deliveries/"))
    answer = as_("baoshan_window").post(f"/office/deliveries/{stuck.pk}/", {"act": "cancel", "reason": "x"})
    assert answer.status_code == 403
    assert as_("pudong_reviewer").get("/office/deliveries/").status_code == 403


@pytest.mark.django_db
def test_a_message_that_could_not_be_acted_on_is_shown_as_it_came_and_done_again_or_ended(as_: As) -> None:
    body = json.dumps({"letter_no": "无此函", "conclusion": "<b>"}, ensure_ascii=False).encode()
    kept = receive(link="mee_hazwaste", name="reply", body=body, came_by=PUSH, at=clock.now())
    effect = Effect.objects.get(key=f"inbound:{kept.id}")
    worker.drain(lane=effect.lane)
    client, address = as_("city_window"), f"/office/deliveries/{effect.pk}/"
    page = words(client.get("/office/deliveries/"))
    for text in (
        "办理来文",
        "外省复函",
        "对方推送",
        "未能办理",
        "内容不合要求",
        "无此函",
        "&lt;b&gt;",
        "重新处理",
        "结束处理",
    ):
        assert text in page, text
    assert "没有卡住的" in words(as_("pudong_window").get("/office/deliveries/"))
    assert "重新处理的理由" in words(client.post(address, {"act": "resend"}))
    assert client.post(address, {"act": "resend", "reason": "对方已更正"}).status_code == 302
    worker.drain(lane=effect.lane)
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == ("rejected", 2)
    assert client.post(address, {"act": "cancel", "reason": "与对方核实，误发"}).status_code == 302
    assert "无此函" not in words(client.get("/office/deliveries/"))


@pytest.mark.django_db
def test_licences_are_found_in_ones_own_district(as_: As, granted: Callable[[], Case]) -> None:
    granted()
    client = as_("pudong_reviewer")
    assert "GFBA-310115-2026-0001" in words(client.get("/office/licences/", {"q": "塑新"}))
    assert "没有符合条件的证照" in words(as_("baoshan_reviewer").get("/office/licences/"))
    shown = words(client.get(f"/office/licences/{TOKEN}/"))
    assert "有效" in shown
    assert "发起备案撤销" in shown
    assert as_("baoshan_reviewer").get(f"/office/licences/{TOKEN}/").status_code == 403
    assert client.get("/office/licences/nonsense/").status_code == 403


@pytest.mark.django_db
def test_an_official_begins_fills_and_submits_at_a_licence(as_: As, granted: Callable[[], Case]) -> None:
    granted()
    client = as_("pudong_reviewer")
    begun = client.post("/office/begin/solid_waste_revocation/", {"licence": TOKEN})
    draft = Draft.objects.get()
    assert begun.headers["Location"] == f"/office/fill/{draft.pk}/"
    form = words(client.get(begun.headers["Location"]))
    assert "GFBA-310115-2026-0001" in form
    incomplete = client.post(f"/office/fill/{draft.pk}/submit/", {"request_id": "s1"})
    assert incomplete.status_code == 422
    assert "还有" in words(incomplete)
    typed = {
        "grounds.reason_code": "R1",
        "grounds.facts": "企业来函说明不再转移，请求撤销备案，已向企业核实无在途转移。",
        "grounds.statement_heard": "true",
        "grounds.statement": "企业对撤销无异议。",
        "district.opinion": "建议撤销。",
    }
    saved = client.post(
        f"/office/fill/{draft.pk}/save/",
        {"_revision": "0", "_sections": "grounds,district", **typed},
        headers={"HX-Request": "true"},
    )
    assert saved.status_code == 200, words(saved)
    assert "草稿" in words(client.get("/office/drafts/"))
    assert as_("baoshan_reviewer").get(f"/office/fill/{draft.pk}/").status_code == 403
    assert as_("pudong_leader").post("/office/begin/solid_waste_revocation/").status_code == 403
    client.get(f"/office/fill/{draft.pk}/")
    with CaptureQueriesContext(connection) as seen:
        client.get(f"/office/fill/{draft.pk}/")
    assert len(seen) <= MOST_QUERIES
    ready = words(client.get(f"/office/fill/{draft.pk}/submit/"))
    assert "企业来函说明不再转移" in ready
    done = client.post(f"/office/fill/{draft.pk}/submit/", {"request_id": "s2", "acknowledged": "1"})
    assert done.status_code == 302, words(done)
    case = Case.objects.get(item="solid_waste_revocation")
    assert done.headers["Location"] == f"/office/cases/{case.number}/"
    twice = client.post(f"/office/fill/{draft.pk}/submit/", {"request_id": "s2", "acknowledged": "1"})
    assert twice.headers["Location"] == done.headers["Location"]
    assert Case.objects.filter(item="solid_waste_revocation").count() == 1
    shown = words(as_("pudong_leader").get(f"/office/cases/{case.number}/"))
    assert "签发报市局" in shown
    sent = as_("pudong_leader").post(
        f"/office/cases/{case.number}/act/",
        {"action": "send_back", "request_id": "x", "seq": "1", "send_back.reason": "事实写得不够清楚"},
    )
    assert sent.status_code == 302
    assert "去修改" in words(client.get(f"/office/cases/{case.number}/"))
    again = client.get(f"/office/cases/{case.number}/correct/")
    assert "/office/fill/" in again.headers["Location"]
    assert "事实写得不够清楚" in words(client.get(again.headers["Location"])) or "提交修改" in words(
        client.get(f"{again.headers['Location']}submit/")
    )


@pytest.mark.django_db
def test_a_draft_can_be_thrown_away_by_its_bureau_only(as_: As, granted: Callable[[], Case]) -> None:
    granted()
    client = as_("pudong_reviewer")
    client.post("/office/begin/solid_waste_revocation/", {"licence": TOKEN})
    draft = Draft.objects.get()
    assert as_("baoshan_reviewer").post(f"/office/drafts/{draft.pk}/discard/").status_code == 403
    assert client.post(f"/office/drafts/{draft.pk}/discard/").status_code == 302
    assert not Draft.objects.exists()
