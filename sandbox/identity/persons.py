"""Whom the two platforms know: every one invented, under the names of the product's demonstration accounts.

A few are there to be refused: an official no directory holds, an agent whose authorisation has run out; one agent is new
to the product and gets an account by coming.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.firms import firm

CITY, EGOV = "city", "egov"


@dataclass(frozen=True)
class Human:
    """Somebody a platform vouches for: account, name, organisation code and name, a line of the list, further claims."""

    account: str
    name: str
    org_code: str
    org_name: str
    about: str
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sub(self) -> str:
        """The subject, which the product ties accounts to."""
        return f"demo-{self.account}"

    @property
    def claims(self) -> dict[str, Any]:
        """What the platform says of this person."""
        return {
            "sub": self.sub,
            "account": self.account,
            "name": self.name,
            "org_code": self.org_code,
            "org_name": self.org_name,
            **self.more,
        }


_FIRMS = (
    ("suxin", "示例塑新", "91310115MA1TL1A06J"),
    ("redian", "示例热电", "91310113MA1TL2B13A"),
    ("yinran", "示例印染", "91310116MA1TL3C20A"),
    ("shouji", "示例收集", "91310118MA1TL4D38X"),
    ("kunshan", "示例昆山再生", "91320583MA2TL5E47U"),
    ("tongling", "示例铜陵建材", "91340705MA2TL6F544"),
    ("jiaxing", "示例嘉兴环保", "91330411MA2TL7G61T"),
    ("chuzhou", "示例滁州填埋", "91341103MA2TL8H790"),
    ("tongda", "示例通达物流", "91310112MA1TL9J804"),
    ("hangyun", "示例航运", "91340202MA2TL0K928"),
    ("huanwei", "示例环卫", "91310117MA1TLAL00N"),
    ("shisui", "示例拾穗", "91310115MA7K3Q2X8Y"),
    ("chengni", "示例澄泥", "91310116MA1GT58L82"),
    ("hexu", "示例禾序", "91310120574219H69G"),
)
_AGENTS = (
    (
        "suxin_agent",
        "示例塑新经办人",
        "经办人，授权办理一般固体废物转移",
        ("solid_waste_utilisation", "solid_waste_disposal"),
        None,
    ),
    ("suxin_newcomer", "示例塑新新经办人", "经办人，第一次登录本平台", ("solid_waste_utilisation",), None),
    (
        "suxin_former",
        "示例塑新原经办人",
        "经办人，授权已到期",
        ("solid_waste_utilisation",),
        "2020-12-31",
    ),
)
_POSTS = {
    "window": "受理",
    "reviewer": "审查甲",
    "reviewer2": "审查乙",
    "leader": "负责人",
    "register": "台账甲",
    "register2": "台账乙",
}
_DISTRICTS = (
    ("310115", "pudong", "浦东", "上海市浦东新区生态环境局"),
    ("310113", "baoshan", "宝山", "上海市宝山区生态环境局"),
    ("310118", "qingpu", "青浦", "上海市青浦区生态环境局"),
    ("310116", "jinshan", "金山", "上海市金山区生态环境局"),
)
_CITY_POSTS = {**_POSTS, "chain": "链与接入", "director": "处长甲", "director2": "处长乙", "leader": "局领导"}
_OTHERS = (
    ("tech_officer", "示例评估经办", "TECH-HW", "危险废物技术评估机构"),
    ("tech_supervisor", "示例评估负责人", "TECH-HW", "危险废物技术评估机构"),
    ("jiangsu", "示例江苏省厅经办", "320000", "江苏省生态环境厅"),
    ("zhejiang", "示例浙江省厅经办", "330000", "浙江省生态环境厅"),
    ("anhui", "示例安徽省厅经办", "340000", "安徽省生态环境厅"),
    ("jiangxi", "示例江西省厅经办", "360000", "江西省生态环境厅"),
    ("gansu", "示例甘肃省厅经办", "620000", "甘肃省生态环境厅"),
    ("somebody_new", "示例新同志", "310115", "上海市浦东新区生态环境局"),
)


def _of_firms() -> Iterator[Human]:
    for account, short, uscc in _FIRMS:
        told = {"identity_type": "legal_person"}
        yield Human(account, f"{short}法人", uscc, _name(uscc), "法人", told)
    for account, name, about, items, until in _AGENTS:
        entrusted = {"items": list(items), **({"valid_to": until} if until else {})}
        uscc = _FIRMS[0][2]
        yield Human(
            account,
            name,
            uscc,
            _name(uscc),
            about,
            {"identity_type": "agent", "authorisation": entrusted},
        )


def _of_offices() -> Iterator[Human]:
    for code, place, title, bureau in _DISTRICTS:
        for post, word in _POSTS.items():
            if place == "pudong" or not post.startswith("register"):
                yield Human(f"{place}_{post}", f"示例{title}{word}", code, bureau, word)
    for post, word in _CITY_POSTS.items():
        yield Human(f"city_{post}", f"示例市局{word}", "310000", "上海市生态环境局", word)
    for account, name, code, office in _OTHERS:
        about = "不在本平台人员名录" if account == "somebody_new" else "经办"
        yield Human(account, name, code, office, about)


def _name(uscc: str) -> str:
    found = firm(uscc=uscc)
    return found.name if found else uscc


PERSONS: Mapping[str, Mapping[str, Human]] = {
    CITY: {one.account: one for one in _of_firms()},
    EGOV: {one.account: one for one in _of_offices()},
}
"""Platform → account → person."""
