"""Filling in through the browser's requests: the example goes all the way, nothing typed is lost, refusals say what to do."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pypdf
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from luban.cases import house
from luban.cases.models import Case
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.form import form_spec
from luban.kit.item import Item
from luban.kit.process import APPLICANT
from luban.people import demo
from luban.people.actor import Actor
from luban.people.signing import SEEN_KEY
from luban.registers.book.current import forget
from luban.stages.fill import drafts, sign, typed
from luban.stages.fill.views import DraftView
from luban.stages.trial.book import CaseEntry
from luban.trust import certificates
from luban.trust.local_seal import LocalSeal

pytestmark = pytest.mark.django_db
FIRM, NAME = "91310115MA1TL1A06J", "上海示例塑新材料有限公司"
BUDGET = 15


@pytest.fixture(autouse=True)
def fresh(settings: Any, db: None) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LUBAN_DEMO = True
    demo.load()
    house.forget()
    yield
    house.forget()


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    root = certificates.authority(organisation="示例机构", name="示例根证书")
    seal = LocalSeal(folder=tmp_path, issuer=root, organisation=NAME, name="公章（演示）")
    monkeypatch.setattr(sign, "RemoteSeal", lambda *, code, signer: seal)


@pytest.fixture(params=[item.code for item in registry.all_items() if item.begun_by == APPLICANT])
def item(request: pytest.FixtureRequest) -> Item:
    return registry.get(request.param)


def client_of(username: str = "suxin") -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(username=username))
    session = client.session
    session[SEEN_KEY] = clock.now().timestamp()
    session.save()
    return client


@pytest.fixture
def browser(today: None) -> Client:
    return client_of()


ME = Actor("suxin", "示例塑新", "applicant", FIRM, NAME, "310115")


def ready(item: Item, answers: dict[str, Any]) -> dict[str, Any] | None:
    if item.guide is None:
        return {}
    day = clock.today()
    state = item.guide.state(answers, day=day, params=house.context().params(day, item.code))
    if state.ready or state.next is None:
        return answers if state.ready else None
    for option in state.next.options:
        given: Any = [option.value] if state.next.many else option.value
        found = ready(item, {**answers, state.next.code: given})
        if found is not None:
            return found
    return None


@pytest.fixture
def draft(item: Item, today: None) -> DraftView:
    opened = clock.now() - timedelta(minutes=5)
    return drafts.start(item=item, actor=ME, answers=ready(item, {}) or {}, notice_opened_at=opened)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def seen(html: str) -> dict[str, str]:
    """The hidden fields a page holds about itself."""
    found = re.findall(r'name="([\w.]*_(?:shape|values|says|revision|slots))" value="([^"]*)"', html)
    return dict(found)


def save(
    browser: Client, draft: DraftView, values: dict[str, Any], hidden: dict[str, str], **more: Any
) -> Any:
    return browser.post(
        f"/fill/{draft.id}/save/",
        {**hidden, **values, **more},
        headers={"HX-Request": "true"},
    )


def pdf(pages: int = 1) -> SimpleUploadedFile:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    target = io.BytesIO()
    writer.write(target)
    return SimpleUploadedFile("扫描件.pdf", target.getvalue(), "application/pdf")


def queries(ask: Callable[[], Any]) -> tuple[Any, int, list[str]]:
    """Statements as the house makes them: the registers' marks are trusted for a second, and the savepoints that a
    test's outer transaction adds are not there."""
    with override_settings(LUBAN_REGISTERS_FRESH=1.0), CaptureQueriesContext(connection) as captured:
        answer = ask()
    forget()
    said = [q["sql"][:130] for q in captured if "SAVEPOINT" not in q["sql"]]
    return answer, len(said), said


def within(ask: Callable[[], Any], most: int = BUDGET) -> Any:
    answer, count, said = queries(ask)
    assert count <= most, "\n".join(said)
    return answer


