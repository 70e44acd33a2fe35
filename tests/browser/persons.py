"""Persons of the house as they sit before a browser: they click, type, choose files, and read what comes.

A `Person` holds one browser page. A `Firm` files at the portal, an `Official` decides at the office; neither knows an
address beyond the one it signs in at, except where it opens what it was told of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator, Page, expect

from tests.browser.filling import fill_in, saved
from tests.browser.papers import scanned
from tests.browser.services import Service
from tests.browsing import tick
from tests.housing import House

PASSWORD = "Luban-demo-2026"  # as the README tells it
NUMBER = re.compile(r"/cases/([A-Z]+-[\d-]+)/")


class Person:
    """Somebody signed in on a page of the house."""

    door, home = "/signin/", re.compile(r":\d+/$")

    def __init__(self, house: House, page: Page, account: str) -> None:
        self.house, self.page, self.account = house, page, account
        self.go(self.door)
        self.sign_in(page)
        page.wait_for_url(self.home)

    def sign_in(self, page: Page) -> None:
        """Type name and password where they are asked for."""
        page.fill("#username", self.account)
        page.fill("#password", PASSWORD)
        page.locator("#password").press("Enter")

    def go(self, path: str) -> None:
        """Open an address of the house."""
        self.page.goto(f"{self.house.url}{path}")

    def settled(self) -> None:
        """Wait until the page stands still: while it loads, the browser may scroll it away under the pointer."""
        self.page.wait_for_load_state("load")

    def agree(self) -> None:
        """Confirm what the page asks before something that cannot be undone."""
        self.page.locator("dialog[open] .btn-primary").click()

    def press(self, name: str, *, agreed: bool = False) -> None:
        """Press a button, and agree to its question where it asks one."""
        self.settled()
        self.page.get_by_role("button", name=name, exact=True).first.click()
        if agreed:
            self.agree()

    def fill_in(self, form: Mapping[str, Any]) -> int:
        """Fill every field of the form page that does not hold its value yet; how many that were."""
        return fill_in(self.page, form)

    def number(self) -> str:
        """The number of the case whose page is open."""
        found = NUMBER.search(self.page.url)
        assert found, self.page.url
        return found[1]

    def message(self) -> Locator:
        """What the house says about what was just done."""
        return self.page.locator("main, .lb-messages").get_by_role("status").first


class Firm(Person):
    """A firm's person at the portal."""

    def begin(self, service: Service) -> None:
        """Find the service, read its notice to the end, answer the questions, start the form."""
        page = self.page
        page.get_by_role("navigation").get_by_role("link", name="办事大厅").click()
        page.get_by_role("link", name=service.title).first.click()
        read = page.get_by_label("我已读完并知悉以上内容")
        expect(read).to_be_enabled(timeout=20_000)
        tick(read)
        page.locator("form[data-countdown] button[type=submit]").click()
        for question, answer in service.answers.items():
            asked = page.locator("form:has(input[name=question])").last
            expect(asked).to_contain_text(question)
            tick(asked.get_by_label(answer, exact=True))
            asked.locator("button[type=submit]").click()
        page.get_by_role("button", name="开始填写").click()
        page.wait_for_url(re.compile(r"/fill/[^/]+/$"))

    def hand_in(self, folder: Path) -> int:
        """Choose a file for every paper that must be handed in; returns how many."""
        wanted = self.page.locator(".lb-slot:has(.lb-must):has(input[type=file]):not(:has(.lb-file))")
        ids = wanted.evaluate_all("all => all.map(e => e.id)")
        for slot_id in ids:
            slot = self.page.locator(f'[id="{slot_id}"]')
            path = folder / f"{slot_id}.pdf"
            path.write_bytes(scanned(slot.locator("h3").inner_text()))
            slot.locator("input[type=file]").set_input_files(path)
            expect(slot.get_by_role("button", name=re.compile("^删除"))).to_be_visible(timeout=20_000)
        return len(ids)

    def to_signing(self) -> None:
        """From the form to the page on which it is signed and submitted."""
        self.page.get_by_role("link", name="签章与提交", exact=True).last.click()
        self.page.wait_for_url(re.compile(r"/sign/$"))

    def sign(self) -> None:
        """Put the firm's seal on the application and the others' seals on their papers, where they are asked for."""
        for name in ("全部签章", "用电子印章签章"):
            seal = self.page.get_by_role("button", name=re.compile(f"^{name}"))
            if seal.count():
                seal.first.click()
                expect(self.page.get_by_text("已签章", exact=True)).to_be_visible(timeout=30_000)
                return

    def submit(self) -> str:
        """Submit and agree; returns the number of the case."""
        page = self.page
        if page.locator("#ack").count():
            tick(page.locator("#ack"))
        page.locator("#submit button[type=submit]").click()
        self.agree()
        page.wait_for_url(NUMBER)
        return self.number()

    def file(self) -> str:
        """Sign and submit what is filled in."""
        self.to_signing()
        self.sign()
        return self.submit()

    def licence_of(self, number: str) -> tuple[str, bytes]:
        """The number of the licence of a case and its PDF, downloaded once it is there."""
        page, found = self.page, self.page.get_by_role("link", name="下载证照")
        for _ in range(60):
            self.go(f"/cases/{number}/")
            if found.count():
                break
            page.wait_for_timeout(500)
        with page.expect_download() as download:
            found.first.click()
        kept: Download = download.value
        return kept.suggested_filename, kept.path().read_bytes()

    def saved(self) -> None:
        """Wait until what was typed is kept."""
        saved(self.page)


class Official(Person):
    """An official at the office."""

    door, home = "/office/signin/", re.compile(r"/office/$")

    def open_from_worklist(self, number: str) -> None:
        """Find the case among what waits at one's desk and open it."""
        self.go("/office/")
        self.page.locator("tr", has_text=number).get_by_role("link").first.click()
        self.page.wait_for_url(re.compile(f"/office/cases/{number}/"))

    def choose(self, action: str, words: Mapping[str, str] | None = None) -> None:
        """Choose an act and say its words, without taking it."""
        self.settled()
        tick(self.page.get_by_role("radio", name=re.compile(f"^{action}")))
        for label, value in (words or {}).items():
            self.page.get_by_label(label).locator("visible=true").first.fill(value)

    def decide(self, action: str, words: Mapping[str, str] | None = None) -> None:
        """Choose an act, say its words, take it."""
        self.choose(action, words)
        self.press("提交决定")
        expect(self.page.get_by_text(f"已办理“{action}”")).to_be_visible()
