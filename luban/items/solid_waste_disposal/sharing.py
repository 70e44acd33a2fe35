"""Whom an approval tells: the receiving province and the district by letter, the waste system in full (1.7, 2A.6 D9).

The city's case library, the to-do list and the licence library are told by the house for every item.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from luban.items.solid_waste_disposal.decision import approved_qty, approved_rows
from luban.items.solid_waste_disposal.papers.words import (
    CONSULTATION,
    DENIAL,
    PERMIT,
    permit_code,
    term,
    verb,
)
from luban.kit.sharing import Tell
from luban.kit.view import CaseView
from luban.registers.solid_waste.told import transfer_facts
from luban.registers.solid_waste.words import acted_on, province_authority

REMINDER, WITHDRAWAL = "reminder_letter", "withdrawal_letter"


def _letter(case: CaseView, kind: str, document: str, subject: str, *, number: str = "") -> dict[str, Any]:
    """A letter to the receiving province; digest and address of `document` and a blank number are put in when it is sent."""
    adcode = case.form.receiver.receiver_province_code
    return {
        "letter_no": number,
        "case_no": case.number,
        "kind": kind,
        "to_adcode": adcode,
        "to_name": province_authority(case, adcode),
        "subject": subject,
        "document": document,
    }


def consultation(case: CaseView) -> Mapping[str, Any]:
    """商请函."""
    subject = f"关于商请一般固体废物跨省转移{verb(case)}的函"
    days = case.params.integer("consult.reply_days")
    return _letter(case, "consultation", CONSULTATION, subject) | {"reply_within_days": days}


def reminder(case: CaseView) -> Mapping[str, Any]:
    """催办函."""
    subject = "关于催办一般固体废物跨省转移商请事项的函"
    return _letter(case, "reminder", REMINDER, subject, number=case.number)


def withdrawal(case: CaseView) -> Mapping[str, Any]:
    """撤回商请函."""
    subject = "关于撤回一般固体废物跨省转移商请的函"
    return _letter(case, "withdrawal", WITHDRAWAL, subject, number=case.number)


def decided(document: str, word: str, case: CaseView) -> Mapping[str, Any]:
    """The decision, for the receiving province."""
    subject = f"抄送一般固体废物跨省转移{verb(case)}{word}决定：{case.number}"
    return _letter(case, "notification", document, subject)


def district_copy(document: str, word: str, case: CaseView) -> Mapping[str, Any]:
    """The decision, for the district the waste leaves."""
    adcode = case.form.source.origin_county_code or ""
    known = case.offices.get(adcode)
    name = known.name if known else f"{case.place(adcode)}生态环境局"
    return dict(decided(document, word, case)) | {"kind": "copy", "to_adcode": adcode, "to_name": name}


def permit_facts(case: CaseView) -> Mapping[str, Any]:
    """市固废管理系统: the permit in full."""
    first, last = term(case)
    return transfer_facts(case) | {
        "number": permit_code(case),
        "kind": "disposal_permit",
        "decided_on": acted_on(case, "grant").isoformat(),
        "wastes": [
            {"waste_code": code, "name": name, "quantity_t": str(tonnes)}
            for code, name, tonnes in approved_rows(case)
        ],
        "total_t": str(approved_qty(case)),
        "valid_from": first.isoformat(),
        "valid_to": last.isoformat(),
    }


def _letters() -> tuple[Tell, ...]:
    made = []
    for mark, document, word in (("granted", PERMIT, "准予许可"), ("denied", DENIAL, "不予许可")):
        for part, body in (("province", decided), ("district", district_copy)):
            told = partial(body, document, word)
            made.append(Tell("letters", "letter", on=(mark,), body=told, part=f"{mark}_{part}"))
    return tuple(made)


SHARING = (
    Tell("letters", "letter", on=("consulted",), body=consultation),
    Tell("letters", "letter", on=("remind",), body=reminder, part="reminder"),
    Tell("letters", "letter", on=("withdraw_consulted",), body=withdrawal, part="withdrawal"),
    Tell("solid_waste", "filing_decided", on=("granted",), body=permit_facts),
    *_letters(),
)
