"""Scopes of data and sides of the table of rights in Chinese, for its page and its export. Pure."""

from collections.abc import Mapping

from luban.people.roles import FIRM_ROLES, OFFICIAL_ROLES, OPERATOR_ROLES, ROLES, Kind, Scope

SCOPES: Mapping[Scope, str] = {
    Scope.OWN_FIRM: "本企业",
    Scope.OWN_FIRM_ITEMS: "本企业授权事项",
    Scope.PUBLIC: "公开信息",
    Scope.OWN_DISTRICT: "本区",
    Scope.CITY: "全市",
    Scope.CITY_DIVISION: "全市本处事项",
    Scope.CITY_ITEMS: "全市授权事项",
    Scope.OWN_OFFICE: "市局全市、区局本区",
    Scope.ASSIGNED: "被派、受邀的办件",
    Scope.NO_CASES: "不看办件",
}


def _of(*kinds: Kind) -> tuple[str, ...]:
    return tuple(c for c in ROLES if c in OFFICIAL_ROLES and ROLES[c].kinds and ROLES[c].kinds <= set(kinds))


_DISTRICT = _of(Kind.DISTRICT_BUREAU)
_CITY = tuple(
    c for c in ROLES if c in OFFICIAL_ROLES and c not in _DISTRICT and ROLES[c].kinds & {Kind.CITY_BUREAU}
)
SIDES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "firm": ("企业", tuple(c for c in ROLES if c in FIRM_ROLES)),
    "district": ("区局", _DISTRICT),
    "city": ("市局", _CITY),
    "guest": (
        "机构、专家、外省",
        tuple(c for c in ROLES if c in OFFICIAL_ROLES and c not in _DISTRICT and c not in _CITY),
    ),
    "operator": ("三员", tuple(c for c in ROLES if c in OPERATOR_ROLES)),
}
"""Sides of the table: title and roles, each role in one of them."""


def scope_words(role: str) -> str:
    """How far a role sees, in words."""
    return SCOPES[ROLES[role].scope]
