"""What the applicant states, 3.1–3.3: who moves it out, who takes it in, what it is; the form that binds all seven.

Field names are the brief's (危险废物 第一部分 §3). Sections 3.4–3.7 are in `form_way`. Three kinds of values are not
typed by the applicant:
- derived from the form alone (`derive.derive`): hw_category, apply_t, total_t, plan_months, agent_is_legal_person,
  contract_parties;
- derived with the registers' help (`derive.name_from_registers`, stored with the submitted version):
  catalogue_hazards, system_km, whitelist_declared, receiver_used_source, everything read-only of a carrier and its
  vehicles, and the snapshot of its eligibility;
- prefilled, some of them locked.
Region codes have six digits, tonnes four decimal places. `asked_by` names the rule that alone reports a blank.
"""

from __future__ import annotations

from typing import Any

from luban.items.hazwaste_transfer_out.conditions import (
    BEYOND_CATALOGUE,
    EXEMPT,
    FIRST_TIME,
    GENERALLY_EXEMPT,
    IDENTIFIED,
    LICENSED,
    PAID,
    POINT_TO_POINT,
)
from luban.items.hazwaste_transfer_out.derive import derive, name_from_registers
from luban.items.hazwaste_transfer_out.form_way import Contract, Plan, Pledge, Transport
from luban.kit.conditions import when
from luban.kit.fields import (
    Adcode,
    Choice,
    Choices,
    Code,
    Day,
    Degree6,
    LongText,
    Money2,
    Phone,
    Text,
    Tonnes4,
    Uscc,
    Whole,
    YesNo,
    field,
    many,
    table,
)
from luban.kit.form import Form, Row, Section, section
from luban.registers.exemptions.questions import ANSWERS

LNG: dict[str, Any] = {"ge": 73, "le": 136}
LAT: dict[str, Any] = {"ge": 3, "le": 54}
ON_MAP = "从地图上选点，坐标系为 CGCS2000。"


class Generator(Section):
    """3.1: the unit that moves the waste out, and its agent."""

    generator_name: Text = field(
        "单位名称", locked=True, max_len=100, prefill=("data_hub.name", "account.organisation")
    )
    generator_uscc: Uscc = field("统一社会信用代码", locked=True, prefill=("account.uscc",))
    generator_ent_id: Text = field(
        "危废系统企业 ID", max_len=32, prefill=("management_plans.ent_id", "previous")
    )
    generator_kind: Choice = field("移出人类型", dictionary="generator_kind", prefill=("previous",))
    generator_industry: Code = field(
        "行业类别",
        book="industries",
        max_len=4,
        help="国民经济行业分类（GB/T 4754-2017）小类，4 位。",
        prefill=("data_hub.industry_code", "previous"),
    )
    generator_reg_address: Text = field(
        "注册地址", max_len=200, wide=True, prefill=("data_hub.reg_address", "previous")
    )
    generator_adcode: Adcode = field(
        "设施所在区", prefill=("management_plans.facility_adcode", "previous", "distances.start")
    )
    generator_facility_address: Text = field(
        "设施（移出地）地址",
        max_len=200,
        wide=True,
        prefill=("management_plans.facility_address", "previous"),
    )
    generator_lng: Degree6 = field("设施坐标（经度）", help=ON_MAP, prefill=("previous",), **LNG)
    generator_lat: Degree6 = field("设施坐标（纬度）", help=ON_MAP, prefill=("previous",), **LAT)
    generator_legal_person: Text = field(
        "法定代表人", max_len=50, secret=True, prefill=("data_hub.legal_rep", "previous")
    )
    generator_contact: Text = field("联系人", max_len=50, secret=True, prefill=("previous", "account.name"))
    generator_phone: Phone = field("联系电话", secret=True, prefill=("previous", "account.mobile"))
    generator_emergency_phone: Phone = field("应急联系电话", secret=True, prefill=("previous",))
    agent_name: Text = field("经办人姓名", max_len=50, prefill=("account.name",))
    agent_phone: Phone = field("经办人电话", secret=True, prefill=("account.mobile",))
    agent_is_legal_person: YesNo = field("经办人为法定代表人", derived=True)
    discharge_permit_no: Text = field(
        "排污许可证/登记编号",
        required=False,
        max_len=30,
        prefill=("permits_national.number", "previous"),
    )
    eia_approval_no: Text = field(
        "环评批复文号",
        required=FIRST_TIME,
        max_len=60,
        help="首次申请的必填。",
        prefill=("previous",),
    )
    management_plan_no: Text = field(
        "管理计划编号",
        max_len=40,
        reorder=False,
        help="拟转移开始年度的危险废物管理计划。",
        prefill=("management_plans.plan_no",),
    )
    renew_from_permit_no: Text = field(
        "续办原许可文号",
        required=when("generator.apply_kind", "renew"),
        shown=when("generator.apply_kind", "renew", "re_apply"),
        max_len=40,
        reorder=False,
        prefill=("transfer_permits.permit_no",),
    )
    apply_kind: Choice = field(
        "申请情形", dictionary="apply_kind", reorder=False, prefill=("transfer_permits.apply_kind",)
    )
    re_apply_reason: Choices = many(
        "重新申请原因",
        dictionary="re_apply_reason",
        required=when("generator.apply_kind", "re_apply"),
        shown=when("generator.apply_kind", "re_apply"),
        reorder=False,
    )


