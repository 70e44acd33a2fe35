"""A permit to move hazardous waste, by clicking: two firms apply, one to a receiver that leaves doubts; the institution
corrects points, the reviewer settles the doubts, letters go to two provinces as a batch; one province answers through its
own system and agrees, the other at its desk and does not: a sealed permit with a code that proves it, a sealed refusal.
"""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from luban.stages.demo.written import read_demo
from tests.browser.conftest import Sit, Take
from tests.browser.papers import codes_of, words_of
from tests.browser.persons import Firm, Official
from tests.browser.services import Service
from tests.browsing import tick
from tests.housing import NOW, House

DOUBTFUL, FAR = "shisui 苏州示例铜业再生有限公司", "hexu 江西赣南催化再生有限公司"
DEMO = Path(__file__).parents[2] / "luban/items/hazwaste_transfer_out/demo.yaml"
ANSWERS = {
    "废物是否列入": "是",
    "接收单位是否在上海市": "否",
    "是否仅变更": "否",
    "是否列入危险废物豁免管理清单": "否",
    "接收单位凭什么接收": "危险废物经营许可证",
    "本年度管理计划": "是",
    "是否续办": "否",
    "用什么方式运输": "公路",
}
REPAIRED = "定位终端已修复，现场核验轨迹连续。"
CHECKED = "已向接收单位核实，许可证副本列有该代码和方式。"
UNABLE = "接收单位本年度检修，无法接收。"


