"""Markup of an answer as a browser reads it: whether something that was sent has become an element, a handler or a link.

A page escapes what it was sent, so none of the planted names may turn up as markup; as text they may.
"""

from __future__ import annotations

from html.parser import HTMLParser

PLANTED_ELEMENT, PLANTED_CALL = "b7", "alert(7)"
LINKS = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "xlink:href",
    "hx-get",
    "hx-post",
    "hx-delete",
    "hx-put",
}
_MARKS = (f"<{PLANTED_ELEMENT}", PLANTED_CALL, "javascript:", "evil.example")


class _Reader(HTMLParser):
    """Collects what must not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        held = {name: value or "" for name, value in attrs}
        data = held.get("type") in ("application/json", "application/ld+json")
        self._in_script = tag == "script" and not data
        if tag == PLANTED_ELEMENT:
            self.found.append(f"<{tag}> became an element")
        if self._in_script and "src" not in held:
            self.found.append("a script without a source")
        for name, value in held.items():
            if name.startswith("on"):
                self.found.append(f"<{tag} {name}> is a handler")
            if name in LINKS and _leads_astray(value):
                self.found.append(f"<{tag} {name}={value[:60]!r}>")

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if tag == "script":
            self._in_script = False

    def handle_data(self, data: str) -> None:
        """Text; inside a script it runs."""
        if self._in_script and PLANTED_CALL in data:
            self.found.append("what was sent runs as a script")


def _leads_astray(value: str) -> bool:
    plain = "".join(c for c in value if c > " ").lower()
    return plain.startswith(
        ("javascript:", "vbscript:", "data:text", "//evil.", "https://evil.", "http://evil.")
    )


def injected(text: str) -> list[str]:
    """What of a page was injected; only a page that repeats something planted is read at all."""
    lower = text.lower()
    if not any(mark in lower for mark in _MARKS):
        return []
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found