def fill_in(browser: Client, item: Item, draft: DraftView, form: dict[str, Any]) -> None:
    """Type every section as a browser would, one save a section."""
    html = browser.get(f"/fill/{draft.id}/").content.decode()
    hidden = seen(html)
    for section in form_spec(item.form).sections:
        given = {
            name: value
            for name, value in plain(form.get(section.name, {})).items()
            if not (section.field(name).meta.locked and draft.sources.get(f"{section.name}.{name}"))
        }
        posted = typed.posted_from(spec=section, values=given)
        answer = save(browser, draft, posted, hidden, _sections=section.name)
        assert answer.status_code == 200, answer.content.decode()
        assert answer["X-Saved-At"] == "10:00:00"
        hidden |= seen(answer.content.decode())


def test_the_example_goes_all_the_way(
    item: Item, browser: Client, draft: DraftView, example: CaseEntry, sealed: None
) -> None:
    page = within(lambda: browser.get(f"/fill/{draft.id}/"))
    assert page.status_code == 200
    fill_in(browser, item, draft, example.form)
    html = browser.get(f"/fill/{draft.id}/?check=1").content.decode()
    must = re.findall(r'data-upload="([^"]+)"', html)
    wanted = re.findall(r'id="(slot-[\w-]+)"><div><h3>[^<]*<span class="lb-must"', html)
    for n, address in enumerate(must):
        slot = re.search(r'data-upload="' + re.escape(address) + r'" data-slot="([^"]+)"', html)
        if slot and slot[1] in wanted:
            answer = browser.post(
                address.replace("&amp;", "&"), {"file": pdf(n + 1)}, headers={"HX-Request": "true"}
            )
            assert answer.status_code == 200, answer.content.decode()
            assert "扫描件.pdf" in answer.content.decode()
    page = within(lambda: browser.get(f"/fill/{draft.id}/sign/"))
    assert "用电子印章签章" in page.content.decode()
    assert "disabled" in page.content.decode()
    assert browser.get(f"/fill/{draft.id}/sign/paper.pdf").content.startswith(b"%PDF")
    assert browser.post(f"/fill/{draft.id}/sign/online/", {"all": "1"}).status_code == 302
    html = browser.get(f"/fill/{draft.id}/sign/").content.decode()
    assert "已签章" in html
    assert "清零后可以提交" not in html
    refused = browser.post(f"/fill/{draft.id}/submit/", {"request_id": "once"})
    acknowledged = {"request_id": "once", "acknowledged": "1", "notes": "已核实"}
    if refused.status_code == 422:
        assert "提醒" in refused.content.decode()
    done = browser.post(f"/fill/{draft.id}/submit/", acknowledged)
    case = Case.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/cases/{case.number}/")
    again = browser.post(f"/fill/{draft.id}/submit/", acknowledged)
    assert again["Location"] == done["Location"]
    assert browser.get(f"/fill/{draft.id}/")["Location"] == done["Location"]
    assert Case.objects.count() == 1


def test_a_save_stays_within_its_budget_and_answers_only_what_changed(
    item: Item, browser: Client, draft: DraftView
) -> None:
    hidden = seen(browser.get(f"/fill/{draft.id}/").content.decode())
    spec, name = next(
        (section, f.name)
        for section in form_spec(item.form).sections
        for f in section.fields
        if f.kind.name == "text" and not f.meta.locked
    )
    answer = within(
        lambda: save(browser, draft, {f"{spec.name}.{name}": "示例文字"}, hidden, _sections=spec.name), 15
    )
    html = answer.content.decode()
    assert drafts.read(draft_id=draft.id, actor=ME).payload[spec.name][name] == "示例文字"
    assert "data-section=" not in html
    assert 'id="lb-revision"' in html


def test_a_stranger_finds_nothing(browser: Client, draft: DraftView) -> None:
    stranger = client_of("redian")
    for address in ("", "sign/", "sign/paper.pdf"):
        assert stranger.get(f"/fill/{draft.id}/{address}").status_code == 404
    assert stranger.post(f"/fill/{draft.id}/save/", {}).status_code == 404


