"""What a carrier states of itself: which filing, the firm and its licence, its vehicles, its persons.

Fields have the names the library of carriers gives them (`registers/carriers`), so that a filing and an entry say the
same. Whether a vehicle's certificate has run out is never stated but seen from its day. Source: domain brief
危险废物 §1.1, §12.8–12.10.
"""

from __future__ import annotations

from luban.kit.conditions import unless, when
from luban.kit.fields import (
    Adcode,
    Choice,
    Code,
    Codes,
    Day,
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
from luban.kit.form import Form, Row, Section, section

CANCEL = "cancel"
CLASSES = "danger_class"
DETAILED = unless("filing.kind", CANCEL)
"""Everything but giving the filing up asks for vehicles and persons."""

EXPLAINED = when("kind", "change", CANCEL, "restore")
"""A firm that has filed before says why it files again."""


class Filing(Section):
    """Which filing this is."""

    kind: Choice = field(
        "备案类型", dictionary="carrier_filing_kind", reorder=False, prefill=("own_carrier.kind",)
    )
    reason: LongText = field(
        "变更、注销或恢复的原因",
        max_len=500,
        wide=True,
        required=EXPLAINED,
        shown=EXPLAINED,
        reorder=False,
    )


class CarrierInfo(Section):
    """The firm and its road transport licence."""

    name: Text = field(
        "单位名称",
        locked=True,
        max_len=100,
        prefill=("data_hub.name", "account.organisation"),
        help="与营业执照一致。",
    )
    uscc: Uscc = field("统一社会信用代码", locked=True, prefill=("account.uscc",))
    reg_adcode: Adcode = field("注册地区划", prefill=("own_carrier.reg_adcode", "previous"))
    reg_address: Text = field(
        "注册地址",
        max_len=200,
        wide=True,
        prefill=("data_hub.reg_address", "own_carrier.reg_address", "previous"),
    )
    legal_person: Text = field(
        "法定代表人",
        max_len=50,
        secret=True,
        prefill=("data_hub.legal_rep", "own_carrier.legal_person", "previous"),
    )
    contact_name: Text = field(
        "联系人", max_len=50, secret=True, prefill=("own_carrier.contact_name", "previous", "account.name")
    )
    contact_phone: Phone = field("联系电话", secret=True, prefill=("own_carrier.contact_phone", "previous"))
    emergency_phone: Phone = field(
        "24小时应急电话",
        secret=True,
        prefill=("own_carrier.emergency_phone", "previous"),
        help="手机，或带区号的座机。",
    )
    rtl_no: Text = field(
        "道路运输经营许可证号",
        max_len=40,
        prefill=("own_carrier.rtl_no", "previous"),
        help="按证照原样填写。",
    )
    rtl_issuer: Text = field("发证机关", max_len=60, prefill=("own_carrier.rtl_issuer", "previous"))
    rtl_from: Day = field("许可证有效期起", prefill=("own_carrier.rtl_from",), reorder=False)
    rtl_to: Day = field("许可证有效期止", prefill=("own_carrier.rtl_to",), reorder=False)
    rtl_scope: Codes = many(
        "经营范围",
        dictionary=CLASSES,
        prefill=("own_carrier.rtl_scope", "previous"),
        help="许可证所载危险货物类项；许可证写明“危险废物”的选“危险废物”。",
    )
    insurance_to: Day = field(
        "承运人责任险止期", required=False, prefill=("own_carrier.insurance_to",), reorder=False
    )
    gps_platform: Text = field(
        "接入的卫星定位监控平台",
        required=False,
        max_len=60,
        prefill=("own_carrier.gps_platform", "previous"),
    )
    municipal_listed: YesNo = field(
        "列入本市危废专业运输单位名录", required=False, prefill=("own_carrier.municipal_listed", "previous")
    )


class VehicleRow(Row):
    """A vehicle, ship or wagon."""

    plate_no: Code = field("车牌号", max_len=20, example="沪A12345", help="船舶、铁路车辆填船名或车号。")
    vehicle_type: Choice = field("车辆类型", dictionary="hw_vehicle_type")
    load_t: Tonnes4 = field("核定载质量", unit="吨", gt=0, le=60)
    transport_cert_no: Text = field("道路运输证号", max_len=40)
    cert_to: Day = field("道路运输证有效期至", help="或年审有效期。")
    cert_scope: Codes = many("车辆类项", dictionary=CLASSES, required=False)
    fuel_type: Choice = field("燃料类型", dictionary="vehicle_fuel")
    emission_stage: Choice = field("排放阶段", dictionary="vehicle_emission")
    gps_device_no: Text = field("定位终端号", required=False, max_len=40, help="不填视为未绑定卫星定位终端。")
    status: Choice = field("车辆状态", dictionary="carrier_vehicle_status")


class Fleet(Section):
    """The vehicles."""

    vehicles: list[VehicleRow] = table(
        "车辆", min_rows=0, max_rows=500, prefill=("own_carrier.vehicles", "previous")
    )


class PersonRow(Row):
    """A person with a certificate. Identity numbers are not asked for."""

    name: Text = field("姓名", max_len=50)
    role: Choice = field("岗位", dictionary="carrier_person_role")
    cert_no: Text = field("从业资格证号", max_len=40)
    cert_to: Day = field("从业资格证有效期至")


class Staff(Section):
    """Drivers, escorts, loaders."""

    persons: list[PersonRow] = table(
        "人员", min_rows=0, max_rows=1000, prefill=("own_carrier.persons", "previous")
    )


class Pledge(Section):
    """The firm's word."""

    truthful: YesNo = field(
        "承诺所填信息和所附材料真实、准确、完整，发生变化及时办理变更", commitment=True, reorder=False
    )


class CarrierFiling(Form):
    """The filing."""

    filing: Filing = section("备案事项", of=Filing, key="s1")
    carrier: CarrierInfo = section("运输单位与许可证", of=CarrierInfo, key="s2")
    fleet: Fleet = section("车辆", of=Fleet, key="s3", shown=DETAILED)
    staff: Staff = section("人员", of=Staff, key="s4", shown=DETAILED)
    pledge: Pledge = section("承诺", of=Pledge, key="s5")


FIRST_OR_AGAIN = when("filing.kind", "add", "restore")
"""Filings that hand in every paper anew."""
