"""运输单位信息备案: a carrier of hazardous waste puts itself into the library from which applicants choose.

It supports the permits to move hazardous waste out and the changes of their carriers: only who has filed here, and
whose licence, vehicles and persons are in order, can be chosen there. Requirements 32, 41, 43.
Source: domain brief 危险废物 §1.1 and the supporting filing after part two.
"""

from __future__ import annotations

from pathlib import Path

from luban.items.hazwaste_carrier_filing.documents import DOCUMENTS
from luban.items.hazwaste_carrier_filing.facts import FilingFacts
from luban.items.hazwaste_carrier_filing.form import CarrierFiling
from luban.items.hazwaste_carrier_filing.materials import MATERIALS
from luban.items.hazwaste_carrier_filing.notice import NOTICE
from luban.items.hazwaste_carrier_filing.process import PROCESS
from luban.items.hazwaste_carrier_filing.rules import RULES
from luban.items.hazwaste_carrier_filing.sharing import SHARING
from luban.items.hazwaste_carrier_filing.statistics import STATISTICS
from luban.kit.item import Item
from luban.registers.carriers.decisions import KINDS

CITY = "310000"


def headline(form: CarrierFiling) -> str:
    """One line for lists: which filing, how many vehicles, till when."""
    carrier = form.carrier
    kind = KINDS.get(form.filing.kind or "", "备案")
    until = f"，许可证至{carrier.rtl_to}" if carrier.rtl_to else ""
    return f"{kind}：{carrier.name or '单位名称未填'}，{len(form.fleet.vehicles)}辆车{until}"


ITEM = Item(
    code="hazwaste_carrier_filing",
    title="危险废物运输单位信息备案",
    short="运输单位备案",
    prefix="WYD",
    family="hazardous_waste",
    statute=("SWPL.82",),
    requirements=(32, 41, 43),
    form=CarrierFiling,
    facts=FilingFacts,
    rules=RULES,
    process=PROCESS,
    documents=DOCUMENTS,
    materials=MATERIALS,
    notice=NOTICE,
    sharing=SHARING,
    statistics=STATISTICS,
    place=lambda form: CITY,
    handled_by=lambda form: (CITY,),
    headline=headline,
    promise="提交次日起3个工作日",
    result="危险废物运输单位信息备案确认书",
    applicants="承运危险废物的运输单位",
    folder=Path(__file__).parent,
)
