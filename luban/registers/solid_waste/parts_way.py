"""What the applicant states, sections s5–s9: who carries it, which way, under which contract, to what end, and the pledge.

See `parts` for s1–s4 and for how values are derived. Contract terms and pledges are never copied into a new application.
"""

from __future__ import annotations

from luban.kit.conditions import any_row, some, unless, when
from luban.kit.fields import (
    Adcode,
    Choice,
    Code,
    Codes,
    Day,
    Km1,
    LongText,
    Phone,
    Plate,
    Text,
    Tonnes3,
    Uscc,
    Whole,
    YesNo,
    field,
    many,
    table,
)
from luban.kit.form import Row, Section
from luban.registers.solid_waste.conditions import BY_SHIP

MODES = (("road", "汽车"), ("ship", "轮船"), ("other", "其他"))
NOT_SELF = unless("is_self_transport", True)
OTHER_WAY = some(
    any_row("route.legs", "leg_mode", "other"), any_row("transport.carriers", "carrier_mode", "other")
)


class Vehicle(Row):
    """A lorry of the carrier."""

    plate_no: Plate = field("车牌号")
    vehicle_type: Text = field("车型", required=False, max_len=40)
    load_t: Tonnes3 = field("核定载质量", unit="吨", required=False, gt=0)
    emission_stage: Choice = field("排放阶段", dictionary="vehicle_emission", required=False)


class Ship(Row):
    """A ship of the carrier."""

    ship_name: Text = field("船名", max_len=60)
    ship_reg_no: Text = field("船舶登记号", max_len=40)
    mmsi: Code = field("MMSI", required=False, max_len=9, help="9 位数字。")
    deadweight_t: Tonnes3 = field("载重吨", unit="吨", gt=0)
    ship_cert_valid_to: Day = field("船舶证书有效期至")


class CarrierRow(Row):
    """A carrier."""

    seq: Whole = field("序号", derived=True)
    carrier_name: Text = field("名称", max_len=100, prefill=("carriers.name", "previous"))
    carrier_uscc: Uscc = field("统一社会信用代码", prefill=("carriers.uscc", "previous"))
    carrier_mode: Choice = field("承运方式", options=MODES, prefill=("carriers.mode", "previous"))
    carrier_licence_type: Choice = field(
        "资质类型", dictionary="carrier_licence_type", prefill=("carriers.licence_type", "previous")
    )
    carrier_licence_no: Text = field("资质编号", max_len=40, prefill=("carriers.licence_no", "previous"))
    carrier_licence_valid_to: Day = field("资质有效期至", prefill=("carriers.licence_valid_to", "previous"))
    carrier_contact_name: Text = field("联系人", max_len=50, prefill=("carriers.contact_name", "previous"))
    carrier_contact_mobile: Phone = field(
        "联系电话", secret=True, prefill=("carriers.contact_mobile", "previous")
    )
    is_self_transport: YesNo = field(
        "自行运输", required=False, help="移出或接收单位自己运输的勾选，免交运输合同。"
    )
    transport_contract_no: Text = field(
        "运输合同编号", max_len=60, required=NOT_SELF, shown=NOT_SELF, reorder=False
    )
    transport_contract_start: Day = field("运输合同起", required=NOT_SELF, shown=NOT_SELF, reorder=False)
    transport_contract_end: Day = field("运输合同止", required=NOT_SELF, shown=NOT_SELF, reorder=False)
    transport_contract_clause: YesNo = field(
        "运输合同已约定污染防治要求",
        required=NOT_SELF,
        shown=NOT_SELF,
        commitment=True,
        asked_by="SWC-20",
        reorder=False,
    )
    vehicles: list[Vehicle] = table("车辆", max_rows=200, shown=when("carrier_mode", "road"))
    ships: list[Ship] = table("船舶", max_rows=50, shown=when("carrier_mode", "ship"), asked_by="SWC-22")


class Transport(Section):
    """s5: the carriers."""

    carriers: list[CarrierRow] = table("运输单位", min_rows=1, max_rows=10)


class Leg(Row):
    """A leg of the route."""

    leg_seq: Whole = field("段号", derived=True)
    leg_mode: Choice = field("方式", options=MODES, prefill=("previous",))
    from_name: Text = field("起点", max_len=80, prefill=("previous",))
    from_county_code: Adcode = field("起点所在区县", prefill=("previous",))
    to_name: Text = field("止点", max_len=80, prefill=("previous",))
    to_county_code: Adcode = field("止点所在区县", prefill=("previous",))
    leg_distance_km: Km1 = field("里程", unit="公里", gt=0, prefill=("previous",))
    via_roads: LongText = field(
        "途经道路/航道",
        max_len=300,
        help="逐条填写，不能只写“按导航”。",
        prefill=("previous",),
    )
    via_province_codes: Codes = many("途经省份", required=False, prefill=("previous",))


