"""Ways of using, disposing of or collecting hazardous waste, and which way suits which waste. Pure.

The numbers R10–R14, D2–D8 and D11–D15 of the Basel Convention stand in the register switched off, so that typing one
is explained. Which way suits is a table (`hw_mode_rules`, CR-06): rows in the order of `seq`, the first that fits
decides, no row means suitable. A row fits when every filled condition holds: lists mean one of them, `except_…` none
of them. Source: 危险废物跨省转移业务说明 §7.2 CR-06, §12.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from luban.kit.book import BookOnDay, Entry
from luban.registers.hazardous_waste.parts import Mode

FAMILIES = {"R": "利用", "D": "处置", "S": "收集、贮存"}
"""Families; C, Y and G belong to D, C3 to R (默认)."""

PROHIBITED, UNSUITABLE, SUITABLE = "prohibited", "unsuitable", "suitable"
JUDGED = (PROHIBITED, UNSUITABLE)
VERDICTS = {PROHIBITED: "禁止", UNSUITABLE: "不宜", SUITABLE: "适宜"}


class Suitability(NamedTuple):
    """Whether a way suits: prohibited, unsuitable or suitable; why; the key of the row that said so ("" for none)."""

    verdict: str
    reason: str
    rule: str


def mode(*, book: BookOnDay, code: str | None) -> Mode | None:
    """The way of a code (`hw_modes`); None when it is unknown or switched off."""
    row = book.get(code or "")
    if row is None or not row["enabled"]:
        return None
    return Mode(code=row.key, name=row["name"], family=row["family"])


def family(*, book: BookOnDay, code: str | None) -> str:
    """R, D or S; "" for an unknown way."""
    found = mode(book=book, code=code)
    return found.family if found else ""


def mode_refused(*, book: BookOnDay, code: str | None) -> str:
    """Why a code cannot be chosen, in Chinese; "" when it can or nothing was chosen."""
    if not code or mode(book=book, code=code) is not None:
        return ""
    if code in book:
        return f"利用处置方式{code}：该代码未启用，请改选其他方式。"
    return f"利用处置方式{code}不在方式代码表中，请从列表中选择。"


def suitability(
    *,
    book: BookOnDay,
    code: str | None,
    category: str | None,
    hazards: Sequence[str] = (),
    form: str | None = None,
    packaging: Sequence[str] = (),
    valuable: bool = False,
    mode: str | None = None,
    has_report: bool = False,
) -> Suitability:
    """Whether a way suits a waste. `hazards` are the effective ones; `form` is a code of `physical_form`;
    `has_report`: there is a report of identification. Without a way nothing is objected to."""
    for row in sorted(book.rows, key=lambda entry: (entry["seq"], entry.key)) if mode else ():
        fits = (
            _suits_mode(row, mode or "")
            and _suits_waste(row, code or "", category or "", valuable, has_report)
            and _suits_state(row, hazards, form, packaging)
        )
        if fits:
            return Suitability(row["verdict"], row["reason"], row.key)
    return Suitability(SUITABLE, "方式适宜", "")


def _suits_mode(row: Entry, mode: str) -> bool:
    named = mode in row["modes"] or any(mode.startswith(prefix) for prefix in row["mode_prefixes"])
    anyone = not row["modes"] and not row["mode_prefixes"]
    return (named or anyone) and mode not in row["except_modes"]


def _suits_waste(row: Entry, code: str, category: str, valuable: bool, has_report: bool) -> bool:
    return (
        _one_of(category, row["categories"])
        and category not in row["except_categories"]
        and _one_of(code, row["codes"])
        and code not in row["except_codes"]
        and (not row["code_prefixes"] or code.startswith(tuple(row["code_prefixes"])))
        and row["valuable"] in (None, valuable)
        and row["without_report"] in (None, not has_report)
    )


def _suits_state(row: Entry, hazards: Sequence[str], form: str | None, packaging: Sequence[str]) -> bool:
    return (
        _one_of(form or "", row["forms"])
        and (not row["hazards"] or bool(set(row["hazards"]) & set(hazards)))
        and not set(row["except_packaging"]) & set(packaging)
    )


def _one_of(value: str, wanted: Sequence[str]) -> bool:
    return not wanted or value in wanted
