"""备案撤销: a district takes back a filing for utilisation, with the city's approval.

Not an application of a firm: the bureau that filed it begins the case (on its own findings, or because the holder
asked). While it is in flight the filing still holds; with the city's approval it falls at once. Requirements 27, 28.
Source: solid-waste.md 2B.6, 2B.8.
"""

from __future__ import annotations

from pathlib import Path

from luban.items.solid_waste_revocation.documents import DOCUMENTS
from luban.items.solid_waste_revocation.facts import RevocationFacts
from luban.items.solid_waste_revocation.form import (
    ASKED_BY_HOLDER,
    EVIDENCE_REASONS,
    RevocationForm,
    starts_from,
)
from luban.items.solid_waste_revocation.process import DISTRICT_REVIEWER, PROCESS
from luban.items.solid_waste_revocation.rules import RULES
from luban.items.solid_waste_revocation.sharing import EVIDENCE, SHARING
from luban.items.solid_waste_revocation.statistics import STATISTICS
from luban.kit.conditions import when
from luban.kit.item import Item
from luban.kit.materials import Material

CITY = "310000"


def place(form: RevocationForm) -> str:
    """The region in the case number: the one in the filing number (GFBA-310115-…)."""
    parts = (form.target.filing_no or "").split("-")
    return parts[1] if len(parts) > 1 and len(parts[1]) == len(CITY) and parts[1].isdigit() else CITY


def handled_by(form: RevocationForm) -> tuple[str, ...]:
    """The bureau that filed it; should it no longer be enabled, the one of its region."""
    return (form.target.bureau or place(form), place(form))


def headline(form: RevocationForm) -> str:
    """One line for lists."""
    target = form.target
    return f"撤销{target.filing_no or '备案'}（{target.holder_name or '移出单位未带出'}）"


ITEM = Item(
    code="solid_waste_revocation",
    title="一般固体废物跨省转移利用备案撤销",
    short="备案撤销",
    prefix="GFCX",
    family="solid_waste",
    statute=("SHSW.FILING", "SWPL.22.2"),
    requirements=(27, 28, 79, 80, 81),
    form=RevocationForm,
    facts=RevocationFacts,
    rules=RULES,
    process=PROCESS,
    documents=DOCUMENTS,
    materials=(
        Material(
            "E01",
            "证据",
            required=when("grounds.reason_code", *EVIDENCE_REASONS),
            help="现场检查记录、函件、鉴定意见等；事由为提供虚假材料、实际转移与备案不符、接收地提出异议的，至少1份。",
        ),
    ),
    sharing=SHARING,
    evidence=EVIDENCE,
    statistics=STATISTICS,
    place=place,
    handled_by=handled_by,
    headline=headline,
    begun_by=DISTRICT_REVIEWER,
    starts_from=starts_from,
    proposes=ASKED_BY_HOLDER,
    promise="区局上报后5个工作日",
    result="备案撤销通知",
    applicants="作出备案的区生态环境局（派出机构）",
    number_template="{prefix}-{adcode}-{year}-{4}",
    folder=Path(__file__).parent,
)
