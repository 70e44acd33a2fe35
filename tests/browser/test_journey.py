"""The whole way, by clicking: a firm files, corrects and resubmits; the district accepts, reviews, confirms; the paper
is sealed and scanned; a second filing; the revocation, and the page behind the code says so at once."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from luban.stages.trial import read_cases
from tests.browser.conftest import Sit
from tests.browser.persons import Firm, Official, last_page_of_pdf, words_of_pdf
from tests.browsing import LiveHouse

TITLE = "一般固体废物跨省转移利用备案"
WRITTEN = Path(__file__).parents[2] / "luban/items/solid_waste_utilisation/tests/cases.yaml"
ANSWERS = {
    "拟转移物是什么属性": "一般固体废物",
    "转移后作什么": "利用",
    "接收单位在哪里": "江苏省",
    "您是产生单位还是集中收集单位": "产生单位",
    "废物属于哪些大类": "工业固体废物",
    "用什么方式运输": "汽车",
    "备案哪个年度": "本年",
    "接收单位怎样利用": "塑料/橡胶再生造粒",
}
GROUNDS = {
    "grounds": {
        "reason_code": "R3",
        "facts": "接收单位昆山示例再生塑料有限公司排污许可已被注销，不再具备利用能力。",
        "statement_heard": True,
        "statement": "企业表示知悉，对撤销没有异议。",
    },
    "district": {"opinion": "情况属实，建议撤销。"},
}
PARTNERS = {"one_net", "egov", "ecert", "solid_waste", "letters"}
PROBLEM = "产品用途写得太笼统，请写明具体用在什么制品上。"
Take = Callable[[Page, str], None]


@pytest.mark.full
@pytest.mark.browser
def test_a_filing_from_the_first_click_to_its_revocation(
    live_house: LiveHouse, sit: Sit, picture: Take, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form, started = read_cases(WRITTEN)[0].form, time.monotonic()
    firm: Firm = sit(Firm, "suxin")
    picture(firm.page, "portal-home")
    firm.begin(TITLE, ANSWERS)
    firm.fill_in(form)
    picture(firm.page, "form")
    assert firm.hand_in(tmp_path) == 6
    number = firm.sign_and_submit()
    times = {"first filing": time.monotonic() - started}

    reviewer: Official = sit(Official, "pudong_reviewer")
    picture(reviewer.page, "office-worklist")
    reviewer.open_from_worklist(number)
    picture(reviewer.page, "office-case")
    ask_for_a_correction(reviewer, picture)
    correct(firm, number, picture)

    reviewer.open_from_worklist(number)
    reviewer.decide("接收")
    reviewer.open_from_worklist(number)
    reviewer.decide("提请确认")
    leader: Official = sit(Official, "pudong_leader")
    leader.open_from_worklist(number)
    leader.decide("确认备案")

    address = scan(firm, number, live_house)
    visitor = firm.page.context.new_page()
    visitor.goto(address)
    expect(visitor.locator("main")).to_contain_text("尚未生效")
    picture(visitor, "verify")

    started = time.monotonic()
    typed, second = again(firm, number, form, tmp_path)
    times["second filing"] = time.monotonic() - started
    assert times["second filing"] < 120
    assert second != number

    revoke(sit, number)
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("已撤销")
    picture(visitor, "verify-revoked")
    told = partners(live_house, number)
    assert told == PARTNERS
    with capsys.disabled():
        said = ", ".join(f"{what} {seconds:.0f} s" for what, seconds in times.items())
        print(f"\n{said} ({typed} fields touched); told {sorted(told)}")  # noqa: T201


def ask_for_a_correction(reviewer: Official, picture: Take) -> None:
    """The official marks a paper beside it and a field in the list, and sends both back at once."""
    page = reviewer.page
    page.get_by_role("radio", name=re.compile("^补正")).check()
    page.locator("tr, li, div").filter(has_text="接收单位营业执照").get_by_role(
        "button", name="要求补正"
    ).last.click()
    marks = page.locator("#of-marks [data-row]")
    expect(marks).to_have_count(1)
    marks.nth(0).get_by_label("问题和要求").fill("扫描件不清晰，请重新上传。")
    page.get_by_role("button", name="加一条").click()
    marks.nth(1).get_by_label("哪里").select_option(label="产品用途")
    marks.nth(1).get_by_label("问题和要求").fill(PROBLEM)
    picture(page, "office-correction")
    page.get_by_role("button", name="提交决定").click()
    expect(page.get_by_text("已办理“补正”")).to_be_visible()


def correct(firm: Firm, number: str, picture: Take) -> None:
    """The firm reads exactly what is wrong, mends it and hands the case in again."""
    page = firm.page
    firm.go(f"/cases/{number}/")
    expect(page.locator(".lb-correct")).to_contain_text(PROBLEM)
    expect(page.locator(".lb-correct li")).to_have_count(2)
    picture(page, "case-correct")
    page.get_by_role("link", name="去补正").click()
    page.wait_for_url(re.compile(r"/fill/"))
    usage = page.locator('[name="end_use.product_usage"]')
    usage.fill("注塑周转箱和托盘")
    usage.blur()
    firm.saved()
    firm.sign_and_submit()
    expect(page.get_by_text("第 2 次提交", exact=False).first).to_be_visible()


def scan(firm: Firm, number: str, house: LiveHouse) -> str:
    """Download the sealed filing as the firm does, read it, scan its code; returns the address in the code."""
    page = firm.page
    for _ in range(60):
        firm.go(f"/cases/{number}/")
        found = page.get_by_role("link", name="下载证照")
        if found.count():
            break
        page.wait_for_timeout(500)
    with page.expect_download() as download:
        found.first.click()
    content = download.value.path().read_bytes()
    text = words_of_pdf(content)
    assert "GFBA-310115-2026-0001" in text
    assert "昆山示例再生塑料有限公司" in text
    codes = [code.text for code in zxingcpp.read_barcodes(last_page_of_pdf(content))]
    assert len(codes) == 1
    assert codes[0].startswith(f"{house.url}/v/")
    return codes[0]


def again(firm: Firm, number: str, form: dict[str, object], folder: Path) -> tuple[int, str]:
    """再来一单: only what is new is filled in; returns how many fields that were, and the new number."""
    firm.go(f"/cases/{number}/")
    firm.press("再来一单")
    firm.page.wait_for_url(re.compile(r"/fill/"))
    typed = firm.fill_in(form)
    firm.hand_in(folder)
    return typed, firm.sign_and_submit()


def revoke(sit: Sit, number: str) -> None:
    """The district asks, its leader signs, the city reviews and decides: four persons."""
    district: Official = sit(Official, "pudong_reviewer")
    district.go("/office/licences/")
    district.page.locator("tr", has_text="GFBA-310115-2026-0001").get_by_role("link").first.click()
    district.press("发起备案撤销", agreed=True)
    district.page.wait_for_url(re.compile(r"/fill/"))
    district.fill_in(GROUNDS)
    district.page.get_by_role("link", name="核对并提交").first.click()
    district.page.locator("#submit button[type=submit]").click()
    district.page.wait_for_url(re.compile(r"/office/cases/GFCX"))
    case = re.search(r"GFCX-[\d-]+\d", district.page.url)
    assert case is not None
    for account, act, words in (
        ("pudong_leader", "签发报市局", {}),
        ("city_reviewer", "提请审批", {"审查意见": "事实清楚，建议同意。"}),
        ("city_director", "同意撤销", {"市局意见": "同意撤销。"}),
    ):
        official: Official = sit(Official, account)
        official.open_from_worklist(case.group(0))
        official.decide(act, words)


def partners(house: LiveHouse, number: str) -> set[str]:
    """Which partners have received something about the case; waits for the slowest."""
    told: set[str] = set()
    for _ in range(60):
        for link in PARTNERS:
            with urllib.request.urlopen(f"{house.sandbox_url}/_received/{link}", timeout=10) as answer:
                rows = json.load(answer)["received"]
            if any(number in json.dumps(row, ensure_ascii=False) for row in rows):
                told.add(link)
        if told == PARTNERS:
            break
        time.sleep(0.5)
    return told