class Receiver(Section):
    """3.2: the firm that takes the waste in, and on what ground."""

    receiver_uscc: Uscc = field(
        "统一社会信用代码",
        prefill=(
            "receivers.uscc",
            "previous",
            "exemptions.receiver_uscc",
            "transfer_permits.receiver_uscc",
        ),
    )
    receiver_name: Text = field("单位名称", max_len=100, prefill=("receivers.name", "previous"))
    receiver_province: Adcode = field("所在省份", prefill=("receivers.province", "previous"))
    receiver_adcode: Adcode = field(
        "设施所在区县", prefill=("receivers.facility_adcode", "previous", "distances.end")
    )
    receiver_facility_address: Text = field(
        "设施地址", max_len=200, wide=True, prefill=("receivers.facility_address", "previous")
    )
    receiver_lng: Degree6 = field(
        "设施坐标（经度）", required=False, help=ON_MAP, prefill=("receivers.lng", "previous"), **LNG
    )
    receiver_lat: Degree6 = field(
        "设施坐标（纬度）", required=False, help=ON_MAP, prefill=("receivers.lat", "previous"), **LAT
    )
    receiver_contact: Text = field("联系人", max_len=50, secret=True, prefill=("previous",))
    receiver_phone: Phone = field("联系电话", secret=True, prefill=("previous",))
    qualification_kind: Choice = field("资质类型", dictionary="qualification_kind", prefill=("previous",))
    receiver_licence_no: Text = field(
        "经营许可证编号",
        max_len=60,
        required=LICENSED,
        shown=LICENSED,
        prefill=("receivers.licence_no", "previous"),
    )
    licence_kind: Choice = field(
        "许可证种类",
        dictionary="hw_licence_kind",
        required=LICENSED,
        shown=LICENSED,
        prefill=("receivers.licence_kind", "previous"),
    )
    licence_valid_from: Day = field(
        "许可证有效期起",
        required=LICENSED,
        shown=LICENSED,
        asked_by="X-06",
        reorder=False,
        prefill=("receivers.licence_valid_from",),
    )
    licence_valid_to: Day = field(
        "许可证有效期止",
        required=LICENSED,
        shown=LICENSED,
        asked_by="X-06",
        reorder=False,
        prefill=("receivers.licence_valid_to",),
    )
    licence_issuer: Text = field(
        "发证机关",
        max_len=60,
        required=LICENSED,
        shown=LICENSED,
        prefill=("receivers.licence_issuer", "previous"),
    )
    licence_scope_text: LongText = field(
        "核准经营类别及规模（证面文字）",
        max_len=4000,
        wide=True,
        required=LICENSED,
        shown=LICENSED,
        prefill=("receivers.licence_scope_text", "previous"),
    )
    receiver_capacity_t: Tonnes4 = field(
        "相应类别核准规模",
        unit="吨/年",
        gt=0,
        required=LICENSED,
        shown=LICENSED,
        reorder=False,
        prefill=("receivers.capacity_t",),
    )
    receiver_used_t: Tonnes4 = field(
        "本年度已接收量",
        unit="吨",
        ge=0,
        required=LICENSED,
        shown=LICENSED,
        reorder=False,
        help="许可证库没有同步值的由申请人自报，并上传接收能力证明（M15）。",
        prefill=("receivers.received_ytd_t",),
    )
    receiver_committed_t: Tonnes4 = field(
        "已签约/已批未接收量",
        unit="吨",
        ge=0,
        required=LICENSED,
        shown=LICENSED,
        reorder=False,
        prefill=("receivers.committed_t",),
    )
    receiver_used_source: Choice = field("已接收量来源", dictionary="usage_source", derived=True)
    exemption_ref: Text = field(
        "豁免依据编号",
        max_len=60,
        required=EXEMPT,
        shown=EXEMPT,
        help="豁免清单序号，或者点对点豁免文号。",
        prefill=("previous",),
    )
    whitelist_declared: YesNo = field("是否白名单单位", derived=True, help="以系统命中为准。")
    receiver_process_desc: LongText = field(
        "利用处置工艺说明", max_len=2000, wide=True, help="不少于30字。", prefill=("previous",)
    )
    receiver_residue_desc: LongText = field(
        "次生危险废物及去向", max_len=1000, wide=True, help="没有的填“无”。", prefill=("previous",)
    )


