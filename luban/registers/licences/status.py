"""What a licence is on a day, in the words of the verification page.

One order, first that applies (domain vocabulary §4.3): not found, revoked, withdrawn, cancelled, superseded,
suspended, expired, used up, not yet, valid. The last day of the term still counts. Nothing here is stored, so a QR
code printed years ago tells the truth of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from luban.registers.licences.parts import LicenceFact

Tone = Literal["grey", "red", "orange", "blue", "green"]

_DEAD = "该电子批复证照已失效"


@dataclass(frozen=True)
class Standing:
    """What a reader is told: a code for machines, a title, one full sentence, a colour, and the version in force."""

    code: str
    title: str
    sentence: str
    tone: Tone
    current: str = ""

    @property
    def good(self) -> bool:
        """Whether the licence may be relied on."""
        return self.code == "valid"


NOT_FOUND = Standing("not_found", "查无此证", "查无此证，请核对二维码是否完整，或向发证机关核实。", "grey")

_ENDED = {"revoked": "撤销", "withdrawn": "撤回", "cancelled": "注销"}


def chinese_day(day: date) -> str:
    """A day as documents write it: 2026年8月12日."""
    return f"{day.year}年{day.month}月{day.day}日"


def status_on(licence: LicenceFact | None, day: date) -> Standing:
    """What the licence is on `day`. A change recorded for a later day has not happened yet."""
    if licence is None:
        return NOT_FOUND
    changed = licence.status != "issued" and (licence.status_on is None or licence.status_on <= day)
    return (_changed(licence) if changed else None) or _by_term(licence, day)


def _changed(licence: LicenceFact) -> Standing:
    status, on = licence.status, licence.status_on
    if word := _ENDED.get(status):
        when = f"（已于{chinese_day(on)}{word}）" if on else f"（已{word}）"
        return Standing(status, f"已{word}", _DEAD + when, "red")
    if status == "superseded":
        sentence = "该电子批复证照已变更，本版本不再有效，请以现行版本为准。"
        return Standing(status, "已变更", sentence, "orange", licence.replaced_by)
    since = f"自{chinese_day(on)}起" if on else ""
    return Standing("suspended", "已暂停", f"该电子批复证照{since}暂停使用。", "orange")


def _by_term(licence: LicenceFact, day: date) -> Standing:
    if licence.valid_to is not None and day > licence.valid_to:
        return Standing("expired", "已到期", f"{_DEAD}（有效期至{chinese_day(licence.valid_to)}）", "orange")
    if licence.qty_t and licence.used_t >= licence.qty_t:
        return Standing("used_up", "数量已用尽", "该电子批复证照核定的数量已用尽。", "orange")
    if day < licence.valid_from:
        return Standing(
            "not_yet", "尚未生效", f"尚未生效，自{chinese_day(licence.valid_from)}起有效。", "blue"
        )
    return Standing("valid", "有效", "该电子批复证照有效。", "green")
