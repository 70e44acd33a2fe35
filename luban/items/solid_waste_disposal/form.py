"""What is applied for: sections s1–s9 of the shared parts with the D columns of the brief (一般固体废物 1.2, 2A.3)."""

from __future__ import annotations

from typing import Any

from luban.kit.conditions import every, some, when
from luban.kit.fields import Area2, Choice, Day, LongText, Percent2, Text, Tonnes3, Whole, field, table
from luban.kit.form import Form, Section, section
from luban.registers.solid_waste.conditions import Positive
from luban.registers.solid_waste.derive import derive, name_from_registers
from luban.registers.solid_waste.parts import Generator, Receiver, Source, WasteRow
from luban.registers.solid_waste.parts_way import (
    Contract,
    Destination,
    EndProcess,
    Pledge,
    Route,
    Transport,
)

LANDFILLED = when("end_use.disposal_method", "DM01")
STORED = when("end_use_type", "storage")
DISPOSED = when("end_use_type", "disposal")
CLASS_NEEDED = every(
    when("major_class", "industrial"),
    some(LANDFILLED, when("end_use.storage_method", "SM01")),
)
"""Industrial waste for a landfill or a store of the standard states its class (s3)."""


class DisposalSource(Source):
    """s2: how large the store is must be said."""

    storage_place_area_m2: Area2 = field("贮存面积", unit="平方米", gt=0, prefill=("previous",))


class DisposalWasteRow(WasteRow):
    """s3: what is landfilled or stored states its class and, for a landfill, what the standard limits."""

    organic_pct: Percent2 = field(
        "有机质含量",
        unit="%",
        ge=0,
        le=100,
        required=LANDFILLED,
        shown=LANDFILLED,
        reorder=False,
        help="按检测报告填写。",
    )
    soluble_salt_pct: Percent2 = field(
        "水溶性盐总量",
        unit="%",
        ge=0,
        le=100,
        required=LANDFILLED,
        shown=LANDFILLED,
        reorder=False,
        help="按检测报告填写。",
    )
    general_class: Choice = field(
        "一般工业固体废物类别",
        dictionary="general_class",
        required=CLASS_NEEDED,
        help="工业固体废物填埋或者进贮存场的必填，按检测报告填写。",
    )


class DisposalWaste(Section):
    """s3: the same table and total as `Waste`, of rows with more answers."""

    wastes: list[DisposalWasteRow] = table("拟转移废物", min_rows=1, max_rows=20)
    total_qty_t: Tonnes3 = field("计划转移总量", unit="吨", derived=True)


class DisposalReceiver(Receiver):
    """s4: the acceptance of the receiver's facility must be named."""

    receiver_acceptance_ref: Text = field("竣工环保验收文号/公示链接", max_len=200, prefill=("previous",))


class DisposalContract(Contract):
    """s7: where in the contract the clause on pollution stands."""

    contract_clause_page: Whole = field("条款所在页", ge=1, reorder=False)


class Method(Section):
    """The method of storage or disposal, asked right after the destination."""

    storage_method: Choice = field(
        "贮存方式", dictionary="storage_method", required=STORED, shown=STORED, prefill=("previous",)
    )
    storage_until: Day = field("贮存截止日", required=STORED, shown=STORED, asked_by="SWD-03", reorder=False)
    storage_followup: LongText = field(
        "贮存后最终去向",
        max_len=500,
        wide=True,
        required=STORED,
        shown=STORED,
        asked_by="SWD-03",
        help="不少于20字。",
        prefill=("previous",),
    )
    disposal_method: Choice = field(
        "处置方式", dictionary="disposal_method", required=DISPOSED, shown=DISPOSED, prefill=("previous",)
    )


class Disposal(EndProcess, Method, Destination):
    """s8: the end, and why it must lie in another province. Fields stand in the order of the bases, last one first."""

    end_process_description: LongText = field(
        "贮存（处置）工艺说明", max_len=2000, wide=True, help="不少于30字。", prefill=("previous",)
    )
    pollution_standard: Text = field(
        "执行的污染控制标准", max_len=200, example="GB 18599-2020", prefill=("previous",)
    )
    residue_destination: LongText = field(
        "残余物去向",
        max_len=500,
        required=Positive("residue_qty_t"),
        help="有残余物的必填。",
        prefill=("previous",),
    )
    necessity_reason: Choice = field("跨省必要性", dictionary="necessity_reason", prefill=("previous",))
    necessity_text: LongText = field(
        "必要性说明",
        max_len=1000,
        wide=True,
        asked_by="SWD-04",
        help="不少于50字，写明本市比选情况。",
        prefill=("previous",),
    )
    emergency_measures: LongText = field(
        "突发环境事件应急措施", max_len=1000, wide=True, help="不少于20字。", prefill=("previous",)
    )


class ApprovalForm(Form):
    """The application (申报表)."""

    generator: Generator = section("移出单位与经办人", of=Generator, key="s1")
    source: DisposalSource = section("产废源头", of=DisposalSource, key="s2")
    waste: DisposalWaste = section("转移废物", of=DisposalWaste, key="s3")
    receiver: DisposalReceiver = section("接收单位与设施", of=DisposalReceiver, key="s4")
    transport: Transport = section("运输单位", of=Transport, key="s5")
    route: Route = section("运输路线", of=Route, key="s6")
    contract: DisposalContract = section("合同与期限", of=DisposalContract, key="s7")
    end_use: Disposal = section("末端去向", of=Disposal, key="s8")
    pledge: Pledge = section("承诺与签章", of=Pledge, key="s9")

    def compute(self) -> None:
        """Derived fields."""
        derive(self)

    def complete(self, facts: Any) -> None:
        """Names and amounts only the registers know."""
        name_from_registers(self, facts)
