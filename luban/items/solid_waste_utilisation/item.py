"""一般固体废物跨省转移利用备案: a firm in Shanghai that sends solid waste to another province to be used files it first.

The district of the site receives, reviews and confirms; the filing is an electronic licence with a QR code, the
receiving province is informed, every version is put in evidence. Requirements 24, 25, 26, 28–31.
Source: domain brief 一般固体废物 (parts shared with storage and disposal stand in `registers/solid_waste`).
"""

from __future__ import annotations

from pathlib import Path

from luban.items.solid_waste_utilisation.documents import DOCUMENTS
from luban.items.solid_waste_utilisation.evidence import EVIDENCE
from luban.items.solid_waste_utilisation.facts import FilingFacts
from luban.items.solid_waste_utilisation.form import FilingForm
from luban.items.solid_waste_utilisation.guide import GUIDE
from luban.items.solid_waste_utilisation.materials import MATERIALS
from luban.items.solid_waste_utilisation.notice import NOTICE
from luban.items.solid_waste_utilisation.process import PROCESS
from luban.items.solid_waste_utilisation.rules import RULES
from luban.items.solid_waste_utilisation.sharing import SHARING
from luban.items.solid_waste_utilisation.statistics import STATISTICS
from luban.kit.item import Item

CITY = "310000"
SPECIAL_BUREAUS = {"bonded": "SP-BONDED", "lingang": "SP-LINGANG", "chem_park": "SP-CHEM"}
"""Who handles a special area, while its bureau is enabled (0.4)."""


def place(form: FilingForm) -> str:
    """The district of the site."""
    return form.source.origin_county_code or CITY


def handled_by(form: FilingForm) -> tuple[str, ...]:
    """The special area's bureau first, then the district's."""
    special = SPECIAL_BUREAUS.get(form.source.special_area or "")
    return (special, place(form)) if special else (place(form),)


def headline(form: FilingForm) -> str:
    """One line for lists: what, how much, to whom."""
    wastes = form.waste.wastes
    first = (wastes[0].common_name or wastes[0].waste_code or "废物") if wastes else "废物"
    more = "等" if len(wastes) > 1 else ""
    amount = f"{form.waste.total_qty_t} 吨" if form.waste.total_qty_t is not None else "数量未填"
    return f"{first}{more} {amount} → {form.receiver.receiver_name or '接收单位未填'}"


ITEM = Item(
    code="solid_waste_utilisation",
    title="一般固体废物跨省转移利用备案",
    short="固废利用备案",
    prefix="GFB",
    family="solid_waste",
    statute=("SWPL.22.2", "SHSW.FILING"),
    requirements=(24, 25, 26, 28, 29, 30, 31),
    form=FilingForm,
    facts=FilingFacts,
    rules=RULES,
    process=PROCESS,
    documents=DOCUMENTS,
    materials=MATERIALS,
    notice=NOTICE,
    guide=GUIDE,
    sharing=SHARING,
    evidence=EVIDENCE,
    statistics=STATISTICS,
    place=place,
    handled_by=handled_by,
    headline=headline,
    reorder="latest_granted",
    promise="接收次日起5个工作日",
    result="一般固体废物跨省转移利用备案表（电子批复证照）",
    applicants="在上海市产生或者集中收集一般固体废物的单位",
    folder=Path(__file__).parent,
)
