"""A firm follows its cases: finds them, sees where they stand, corrects, withdraws, downloads; never a stranger's."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from luban.cases import house
from luban.cases.models import Case, Document, Draft
from luban.faces.portal import cases
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.people.actor import Actor

MOST_QUERIES = 15
LEADER = Actor("pudong_leader", "示例浦东负责人", "district_leader", "310115", "", "310115")
CORRECTION = {
    "items": [
        {"path": "receiver.receiver_name", "problem": "与营业执照不一致。", "basis": "示例依据"},
        {"path": "materials.M02", "problem": "缺少盖章页。", "basis": ""},
    ]
}

Filed = Callable[[], Case]
Acted = Callable[..., Case]


def page(case: Case) -> str:
    return reverse("portal:case", args=[case.number])


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def returned(filed: Filed, acted: Acted) -> Case:
    return acted(filed(), "correct", **CORRECTION)


def paper(case: Case, **changes: object) -> Document:
    content = b"%PDF-1.7 notice"
    values = {
        "case": case,
        "event_seq": case.seq,
        "code": "correction_notice",
        "title": "补正通知书",
        "number": "示例补〔2026〕1号",
        "token": "t",
        "state": "sealed",
        "sm3": house.objects().put(content),
        "size": len(content),
        "to_applicant": True,
        "reserved_at": clock.now(),
        "sealed_at": clock.now(),
        **changes,
    }
    return Document.objects.create(**values)


@pytest.mark.django_db
def test_a_case_shows_where_it_stands_and_what_comes(firm: Client, filed: Filed) -> None:
    case = filed()
    shown = text_of(firm, page(case))
    for words in (
        case.number,
        case.headline,
        "待受理",
        "提交申请",
        "接收，现在这一步",
        "制证",
        "个工作日",
        "12345",
    ):
        assert words in shown.replace('<span class="lb-sr">', "").replace("</span>", ""), words
    assert "13800000001" not in shown


@pytest.mark.django_db
def test_inner_words_and_names_of_officials_stay_inside(firm: Client, filed: Filed, acted: Acted) -> None:
    case = acted(filed(), "accept")
    case = acted(
        case, "submit_review", **dict.fromkeys(("source_verdict", "process_verdict", "end_verdict"), "pass")
    )
    house.take(
        case_id=str(case.pk),
        action="send_back",
        by=LEADER,
        data={"opinion": "此处内部意见不外传"},
        request_id="x",
    )
    shown = text_of(firm, page(case)) + text_of(firm, reverse("portal:news"))
    assert "已受理" in shown
    for words in ("此处内部意见不外传", "退回", "示例浦东审查甲", "提请确认"):
        assert words not in shown, words


@pytest.mark.django_db
def test_a_returned_case_says_what_to_correct_and_leads_there(
    firm: Client, filed: Filed, acted: Acted, item: Item
) -> None:
    case = returned(filed, acted)
    sealed = paper(case)
    shown = text_of(firm, page(case))
    assert "请补正 2 处" in shown
    assert "接收单位名称" in shown
    assert item.material("M02").title in shown
    assert "示例依据" in shown
    assert f"papers/{sealed.pk}/" in shown
    home = text_of(firm, "/")
    assert "需要补正" in home
    assert '<span class="lb-count">1</span>' in home
    address = f"{page(case)}correct/?at={quote('receiver.receiver_name')}"
    first, second = firm.get(address), firm.get(address)
    draft = Draft.objects.get()
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["Location"].endswith(f"{draft.pk}/#f-receiver-receiver_name")
    assert "通知补正" in text_of(firm, reverse("portal:news"))


@pytest.mark.django_db
def test_strangers_are_told_there_is_nothing(
    other_firm: Client, official: Client, client: Client, filed: Filed, acted: Acted
) -> None:
    case = returned(filed, acted)
    sealed = paper(case)
    here = page(case)
    for address in (here, f"{here}correct/", f"{here}papers/{sealed.pk}/", f"{here}files/{sealed.sm3}/"):
        assert other_firm.get(address).status_code == 404, address
        assert official.get(address).status_code == 403, address
        assert client.get(address).status_code == 302, address
    assert other_firm.post(f"{here}act/", {"action": "withdraw", "request_id": "r"}).status_code == 404
    assert Case.objects.get(pk=case.pk).state == "correcting"
    assert case.number not in text_of(other_firm, reverse("portal:cases"))


@pytest.mark.django_db
def test_withdrawing_asks_first_and_counts_once(firm: Client, filed: Filed) -> None:
    case = filed()
    shown = text_of(firm, page(case))
    assert "先不撤回" in shown
    request_id = re.search(r'name="request_id" value="([^"]+)"', shown)
    assert request_id is not None
    sent = {"action": "withdraw", "request_id": request_id[1]}
    assert firm.post(f"{page(case)}act/", sent).status_code == 302
    assert firm.post(f"{page(case)}act/", sent).status_code == 302
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.seq) == ("closed_withdrawn", case.seq + 1)
    assert "已撤回" in text_of(firm, page(case))
    again = firm.post(f"{page(case)}act/", {"action": "withdraw", "request_id": "another"})
    assert again.status_code == 409
    assert "返回办件页面" in again.content.decode()
    assert firm.post(f"{page(case)}act/", {"action": "accept", "request_id": "r"}).status_code == 409
    assert firm.post(f"{page(case)}act/", {"action": "withdraw"}).status_code == 400


@pytest.mark.django_db
def test_only_sealed_papers_addressed_to_the_firm_come_down(firm: Client, filed: Filed) -> None:
    case = filed()
    good = paper(case)
    inner = paper(case, code="inner", to_applicant=False)
    early = paper(case, code="early", state="reserved", sm3="")
    answer = firm.get(f"{page(case)}papers/{good.pk}/")
    assert answer.content == b"%PDF-1.7 notice"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    for other in (inner, early):
        assert firm.get(f"{page(case)}papers/{other.pk}/").status_code == 404
    material = case.current.materials[0]
    assert firm.get(f"{page(case)}files/{material['sm3']}/")["Content-Disposition"].startswith("attachment;")
    assert firm.get(f"{page(case)}files/{'0' * 64}/").status_code == 404


@pytest.mark.django_db
def test_the_list_is_filtered_by_its_address_and_exported_as_text(
    firm: Client, filed: Filed, item: Item
) -> None:
    case = filed()
    here = reverse("portal:cases")
    for fits in ("", "?state=open", f"?item={item.code}", f"?q={case.number[-12:]}", f"?q={quote('废塑料')}"):
        assert case.number in text_of(firm, here + fits), fits
    for not_fits in (
        "?state=done",
        "?state=correct",
        "?item=solid_waste_revocation",
        f"?q={quote('不存在的词')}",
    ):
        assert case.number not in text_of(firm, here + not_fits), not_fits
    assert firm.get(f"{here}?after=nonsense").status_code == 400
    answer = firm.get(reverse("portal:cases_export") + "?state=open")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == case.number
    assert rows[1][9] == "上海市浦东新区生态环境局"


@pytest.mark.django_db
def test_the_list_goes_on_where_the_page_ended(
    firm: Client, filed: Filed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "PAGE", 1)
    numbers = {filed().number, filed().number}
    first = text_of(firm, reverse("portal:cases"))
    following = re.search(r'href="([^"]+)" rel="next"', first)
    assert following is not None
    second = text_of(firm, following[1].replace("&amp;", "&"))
    assert {n for n in numbers if n in first} | {n for n in numbers if n in second} == numbers
    assert len({n for n in numbers if n in first}) == 1


@pytest.mark.django_db
def test_pages_of_a_case_stay_within_their_queries(firm: Client, filed: Filed, acted: Acted) -> None:
    case = returned(filed, acted)
    paper(case)
    for address in (
        "/",
        page(case),
        reverse("portal:cases"),
        reverse("portal:news"),
        reverse("portal:licences"),
    ):
        firm.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert firm.get(address).status_code == 200
        assert len(seen) <= MOST_QUERIES, address
