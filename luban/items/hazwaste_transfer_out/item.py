"""危险废物跨省级行政区域转移许可: a firm in Shanghai that sends hazardous waste to another province needs a permit.

The city's bureau accepts; the machine reviews and scores; an institution evaluates; the bureau consults the receiving
province, decides, certifies and archives. The permit is an electronic licence with a QR code. Requirements 32–39.
Source: domain brief 危险废物 第一部分.
"""

from __future__ import annotations

from pathlib import Path

from luban.items.hazwaste_transfer_out.clauses import CLAUSES
from luban.items.hazwaste_transfer_out.documents import DOCUMENTS
from luban.items.hazwaste_transfer_out.facts import TransferFacts
from luban.items.hazwaste_transfer_out.form import TransferForm
from luban.items.hazwaste_transfer_out.guide import GUIDE
from luban.items.hazwaste_transfer_out.hearing import HEARS
from luban.items.hazwaste_transfer_out.materials import MATERIALS
from luban.items.hazwaste_transfer_out.notice import NOTICE
from luban.items.hazwaste_transfer_out.process import PROCESS
from luban.items.hazwaste_transfer_out.rules import RULES
from luban.items.hazwaste_transfer_out.scoring import SCORING
from luban.items.hazwaste_transfer_out.sharing import SHARING
from luban.items.hazwaste_transfer_out.statistics import STATISTICS
from luban.kit.item import Item
from luban.registers.divisions.places import SHANGHAI


def place(form: TransferForm) -> str:
    """The district of the facility the waste leaves."""
    return form.generator.generator_adcode or SHANGHAI


def headline(form: TransferForm) -> str:
    """One line for lists: what, how much, to whom."""
    wastes, total = form.waste.wastes, form.plan.total_t
    first = (wastes[0].waste_name or wastes[0].waste_code or "危险废物") if wastes else "危险废物"
    more = "等" if len(wastes) > 1 else ""
    amount = "数量未填" if total is None else f"{total.normalize():f} 吨"
    return f"{first}{more} {amount} → {form.receiver.receiver_name or '接收单位未填'}"


ITEM = Item(
    code="hazwaste_transfer_out",
    title="危险废物跨省级行政区域转移许可",
    short="危废跨省转出",
    prefix="WZC",
    family="hazardous_waste",
    statute=("SWPL.82", "HWTM.21"),
    requirements=(32, 33, 34, 35, 36, 37, 38, 39),
    form=TransferForm,
    facts=TransferFacts,
    rules=RULES,
    clauses=CLAUSES,
    scoring=SCORING,
    process=PROCESS,
    documents=DOCUMENTS,
    materials=MATERIALS,
    notice=NOTICE,
    guide=GUIDE,
    sharing=SHARING,
    hears=HEARS,
    statistics=STATISTICS,
    place=place,
    handled_by=lambda form: (SHANGHAI,),
    invites=lambda form: form.receiver.receiver_province or "",
    headline=headline,
    reorder="chosen",
    promise="受理次日起5个工作日初步审核；收到接受地复函次日起5个工作日决定",
    result="危险废物跨省转移批准决定（电子证照）",
    applicants="在上海市产生、收集、贮存危险废物并移出到外省的单位",
    folder=Path(__file__).parent,
)