def test_an_expired_session_is_told_to_sign_in_and_keeps_the_page(draft: DraftView) -> None:
    answer = Client().post(f"/fill/{draft.id}/save/", {}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["X-Lb-Signin"]


@pytest.fixture
def swu(today: None) -> DraftView:
    """A draft of the filing with road and ship carriers, the richest form there is."""
    kind = registry.get("solid_waste_utilisation")
    opened = clock.now() - timedelta(minutes=5)
    return drafts.start(item=kind, actor=ME, answers=ready(kind, {}) or {}, notice_opened_at=opened)


def hidden_of(browser: Client, draft: DraftView) -> dict[str, str]:
    return seen(browser.get(f"/fill/{draft.id}/").content.decode())


def test_a_condition_brings_and_takes_fields(browser: Client, swu: DraftView) -> None:
    hidden = hidden_of(browser, swu)
    named = {"generator.generator_permit_class": "none"}
    html = save(browser, swu, named, hidden, _sections="generator").content.decode()
    assert 'data-section="generator"' in html
    assert 'name="generator.generator_permit_no"' not in html
    html = save(
        browser,
        swu,
        {"generator.generator_permit_class": "key"},
        {**hidden, **seen(html)},
        _sections="generator",
    ).content.decode()
    assert 'name="generator.generator_permit_no"' in html


def test_rows_come_and_go_with_what_was_typed(browser: Client, swu: DraftView) -> None:
    hidden = hidden_of(browser, swu)

    def op(name: str, row: str = "", **typed_in: str) -> str:
        answer = within(
            lambda: browser.post(
                f"/fill/{swu.id}/rows/",
                {
                    **hidden,
                    **{f"waste.wastes[0].{k}": v for k, v in typed_in.items()},
                    "_sections": "waste" if typed_in else "",
                    "_path": "waste.wastes",
                    "_op": name,
                    "_row": row,
                },
                headers={"HX-Request": "true"},
            ),
            20,
        )
        assert answer.status_code == 200, answer.content.decode()
        hidden.update(seen(answer.content.decode()))
        return answer.content.decode()

    assert 'name="waste.wastes[0].waste_code"' in op("add")
    html = op("copy", "0", waste_code="900-003-S17")
    assert html.count('value="900-003-S17"') == 2
    assert 'name="waste.wastes[1].waste_code"' not in op("remove", "1")
    assert drafts.read(draft_id=swu.id, actor=ME).payload["waste"]["wastes"][0]["waste_code"] == "900-003-S17"


def test_two_people_at_one_section_see_both_answers(browser: Client, swu: DraftView) -> None:
    before = hidden_of(browser, swu)
    path = "source.origin_site_name"
    save(browser, swu, {path: "甲填的"}, before, _sections="source")
    answer = save(browser, swu, {path: "乙填的"}, before, _sections="source")
    html = answer.content.decode()
    assert (answer.status_code, answer["X-Lb-Swap"]) == (409, "1")
    assert "甲填的" in html
    assert "乙填的" in html
    revision = re.search(r'"_revision": "(\d+)"', html)
    assert revision
    mine = save(browser, swu, {path: "乙填的"}, {**before, "_revision": revision[1]}, _sections="source")
    assert mine.status_code == 200
    assert drafts.read(draft_id=swu.id, actor=ME).payload["source"]["origin_site_name"] == "乙填的"


def test_a_locked_value_is_refused_in_words_and_drawn_as_such(browser: Client, swu: DraftView) -> None:
    html = browser.get(f"/fill/{swu.id}/").content.decode()
    assert 'name="generator.generator_name"' not in html
    assert NAME in html
    answer = save(browser, swu, {"generator.generator_name": "别的公司"}, seen(html), _sections="generator")
    assert answer.status_code == 422
    assert "不能修改" in answer.content.decode()


def test_nonsense_is_refused_with_a_way_out(browser: Client, swu: DraftView) -> None:
    hidden = hidden_of(browser, swu)
    answer = save(browser, swu, {"generator.no_such_field": "x"}, hidden, _sections="generator")
    assert answer.status_code == 422
    assert "刷新页面" in answer.content.decode()
    assert (
        save(browser, swu, {"waste.wastes[99999].waste_code": "x"}, hidden, _sections="waste").status_code
        == 422
    )
    bad = browser.post(
        f"/fill/{swu.id}/rows/",
        {**hidden, "_op": "explode", "_path": "waste.wastes"},
        headers={"HX-Request": "true"},
    )
    assert bad.status_code == 422
    assert browser.get("/fill/not-a-draft/").status_code == 404


def test_what_cannot_be_read_stays_as_typed_and_is_said_beside_the_field(
    browser: Client, swu: DraftView
) -> None:
    hidden = hidden_of(browser, swu)
    path = "source.annual_generation_t"
    html = save(browser, swu, {path: "12.5x"}, hidden, _sections="source").content.decode()
    assert 'id="f-source-annual_generation_t-m"' in html
    assert "要填数字" in html
    assert 'value="12.5x"' in browser.get(f"/fill/{swu.id}/").content.decode()


@pytest.mark.parametrize(
    ("name", "data"),
    [("合同.exe", b"MZ\x90"), ("合同.pdf", b"<html></html>"), ("合同.pdf", b"")],
)
def test_files_that_are_not_what_they_say_are_refused(
    browser: Client, swu: DraftView, name: str, data: bytes
) -> None:
    slot = re.search(r'data-upload="([^"]+)"', browser.get(f"/fill/{swu.id}/").content.decode())
    assert slot
    file = SimpleUploadedFile(name, data)
    answer = browser.post(slot[1].replace("&amp;", "&"), {"file": file}, headers={"HX-Request": "true"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["message"].endswith("。")


def test_a_file_is_looked_at_kept_and_taken_out(browser: Client, swu: DraftView) -> None:
    html = browser.get(f"/fill/{swu.id}/").content.decode()
    slot = re.search(r'data-upload="([^"]+)"', html)
    assert slot
    html = browser.post(slot[1], {"file": pdf(2)}, headers={"HX-Request": "true"}).content.decode()
    page = re.search(r'href="(/fill/files/[^/]+/)"', html)
    remove = re.search(r'hx-post="([^"]+/remove/)"', html)
    assert page
    assert remove
    assert "第 1 页，共 2 页" in browser.get(page[1]).content.decode()
    assert browser.get(f"{page[1]}pages/2.png").content.startswith(b"\x89PNG")
    assert browser.get(f"{page[1]}fetch/")["Content-Disposition"].startswith("attachment")
    assert client_of("redian").get(f"{page[1]}fetch/").status_code == 404
    assert client_of("redian").post(remove[1]).status_code == 404
    html = browser.post(remove[1], headers={"HX-Request": "true"}).content.decode()
    assert "还没有上传" in html


def test_the_phone_gets_a_code_and_the_page_looks_for_its_files(browser: Client, swu: DraftView) -> None:
    html = browser.get(f"/fill/{swu.id}/").content.decode()
    asked = re.search(r'hx-get="([^"]+/phone/[^"]*)"', html)
    assert asked
    html = browser.get(asked[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).content.decode()
    watch = re.search(r'hx-get="([^"]+/watch/[^"]*)"', html)
    assert watch
    address = watch[1].replace("&amp;", "&")
    assert browser.get(address, headers={"HX-Request": "true"}).status_code == 204
    upload = asked[1].replace("/phone/", "/").replace("&amp;", "&")
    assert browser.post(upload, {"file": pdf()}, headers={"HX-Request": "true"}).status_code == 200
    assert "手机已传来文件" in browser.get(address, headers={"HX-Request": "true"}).content.decode()
