"""Signing in by clicking: a firm and an official through their identity platforms, what a session may not do, leaving.

Asked again who it is before a seal, and nothing is lost by it; locked after five wrong words; an administrator's code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, Take
from tests.browser.persons import PASSWORD, Firm, Official, Person
from tests.browser.services import UTILISATION
from tests.browsing import watched
from tests.housing import House


@pytest.fixture(scope="module")
def live_house() -> Iterator[House]:
    """A house that wants a proof for every seal."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUBAN_PROOF_MINUTES", "0")
        with House() as house:
            yield house


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser of one's own."""
    with watched(browser.new_context(locale="zh-CN", viewport=DESK)) as opened:
        yield opened


def through_platform(page: Page, platform: str, name: str) -> None:
    """From a door through its platform: choose somebody, agree."""
    page.get_by_role("link", name=f"用{platform}登录").click()
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="同意并登录").click()


class ByCity(Firm):
    """A firm's person who comes by the city's platform."""

    def sign_in(self, page: Page) -> None:
        through_platform(page, "市统一身份认证", self.account)


class ByEgov(Official):
    """An official who comes by the e-government's platform."""

    def sign_in(self, page: Page) -> None:
        through_platform(page, "政务外网统一身份认证", self.account)


def seat(kind: type[Person], house: House, page: Page, who: str) -> Any:
    return kind(house, page, who)


@pytest.mark.browser
def test_a_firm_by_the_citys_platform_leaves_on_both_sides(
    live_house: House, page: Page, picture: Take
) -> None:
    page.goto(f"{live_house.url}/signin/")
    picture(page, "signin-firm", phone=True)
    firm: ByCity = seat(ByCity, live_house, page, "示例塑新法人")
    expect(page.locator("body")).to_contain_text("上海示例塑新材料有限公司")
    firm.go("/account/")
    picture(page, "signin-account", phone=True)
    expect(page.get_by_text("市统一身份认证").first).to_be_visible()
    page.get_by_role("button", name="退出所有会话").click()
    firm.agree()
    page.wait_for_url(re.compile(r"/signin/$"))  # by way of the platform
    firm.go("/account/")
    page.wait_for_url(re.compile(r"/signin/\?next="))


@pytest.mark.browser
def test_an_official_by_the_egovernments_platform_and_one_session_only(
    live_house: House, page: Page, browser: Browser, picture: Take
) -> None:
    page.goto(f"{live_house.url}/office/signin/")
    picture(page, "signin-office", phone=True)
    page.get_by_role("link", name="用政务外网统一身份认证登录").click()
    picture(page, "signin-platform", phone=True)
    page.get_by_role("link", name="示例新同志", exact=True).click()
    picture(page, "signin-consent", phone=True)
    page.get_by_role("link", name="同意并登录").click()
    expect(page.get_by_role("alert")).to_contain_text("请联系本单位系统管理员添加账号")
    seat(ByEgov, live_house, page, "示例青浦审查甲")
    with watched(browser.new_context(locale="zh-CN", viewport=DESK)) as elsewhere:
        seat(Official, live_house, elsewhere, "qingpu_reviewer")
        page.reload()
        page.wait_for_url(re.compile(r"/office/signin/"))
        expect(page.get_by_role("alert")).to_contain_text("已在别处登录")
        picture(page, "signin-elsewhere", phone=True)


@pytest.mark.browser
def test_five_wrong_words_lock_the_name(live_house: House, page: Page) -> None:
    page.goto(f"{live_house.url}/office/signin/")
    for _ in range(5):
        page.fill("#username", "baoshan_window")
        page.fill("#password", "wrong")
        page.locator("#password").press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("账号已锁定")
    page.fill("#password", PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("已暂时锁定")


@pytest.mark.browser
def test_an_administrator_gives_a_code(live_house: House, page: Page, picture: Take) -> None:
    page.goto(f"{live_house.url}/office/signin/?demo=security_admin")
    page.locator("#password").press("Enter")
    page.wait_for_url(re.compile("/second/"))
    picture(page, "signin-second", phone=True)
    page.fill("#code", page.locator("#demo-code").inner_text())
    page.locator("#code").press("Enter")
    page.wait_for_url(re.compile(r"/office/$"))
    page.goto(f"{live_house.url}/office/administrators/")
    expect(page.get_by_role("cell", name="示例系统管理员")).to_be_visible()
    picture(page, "signin-administrators", phone=True)


@pytest.mark.full
@pytest.mark.browser
def test_a_seal_asks_again_who_it_is_and_loses_nothing(
    live_house: House, page: Page, picture: Take, tmp_path: Any
) -> None:
    firm: ByCity = seat(ByCity, live_house, page, "示例塑新法人")
    firm.begin(UTILISATION)
    firm.fill_in(UTILISATION.form)
    assert firm.hand_in(tmp_path) == 6
    firm.saved()
    firm.to_signing()
    seal = page.get_by_role("button", name=re.compile("^(全部签章|用电子印章签章)")).first
    seal.click()
    expect(page.get_by_role("heading", name="请再次验证身份")).to_be_visible()
    picture(page, "signin-prove", phone=True)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新页面用统一身份认证再次验证").click()
    beside = opened.value
    beside.get_by_role("link", name="示例塑新法人", exact=True).click()
    beside.get_by_role("link", name="同意并登录").click()
    expect(beside.get_by_role("heading", name="已重新登录")).to_be_visible()
    beside.close()
    page.get_by_role("button", name="已验证，继续办理").click()
    expect(page.get_by_text("已签章", exact=True)).to_be_visible(timeout=30_000)
    number = firm.submit()

    page.context.clear_cookies()
    official: Official = seat(Official, live_house, page, "pudong_reviewer")
    official.open_from_worklist(number)
    official.choose("接收")
    official.press("提交决定")
    page.fill("#proof_password", PASSWORD)
    picture(page, "signin-prove-word", phone=True)
    page.get_by_role("button", name="验证并继续办理").click()
    expect(page.get_by_text("已办理“接收”")).to_be_visible()