class Route(Section):
    """s6: the route, leg by leg."""

    legs: list[Leg] = table("运输路线", min_rows=1, max_rows=10)
    transport_mode: Choice = field("主运输方式", derived=True, dictionary="transport_mode")
    route_distance_km: Km1 = field("总里程", unit="公里", derived=True)
    transit_province_codes: Codes = many("途经省（不含起讫）", derived=True)
    departure_wharf_name: Text = field(
        "离岸码头名称",
        book="wharves",
        max_len=80,
        required=BY_SHIP,
        shown=BY_SHIP,
        asked_by="SWC-21",
        prefill=("previous",),
    )
    departure_wharf_county_code: Adcode = field(
        "离岸码头所在区县", required=BY_SHIP, shown=BY_SHIP, asked_by="SWC-21", prefill=("previous",)
    )
    departure_wharf_address: Text = field(
        "离岸码头地址", max_len=200, required=BY_SHIP, shown=BY_SHIP, asked_by="SWC-21", prefill=("previous",)
    )
    departure_wharf_operator: Text = field(
        "码头经营单位", max_len=100, required=BY_SHIP, shown=BY_SHIP, asked_by="SWC-21", prefill=("previous",)
    )
    departure_wharf_operator_uscc: Uscc = field(
        "码头经营单位统一社会信用代码", required=False, shown=BY_SHIP, prefill=("previous",)
    )
    departure_wharf_licence_no: Text = field(
        "港口经营许可证编号", required=False, max_len=60, shown=BY_SHIP, prefill=("previous",)
    )
    arrival_wharf_name: Text = field(
        "到岸码头名称",
        required=False,
        max_len=80,
        shown=BY_SHIP,
        help="采用轮船运输的填写。",
        prefill=("previous",),
    )
    arrival_wharf_county_code: Adcode = field(
        "到岸码头所在区县", required=False, shown=BY_SHIP, prefill=("previous",)
    )
    other_mode_desc: Text = field(
        "其他方式说明",
        max_len=200,
        required=OTHER_WAY,
        shown=OTHER_WAY,
        asked_by="SWC-25",
        help="如铁路、管道。",
        prefill=("previous",),
    )
    has_transfer_station: YesNo = field("是否中转贮存", prefill=("previous",))
    transfer_station_address: Text = field(
        "中转地址",
        max_len=200,
        required=when("has_transfer_station"),
        shown=when("has_transfer_station"),
        prefill=("previous",),
    )
    trip_frequency: Text = field("转移频次", max_len=50, example="每周2次", prefill=("previous",))


class Contract(Section):
    """s7: the contract with the receiver, and the term applied for."""

    contract_no: Text = field("接收合同编号", max_len=60, reorder=False)
    contract_sign_date: Day = field("签订日期", reorder=False)
    contract_start: Day = field("合同起", reorder=False)
    contract_end: Day = field("合同止", reorder=False)
    contract_qty_t: Tonnes3 = field("合同约定量", unit="吨", gt=0, reorder=False)
    contract_pollution_clause: YesNo = field(
        "合同已约定污染防治要求", commitment=True, asked_by="SWC-20", reorder=False
    )
    contract_clause_page: Whole = field("条款所在页", required=False, ge=1, reorder=False)
    start_date: Day = field("转移开始日期", reorder=False)
    end_date: Day = field("转移结束日期", reorder=False)


class Destination(Section):
    """s8, first answer: what becomes of the waste."""

    end_use_type: Choice = field("去向", dictionary="end_use_type", prefill=("previous",))


class EndProcess(Section):
    """s8, common answers: how it is done, to what standard, what is left over; each item adds its methods."""

    end_process_description: LongText = field(
        "利用/处置工艺说明", max_len=2000, wide=True, help="不少于30字。", prefill=("previous",)
    )
    pollution_standard: Text = field("执行的污染控制标准", required=False, max_len=200, prefill=("previous",))
    residue_name: Text = field("残余物", required=False, max_len=100, prefill=("previous",))
    residue_qty_t: Tonnes3 = field("残余物量", unit="吨", required=False, ge=0, prefill=("previous",))
    residue_destination: LongText = field("残余物去向", max_len=500, required=False, prefill=("previous",))


class Pledge(Section):
    """s9: pledges and signature."""

    truth_commitment: YesNo = field("所填内容和所附材料真实、准确、完整", commitment=True, reorder=False)
    legal_liability_read: YesNo = field("已阅读并知悉法律责任", commitment=True, reorder=False)
    ledger_retention_commitment: YesNo = field("台账与凭证保存不少于5年", commitment=True, reorder=False)
    seal_mode: Choice = field("签章方式", dictionary="seal_mode", reorder=False)
    form_date: Day = field("签章日期", derived=True, reorder=False)
    seal_result_id: Text = field("签章结果编号", derived=True, reorder=False)
