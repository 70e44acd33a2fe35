"""What the applicant states, 3.4–3.7: how and when it goes, who carries it, under what contract, what is pledged.

A carrier and its vehicles are chosen from the library of carriers; all but the choice is read from it (`derived`).
Source: domain brief 危险废物 第一部分 §3.4–§3.7.
"""

from __future__ import annotations

from luban.items.hazwaste_transfer_out.conditions import BY_SHIP, BY_SHIP_OR_RAIL, COMBINED, OUT_OF_REGION
from luban.kit.conditions import when
from luban.kit.fields import (
    Choice,
    Choices,
    Code,
    Codes,
    Day,
    Km1,
    LongText,
    Phone,
    Text,
    Tonnes4,
    Uscc,
    YesNo,
    field,
    many,
    table,
)
from luban.kit.form import Row, Section

LEVELS = (
    ("OK", "可选"),
    ("REMIND", "可选，有提醒"),
    ("UNQUALIFIED", "不符合条件"),
    ("INCOMPLETE", "备案信息不全"),
)
KM_KINDS = (("table", "公路里程表"), ("estimated", "按两端坐标估算"))


class Plan(Section):
    """3.4: the term, the quantity and the way."""

    plan_start: Day = field("拟转移开始日期", reorder=False)
    plan_end: Day = field("拟转移结束日期", reorder=False)
    plan_months: Text = field("申请期限", derived=True)
    total_t: Tonnes4 = field("申请总量", unit="吨", derived=True)
    transport_mode: Choices = many("运输方式", dictionary="hw_transport_mode", prefill=("previous",))
    route_desc: LongText = field(
        "运输路线",
        max_len=1000,
        wide=True,
        help="写明主要高速公路、国道，不少于10字。",
        prefill=("previous",),
    )
    transit_provinces: Codes = many(
        "途经省份", required=False, help="按经过的先后填写，6 位区划代码。", prefill=("previous",)
    )
    route_km: Km1 = field("申报里程", unit="千米", gt=0, prefill=("distances.km", "previous"))
    system_km: Km1 = field("系统里程", unit="千米", derived=True)
    system_km_kind: Choice = field("系统里程来源", options=KM_KINDS, derived=True)
    departure_port: Text = field(
        "离岸码头（发站）",
        max_len=100,
        required=BY_SHIP,
        shown=BY_SHIP_OR_RAIL,
        prefill=("previous",),
    )
    arrival_port: Text = field(
        "到岸码头（到站）",
        max_len=100,
        required=BY_SHIP,
        shown=BY_SHIP_OR_RAIL,
        prefill=("previous",),
    )
    transit_storage: YesNo = field("中途是否停放/转运", prefill=("previous",))
    transit_storage_place: Text = field(
        "停放/转运地点",
        max_len=200,
        required=when("transit_storage"),
        shown=when("transit_storage"),
        prefill=("previous",),
    )
    emergency_plan_no: Text = field("突发环境事件应急预案备案号", max_len=60, prefill=("previous",))
    emergency_measures: LongText = field("运输应急措施", max_len=1000, wide=True, prefill=("previous",))
    proximity_reason: LongText = field(
        "不就近转移理由",
        max_len=1000,
        wide=True,
        required=OUT_OF_REGION,
        shown=OUT_OF_REGION,
        asked_by="P-23",
        help="接收单位不在江苏、浙江、安徽的填写，不少于30字。",
    )
    necessity_reason: LongText = field("跨省转移必要性", max_len=1000, wide=True)


class VehicleRow(Row):
    """A vehicle chosen from the carrier's own; all but its plate is read from the library."""

    plate_no: Code = field("车牌号", max_len=20)
    vehicle_type: Choice = field("车辆类型", dictionary="hw_vehicle_type", derived=True)
    load_t: Tonnes4 = field("核定载质量", unit="吨", derived=True)
    fuel_type: Choice = field("燃料类型", dictionary="vehicle_fuel", derived=True)
    emission_stage: Choice = field("排放阶段", dictionary="vehicle_emission", derived=True)
    transport_cert_no: Text = field("道路运输证号", derived=True)
    cert_to: Day = field("道路运输证有效期至", derived=True)
    gps_device_no: Text = field("定位终端号", derived=True)


class CarrierRow(Row):
    """A carrier chosen from the library; what the library holds of it is read-only."""

    carrier_id: Code = field(
        "运输单位编号",
        max_len=20,
        help="从运输单位库选择，不能手填单位信息。",
        prefill=("chosen_carrier.carrier_id",),
    )
    carrier_name: Text = field("运输单位名称", derived=True, prefill=("chosen_carrier.name",))
    uscc: Uscc = field("统一社会信用代码", derived=True, prefill=("chosen_carrier.uscc",))
    rtl_no: Text = field("道路运输经营许可证号", derived=True, prefill=("chosen_carrier.rtl_no",))
    rtl_to: Day = field("道路运输经营许可证有效期至", derived=True, prefill=("chosen_carrier.rtl_to",))
    rtl_scope: Codes = many(
        "经营范围（类项）", dictionary="danger_class", derived=True, prefill=("chosen_carrier.rtl_scope",)
    )
    contact: Text = field("联系人", derived=True, secret=True)
    phone: Phone = field("联系电话", derived=True, secret=True)
    vehicles: list[VehicleRow] = table("车辆", min_rows=1, max_rows=200, reorder=False)
    drivers: Choices = many("驾驶员", required=False, reorder=False, help="从该单位有效的驾驶员中选择。")
    escorts: Choices = many("押运员", required=False, reorder=False, help="从该单位有效的押运员中选择。")
    contract_no: Text = field("运输合同编号", max_len=60, reorder=False)
    contract_from: Day = field("运输合同起", reorder=False)
    contract_to: Day = field("运输合同止", reorder=False)
    segment: Text = field(
        "承运区段",
        max_len=200,
        required=COMBINED,
        shown=COMBINED,
        prefill=("previous",),
        help="联运的写明起点和止点。",
    )
    eligibility_level: Choice = field("选择资格", options=LEVELS, derived=True)
    eligibility_reasons: LongText = field("资格提示", derived=True)


class Transport(Section):
    """3.5: the carriers."""

    carriers: list[CarrierRow] = table("运输单位", min_rows=1, max_rows=10)


class Contract(Section):
    """3.6: the contract with the receiver."""

    contract_no: Text = field("合同编号", max_len=60, reorder=False)
    contract_kind: Choice = field("合同类型", dictionary="contract_kind", reorder=False)
    contract_from: Day = field("合同有效期起", reorder=False)
    contract_to: Day = field("合同有效期止", reorder=False)
    contract_total_t: Tonnes4 = field("合同数量", unit="吨", gt=0, reorder=False)
    contract_parties: Text = field("合同双方", derived=True)
    pollution_clause: YesNo = field(
        "合同已约定污染防治要求及相关责任", commitment=True, asked_by="P-25", reorder=False
    )


class Pledge(Section):
    """3.7: pledges and signature."""

    commit_true: YesNo = field("所填内容和所附材料真实、准确、完整", commitment=True, reorder=False)
    commit_transport: YesNo = field("运输单位已签署运输承诺书", commitment=True, reorder=False)
    commitment_mode: Choice = field("签章方式", dictionary="seal_mode", reorder=False)
    sign_cert_sn: Text = field("签章证书序列号", derived=True, reorder=False)
    signed_at: Day = field("签章日期", derived=True, reorder=False)
