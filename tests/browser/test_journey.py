"""The whole way, by clicking: a firm files, corrects and resubmits; the district accepts, reviews, confirms; the paper
is sealed and scanned; a second filing; the revocation, and the page behind the code says so at once.

The service dropped into the house for tests goes its own way through the same pages.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Sit, Take
from tests.browser.papers import codes_of, words_of
from tests.browser.persons import Firm, Official
from tests.browser.services import GROUNDS, SAMPLING, UTILISATION
from tests.housing import House

PARTNERS = {"one_net", "egov", "ecert", "solid_waste", "letters"}
PROBLEM = "产品用途写得太笼统，请写明具体用在什么制品上。"
LICENCE = "GFBA-310115-2026-0001"


@pytest.mark.full
@pytest.mark.browser
def test_a_filing_from_the_first_click_to_its_revocation(
    live_house: House, sit: Sit, picture: Take, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    firm: Firm = sit(Firm, "suxin")
    picture(firm.page, "portal-home", phone=True)
    firm.begin(UTILISATION)
    firm.fill_in(UTILISATION.form)
    picture(firm.page, "form", phone=True)
    assert firm.hand_in(tmp_path) == 6
    picture(firm.page, "form-papers")
    number = firm.file()
    times = {"first filing": time.monotonic() - started}

    reviewer: Official = sit(Official, "pudong_reviewer")
    picture(reviewer.page, "office-worklist", phone=True)
    reviewer.open_from_worklist(number)
    picture(reviewer.page, "office-case", phone=True)
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
    picture(firm.page, "case-granted", phone=True)
    visitor = firm.page.context.new_page()
    visitor.goto(address)
    expect(visitor.locator("main")).to_contain_text("尚未生效")
    picture(visitor, "verify", phone=True)

    started = time.monotonic()
    typed, second = again(firm, number, tmp_path)
    times["second filing"] = time.monotonic() - started
    assert times["second filing"] < 120
    assert second != number

    revoke(sit)
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("已撤销")
    picture(visitor, "verify-revoked", phone=True)
    assert partners_told(live_house, number) == PARTNERS
    with capsys.disabled():
        said = ", ".join(f"{what} {seconds:.0f} s" for what, seconds in times.items())
        print(f"\n{said} ({typed} fields touched)")  # noqa: T201


@pytest.mark.browser
def test_a_service_that_was_only_dropped_in_is_found_filed_corrected_and_approved(
    live_house: House, sit: Sit
) -> None:
    firm: Firm = sit(Firm, "suxin")
    firm.begin(SAMPLING)
    firm.fill_in(SAMPLING.form)
    number = firm.file()
    reviewer: Official = sit(Official, "pudong_reviewer")
    reviewer.open_from_worklist(number)
    reviewer.choose("补正")
    page = reviewer.page
    mark = page.locator("#of-marks [data-row]")
    mark.get_by_label("哪里").select_option(label="地块名称")
    mark.get_by_label("问题和要求").fill("地块名称不全。")
    reviewer.press("提交决定")
    expect(page.get_by_text("已办理“补正”")).to_be_visible()

    firm.go(f"/cases/{number}/")
    firm.page.get_by_role("link", name="去补正").click()
    firm.fill_in({"work": {**SAMPLING.form["work"], "site": "示例路一号地块"}})
    assert firm.file() == number
    reviewer.open_from_worklist(number)
    reviewer.decide("接收")
    leader: Official = sit(Official, "pudong_leader")
    leader.open_from_worklist(number)
    leader.decide("签发")
    paper = firm.licence_of(number)[1]
    assert "示例路一号地块的采样作业报告已收悉" in words_of(paper)
    assert codes_of(paper)[0].startswith(f"{live_house.url}/v/")


def ask_for_a_correction(reviewer: Official, picture: Take) -> None:
    """The official marks a paper beside it and a field in the list, and sends both back at once."""
    page = reviewer.page
    reviewer.choose("补正")
    page.locator("tr, li, div").filter(has_text="接收单位营业执照").get_by_role(
        "button", name="要求补正"
    ).last.click()
    marks = page.locator("#of-marks [data-row]")
    expect(marks).to_have_count(1)
    marks.nth(0).get_by_label("问题和要求").fill("扫描件不清晰，请重新上传。")
    page.get_by_role("button", name="加一条").click()
    marks.nth(1).get_by_label("哪里").select_option(label="产品用途")
    marks.nth(1).get_by_label("问题和要求").fill(PROBLEM)
    picture(page, "office-correction", phone=True)
    reviewer.press("提交决定")
    expect(page.get_by_text("已办理“补正”")).to_be_visible()


def correct(firm: Firm, number: str, picture: Take) -> None:
    """The firm reads exactly what is wrong, mends it and hands the case in again."""
    page = firm.page
    firm.go(f"/cases/{number}/")
    expect(page.locator(".lb-correct")).to_contain_text(PROBLEM)
    expect(page.locator(".lb-correct li")).to_have_count(2)
    picture(page, "case-correct", phone=True)
    page.get_by_role("link", name="去补正").click()
    page.wait_for_url("**/fill/**")
    usage = page.locator('[name="end_use.product_usage"]')
    usage.fill("注塑周转箱和托盘")
    usage.blur()
    firm.saved()
    firm.to_signing()
    firm.sign()
    picture(page, "sign", phone=True)
    assert firm.submit() == number
    expect(page.get_by_text("第 2 次提交", exact=False).first).to_be_visible()


def scan(firm: Firm, number: str, house: House) -> str:
    """Download the sealed filing as the firm does, read it, scan its code; returns the address in the code."""
    _, content = firm.licence_of(number)
    text = words_of(content)
    assert LICENCE in text
    assert "昆山示例再生塑料有限公司" in text
    codes = codes_of(content)
    assert len(codes) == 1
    assert codes[0].startswith(f"{house.url}/v/")
    return codes[0]


def again(firm: Firm, number: str, folder: Path) -> tuple[int, str]:
    """再来一单: only what is new is filled in; returns how many fields that were, and the new number."""
    firm.go(f"/cases/{number}/")
    firm.press("再来一单")
    firm.page.wait_for_url("**/fill/**")
    typed = firm.fill_in(UTILISATION.form)
    firm.hand_in(folder)
    return typed, firm.file()


def revoke(sit: Sit) -> None:
    """The district asks, its leader signs, the city reviews and decides: four persons."""
    district: Official = sit(Official, "pudong_reviewer")
    district.go("/office/licences/")
    district.page.locator("tr", has_text=LICENCE).get_by_role("link").first.click()
    district.press("发起备案撤销", agreed=True)
    district.page.wait_for_url("**/fill/**")
    district.fill_in(GROUNDS)
    district.page.get_by_role("link", name="核对并提交").first.click()
    district.page.locator("#submit button[type=submit]").click()
    district.page.wait_for_url("**/office/cases/GFCX**")
    number = district.number()
    for account, act, words in (
        ("pudong_leader", "签发报市局", {}),
        ("city_reviewer", "提请审批", {"审查意见": "事实清楚，建议同意。"}),
        ("city_director", "同意撤销", {"市局意见": "同意撤销。"}),
    ):
        official: Official = sit(Official, account)
        official.open_from_worklist(number)
        official.decide(act, words)


def partners_told(house: House, number: str) -> set[str]:
    """Which partners have received something about the case; waits for the slowest."""
    told: set[str] = set()
    for _ in range(60):
        told |= {link for link in PARTNERS - told if number in json.dumps(house.received(link))}
        if told == PARTNERS:
            break
        time.sleep(0.5)
    return told
