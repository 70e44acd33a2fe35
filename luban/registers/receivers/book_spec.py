"""The registers of receiving firms: facilities, penalties, licences and what a licence covers.

A firm is one row, its licences and their lines are rows of their own, so that each changes by date alone.
Source: 危险废物跨省转移业务说明 §1.2.
"""

from collections.abc import Iterator
from pathlib import Path

from luban.kit.book import BookOnDay, BookSpec, Column, Entry
from luban.kit.book_checks import credit_codes, provinces
from luban.registers.hazardous_waste.codes import CODE, category_of

DATA = Path(__file__).parent / "data"
SOURCE = "危险废物跨省转移业务说明 1.2"
CREDIT = ("normal", "attention", "blacklisted")
KINDS = ("comprehensive", "collection", "medical")
STATES = ("valid", "expired", "suspended", "revoked", "cancelled")
MATCHES = ("ALL", "INCLUDE", "EXCEPT", "CATEGORY_ONLY")
FAMILIES = ("R", "D", "S")


def _check_receiver(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    yield from credit_codes(values=[entry.key])
    yield from provinces(values=[entry["province"]])
    if entry["facility_adcode"][:2] != entry["province"][:2]:
        yield f"设施所在区县{entry['facility_adcode']}不在省份{entry['province']}之内。"
    if (entry["lng"] is None) != (entry["lat"] is None):
        yield "经度和纬度要一起填写。"


def _check_penalty(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    yield from credit_codes(values=[entry["uscc"]])


def _check_licence(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    yield from credit_codes(values=[entry["holder_uscc"]], who="持证人")
    if entry["valid_from"] > entry["valid_to"]:
        yield "许可证有效期起始日不得晚于截止日。"
    strange = [mode for mode in entry["business_modes"] if mode not in FAMILIES]
    if strange:
        yield f"经营方式“{'、'.join(strange)}”应为 R、D 或 S。"


def _check_scope(entry: Entry, before: Entry | None, book: BookOnDay) -> Iterator[str]:
    listed = entry["match_type"] in ("INCLUDE", "EXCEPT")
    if listed and not entry["codes"]:
        yield f"匹配方式为{entry['match_type']}时请列出废物代码。"
    if not listed and entry["codes"]:
        yield f"匹配方式为{entry['match_type']}时不列废物代码。"
    for code in entry["codes"]:
        if CODE.fullmatch(code) is None or category_of(code) != entry["category"]:
            yield f"废物代码“{code}”不属于{entry['category']}。"
    if entry["capacity_t"] is not None and entry["capacity_t"] <= 0:
        yield "核准规模应大于0。"


SPECS = (
    BookSpec(
        code="receivers",
        title="危险废物接收单位",
        columns=(
            Column("uscc", "统一社会信用代码", required=True),
            Column("name", "单位名称", required=True),
            Column("province", "省份", required=True),
            Column("facility_adcode", "设施所在区县", required=True),
            Column("facility_address", "设施地址", required=True),
            Column("lng", "设施经度", "decimal"),
            Column("lat", "设施纬度", "decimal"),
            Column("contact", "联系人"),
            Column("phone", "联系电话"),
            Column("credit_flag", "信用状态", "choice", required=True, choices=CREDIT),
            Column("national_facility", "全国统筹布局设施", "flag", required=True),
            Column("accident_free", "近3年无较大及以上环境事件和重特大安全事故（空＝不明）", "flag"),
        ),
        key=("uscc",),
        source=SOURCE,
        removable=True,
        file=DATA / "receivers.csv",
        check=_check_receiver,
    ),
    BookSpec(
        code="receiver_penalties",
        title="接收单位行政处罚",
        columns=(
            Column("uscc", "统一社会信用代码", required=True),
            Column("document_no", "处罚文号", required=True),
            Column("on", "处罚日", "date", required=True),
            Column("hazardous", "涉危险废物", "flag", required=True),
        ),
        key=("uscc", "document_no"),
        source=SOURCE,
        removable=True,
        check=_check_penalty,
    ),
    BookSpec(
        code="receiver_licences",
        title="危险废物经营许可证",
        columns=(
            Column("licence_no", "许可证编号", required=True),
            Column("holder_uscc", "持证人信用代码", required=True),
            Column("kind", "种类", "choice", required=True, choices=KINDS),
            Column("business_modes", "经营方式", "codes"),
            Column("valid_from", "有效期起", "date", required=True),
            Column("valid_to", "有效期止", "date", required=True),
            Column("issuer", "发证机关", required=True),
            Column("status", "状态", "choice", required=True, choices=STATES),
            Column("verified", "已核实（来自发证机关或国家系统）", "flag", required=True),
        ),
        key=("licence_no",),
        source=SOURCE,
        file=DATA / "receiver_licences.csv",
        check=_check_licence,
    ),
    BookSpec(
        code="licence_scopes",
        title="许可证核准经营类别",
        columns=(
            Column("licence_no", "许可证编号", required=True),
            Column("seq", "行号", "integer", required=True),
            Column("category", "废物类别", required=True),
            Column("match_type", "匹配方式", "choice", required=True, choices=MATCHES),
            Column("codes", "废物代码", "codes"),
            Column("mode_codes", "核准方式（空＝仅有大类）", "codes"),
            Column("mode_family", "大类", "choice", required=True, choices=FAMILIES),
            Column("capacity_t", "核准规模（吨/年）", "decimal"),
            Column("capacity_group", "规模组（同组各行共用规模）"),
            Column("received_ytd_t", "本年已接收量（吨）", "decimal"),
            Column("committed_t", "外省已批未转余量（吨）", "decimal"),
            Column("usage_source", "用量来源", "choice", required=True, choices=("synced", "declared")),
        ),
        key=("licence_no", "seq"),
        source=SOURCE,
        removable=True,
        file=DATA / "licence_scopes.csv",
        check=_check_scope,
    ),
)