class ConditionRow(Row):
    """A condition of a general exemption (7.5): the register of exemptions asks, the applicant answers and proves it."""

    condition_key: Text = field("条件编号", max_len=60, locked=True, prefill=("exemptions.condition_key",))
    condition: Text = field("条件", max_len=200, locked=True, prefill=("exemptions.condition",))
    met: Choice = field("是否满足", options=ANSWERS)


class WasteRow(Row):
    """A waste."""

    waste_name: Text = field("废物（俗）名称", max_len=100, prefill=("management_plans.name", "previous"))
    hw_category: Choice = field("废物类别", book="hw_categories", derived=True)
    waste_code: Code = field(
        "废物代码",
        book="hw_codes",
        max_len=20,
        example="900-249-08",
        prefill=("management_plans.code", "previous", "exemptions.waste_code"),
    )
    catalogue_hazards: Text = field("名录危险特性", derived=True)
    declared_hazards: Choices = many(
        "申报危险特性",
        dictionary="hazard",
        asked_by="P-09",
        help="名录为“/”的，申报其中一项或者几项；名录为“,”的，须含第一项。",
        prefill=("previous",),
    )
    hazard_extra_note: Text = field(
        "超名录特性说明", max_len=300, required=BEYOND_CATALOGUE, prefill=("previous",)
    )
    physical_form: Choice = field(
        "形态", dictionary="hw_physical_form", prefill=("management_plans.form", "previous")
    )
    main_components: LongText = field(
        "主要成分及有害成分", max_len=500, help="写明浓度范围。", prefill=("previous",)
    )
    source_process: Text = field(
        "产生工序", max_len=300, prefill=("management_plans.source_process", "previous")
    )
    generation_source: Choice = field(
        "产生来源",
        dictionary="generation_source",
        prefill=("management_plans.generation_source", "previous"),
    )
    packaging: Choices = many(
        "包装方式", dictionary="hw_packaging", prefill=("management_plans.packaging", "previous")
    )
    package_count: Whole = field("包装数量", required=False, ge=1, reorder=False)
    qty_unit: Choice = field("计量单位", dictionary="hw_qty_unit")
    unit_weight_kg: Tonnes4 = field(
        "单重",
        unit="千克/只",
        gt=0,
        required=when("qty_unit", "pcs"),
        shown=when("qty_unit", "pcs"),
        reorder=False,
    )
    apply_qty: Tonnes4 = field("申请数量（原单位）", reorder=False)
    apply_t: Tonnes4 = field("折算吨", unit="吨", derived=True)
    disposal_mode: Choice = field(
        "利用处置方式", dictionary="hw_mode", listed_by="X-00", prefill=("management_plans.mode", "previous")
    )
    fee_direction: Choice = field("费用方向", dictionary="fee_direction")
    unit_price: Money2 = field(
        "单价", unit="元/吨", gt=0, required=PAID, shown=PAID, secret=True, reorder=False
    )
    transfer_batches: Whole = field("预计转移批次", ge=1, reorder=False)
    storage_qty_t: Tonnes4 = field(
        "当前贮存量", unit="吨", ge=0, reorder=False, prefill=("management_plans.storage_qty_t",)
    )
    storage_location: Text = field(
        "贮存场所及标识编号", max_len=100, prefill=("management_plans.storage_location", "previous")
    )
    identification_report_no: Text = field(
        "鉴别报告编号", max_len=60, required=IDENTIFIED, shown=IDENTIFIED, prefill=("previous",)
    )
    p2p_no: Text = field(
        "点对点豁免文号",
        max_len=60,
        required=POINT_TO_POINT,
        shown=POINT_TO_POINT,
        prefill=("exemptions.p2p_no", "previous"),
    )
    exemption_conditions: list[ConditionRow] = table(
        "豁免条件",
        max_rows=30,
        locked=True,
        reorder=False,
        shown=GENERALLY_EXEMPT,
        prefill=("exemptions.conditions",),
        help="按废物代码由豁免库列出，逐条自证；证明写入一般豁免条件符合性说明（M13）。",
    )


class Waste(Section):
    """3.3: the wastes."""

    wastes: list[WasteRow] = table("废物", min_rows=1, max_rows=50)


class TransferForm(Form):
    """The application (危险废物跨省转移申请表)."""

    generator: Generator = section("申请人（移出人）信息", of=Generator, key="generator")
    receiver: Receiver = section("接收单位", of=Receiver, key="receiver")
    waste: Waste = section("转移废物", of=Waste, key="waste")
    plan: Plan = section("转移计划", of=Plan, key="plan")
    transport: Transport = section("运输单位", of=Transport, key="transport")
    contract: Contract = section("合同", of=Contract, key="contract")
    pledge: Pledge = section("承诺与签章", of=Pledge, key="pledge")

    def compute(self) -> None:
        """Fill what the form itself decides."""
        derive(self)

    def complete(self, facts: Any) -> None:
        """Fill what only the registers know, as of the day of the facts."""
        name_from_registers(self, facts)
