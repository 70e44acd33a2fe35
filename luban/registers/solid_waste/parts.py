"""What the applicant states, sections s1–s4: who moves it out, where it arises, what it is, who takes it in.

Field names are those of the brief (一般固体废物 1.2), flat inside a section, so that the digested JSON is the chain's.
Both uses share these classes; an item adds its own fields by deriving from them. Sections s5–s9 are in `parts_way`.

Three kinds of values are not typed by the applicant:
- derived from the form alone (`derive`): seq, category_code, major_class, total_qty_t, 省市 of the site;
- derived with the registers' help (`name_from_registers`, stored with the submitted version): waste_name, the full
  addresses, receiver_remaining_t. Blank until then; pages show them from facts;
- prefilled, some of them locked.
`asked_by` names the rule that alone reports a blank.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from luban.kit.conditions import any_row, unless, when
from luban.kit.fields import (
    Adcode,
    Area2,
    Choice,
    CitizenId,
    Code,
    Codes,
    Day,
    Degree6,
    Email,
    Kind,
    LongText,
    Mobile,
    Percent2,
    Phone,
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
from luban.registers.solid_waste.conditions import COLLECTOR, DELEGATED

LNG: dict[str, Any] = {"ge": 73, "le": 136}
LAT: dict[str, Any] = {"ge": 3, "le": 54}
ON_MAP = "从地图上选点，坐标系为 CGCS2000。"
_PERMIT_NO = re.compile(r"[0-9A-Z]{18}\d{3}[A-Z]")


def _permit_no(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = re.sub(r"\s", "", value).upper()
    if value and not _PERMIT_NO.fullmatch(value):
        raise PydanticCustomError(
            "pattern", "排污许可证或登记编号是 22 位：18 位信用代码、3 位数字、1 位字母，请核对。"
        )
    return value or None


PermitNo = Annotated[str | None, BeforeValidator(_permit_no), Kind("code")]


class Generator(Section):
    """s1: the unit that moves the waste out, and its agent."""

    applicant_type: Choice = field("申请主体类型", dictionary="applicant_type", prefill=("previous",))
    generator_id: Text = field("企业 ID", required=False, locked=True, max_len=32, prefill=("data_hub.id",))
    generator_name: Text = field(
        "单位名称", locked=True, max_len=100, prefill=("data_hub.name", "account.organisation")
    )
    generator_uscc: Uscc = field("统一社会信用代码", locked=True, prefill=("account.uscc",))
    generator_legal_rep: Text = field("法定代表人", locked=True, max_len=50, prefill=("data_hub.legal_rep",))
    generator_reg_address: Text = field(
        "注册地址", locked=True, max_len=200, wide=True, prefill=("data_hub.reg_address",)
    )
    generator_industry_code: Code = field(
        "行业代码",
        book="industries",
        max_len=4,
        help="国民经济行业分类（GB/T 4754-2017）小类，4 位。",
        prefill=("data_hub.industry_code", "previous"),
    )
    generator_permit_class: Choice = field(
        "排污许可管理类别", dictionary="permit_category", prefill=("permits_national.class", "previous")
    )
    generator_permit_no: PermitNo = field(
        "许可证编号或登记编号",
        required=when("generator_permit_class", "key", "simplified", "registered"),
        shown=unless("generator_permit_class", "none"),
        prefill=("permits_national.number", "previous"),
    )
    generator_eia_no: Text = field("环评批复（备案）文号", required=False, max_len=80, prefill=("previous",))
    generator_contact_name: Text = field("联系人", max_len=50, prefill=("previous", "account.name"))
    generator_contact_mobile: Mobile = field("联系手机", secret=True, prefill=("previous", "account.mobile"))
    generator_contact_email: Email = field("邮箱", required=False, max_len=100, prefill=("previous",))
    agent_name: Text = field("经办人", max_len=50, prefill=("account.name",))
    agent_id_no: CitizenId = field(
        "经办人证件号",
        required=DELEGATED,
        secret=True,
        reorder=False,
        help="经办人不是法定代表人时填写，并上传授权委托书。",
    )
    agent_mobile: Mobile = field("经办人手机", secret=True, prefill=("account.mobile",))


class SourceUnit(Row):
    """A unit the collector collected from."""

    seq: Whole = field("序号", derived=True)
    source_name: Text = field("来源单位", max_len=100)
    source_uscc: Uscc = field("统一社会信用代码")
    source_county_code: Adcode = field("所在区")
    source_qty_t: Tonnes3 = field("数量", unit="吨", gt=0, reorder=False)


class Source(Section):
    """s2: where and how the waste arises."""

    special_area: Choice = field("特殊管理区域", dictionary="special_area", prefill=("previous",))
    origin_site_name: Text = field("产废（收集）设施名称", max_len=80, prefill=("previous",))
    origin_same_as_reg: YesNo = field("与注册地一致", required=False)
    origin_province_code: Adcode = field("省（自治区、直辖市）", part_of="origin", prefill=("previous",))
    origin_city_code: Adcode = field("市", part_of="origin", prefill=("previous",))
    origin_county_code: Adcode = field("区县", part_of="origin", prefill=("previous",))
    origin_street: Text = field("街道/乡镇", part_of="origin", max_len=50, prefill=("previous",))
    origin_road: Text = field("路/村/园区", part_of="origin", max_len=80, prefill=("previous",))
    origin_house_no: Text = field("门牌号", part_of="origin", max_len=50, prefill=("previous",))
    origin_extra: Text = field(
        "补充说明", part_of="origin", required=False, max_len=100, prefill=("previous",)
    )
    origin_lng: Degree6 = field(
        "经度", part_of="origin", unit="度", help=ON_MAP, prefill=("previous",), **LNG
    )
    origin_lat: Degree6 = field(
        "纬度", part_of="origin", unit="度", help=ON_MAP, prefill=("previous",), **LAT
    )
    origin_full: Text = field("设施全地址", part_of="origin", derived=True)
    process_description: LongText = field(
        "产生过程及工艺说明", max_len=2000, wide=True, help="不少于20字。", prefill=("previous",)
    )
    raw_materials: LongText = field("主要原辅材料", max_len=500, wide=True, prefill=("previous",))
    annual_generation_t: Tonnes3 = field("上一年产生（收集）量", unit="吨", ge=0, prefill=("previous",))
    current_stock_t: Tonnes3 = field("现有贮存量", unit="吨", ge=0, reorder=False)
    storage_place_name: Text = field("厂内贮存场所", max_len=80, prefill=("previous",))
    storage_place_area_m2: Area2 = field(
        "贮存面积", unit="平方米", required=False, gt=0, prefill=("previous",)
    )
    storage_protected: YesNo = field("已落实防扬散、防流失、防渗漏", commitment=True, reorder=False)
    ledger_ok: YesNo = field("已建立固体废物管理台账", commitment=True, reorder=False)
    source_units: list[SourceUnit] = table("收集来源清单", max_rows=500, shown=COLLECTOR, asked_by="SWC-32")


class WasteRow(Row):
    """A kind of waste to be moved."""

    seq: Whole = field("序号", derived=True)
    waste_code: Code = field(
        "废物代码", book="waste_codes", max_len=20, example="900-003-S17", prefill=("previous",)
    )
    category_code: Code = field("废物种类", derived=True)
    major_class: Choice = field("一级分类", derived=True, dictionary="waste_major_class")
    waste_name: Text = field("目录名称", derived=True)
    common_name: Text = field("企业内部名称", max_len=60, prefill=("previous",))
    physical_form: Choice = field("形态", dictionary="physical_form", prefill=("previous",))
    main_components: LongText = field("主要成分", max_len=300, prefill=("previous",))
    moisture_pct: Percent2 = field(
        "含水率", unit="%", ge=0, le=100, required=when("physical_form", "sludge", "semi_solid")
    )
    general_class: Choice = field("一般工业固体废物类别", dictionary="general_class", required=False)
    generation_stage: Text = field("产生工序", max_len=100, prefill=("previous",))
    hazard_attr: Choice = field("属性判定", dictionary="hazard_attr")
    identification_report_no: Text = field(
        "鉴别报告编号",
        max_len=60,
        required=when("hazard_attr", "identified_not_hw"),
        asked_by="SWC-07",
        reorder=False,
    )
    packaging: Choice = field("包装方式", dictionary="packaging", prefill=("previous",))
    planned_qty_t: Tonnes3 = field("计划转移量", unit="吨", reorder=False)
    planned_batches: Whole = field("预计批次", ge=1, le=9999)
    reference_note: LongText = field(
        "废物说明", required=False, max_len=500, help="可参照废物说明参考库填写。"
    )


class Waste(Section):
    """s3: what is to be moved."""

    wastes: list[WasteRow] = table("拟转移废物", min_rows=1, max_rows=20)
    total_qty_t: Tonnes3 = field("计划转移总量", unit="吨", derived=True)


class FacilityRow(Row):
    """A facility of the receiver; the primary one ends the route."""

    facility_name: Text = field("设施名称", max_len=80, prefill=("previous",))
    facility_code: Text = field(
        "设施编号", required=False, max_len=20, example="MF0001", prefill=("previous",)
    )
    facility_kind: Choice = field("设施类型", dictionary="facility_kind", prefill=("previous",))
    facility_province_code: Adcode = field("省（自治区、直辖市）", part_of="facility", asked_by="SWC-26")
    facility_city_code: Adcode = field("市", part_of="facility", asked_by="SWC-26")
    facility_county_code: Adcode = field("区县", part_of="facility", asked_by="SWC-26")
    facility_street: Text = field("街道/乡镇", part_of="facility", max_len=50, asked_by="SWC-26")
    facility_road: Text = field("路/村/园区", part_of="facility", max_len=80, asked_by="SWC-26")
    facility_house_no: Text = field(
        "门牌号", part_of="facility", max_len=50, asked_by="SWC-26", help="确无门牌号的填“无门牌”。"
    )
    facility_extra: Text = field("补充说明", part_of="facility", required=False, max_len=100)
    facility_lng: Degree6 = field("经度", part_of="facility", unit="度", help=ON_MAP, **LNG)
    facility_lat: Degree6 = field("纬度", part_of="facility", unit="度", help=ON_MAP, **LAT)
    facility_full: Text = field("设施全地址", part_of="facility", derived=True)
    design_capacity_t: Tonnes3 = field("设计能力", unit="吨/年", gt=0, prefill=("previous",))
    permitted_waste_codes: Codes = many(
        "许可（环评）接收代码", help="可填至种类，例如 SW17。", prefill=("previous",)
    )
    is_primary: YesNo = field("主设施（路线终点）")


class Receiver(Section):
    """s4: the unit that takes the waste in, and its facilities."""

    receiver_name: Text = field("接收单位名称", max_len=100, prefill=("previous",))
    receiver_uscc: Uscc = field("统一社会信用代码", prefill=("previous",))
    receiver_legal_rep: Text = field("法定代表人", max_len=50, prefill=("previous",))
    receiver_reg_address: Text = field("注册地址", max_len=200, wide=True, prefill=("previous",))
    receiver_province_code: Adcode = field("所在省", prefill=("previous",), help="与主设施所在省一致。")
    receiver_contact_name: Text = field("联系人", max_len=50, prefill=("previous",))
    receiver_contact_mobile: Phone = field("联系方式", secret=True, prefill=("previous",))
    receiver_business_scope: LongText = field("经营范围", max_len=1000, wide=True, prefill=("previous",))
    receiver_permit_class: Choice = field("排污许可类别", dictionary="permit_category", prefill=("previous",))
    receiver_permit_no: PermitNo = field(
        "许可证/登记编号",
        required=when("receiver_permit_class", "key", "simplified", "registered"),
        shown=unless("receiver_permit_class", "none"),
        prefill=("previous",),
    )
    receiver_permit_valid_to: Day = field(
        "有效期至",
        required=when("receiver_permit_class", "key", "simplified", "registered"),
        shown=unless("receiver_permit_class", "none"),
        prefill=("previous",),
    )
    receiver_eia_no: Text = field("环评批复文号", max_len=80, prefill=("previous",))
    receiver_acceptance_ref: Text = field(
        "竣工环保验收文号/公示链接", required=False, max_len=200, prefill=("previous",)
    )
    receiver_annual_capacity_t: Tonnes3 = field("年接收能力", unit="吨", gt=0, prefill=("previous",))
    receiver_committed_t: Tonnes3 = field("本年已承诺接收量", unit="吨", ge=0, reorder=False)
    receiver_remaining_t: Tonnes3 = field("剩余能力", unit="吨", derived=True)
    facilities: list[FacilityRow] = table("设施清单", min_rows=1, max_rows=10)


IDENTIFIED = any_row("waste.wastes", "hazard_attr", "identified_not_hw")
"""Some waste was found not hazardous by identification."""

CLASSED = any_row("waste.wastes", "general_class", "I", "II")
"""Some waste states its class of general industrial waste."""
