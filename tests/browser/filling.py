"""Filling in a form page: every field of a written form that does not hold its value yet, whatever control stands there.

Lists that hang on one another (province, city, county) are chosen in their order, folded groups are unfolded, table lines
are added; what only appears after an answer is waited for. A locked field holds what the house put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from luban.ui.forms.boxes import field_id
from tests.browsing import tick

_STATE = """([name, id]) => {
  const all = Array.from(document.getElementsByName(name)), shown = document.getElementById(id);
  const kind = (e) => e.tagName === 'SELECT' ? 'select' : e.type;
  return {locked: !all.length && !!shown, held: all.map((e) => [kind(e), !!e.checked, e.value])};
}"""
_PICKED = {"radio", "checkbox"}


def fill_in(page: Page, form: Mapping[str, Any]) -> int:
    """Type and choose; returns how many fields that took. Fails when a field does not come up."""
    for path, rows in _tables(form):
        _add_rows(page, path, len(rows))
    done = 0
    for path, value in _leaves(form):
        state = _state(page, path)
        if state["locked"] or _holds(state["held"], _words(value)):
            continue
        _put(page, path, _words(value), state["held"][-1][0])
        done += 1
    saved(page)
    return done


def type_in(page: Page, path: str, value: Any) -> None:
    """Put a value into one field."""
    _put(page, path, _words(value), _state(page, path)["held"][-1][0])


def saved(page: Page) -> None:
    """Wait until what was typed is kept, as the bar at the foot says it."""
    with page.expect_response(re.compile(r"/save/$"), timeout=20_000) as answer:
        page.evaluate("window.lubanSave()")
    assert answer.value.ok, answer.value.text()
    expect(page.locator("[data-saved-text]")).to_contain_text("已自动保存")


def _state(page: Page, path: str) -> dict[str, Any]:
    asked = [path, field_id(path)]
    state: dict[str, Any] = page.evaluate(_STATE, asked)
    if not state["held"] and not state["locked"]:
        page.locator(f'[name="{path}"]').first.wait_for(state="attached")
        state = page.evaluate(_STATE, asked)
    return state


def _holds(held: list[tuple[str, bool, str]], words: list[str]) -> bool:
    if any(kind in _PICKED for kind, *_ in held):
        return sorted(value for kind, on, value in held if kind in _PICKED and on) == sorted(words)
    return bool(held) and held[-1][2] == "、".join(words)


def _add_rows(page: Page, path: str, count: int) -> None:
    add = page.locator(
        f'button[data-row-op][hx-vals*=\'"_path": "{path}", "_op": "add"\'], button[data-add-row="{path}"]'
    )
    for n in range(count):
        row = page.locator(f'[name^="{path}[{n}]."]')
        if not row.count():
            add.click()
            row.first.wait_for(state="attached")


def _put(page: Page, path: str, words: list[str], kind: str) -> None:
    found = page.locator(f'[name="{path}"]')
    if kind == "select":
        _choose(found, words[0])
    elif kind in _PICKED:
        for word in words:
            box = page.locator(f'[name="{path}"][value="{word}"]')
            if not box.is_visible():
                page.locator(f'details:has([name="{path}"]) > summary').click()
            tick(box)
    else:
        found.last.fill("、".join(words))
        found.last.blur()


def _choose(select: Locator, value: str) -> None:
    """Choose in a list; where it hangs on lists before it (province, city, county), choose in those first."""
    place = select.page.locator("[role=group]:has(> .lb-fields > .lb-field > select)").filter(has=select)
    boxes = place.locator("select")
    names = boxes.evaluate_all("all => all.map(e => e.name)")
    at = names.index(select.get_attribute("name")) if names else 0
    for n, part in enumerate((f"{value[:2]}0000", f"{value[:4]}00")[:at]):
        if boxes.nth(n).input_value() != part:
            boxes.nth(n).locator(f'option[value="{part}"]').wait_for(state="attached")
            boxes.nth(n).select_option(part)
    select.locator(f'option[value="{value}"]').wait_for(state="attached")
    select.select_option(value)


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
    """Every table of a form and every table in its lines, the outer ones first."""
    for section, values in form.items():
        yield from _tables_of(values, section)


def _tables_of(values: Mapping[str, Any], path: str) -> Iterator[tuple[str, list[Any]]]:
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{path}.{name}", value
            for n, row in enumerate(value):
                yield from _tables_of(row, f"{path}.{name}[{n}]")
