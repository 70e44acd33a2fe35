"""Persons of the house as they sit before a browser: they click, type, choose files, and read what comes.

A `Person` holds one browser page. The form of an application is filled from a written case, field by field, whatever
control stands there; what only appears after an answer is filled when it appears.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pypdfium2
import segno
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from tests.browsing import LiveHouse

PASSWORD = "Luban-demo-2026"


class Person:
    """Somebody signed in on a page of the house."""

    def __init__(self, house: LiveHouse, page: Page, account: str, *, office: bool = False) -> None:
        self.house, self.page = house, page
        page.goto(f"{house.url}{'/office' if office else ''}/signin/")
        page.fill("#username", account)
        page.fill("#password", PASSWORD)
        page.locator("#password").press("Enter")
        page.wait_for_url(re.compile(r"/office/$" if office else r":\d+/$"))

    def go(self, path: str) -> None:
        """Open an address of the house."""
        self.page.goto(f"{self.house.url}{path}")

    def agree(self) -> None:
        """Confirm what the page asks before something that cannot be undone."""
        self.page.locator("dialog[open] .btn-primary").click()

    def press(self, name: str, *, agreed: bool = False) -> None:
        """Press a button, and agree to its question where it asks one."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        if agreed:
            self.agree()

    def fill_in(self, form: Mapping[str, Any]) -> int:
        """Fill every field of the form that does not hold its value yet; returns how many were typed or chosen."""
        for path, rows in _tables(form):
            self._rows(path, len(rows))
        done = 0
        for path, value in _leaves(form):
            if self._has(path, value):
                continue
            self._put(path, value)
            done += 1
        self.saved()
        return done

    def saved(self) -> None:
        """Wait until what was typed is kept."""
        with self.page.expect_response(re.compile(r"/save/$"), timeout=20_000) as answer:
            self.page.evaluate("window.lubanSave()")
        assert answer.value.ok, answer.value.text()

    def _rows(self, path: str, count: int) -> None:
        table = self.page.locator(f'button[data-row-op][hx-vals*=\'"_path": "{path}", "_op": "add"\']')
        for n in range(count):
            if not self.page.locator(f'[name^="{path}[{n}]."]').count():
                table.click()
                self.page.locator(f'[name^="{path}[{n}]."]').first.wait_for(state="attached")

    def _controls(self, path: str) -> Locator:
        return self.page.locator(f'[name="{path}"]')

    def _has(self, path: str, value: Any) -> bool:
        found = self._controls(path)
        if not found.count():
            return not self._appears(path)
        kinds = found.evaluate_all("all => all.map(e => [e.type, e.checked, e.value])")
        ticked = [held for kind, on, held in kinds if kind in {"radio", "checkbox"} and on]
        if any(kind in {"radio", "checkbox"} for kind, *_ in kinds):
            return sorted(ticked) == sorted(_words(value))
        return bool([held for _, _, held in kinds][-1] == _words(value)[0])

    def _appears(self, path: str) -> bool:
        """Whether the field comes once what was answered has been kept; locked fields have no name and never do."""
        with suppress(AssertionError):
            expect(self._controls(path).first).to_be_attached(timeout=1500)
        return self._controls(path).count() > 0

    def _put(self, path: str, value: Any) -> None:
        found = self._controls(path)
        kind = found.last.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind == "select":
            self._choose(found, _words(value)[0])
        elif kind in {"radio", "checkbox"}:
            for word in _words(value):
                box = self.page.locator(f'[name="{path}"][value="{word}"]')
                if not box.is_visible():
                    self.page.locator(f'details:has([name="{path}"]) > summary').click()
                box.check()
        else:
            found.last.fill(_words(value)[0])
            found.last.blur()

    def _choose(self, select: Locator, value: str) -> None:
        """Choose in a list; where it hangs on lists before it (province, city, county), choose in those first."""
        place = self.page.locator("[role=group]:has(> .lb-fields > .lb-field > select)").filter(has=select)
        boxes = place.locator("select")
        names = boxes.evaluate_all("all => all.map(e => e.name)")
        at = names.index(select.get_attribute("name")) if names else 0
        for n, part in enumerate((f"{value[:2]}0000", f"{value[:4]}00")[:at]):
            if boxes.nth(n).input_value() != part:
                boxes.nth(n).locator(f'option[value="{part}"]').wait_for(state="attached")
                boxes.nth(n).select_option(part)
        select.locator(f'option[value="{value}"]').wait_for(state="attached")
        select.select_option(value)


