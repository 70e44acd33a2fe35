"""The real house in a real browser: the first page comes with its styles, and nothing it loads is refused."""

import pytest
from playwright.sync_api import Page

from tests.housing import House


@pytest.mark.browser
def test_a_lost_visitor_is_told_where_to_go(live_house: House, browser_page: Page) -> None:
    answer = browser_page.goto(f"{live_house.url}/no-such-page")
    assert answer is not None
    assert answer.status == 404
    assert browser_page.locator("html").get_attribute("lang") == "zh-CN"
    assert browser_page.get_by_role("link", name="首页").count() >= 1
