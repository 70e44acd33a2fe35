"""An official reads a case and decides: once, with reasons, never over a colleague, never in a stranger's district."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luban.cases import house
from luban.cases.models import Case, Event
from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.people.models import AuditEntry

MOST_QUERIES = 15
As = Callable[[str], Client]
REVIEWER = "pudong_reviewer"
SHEET = {f"submit_review.{a}_verdict": "pass" for a in ("source", "process", "end")}


def words(answer: object) -> str:
    return answer.content.decode()


def url(case: Case, what: str = "") -> str:
    return f"/office/cases/{case.number}/{what}"


def act(client: Client, case: Case, action: str, request_id: str = "r1", seq: int | None = None, **more: str):
    data = {"action": action, "request_id": request_id, "seq": str(case.seq if seq is None else seq)}
    return client.post(url(case, "act/"), {**data, **more})


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.mark.django_db
def test_the_page_asks_shows_and_explains(as_: As, filed: Callable[[], Case]) -> None:
    case = filed()
    shown = words(as_(REVIEWER).get(url(case)))
    assert "请办理“接收”：接收、补正、不予接收" in shown
    assert "转到“审核”，区局审查办理" in shown
    assert "生成《" in shown
    assert case.headline in shown
    assert "办理流程" in shown
    for spot in ("移出单位", "材料", "整份申请"):
        assert spot in shown


@pytest.mark.django_db
def test_who_has_nothing_to_do_is_told_where_the_case_is(as_: As, filed: Callable[[], Case]) -> None:
    shown = words(as_("pudong_leader").get(url(filed())))
    assert "现在不需要您办理" in shown
    assert "本件在“接收”环节，由上海市浦东新区生态环境局（区局审查）办理。" in shown


@pytest.mark.django_db
def test_another_district_may_neither_look_nor_act(as_: As, filed: Callable[[], Case]) -> None:
    case, stranger = filed(), as_("baoshan_reviewer")
    for what in ("", "dossier/", "sent/"):
        assert stranger.get(url(case, what)).status_code == 403
    sm3 = case.current.materials[0]["sm3"]
    assert stranger.get(url(case, f"files/{sm3}/fetch/")).status_code == 403
    assert act(stranger, case, "accept").status_code == 403
    assert stranger.get("/office/cases/GFB-000000-20260101-0001/").status_code == 403
    assert as_("suxin").get(url(case)).status_code == 404
    assert Event.objects.filter(case=case).count() == 1


@pytest.mark.django_db
def test_a_double_click_acts_once(as_: As, filed: Callable[[], Case]) -> None:
    case, client = filed(), as_(REVIEWER)
    assert act(client, case, "accept").status_code == 302
    assert act(client, case, "accept").status_code == 302
    assert Event.objects.filter(case=case).count() == 2
    assert again(case).step == "review"


@pytest.mark.django_db
def test_a_stale_page_is_told_what_happened_and_keeps_what_was_typed(
    as_: As, filed: Callable[[], Case], acted: Callable[..., Case]
) -> None:
    case = filed()
    acted(case, "accept")
    answer = act(
        as_("pudong_reviewer2"), case, "refuse", seq=1, **{"refuse.reason": "材料不属实，详见现场记录。"}
    )
    assert answer.status_code == 409
    shown = words(answer)
    assert "“接收”已由示例浦东审查甲于" in shown
    assert "材料不属实，详见现场记录。" in shown
    assert again(case).step == "review"


@pytest.mark.django_db(transaction=True)
def test_of_two_officials_at_once_one_decides_and_the_other_sees_it(
    as_: As, filed: Callable[[], Case]
) -> None:
    case = filed()
    clients = [as_(REVIEWER), as_("pudong_reviewer2")]
    codes: list[int] = []
    start = threading.Barrier(2)

    def decide(client: Client, n: int) -> None:
        start.wait()
        try:
            with clock.at("2026-03-02T10:00"):
                codes.append(act(client, case, "accept", f"by-{n}").status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(c, n)) for n, c in enumerate(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [302, 409]
    assert Event.objects.filter(case=case).count() == 2


@pytest.mark.django_db
def test_missing_words_come_back_beside_their_field_with_the_rest_as_typed(
    as_: As, filed: Callable[[], Case]
) -> None:
    case, client = filed(), as_(REVIEWER)
    answer = act(client, case, "refuse", **{"refuse.reason": ""})
    assert answer.status_code == 422
    assert "请填写理由。" in words(answer)
    assert act(client, case, "").status_code == 422
    assert client.post(url(case, "act/"), {"action": "accept"}).status_code == 400
    assert Event.objects.filter(case=case).count() == 1


@pytest.mark.django_db
def test_a_correction_names_fields_and_materials_of_this_form(as_: As, filed: Callable[[], Case]) -> None:
    case, client = filed(), as_(REVIEWER)
    wrong = act(client, case, "correct", **{"correct.items[0].path": "waste.wastes[0].waste_code"})
    assert wrong.status_code == 422
    assert "请填写第1行问题" in words(wrong)
    answer = act(
        client,
        case,
        "correct",
        "r2",
        **{
            "correct.items[0].path": "waste.wastes[0].waste_code",
            "correct.items[0].problem": "代码与鉴别结论不一致",
            "correct.items[1].path": "",
            "correct.items[1].problem": " ",
            "correct.items[2].path": "materials.M02",
            "correct.items[2].problem": "合同缺页",
        },
    )
    assert answer.status_code == 302
    event = Event.objects.get(case=case, seq=2)
    assert [one["path"] for one in event.data["items"]] == ["waste.wastes[0].waste_code", "materials.M02"]
    shown = words(client.get(url(case)))
    assert "合同缺页" in shown
    assert "本件正由申请人补正" in shown


@pytest.mark.django_db
def test_the_review_sheet_begins_with_the_machines_verdicts_and_keeps_them(
    as_: As, filed: Callable[[], Case], acted: Callable[..., Case]
) -> None:
    case, client = acted(filed(), "accept"), as_(REVIEWER)
    shown = words(client.get(url(case)))
    assert 'name="submit_review.source_verdict"' in shown
    changed = {**SHEET, "submit_review.source_verdict": "fail"}
    refused = act(client, case, "submit_review", **changed)
    assert refused.status_code == 409
    assert "请填写改判理由" in words(refused)
    assert act(client, case, "submit_review", "r3", **SHEET).status_code == 302
    kept = Event.objects.get(case=case, action="submit_review").data
    assert kept["source_auto"] == kept["source_verdict"] == "pass"


@pytest.mark.django_db
def test_a_closed_act_says_why(as_: As, filed: Callable[[], Case], acted: Callable[..., Case]) -> None:
    case = acted(filed(), "accept")
    both = Actor("pudong_leader", "示例浦东负责人", "district_reviewer", "310115", "", "310115")
    case = acted(case, "submit_review", both, **{k.rpartition(".")[2]: v for k, v in SHEET.items()})
    shown = words(as_("pudong_leader").get(url(case)))
    assert "现在不能选：审核与签发不得为同一人" in shown
    refused = act(as_("pudong_leader"), case, "confirm")
    assert refused.status_code == 409
    assert "审核与签发不得为同一人" in words(refused)


@pytest.mark.django_db
def test_personal_data_is_masked_until_someone_answers_for_looking(
    as_: As, filed: Callable[[], Case]
) -> None:
    case, client = filed(), as_(REVIEWER)
    opened = house.view_at(case_id=str(case.pk)).form
    phone = opened.generator.generator_contact_mobile
    assert phone
    assert phone not in words(client.get(url(case)))
    assert phone in words(client.post(url(case, "unmask/"), {"reason": "电话核对联系人"}))
    assert AuditEntry.objects.filter(action="secret.unmask", object=f"case:{case.number}").count() == 1
    assert as_("pudong_register").post(url(case, "unmask/")).status_code == 403


@pytest.mark.django_db
def test_papers_and_files_open_for_those_in_sight(as_: As, filed: Callable[[], Case]) -> None:
    case, client = filed(), as_(REVIEWER)
    file = case.current.materials[0]
    got = client.get(url(case, f"files/{file['sm3']}/fetch/"))
    assert got.status_code == 200
    assert got.headers["Content-Disposition"].startswith("attachment")
    viewer = client.get(url(case, f"files/{file['sm3']}/"), headers={"HX-Request": "true"})
    assert viewer.status_code == 200
    assert "下载" in words(viewer)
    assert client.get(url(case, f"files/{'0' * 64}/fetch/")).status_code == 403
    dossier = words(client.get(url(case, "dossier/")))
    assert file["sm3"] in dossier
    assert "办理经过" in dossier
    assert "notice" not in re.findall(r"<title>(.*?)</title>", dossier)[0]


@pytest.mark.django_db
def test_what_was_sent_out_is_a_part_of_the_page(as_: As, filed: Callable[[], Case]) -> None:
    shown = words(as_(REVIEWER).get(url(filed(), "sent/")))
    assert "通知对方系统 · 办件环节" in shown
    assert "case_node" not in shown
    assert "待发送" in shown


@pytest.mark.django_db
def test_a_case_costs_few_queries(as_: As, filed: Callable[[], Case], acted: Callable[..., Case]) -> None:
    first, second = filed(), acted(filed(), "accept")
    client = as_(REVIEWER)
    for case in (first, second):
        client.get(url(case))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(case)).status_code == 200
        assert len(seen) <= MOST_QUERIES, [q["sql"] for q in seen]