class Firm(Person):
    """A firm's person at the portal."""

    def begin(self, title: str, answers: Mapping[str, str]) -> None:
        """Find the service, read its notice to the end, answer the questions, start the form."""
        page = self.page
        page.get_by_role("navigation").get_by_role("link", name="办事大厅").click()
        page.get_by_role("link", name=title).first.click()
        read = page.get_by_label("我已读完并知悉以上内容")
        expect(read).to_be_enabled(timeout=20_000)
        read.check()
        page.locator("form[data-countdown] button[type=submit]").click()
        for question, answer in answers.items():
            asked = page.locator("form:has(input[name=question])").last
            expect(asked).to_contain_text(question)
            asked.get_by_label(answer, exact=True).check()
            asked.locator("button[type=submit]").click()
        page.get_by_role("button", name="开始填写").click()
        page.wait_for_url(re.compile(r"/fill/[^/]+/$"))

    def hand_in(self, folder: Path) -> int:
        """Choose a file for every paper that must be handed in; returns how many."""
        wanted = self.page.locator(".lb-slot:has(.lb-must):has(input[type=file])")
        ids = wanted.evaluate_all("all => all.map(e => e.id)")
        for n, slot_id in enumerate(ids):
            slot = self.page.locator(f'[id="{slot_id}"]')
            if slot.locator(".lb-file").count():
                continue
            path = folder / f"{n}.pdf"
            path.write_bytes(scanned(slot.locator("h3").inner_text(), n))
            slot.locator("input[type=file]").set_input_files(path)
            expect(slot.get_by_role("button", name=re.compile("^删除"))).to_be_visible(timeout=20_000)
        return len(ids)

    def sign_and_submit(self) -> str:
        """Sign on line, submit, agree; returns the number of the case."""
        page = self.page
        page.get_by_role("link", name="签章与提交", exact=True).last.click()
        page.wait_for_url(re.compile(r"/sign/$"))
        if page.get_by_role("button", name="用电子印章签章").count():
            page.get_by_role("button", name="用电子印章签章").first.click()
            expect(page.get_by_text("已签章", exact=True)).to_be_visible(timeout=30_000)
        acknowledge = page.locator("#ack")
        if acknowledge.count():
            acknowledge.check()
        page.locator("#submit button[type=submit]").click()
        self.agree()
        page.wait_for_url(re.compile(r"/cases/[A-Z]+-[\d-]+/"))
        return str(re.search(r"/cases/([^/?]+)/", page.url).group(1))  # type: ignore[union-attr]


class Official(Person):
    """An official at the office side."""

    def __init__(self, house: LiveHouse, page: Page, account: str) -> None:
        super().__init__(house, page, account, office=True)

    def open_from_worklist(self, number: str) -> None:
        """Find the case among what waits at one's desk and open it."""
        self.go("/office/")
        self.page.locator("tr", has_text=number).get_by_role("link").first.click()
        self.page.wait_for_url(re.compile(f"/office/cases/{number}/"))

    def decide(self, action: str, words: Mapping[str, str] | None = None) -> None:
        """Choose an act, say its words, take it."""
        page = self.page
        page.get_by_role("radio", name=re.compile(f"^{action}")).check()
        for label, value in (words or {}).items():
            page.get_by_label(label).locator("visible=true").first.fill(value)
        page.get_by_role("button", name="提交决定").click()
        expect(page.get_by_text(f"已办理“{action}”")).to_be_visible()


def scanned(title: str, n: int) -> bytes:
    """A page as a scanner gives it: a picture in a PDF, different for each `n`."""
    sheet = Image.new("RGB", (620, 877), "white")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((40, 40, 580, 837), outline="black")
    draw.text((60, 60), f"demonstration paper {n}", fill="black")
    code = io.BytesIO()
    segno.make(f"{title}{n}").save(code, kind="png", scale=4)
    sheet.paste(Image.open(code).convert("RGB"), (60, 120))
    out = io.BytesIO()
    sheet.save(out, "PDF")
    return out.getvalue()


def words_of_pdf(content: bytes) -> str:
    """The text of a PDF, without blanks."""
    document = pypdfium2.PdfDocument(content)
    try:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))
    finally:
        document.close()


def _words(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _leaves(member, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for n, row in enumerate(value):
            yield from _leaves(row, f"{path}[{n}]")
    else:
        yield path, value


def _tables(form: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for section, values in form.items():
        for name, value in values.items():
            if isinstance(value, list) and value and isinstance(value[0], Mapping):
                yield f"{section}.{name}", value


def last_page_of_pdf(content: bytes) -> Image.Image:
    """The last page of a PDF, where its code stands, as a picture of 200 dots an inch."""
    document = pypdfium2.PdfDocument(content)
    try:
        picture: Image.Image = document[len(document) - 1].render(scale=200 / 72).to_pil()
    finally:
        document.close()
    return picture
