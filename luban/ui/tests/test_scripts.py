"""The scripts in a real browser under the house's own content security policy, on the gallery page."""

import json
import mimetypes
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from luban.ui import gallery

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
)
HOST = "http://gallery.test"
AXE = gallery.VENDOR / "axe-core/axe.min.js"


def served(route: Route) -> None:
    """Answer from the gallery and the static folders, as the house would."""
    path = route.request.url.removeprefix(HOST).split("?")[0].split("#")[0]
    if path in ("/", "/office/"):
        html = gallery.page(face="office" if path == "/office/" else "portal")
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
        return
    if path.startswith("/upload/"):
        route.fulfill(status=413, body=json.dumps({"message": "文件太大，单份 50 MB 以内。"}))
        return
    vendor = "/static/vendor/"
    home, rest = (
        (gallery.VENDOR, path.removeprefix(vendor)) if path.startswith(vendor) else (gallery.STATIC, path[8:])
    )
    file = home / rest
    if not file.is_file():
        route.fulfill(status=404)
        return
    route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "text/plain")


@pytest.fixture
def portal(browser_page: Page) -> Page:
    browser_page.route("**/*", served)
    browser_page.goto(f"{HOST}/")
    return browser_page


@pytest.fixture
def office(browser_page: Page) -> Page:
    browser_page.route("**/*", served)
    browser_page.goto(f"{HOST}/office/")
    return browser_page


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    found = page.evaluate("tags => axe.run({runOnly: tags})", tags)["violations"]
    return [f"{v['id']}: {v['nodes'][0]['target']}" for v in found]


def test_large_type_is_kept_in_a_cookie(portal):
    portal.click("[data-toggle-size]")
    assert portal.locator("html").get_attribute("data-size") == "large"
    assert {c["name"]: c["value"] for c in portal.context.cookies()}["lb_size"] == "large"
    assert violations(portal) == []


def test_no_accessibility_fault_on_desk_or_phone(portal):
    assert violations(portal) == []
    portal.set_viewport_size({"width": 390, "height": 844})
    assert portal.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(portal) == []
    portal.goto(f"{HOST}/office/")
    assert portal.evaluate("document.documentElement.scrollWidth") == 390
    assert violations(portal) == []


def test_a_removed_row_comes_back_where_it_was(portal):
    names = "[data-rows] input[name$='waste_code']"
    portal.click("[aria-label='删除第 1 行']")
    assert portal.locator(names).evaluate_all("all => all.map(i => [i.name, i.value])") == [
        ["waste.wastes[0].waste_code", "398-051-22"]
    ]
    assert portal.locator("[data-remove-row]").is_disabled()
    portal.click("text=撤销删除")
    assert portal.locator(names).evaluate_all("all => all.map(i => i.name + '=' + i.value)") == [
        "waste.wastes[0].waste_code=398-004-22",
        "waste.wastes[1].waste_code=398-051-22",
    ]


def test_a_row_takes_its_messages_along_and_a_new_one_is_numbered(portal):
    portal.click("[aria-label='删除第 2 行']")
    assert portal.locator("tr.is-msg").count() == 0
    portal.click("[data-add-row]")
    assert (
        portal.locator("input[name='waste.wastes[1].qty_t']").get_attribute("aria-label")
        == "第 2 行申请量（吨）"
    )
    assert portal.evaluate("document.activeElement.name") == "waste.wastes[1].waste_code"


def test_a_finding_leads_to_its_field_and_a_fix_mends_it(portal):
    portal.click("a[href='#plan_end']")
    assert portal.evaluate("document.activeElement.id") == "plan_end"
    portal.click("text=改为 2027-08-16")
    assert portal.input_value("#plan_end") == "2027-08-16"
    assert portal.get_attribute("#plan_end", "aria-invalid") is None


def test_the_notice_opens_its_box_when_the_time_is_over(portal):
    tick = portal.locator(".lb-countdown input[type=checkbox]")
    assert tick.is_disabled()
    portal.clock.install()
    portal.reload()
    portal.clock.run_for(11_000)
    assert tick.is_enabled()
    assert portal.locator(".lb-countdown button").is_disabled()
    tick.check()
    assert portal.locator(".lb-countdown button").is_enabled()


def test_a_confirmed_button_asks_with_its_own_verb(portal):
    portal.click("button:has-text('撤回申请')")
    assert portal.locator("#lb-ask [data-ask-yes]").text_content() == "撤回申请"
    portal.click("[data-ask-no]")
    assert not portal.locator("#lb-ask").is_visible()


def test_a_refused_file_says_why(portal, tmp_path: Path):
    portal.set_input_files(
        "#file-M03", {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    assert "单份 50 MB 以内" in portal.locator("#slot-M03 .lb-msg").text_content()


def test_an_empty_file_is_not_sent(portal):
    portal.set_input_files("#file-M03", {"name": "空.pdf", "mimeType": "application/pdf", "buffer": b""})
    assert "是空文件" in portal.locator("#slot-M03 .lb-msg").text_content()


def test_charts_are_drawn_and_their_table_folds(portal):
    assert portal.locator(".lb-chart canvas").count() == 1
    assert portal.locator(".lb-charttable").get_attribute("open") is None


def test_the_list_is_walked_by_keys(office):
    office.keyboard.press("j")
    office.keyboard.press("x")
    assert office.locator("[data-batch-count]").text_content() == "1"
    assert office.locator("[data-batch]").is_visible()
    office.keyboard.press("j")
    office.keyboard.press("x")
    assert office.locator("[data-select-all]").is_checked()
    office.keyboard.press("/")
    assert office.evaluate("document.activeElement.id") == "osearch"
    office.keyboard.type("jx")
    assert office.input_value("#osearch") == "jx"
    office.click("[data-batch-clear]")
    assert not office.locator("[data-batch]").is_visible()


def test_choosing_a_decision_marks_it_and_a_phrase_is_written(office):
    office.check("input[value=return]")
    assert "is-on" in office.locator("label:has(input[value=return])").get_attribute("class")
    office.click("text=能力不足")
    assert "能力不足" in office.input_value("#decide-opinion")


def test_the_process_picture_shows_the_present_step_on_a_phone(phone_page):
    phone_page.route("**/*", served)
    phone_page.goto(f"{HOST}/office/")
    seen = phone_page.evaluate(
        "() => { const r = document.querySelector('.lb-flow .n').getBoundingClientRect(); return r.left > 0 && r.right < 390; }"
    )
    assert seen
