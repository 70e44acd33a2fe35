"""A licence as its holder sees it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from luban.cases.house import context
from luban.kit.clock import clock
from luban.registers.licences.parts import LicenceFact
from luban.registers.licences.status import chinese_day, status_on
from luban.ui.qr import qr
from luban.ui.view import Pair, Pairs, Qr
from luban.ui.words import Status, status

WORDS = {"not_found": "unknown"}


@dataclass(frozen=True)
class Shown:
    """A licence for a page: its standing today, what it says, its QR code and addresses."""

    licence: LicenceFact
    status: Status
    sentence: str
    term: str
    pairs: Pairs
    qr: Qr
    verify_url: str
    href: str
    file_href: str
    good: bool
    case_href: str


def term_of(licence: LicenceFact) -> str:
    """2026年3月16日至2026年12月31日."""
    start = chinese_day(licence.valid_from)
    return f"{start}至{chinese_day(licence.valid_to)}" if licence.valid_to else f"{start}起"


def standing(licence: LicenceFact) -> Status:
    """The status word of a licence today."""
    found = status_on(licence, clock.today())
    return status(of="licence", code=WORDS.get(found.code, found.code), word=found.title)


def shown(licence: LicenceFact) -> Shown:
    """A licence ready to draw."""
    verify_url = f"{context().verify_base}{licence.token}"
    today = status_on(licence, clock.today())
    drawn = {"证照编号", "有效期", "发证机关"}
    said = {licence.number, licence.office_name}
    pairs = [
        Pair("证照编号", licence.number),
        *(Pair(label, value) for label, value in licence.shows if label not in drawn and value not in said),
        Pair("有效期", term_of(licence)),
        Pair("发证机关", licence.office_name),
    ]
    if licence.pending_by:
        pairs.append(Pair("正在办理", f"{licence.pending_by}（作出决定前仍然有效）"))
    if licence.changed_by and not today.good:
        pairs.append(Pair("变更依据", f"{licence.changed_by}　{licence.status_reason}".strip("　")))
    return Shown(
        licence=licence,
        status=standing(licence),
        sentence=today.sentence,
        term=term_of(licence),
        pairs=Pairs(tuple(pairs), "cert"),
        qr=qr(content=verify_url, text=f"核验{licence.number}的二维码"),
        verify_url=verify_url,
        href=reverse("portal:licence", args=[licence.token]),
        file_href=reverse("portal:licence_file", args=[licence.token]) if licence.file_sm3 else "",
        good=today.good,
        case_href=reverse("portal:case", args=[licence.case_number]) if licence.case_number else "",
    )
