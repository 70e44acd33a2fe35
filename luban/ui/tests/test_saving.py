"""A long form in a real browser: it saves itself, and nothing typed is lost when the line, the session or we fail."""

import mimetypes
from collections.abc import Iterator

import pytest
from django.template import Context, Template
from playwright.sync_api import Browser, Dialog, Page, Route

from luban.ui import gallery
from luban.ui.view import ActBar, Button

HOST = "http://form.test"
PAGE = """{% extends "ui/portal.html" %}{% load lb %}
{% block main %}<form method="post" action="/send/" data-autosave hx-post="/save/" hx-trigger="lb:save" hx-swap="none">
<input type="hidden" name="csrfmiddlewaretoken" value="old"><label for="km">申报里程</label>
<input class="form-control" id="km" name="plan.km"></form>{% endblock %}
{% block bar %}{% draw bar %}{% endblock %}
{% block scripts %}{% include "ui/form_scripts.html" %}{% endblock %}"""


class Server:
    """The house as the browser sees it; `status` 0 is a broken line."""

    def __init__(self) -> None:
        self.status = 204
        self.saves: list[str] = []
        self.tokens: list[str] = []

    def __call__(self, route: Route) -> None:
        path = route.request.url.removeprefix(HOST).split("?")[0]
        if path == "/":
            bar = ActBar((Button("预检并提交", "primary"),), autosave=True)
            html = Template(PAGE).render(Context({"bar": bar, "csrf_token": "old"}))
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif path == "/save/":
            self.save(route)
        else:
            vendor = path.startswith("/static/vendor/")
            file = gallery.VENDOR / path[15:] if vendor else gallery.STATIC / path[8:]
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            route.fulfill(body=file.read_bytes() if file.is_file() else b"", content_type=kind)

    def save(self, route: Route) -> None:
        if self.status == 0:
            route.abort()
            return
        if self.status < 400:
            self.saves.append(route.request.post_data or "")
        self.tokens.append(route.request.headers.get("x-csrftoken", ""))
        route.fulfill(
            status=self.status, headers={"X-Saved-At": "10:42:08", "X-Lb-Signin": "/signin/?next=/"}
        )


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN")
    fresh = context.new_page()
    fresh.route("**/*", server)
    fresh.goto(f"{HOST}/")
    yield fresh
    context.close()


def test_a_pause_in_typing_saves_and_says_when(page, server):
    page.fill("#km", "425")
    page.wait_for_selector("text=已自动保存 10:42:08")
    assert server.saves == ["csrfmiddlewaretoken=old&plan.km=425"]


def test_a_broken_line_keeps_the_page_and_saves_later(page, server):
    server.status = 0
    page.fill("#km", "425")
    page.wait_for_selector("text=还没有存上，请不要关闭本页")
    assert "填的内容都在本页" in page.locator("#lb-troubles").text_content()
    server.status = 204
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector("text=已自动保存 10:42:08")
    assert "plan.km=425" in server.saves[0]
    assert not page.locator("#lb-troubles").is_visible()


def test_an_ended_session_offers_to_sign_in_beside_and_goes_on_with_the_new_token(page, server):
    server.status = 401
    page.fill("#km", "425")
    page.wait_for_selector("text=登录已过期")
    link = page.locator("[data-trouble-link]")
    assert link.get_attribute("href") == "/signin/?next=/"
    assert link.get_attribute("target") == "_blank"
    assert page.input_value("#km") == "425"
    server.status = 204
    page.context.add_cookies([{"name": "luban_csrf", "value": "fresh", "url": HOST}])
    page.click("[data-trouble-retry]")
    page.wait_for_selector("text=已自动保存 10:42:08")
    assert server.tokens[-1] == "fresh"
    assert "csrfmiddlewaretoken=fresh" in server.saves[-1]


def test_a_conflict_says_so_and_offers_the_newest(page, server):
    server.status = 409
    page.fill("#km", "425")
    page.wait_for_selector("text=内容已被别人改过")
    assert page.locator("[data-trouble-link]").text_content() == "打开最新的内容"


def test_leaving_with_unsaved_words_is_asked_about(page, server):
    server.status = 409
    page.fill("#km", "425")
    page.wait_for_selector("text=内容已被别人改过")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.evaluate("location.reload()")
    page.wait_for_load_state()
    assert asked == ["beforeunload"]
