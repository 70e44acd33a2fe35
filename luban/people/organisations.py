"""The organisations the house knows from the start: the city bureau and its divisions, the sixteen districts, the
agencies, the neighbouring provinces and the operator.

Source: domain README §2.1, solid-waste.md §0.4 (district codes are GB/T 2260). The three special-area agencies
(``SP-*``) have powers still to be confirmed, so they start disabled and their cases go to the county of the site.
Firms are not seeded here: their code is the 统一社会信用代码 and they come with their accounts.
"""

from collections.abc import Collection
from dataclasses import dataclass

from luban.people.roles import Kind

CITY = "310000"
"""The code of the Shanghai Municipal Bureau of Ecology and Environment (市局)."""

CITY_TITLE = "上海市生态环境局"


@dataclass(frozen=True, slots=True)
class Bureau:
    """One organisation as shipped. ``letter_title`` heads its letters, ``seal_code`` names its seal; both may be ''."""

    code: str
    name: str
    kind: Kind
    adcode: str
    parent: str = ""
    enabled: bool = True
    letter_title: str = ""
    seal_code: str = ""


DISTRICTS = {
    "310101": "黄浦区",
    "310104": "徐汇区",
    "310105": "长宁区",
    "310106": "静安区",
    "310107": "普陀区",
    "310109": "虹口区",
    "310110": "杨浦区",
    "310112": "闵行区",
    "310113": "宝山区",
    "310114": "嘉定区",
    "310115": "浦东新区",
    "310116": "金山区",
    "310117": "松江区",
    "310118": "青浦区",
    "310120": "奉贤区",
    "310151": "崇明区",
}
"""The sixteen districts: 6-digit code → name."""

SPECIAL_AREAS = {
    "SP-BONDED": "保税区管理局",
    "SP-LINGANG": "临港新片区管理委员会",
    "SP-CHEM": "上海化学工业区管理委员会",
}
"""Agencies of special areas (派出机构), disabled until their powers are confirmed."""

DIVISIONS = {
    "310000-SW": "固体废物与化学品处",
    "310000-EIA": "环境影响评价处",
    "310000-RAD": "辐射安全处",
    "310000-AIR": "大气环境处",
    "310000-SVC": "行政审批处",
}
"""Divisions (处室) of the city bureau; the list of names is the demonstration's and is edited by the sys_admin."""

PROVINCES = {
    "110000": "北京市生态环境局",
    "120000": "天津市生态环境局",
    "130000": "河北省生态环境厅",
    "140000": "山西省生态环境厅",
    "150000": "内蒙古自治区生态环境厅",
    "210000": "辽宁省生态环境厅",
    "220000": "吉林省生态环境厅",
    "230000": "黑龙江省生态环境厅",
    "320000": "江苏省生态环境厅",
    "330000": "浙江省生态环境厅",
    "340000": "安徽省生态环境厅",
    "350000": "福建省生态环境厅",
    "360000": "江西省生态环境厅",
    "370000": "山东省生态环境厅",
    "410000": "河南省生态环境厅",
    "420000": "湖北省生态环境厅",
    "430000": "湖南省生态环境厅",
    "440000": "广东省生态环境厅",
    "450000": "广西壮族自治区生态环境厅",
    "460000": "海南省生态环境厅",
    "500000": "重庆市生态环境局",
    "510000": "四川省生态环境厅",
    "520000": "贵州省生态环境厅",
    "530000": "云南省生态环境厅",
    "540000": "西藏自治区生态环境厅",
    "610000": "陕西省生态环境厅",
    "620000": "甘肃省生态环境厅",
    "630000": "青海省生态环境厅",
    "640000": "宁夏回族自治区生态环境厅",
    "650000": "新疆维吾尔自治区生态环境厅",
}
"""The provincial departments that are consulted or told (新疆生产建设兵团: 待核)."""

INSTITUTIONS = {"TECH-HW": "危险废物技术评估机构"}
"""The institutions that evaluate for the bureau; their real names are 待核 and edited by the sys_admin."""

OPERATOR = "OPERATOR"


def _district(code: str, name: str) -> Bureau:
    title = f"上海市{name}生态环境局"
    return Bureau(code, title, Kind.DISTRICT_BUREAU, code, CITY, letter_title=title, seal_code=code)


def bureaus() -> tuple[Bureau, ...]:
    """Every shipped organisation, parents before children."""
    return (
        Bureau(CITY, CITY_TITLE, Kind.CITY_BUREAU, CITY, letter_title=CITY_TITLE, seal_code=CITY),
        *(Bureau(code, name, Kind.DIVISION, CITY, CITY) for code, name in DIVISIONS.items()),
        *(_district(code, name) for code, name in DISTRICTS.items()),
        *(
            Bureau(code, name, Kind.DISTRICT_BUREAU, CITY, CITY, False, name, code)
            for code, name in SPECIAL_AREAS.items()
        ),
        *(
            Bureau(code, name, Kind.PROVINCE_BUREAU, code, letter_title=name)
            for code, name in PROVINCES.items()
        ),
        *(
            Bureau(code, name, Kind.TECH_INSTITUTION, CITY, letter_title=name, seal_code=code)
            for code, name in INSTITUTIONS.items()
        ),
        Bureau(OPERATOR, "平台运维单位", Kind.OPERATOR, CITY),
    )


def handling_bureau(*, county: str, special_area: str = "", enabled: Collection[str] = ()) -> str:
    """The code of the bureau that handles a site: its special-area agency if that is enabled, else its district.

    ``county`` is the 6-digit code of the district, ``special_area`` a code of SPECIAL_AREAS, '' or ``none``,
    ``enabled`` the codes of enabled agencies. Raises ValueError for a code outside Shanghai's lists.
    """
    if special_area not in ("", "none") and special_area not in SPECIAL_AREAS:
        raise ValueError(f"unknown special area {special_area!r}")
    if special_area in enabled:
        return special_area
    if county not in DISTRICTS:
        raise ValueError(f"not a district of Shanghai: {county!r}")
    return county
