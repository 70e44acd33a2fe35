"""Looking at a page as a person would, at a desk and on a phone: what is wrong with it comes as sentences.

Looked for: serious findings of axe, a document that scrolls sideways, script errors and refused contents, more or less
than one first heading, no title, a table cut off or something to press too small for a finger on the phone, words no
person should read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK, PHONE, Take
from tests.browsing import watched
from tests.matrix.accounts import Visitor
from tests.matrix.asking import client_of
from tests.pages.wiring import ORIGIN, wire

FINGER = 44
RAW = re.compile(
    r"\b(?:None|undefined|NaN|\[object Object\]|closed_[a-z]+|[a-z]+\.[a-z_]+\[\d+\])\b|\{\{|\{%"
)
"""What a program says to itself."""

_TOO_WIDE = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  const out = [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > wide + 1 && !e.closest('.lb-skip, .lb-sr');
  });
  return out.slice(0, 4).map(e => e.outerHTML.slice(0, 120)).concat(`${document.documentElement.scrollWidth} px`);
}"""
_SERIOUS = """async () => {
  const found = await axe.run({resultTypes: ['violations'], preload: false, iframes: false});
  const serious = found.violations.filter(v => v.impact === 'serious' || v.impact === 'critical');
  return serious.map(v => `${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join('; ')}`);
}"""
_CUT = """() => [...document.querySelectorAll('.lb-tablewrap, .lb-scroll')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => `${e.scrollWidth} px: ${e.outerHTML.slice(0, 120)}`)"""
_TOO_SMALL = """finger => {
  const pressed = 'button, select, textarea, summary, a.btn, nav a, [role=tab], .lb-mlist a, ' +
    'input:not([type=hidden]):not([type=checkbox]):not([type=radio])';
  return [...document.querySelectorAll(pressed)].filter(e => {
    const box = e.getBoundingClientRect();
    const seen = box.width > 1 && box.height > 1 && e.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const aside = e.closest('p, .lb-crumb, .lb-skip, .lb-sr, td, dd, .lb-msg, .lb-note');
    return seen && !aside && box.height < finger - .5;
  }).map(e => `${Math.round(e.getBoundingClientRect().height)} px: ${e.outerHTML.slice(0, 140)}`);
}"""

_NO_FAULT = (
    "Failed to load resource: the server responded",
    "htmx:sendAbort",  # a question given up for a newer one
    "htmx:afterRequest",  # said beside the event that tells what happened
)


class Eyes:
    """Opens pages as somebody and says what is wrong with them."""

    def __init__(self, browser: Browser, take: Take) -> None:
        self._browser, self._take = browser, take

    @contextmanager
    def at(self, address: str, *, visitor: Visitor, status: int = 200, large: bool = False) -> Iterator[Page]:
        """The page at an address in a browser in which the visitor is signed in; `large`: in large type."""
        client = client_of(visitor)
        if large:
            client.cookies["lb_size"] = "large"
        with self.of(client) as page:
            answer = page.goto(f"{ORIGIN}{address}")
            assert answer is not None
            assert answer.status == status, f"{address}: {answer.status}"
            yield page

    @contextmanager
    def of(self, client: Client) -> Iterator[Page]:
        """A blank page of a desk's browser whose requests the client answers; script errors fail the test."""
        context = self._browser.new_context(locale="zh-CN", viewport=DESK)  # type: ignore[arg-type]
        wire(context, client)
        complaints: list[str] = []
        with watched(context) as page:
            page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
            yield page
        spoken = [text for text in complaints if not text.startswith(_NO_FAULT)]
        assert not spoken, "the page complained:\n" + "\n".join(spoken)

    def findings(self, page: Page, name: str) -> list[str]:
        """Everything wrong with the page that is open, at both sizes; its pictures are taken on the way."""
        found = [*_once(page)]
        for size in (DESK, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            found += [f"{size['width']} px: {what}" for what in self._at_size(page, size["width"])]
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        self._take(page, name, phone=True)
        return found

    def _at_size(self, page: Page, width: int) -> Iterator[str]:
        for element in page.evaluate(_TOO_WIDE):
            yield f"the page scrolls sideways: {element}"
        yield from _axe(page)
        if width == PHONE["width"]:
            for element in page.evaluate(_CUT):
                yield f"a table is cut off, {element}"
            for element in page.evaluate(_TOO_SMALL, FINGER):
                yield f"too small for a finger, {element}"


def _once(page: Page) -> Iterator[str]:
    headings = page.locator("h1").count()
    if headings != 1:
        yield f"{headings} first headings"
    if not page.title().removesuffix("绿办").strip(" ·-—|"):
        yield f"no title of its own: {page.title()!r}"
    for word in sorted(set(RAW.findall(page.locator("body").inner_text()))):
        yield f"says {word!r}, which only a program understands"


def _axe(page: Page) -> Iterator[str]:
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(f"(() => {{ {AXE_SCRIPT} }})()")
    yield from page.evaluate(_SERIOUS)