@pytest.mark.full
@pytest.mark.browser
def test_two_applications_from_the_form_to_a_sealed_permit_and_a_sealed_refusal(
    live_house: House, sit: Sit, picture: Take, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    firms: dict[str, Firm] = {}
    numbers: list[str] = []
    for key in (DOUBTFUL, FAR):
        firm: Firm = sit(Firm, key.split()[0])
        firms[key] = firm
        numbers.append(apply(firm, key, tmp_path, picture if key == DOUBTFUL else None))
    window: Official = sit(Official, "city_window")
    for number in numbers:
        window.open_from_worklist(number)
        window.decide("受理")
    evaluate(sit(Official, "tech_officer"), numbers, picture)
    reviewer: Official = sit(Official, "city_reviewer")
    review(reviewer, numbers, picture)
    letters = consult(reviewer, sit(Official, "city_director"), numbers, picture)
    agree_by_push(live_house, reviewer.page, numbers[0], letters)
    refuse_at_the_desk(sit(Official, "jiangxi"), numbers[1], picture)
    grant(sit, reviewer, numbers[0])
    deny(sit, numbers[1])
    check_permit(firms[DOUBTFUL], numbers[0], live_house, picture)
    check_refusal(firms[FAR], numbers[1], picture)
    with capsys.disabled():
        print(f"\ntwo permits from form to seal: {time.monotonic() - started:.0f} s")  # noqa: T201


def application(key: str) -> Service:
    """What the demonstration's case of this account and receiver states; it begins at once where a permit is to hold as
    soon as it is sealed."""
    cases = read_demo(source=DEMO, today=date.fromisoformat(NOW[:10]))
    form = next(c.form for c in cases if f"{c.account} {c.form['receiver']['receiver_name']}" == key)
    del form["pledge"]["commitment_mode"]  # nobody types it: signing says how it was signed
    if key == DOUBTFUL:
        form["plan"]["plan_start"] = NOW[:10]
    return Service("hazwaste_transfer_out", "危险废物跨省级行政区域转移许可", ANSWERS, form)


def apply(firm: Firm, key: str, folder: Path, picture: Take | None) -> str:
    """Fill in, hand in, sign, submit; returns the number of the case."""
    service = application(key)
    firm.begin(service)
    firm.fill_in(service.form)
    firm.hand_in(folder)
    if picture:
        picture(firm.page, "hw-form", phone=True)
    firm.to_signing()
    firm.sign()
    if picture:
        picture(firm.page, "hw-sign", phone=True)
    return firm.submit()


def evaluate(officer: Official, numbers: list[str], picture: Take) -> None:
    """The institution corrects one factor of the first case, sees both points, and concludes on both."""
    page = officer.page
    officer.open_from_worklist(numbers[0])
    factor = page.locator("#factor-B1")
    factor.locator("summary", has_text="修正").click()
    factor.get_by_label("修正后得分").fill("7")
    factor.get_by_label("修正理由").fill(REPAIRED)
    factor.get_by_role("button", name="保存并重算").click()
    factor = page.locator("#factor-B1")
    expect(factor.locator(".p")).to_contain_text(re.compile(r"5.*→.*7.*/ 10", re.S))
    expect(factor).to_contain_text(REPAIRED)
    picture(page, "hw-evaluation", phone=True)
    for number in numbers:
        officer.open_from_worklist(number)
        officer.choose("提交评估结论", {"评估意见": "风险可控，建议同意转移。"})
        page.get_by_label("评估建议").locator("visible=true").first.select_option(label="同意转移")
        officer.press("提交决定")
        expect(page.get_by_text("已办理“提交评估结论”")).to_be_visible()


def review(reviewer: Official, numbers: list[str], picture: Take) -> None:
    """The reviewer settles what the machine doubts, one clause after another, and agrees to both."""
    page = reviewer.page
    reviewer.open_from_worklist(numbers[0])
    expect(page.get_by_role("radio", name=re.compile("^同意移出，拟商请函"))).to_be_disabled()
    picture(page, "hw-review", phone=True)
    for number in numbers:
        reviewer.open_from_worklist(number)
        doubts = page.locator(".lb-rule-row:has(.lb-status:text-is('存疑'))")
        for place in doubts.evaluate_all("all => all.map(e => e.id)"):
            doubt = page.locator(f"#{place}")
            doubt.locator("details.lb-say > summary").click()
            doubt.locator("textarea").fill(CHECKED)
            doubt.get_by_role("button", name="确认符合").click()
            expect(page.locator(f"#{place} .lb-do")).to_contain_text("确认符合")
        reviewer.decide("同意移出，拟商请函", {"审查意见": "材料齐全，同意移出。"})


def consult(reviewer: Official, director: Official, numbers: list[str], picture: Take) -> dict[str, str]:
    """Both letters are put forward and signed as batches; returns the letters' numbers by case."""
    in_batch(reviewer, numbers, "送签商请函", picture)
    in_batch(director, numbers, "签发商请函", picture)
    page = director.page
    expect(page.locator("main").get_by_text("已送达", exact=True)).to_have_count(len(numbers), timeout=60_000)
    picture(page, "hw-batch-done", phone=True)
    found = {}
    for number in numbers:
        line = page.locator("tr", has_text=number)
        expect(line).to_contain_text(re.compile(r"沪环危转商〔\d{4}〕\d+号"))
        letter = re.search(r"沪环危转商〔\d{4}〕\d+号", line.inner_text())
        assert letter
        found[number] = letter[0]
    return found


def in_batch(official: Official, numbers: list[str], act: str, picture: Take) -> None:
    """Tick the cases at the desk, press the batch button, look at the pre-check, confirm, wait until all is done."""
    page = official.page
    official.go("/office/")
    for number in numbers:
        tick(page.locator("tr", has_text=number).get_by_role("checkbox"))
    page.locator("[data-batch]").get_by_role("button", name=re.compile(act)).click()
    expect(page.locator("h1")).to_contain_text("可办 2 件")
    picture(page, f"hw-batch-asked-{act}", phone=True)
    official.press(f"{act}这 2 件")
    page.wait_for_url(re.compile(r"/office/batches/"))
    expect(page.locator("progress")).to_have_count(0, timeout=60_000)
    picture(page, f"hw-batch-{act}", phone=True)


def agree_by_push(house: House, page: Page, number: str, letters: dict[str, str]) -> None:
    """The national system's page says what the province answers and pushes it to the house."""
    sandbox = page.context.new_page()
    sandbox.goto(f"{house.sandbox_url}/mee_hazwaste")
    sandbox.get_by_label("商请函文号").fill(letters[number])
    sandbox.get_by_role("button", name="发出").first.click()
    sandbox.close()


def refuse_at_the_desk(province: Official, number: str, picture: Take) -> None:
    """The other province answers at its own desk in the house."""
    province.open_from_worklist(number)
    picture(province.page, "hw-province", phone=True)
    province.choose(
        "函复", {"复函文号": "示例环函〔2026〕9号", "复函日期": "2026-03-02", "复函意见或理由": UNABLE}
    )
    province.page.get_by_label("复函结论").locator("visible=true").first.select_option(label="不同意转入")
    province.press("提交决定")
    expect(province.page.get_by_text("已办理“函复”")).to_be_visible()


def grant(sit: Sit, reviewer: Official, number: str) -> None:
    """Advice, decision, certificate."""
    reviewer.open_from_worklist(number)
    reviewer.decide("建议批准", {"审查意见": "接受地同意转入，建议批准。"})
    director: Official = sit(Official, "city_director2")
    director.open_from_worklist(number)
    director.decide("批准", {"审批意见": "同意"})
    reviewer.open_from_worklist(number)
    reviewer.decide("制发批准决定")


def deny(sit: Sit, number: str) -> None:
    """Advice to refuse, and the bureau's leader who refuses."""
    for account, act, words in (
        ("city_reviewer2", "建议不予许可", {"不同意移出的事实和理由": f"接受地不同意转入：{UNABLE}"}),
        ("city_director", "报局领导审批", {"意见": "拟不予许可。"}),
        ("city_leader", "不予许可", {"不予许可的事实、理由和依据": f"接受地不同意转入：{UNABLE}"}),
    ):
        official: Official = sit(Official, account)
        official.open_from_worklist(number)
        official.decide(act, words)


def check_permit(firm: Firm, number: str, house: House, picture: Take) -> None:
    """The permit is sealed, names the receiver, and the page behind its code says that it holds."""
    _, content = firm.licence_of(number)
    text = words_of(content)
    assert "苏州示例铜业再生有限公司" in text
    assert "398-005-22" in text
    picture(firm.page, "hw-granted", phone=True)
    codes = codes_of(content)
    assert codes and codes[0].startswith(f"{house.url}/v/")
    visitor = firm.page.context.new_page()
    visitor.goto(codes[0])
    expect(visitor.locator("main")).to_contain_text(re.compile("^\\s*有效"))
    picture(visitor, "hw-verify", phone=True)


def check_refusal(firm: Firm, number: str, picture: Take) -> None:
    """The refusal is on the firm's page, sealed, and says why."""
    page = firm.page
    found = page.locator(".lb-docs li").filter(has_text="不予许可决定书").get_by_role("link")
    for _ in range(60):
        firm.go(f"/cases/{number}/")
        if found.count():
            break
        page.wait_for_timeout(500)
    picture(page, "hw-denied", phone=True)
    with page.expect_download() as download:
        found.last.click()
    text = words_of(download.value.path().read_bytes())
    assert "不予许可" in text
    assert UNABLE.replace("，", "") in text.replace("，", "")
