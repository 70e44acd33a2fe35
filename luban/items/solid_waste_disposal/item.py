"""一般固体废物跨省级行政区域贮存、处置审批: solid waste that leaves Shanghai to be stored or disposed of needs a permit.

The city accepts, reviews, consults the receiving province, and grants no more than that agrees to; the permit is an
electronic licence with a QR code, every step of the course is put in evidence. Requirements 18–23.
Source: domain brief 一般固体废物 2A (parts shared with the filing for utilisation stand in `registers/solid_waste`).
"""

from __future__ import annotations

from pathlib import Path

from luban.items.solid_waste_disposal.documents import DOCUMENTS
from luban.items.solid_waste_disposal.evidence import EVIDENCE
from luban.items.solid_waste_disposal.facts import ApprovalFacts
from luban.items.solid_waste_disposal.form import ApprovalForm
from luban.items.solid_waste_disposal.guide import GUIDE
from luban.items.solid_waste_disposal.hearing import HEARS
from luban.items.solid_waste_disposal.materials import MATERIALS
from luban.items.solid_waste_disposal.notice import NOTICE
from luban.items.solid_waste_disposal.papers.words import MATTER
from luban.items.solid_waste_disposal.process import PROCESS
from luban.items.solid_waste_disposal.rules import RULES
from luban.items.solid_waste_disposal.sharing import SHARING
from luban.items.solid_waste_disposal.statistics import STATISTICS
from luban.kit.item import Item
from luban.registers.divisions.places import SHANGHAI


def place(form: ApprovalForm) -> str:
    """The district of the site."""
    return form.source.origin_county_code or SHANGHAI


def headline(form: ApprovalForm) -> str:
    """One line for lists: what, how much, to whom."""
    wastes = form.waste.wastes
    first = (wastes[0].common_name or wastes[0].waste_code or "废物") if wastes else "废物"
    more = "等" if len(wastes) > 1 else ""
    amount = f"{form.waste.total_qty_t} 吨" if form.waste.total_qty_t is not None else "数量未填"
    return f"{first}{more} {amount} → {form.receiver.receiver_name or '接收单位未填'}"


ITEM = Item(
    code="solid_waste_disposal",
    title=MATTER,
    short="固废贮存处置",
    prefix="GFX",
    family="solid_waste",
    statute=("SWPL.22.1", "ALL.42"),
    requirements=(18, 19, 20, 21, 22, 23),
    form=ApprovalForm,
    facts=ApprovalFacts,
    rules=RULES,
    process=PROCESS,
    documents=DOCUMENTS,
    materials=MATERIALS,
    notice=NOTICE,
    guide=GUIDE,
    sharing=SHARING,
    hears=HEARS,
    evidence=EVIDENCE,
    statistics=STATISTICS,
    place=place,
    handled_by=lambda form: (SHANGHAI,),
    invites=lambda form: form.receiver.receiver_province_code or "",
    headline=headline,
    reorder="chosen",
    promise="受理次日起15个工作日（法定20个工作日）；商请接收地的时间不计入",
    result="准予许可决定书（电子批复证照）",
    applicants="在上海市产生或者集中收集一般固体废物的单位",
    folder=Path(__file__).parent,
)
