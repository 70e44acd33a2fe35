"""The one table of roles of the platform: a role belongs to kinds of organisation and has one scope of data.

Source: domain README §2.2. A right is role × action × scope: the actions stand in ``permissions``, the steps of a
case name the role of their desk, and ``actor.may_see`` applies the scope. Partners' applications are not roles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of organisation (机构种类, README §2.1); ``DIVISION`` is a 处室 of the city bureau."""

    ENTERPRISE = "enterprise"
    PERSON = "person"
    CITY_BUREAU = "city_bureau"
    DIVISION = "division"
    DISTRICT_BUREAU = "district_bureau"
    TECH_INSTITUTION = "tech_institution"
    RAD_CENTRE = "rad_centre"
    ENFORCEMENT = "enforcement"
    PROVINCE_BUREAU = "province_bureau"
    OPERATOR = "operator"


class Scope(StrEnum):
    """How far a role sees into cases (数据范围)."""

    OWN_FIRM = "own_firm"  # 本企业
    OWN_FIRM_ITEMS = "own_firm_items"  # 本企业，仅被授权的事项
    PUBLIC = "public"  # 核验页、公示页
    OWN_DISTRICT = "own_district"  # 本区
    CITY = "city"  # 全市
    CITY_DIVISION = "city_division"  # 全市本处事项
    CITY_ITEMS = "city_items"  # 全市，仅被授权的事项（辐射）
    OWN_OFFICE = "own_office"  # 市局的全市，区局的本区
    ASSIGNED = "assigned"  # 被派办件、被邀请办件、被派任务
    NO_CASES = "no_cases"  # 账号、密钥、日志，不看办件


@dataclass(frozen=True, slots=True)
class Role:
    """One row of the table. ``kinds`` is empty for roles held without an organisation (专家、公众);
    ``may_seal`` says who may put the firm's seal (企业签章): the applicant, never an agent.
    """

    code: str
    title: str
    kinds: frozenset[Kind]
    scope: Scope
    may_seal: bool = False


def _role(code: str, title: str, kinds: tuple[Kind, ...], scope: Scope, *, may_seal: bool = False) -> Role:
    return Role(code, title, frozenset(kinds), scope, may_seal)


_FIRM = (Kind.ENTERPRISE,)
_CITY = (Kind.CITY_BUREAU, Kind.DIVISION)
_DISTRICT = (Kind.DISTRICT_BUREAU,)

_TABLE = (
    _role("applicant", "申请人", (Kind.ENTERPRISE, Kind.PERSON), Scope.OWN_FIRM, may_seal=True),
    _role("agent", "经办人", _FIRM, Scope.OWN_FIRM_ITEMS),
    _role("rso", "辐射安全负责人", _FIRM, Scope.OWN_FIRM_ITEMS),
    _role("public", "公众", (), Scope.PUBLIC),
    _role("district_window", "区局受理", _DISTRICT, Scope.OWN_DISTRICT),
    _role("district_reviewer", "区局审查", _DISTRICT, Scope.OWN_DISTRICT),
    _role("district_leader", "区局负责人", _DISTRICT, Scope.OWN_DISTRICT),
    _role("city_window", "市局受理", _CITY, Scope.CITY),
    _role("city_reviewer", "市局审查", _CITY, Scope.CITY),
    _role("city_director", "处长", _CITY, Scope.CITY_DIVISION),
    _role("city_leader", "局领导", _CITY, Scope.CITY),
    _role("tech_officer", "技术评估经办", (Kind.TECH_INSTITUTION,), Scope.ASSIGNED),
    _role("tech_supervisor", "技术评估复核", (Kind.TECH_INSTITUTION,), Scope.ASSIGNED),
    _role("expert", "专家", (), Scope.ASSIGNED),
    _role("rad_officer", "辐射中心经办", (Kind.RAD_CENTRE,), Scope.CITY_ITEMS),
    _role("enforcer", "执法", (Kind.ENFORCEMENT,), Scope.ASSIGNED),
    _role("province_officer", "外省厅经办", (Kind.PROVINCE_BUREAU,), Scope.ASSIGNED),
    _role("quality_admin", "质检管理员", _CITY, Scope.CITY),
    _role("quality_reviewer", "处室质检员", _CITY, Scope.CITY_DIVISION),
    _role("register_admin", "台账与参数管理员", (*_CITY, *_DISTRICT), Scope.OWN_OFFICE),
    _role("chain_admin", "链与接入管理员", _CITY, Scope.CITY),
    _role("sys_admin", "系统管理员", (Kind.OPERATOR,), Scope.NO_CASES),
    _role("security_admin", "安全管理员", (Kind.OPERATOR,), Scope.NO_CASES),
    _role("auditor", "审计管理员", (Kind.OPERATOR,), Scope.NO_CASES),
)

ROLES: Mapping[str, Role] = {role.code: role for role in _TABLE}

PUBLIC = frozenset({"public"})
"""Declares a page that anybody may open, signed in or not."""
FIRM_ROLES = frozenset({"applicant", "agent", "rso"})
OPERATOR_ROLES = frozenset({"sys_admin", "security_admin", "auditor"})
OFFICIAL_ROLES = frozenset(ROLES) - FIRM_ROLES - OPERATOR_ROLES - PUBLIC
"""Everyone on the deciding side: bureaus, institutions, experts, enforcement, other provinces."""
BUREAU_ROLES = frozenset(
    code for code, role in ROLES.items() if role.kinds & {Kind.CITY_BUREAU, Kind.DISTRICT_BUREAU}
)
"""Officials of the city bureau and of the district bureaus."""


class UnknownRoleError(KeyError):
    """A role code that the table does not hold; the message names it."""

    def __str__(self) -> str:
        return f"unknown role {self.args[0]!r}"


def role_of(code: str) -> Role:
    """The row of the table for ``code``. Raises UnknownRoleError."""
    try:
        return ROLES[code]
    except KeyError:
        raise UnknownRoleError(code) from None


def title_of(code: str) -> str:
    """The Chinese title of a role for screens; the automatic actor is 系统. Raises UnknownRoleError."""
    return "系统" if code == "system" else role_of(code).title
