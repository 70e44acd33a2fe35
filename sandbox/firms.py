"""The firms and offices of the demonstration: every one invented, every code with a valid check digit.

The last three are the generators of the written examples of hazardous waste (危险废物 §13, samples 1–3), under the names
they are given there.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Firm:
    """A firm as the registries know it. `permit_class` in the words of the permit platform."""

    uscc: str
    name: str
    legal_rep: str
    adcode: str
    address: str
    industry_code: str
    industry_name: str
    scope: str
    permit_class: str
    permit_to: date | None


_UNTIL = date(2029, 12, 31)

FIRMS: tuple[Firm, ...] = (
    Firm("91310115MA1TL1A06J", "上海示例塑新材料有限公司", "示例一", "310115", "上海市浦东新区示例路1号",
         "2929", "塑料零件及其他塑料制品制造", "塑料制品制造、销售（演示）", "registered", _UNTIL),
    Firm("91310113MA1TL2B13A", "上海示例热电有限公司", "示例二", "310113", "上海市宝山区示例路2号",
         "4412", "热电联产", "热力、电力生产（演示）", "key", _UNTIL),
    Firm("91310116MA1TL3C20A", "上海示例印染有限公司", "示例三", "310116", "上海市金山区示例路3号",
         "1713", "棉印染精加工", "纺织品印染加工（演示）", "key", _UNTIL),
    Firm("91310118MA1TL4D38X", "上海示例综合收集有限公司", "示例四", "310118", "上海市青浦区示例路4号",
         "7723", "固体废物治理", "一般固体废物收集、贮存（演示）", "registered", _UNTIL),
    Firm("91320583MA2TL5E47U", "昆山示例再生塑料有限公司", "示例五", "320583", "江苏省苏州市昆山市示例镇示例路18号",
         "4220", "非金属废料和碎屑加工处理", "废塑料再生利用（演示）", "simplified", date(2029, 1, 1)),
    Firm("91340705MA2TL6F544", "铜陵示例建材有限公司", "示例六", "340705", "安徽省铜陵市铜官区示例路6号",
         "3031", "粘土砖瓦及建筑砌块制造", "建筑材料生产（演示）", "simplified", _UNTIL),
    Firm("91330411MA2TL7G61T", "嘉兴示例环保能源有限公司", "示例七", "330411", "浙江省嘉兴市秀洲区示例路7号",
         "7723", "固体废物治理", "一般工业固体废物焚烧处置（演示）", "key", _UNTIL),
    Firm("91341103MA2TL8H790", "滁州示例固废填埋有限公司", "示例八", "341103", "安徽省滁州市南谯区示例路8号",
         "7723", "固体废物治理", "一般工业固体废物填埋处置（演示）", "key", _UNTIL),
    Firm("91310112MA1TL9J804", "上海示例通达物流有限公司", "示例九", "310112", "上海市闵行区示例路9号",
         "5431", "普通货物道路运输", "普通货物道路运输（演示）", "none", None),
    Firm("91340202MA2TL0K928", "安徽示例航运有限公司", "示例十", "340202", "安徽省芜湖市镜湖区示例路10号",
         "5523", "内河货物运输", "国内水路货物运输（演示）", "none", None),
    Firm("91310117MA1TLAL00N", "上海示例环卫运输有限公司", "示例十一", "310117", "上海市松江区示例路11号",
         "7820", "环境卫生管理", "一般固体废物道路运输（演示）", "none", None),
    Firm("91310115MA7K3Q2X8Y", "上海拾穗微电子有限公司", "示例十二", "310115", "上海市浦东新区示例路115号",
         "3982", "电子电路制造", "印制电路板制造（演示）", "key", _UNTIL),
    Firm("91310116MA1GT58L82", "上海澄泥新材料有限公司", "示例十三", "310116", "上海市金山区示例路116号",
         "2651", "初级形态塑料及合成树脂制造", "合成树脂制造（演示）", "key", _UNTIL),
    Firm("91310120574219H69G", "上海禾序化工有限公司", "示例十四", "310120", "上海市奉贤区示例路120号",
         "2614", "有机化学原料制造", "有机化学原料制造（演示）", "key", _UNTIL),
)  # fmt: skip

_DISTRICTS = {
    "310101": "黄浦区", "310104": "徐汇区", "310105": "长宁区", "310106": "静安区", "310107": "普陀区",
    "310109": "虹口区", "310110": "杨浦区", "310112": "闵行区", "310113": "宝山区", "310114": "嘉定区",
    "310115": "浦东新区", "310116": "金山区", "310117": "松江区", "310118": "青浦区", "310120": "奉贤区",
    "310151": "崇明区",
}  # fmt: skip

OFFICES: tuple[tuple[str, str], ...] = (
    ("310000", "上海市生态环境局（演示）"),
    *((code, f"上海市{name}生态环境局（演示）") for code, name in _DISTRICTS.items()),
    ("TECH-HW", "危险废物技术评估机构（演示）"),
)
"""Whose seals are kept: the bureaus, and the institution that signs the reports of its evaluations."""

ONLINE_PROVINCES = frozenset({"320000", "330000", "340000"})
"""Bureaus with an online channel for letters; letters to others are posted by hand."""


SEALED: tuple[tuple[str, str], ...] = (
    ("91310114631987K21K", "沪川危险货物运输有限公司（演示）"),
    ("91330803MA2DLX808C", "浙江瓯安运输有限公司（演示）"),
    ("91310117MA1TLBB01X", "上海示例苏申运输有限公司"),
    ("91340202MA2TLCC02X", "安徽示例皖江危险货物运输有限公司"),
)
"""Further firms whose seals are kept: carriers that sign pledges."""


def firm(*, uscc: str) -> Firm | None:
    """The firm with this code."""
    return next((one for one in FIRMS if one.uscc == uscc), None)
