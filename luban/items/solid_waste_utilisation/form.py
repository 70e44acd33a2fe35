"""What is filed: sections s1–s9 of the shared parts with the answers only a filing for utilisation asks (2B.3)."""

from __future__ import annotations

from typing import Any

from luban.kit.fields import Choice, LongText, Text, Whole, YesNo, field
from luban.kit.form import Form, Section, section
from luban.registers.solid_waste.derive import derive, name_from_registers
from luban.registers.solid_waste.parts import Generator, Receiver, Source, Waste
from luban.registers.solid_waste.parts_way import Contract, Destination, EndProcess, Pledge, Route, Transport


class FilingSource(Source):
    """s2 with the natural year the filing is for."""

    filing_year: Whole = field("备案自然年度", ge=2020, le=2100, reorder=False, prefill=("today.year",))


class Method(Section):
    """The method of utilisation, asked right after the destination."""

    utilisation_method: Choice = field("利用方式", dictionary="utilisation_method", prefill=("previous",))


class Utilisation(EndProcess, Method, Destination):
    """s8: the end is a product made by this very receiver. Fields stand in the order of the bases, last one first."""

    end_process_description: LongText = field(
        "利用工艺说明",
        max_len=2000,
        wide=True,
        asked_by="SWU-04",
        help="不少于30字，写明利用的主要工序、设备和产品。",
        prefill=("previous",),
    )
    product_name: Text = field("产品名称", max_len=100, prefill=("previous",))
    product_standard_no: Text = field("产品标准", required=False, max_len=100, prefill=("previous",))
    product_usage: Text = field("产品用途", max_len=200, prefill=("previous",))
    no_secondary_transfer: YesNo = field(
        "承诺由本接收单位最终利用，不再转移", commitment=True, asked_by="SWU-05", reorder=False
    )


class FilingForm(Form):
    """The filing (备案申请表)."""

    generator: Generator = section("移出单位与经办人", of=Generator, key="s1")
    source: FilingSource = section("产废源头", of=FilingSource, key="s2")
    waste: Waste = section("转移废物", of=Waste, key="s3")
    receiver: Receiver = section("接收单位与设施", of=Receiver, key="s4")
    transport: Transport = section("运输单位", of=Transport, key="s5")
    route: Route = section("运输路线", of=Route, key="s6")
    contract: Contract = section("合同与期限", of=Contract, key="s7")
    end_use: Utilisation = section("末端利用", of=Utilisation, key="s8")
    pledge: Pledge = section("承诺与签章", of=Pledge, key="s9")

    def compute(self) -> None:
        """Derived fields; the destination is always utilisation unless something else is stated (SWU-07 says so)."""
        derive(self)
        self.end_use.end_use_type = self.end_use.end_use_type or "utilisation"

    def complete(self, facts: Any) -> None:
        """Names and amounts only the registers know."""
        name_from_registers(self, facts)
