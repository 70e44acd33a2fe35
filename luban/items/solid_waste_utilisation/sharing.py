"""Whom a filing tells: the waste register in full, the receiving province by letter, transit provinces in brief.

The city's case library, the to-do list and the licence library are told by the house for every item.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from luban.items.solid_waste_utilisation.documents import (
    MATTER,
    issued_no,
    term,
    valid_from,
)
from luban.kit.sharing import Tell
from luban.kit.view import CaseView
from luban.registers.solid_waste import papers
from luban.registers.solid_waste.told import transfer_facts
from luban.registers.solid_waste.words import acted_on, province_authority

MOST_TRANSITS = 9
"""A route has ten legs at most, so at most nine provinces lie between its ends."""


def filing_facts(case: CaseView) -> Mapping[str, Any]:
    """市固废管理系统: the filing in full."""
    form = case.form
    return transfer_facts(case) | {
        "number": issued_no(case),
        "kind": "utilisation_filing",
        "decided_on": acted_on(case, "confirm").isoformat(),
        "wastes": [
            {"waste_code": code, "name": name, "quantity_t": str(tonnes)}
            for code, name, tonnes in papers.waste_names(form)
        ],
        "total_t": str(form.waste.total_qty_t),
        "valid_from": valid_from(case).isoformat(),
        "valid_to": form.contract.end_date.isoformat(),
    }


def _letter(case: CaseView, adcode: str, kind: str, subject: str) -> dict[str, Any]:
    """A letter; the file's digest and address are those of `document`, put in when it is sent."""
    return {
        "letter_no": issued_no(case),
        "case_no": case.number,
        "kind": kind,
        "to_adcode": adcode,
        "to_name": province_authority(case, adcode),
        "subject": subject,
        "document": "report_letter",
    }


def province_letter(case: CaseView) -> Mapping[str, Any]:
    """The receiving province is informed of the filing (SWPL.22.2); on paper where it has no channel."""
    adcode = case.form.receiver.receiver_province_code
    return _letter(case, adcode, "notification", f"关于通报{MATTER}信息的函")


def transit_letter(n: int, case: CaseView) -> Mapping[str, Any]:
    """The n-th province on the way gets a copy in brief."""
    form = case.form
    first, last = term(case)
    subject = (
        f"抄送{MATTER}摘要：{issued_no(case)}，{form.generator.generator_name}至{form.receiver.receiver_name}，"
        f"{papers.plain(form.waste.total_qty_t)}吨，{first}至{last}"
    )
    return _letter(case, form.route.transit_province_codes[n], "copy", subject)


def passes(n: int, case: CaseView) -> bool:
    """Whether an n-th province lies on the way."""
    return len(case.form.route.transit_province_codes) > n


SHARING = (
    Tell("solid_waste", "filing_decided", on=("granted",), body=filing_facts),
    Tell("letters", "letter", on=("granted",), body=province_letter),
    *(
        Tell(
            "letters",
            "letter",
            on=("granted",),
            body=partial(transit_letter, n),
            when=partial(passes, n),
            part=f"transit_{n}",
        )
        for n in range(MOST_TRANSITS)
    ),
)
