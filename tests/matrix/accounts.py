"""Who comes to the door: every role of the platform, on the side of the case's firm and bureau and on every other side.

The world's data belongs to one firm (suxin) and one district (Pudong); whoever else stands here is a stranger to it.
"""

from __future__ import annotations

from dataclasses import dataclass

from luban.people import demo
from luban.people.models import Account, Organisation
from luban.people.organisations import OPERATOR
from luban.people.roles import FIRM_ROLES, OFFICIAL_ROLES, OPERATOR_ROLES, Kind

ITEM = "solid_waste_utilisation"
ANONYMOUS = ""


@dataclass(frozen=True)
class Visitor:
    """An account with its one role; `mine` when it stands on the side of the world's firm or district."""

    username: str
    role: str
    organisation: str
    mine: bool = False
    items: tuple[str, ...] = ()

    @property
    def is_firm(self) -> bool:
        """Whether it comes from the applicants' side."""
        return self.role in FIRM_ROLES


_FIRM, _OTHER_FIRM = "91310115MA1TL1A06J", "91310113MA1TL2B13A"
_PUDONG, _BAOSHAN, _CITY = "310115", "310113", "310000"
_INSTITUTIONS = {
    "T-TECH": ("示例技术评估机构", Kind.TECH_INSTITUTION),
    "T-RAD": ("示例辐射中心", Kind.RAD_CENTRE),
    "T-LAW": ("示例执法队", Kind.ENFORCEMENT),
}
VISITORS = (
    Visitor(ANONYMOUS, "public", ""),
    Visitor("suxin", "applicant", _FIRM, mine=True),
    Visitor("suxin_agent", "agent", _FIRM, mine=True, items=(ITEM,)),
    Visitor("t_agent_idle", "agent", _FIRM),
    Visitor("t_rso", "rso", _FIRM),
    Visitor("redian", "applicant", _OTHER_FIRM),
    Visitor("t_agent_other", "agent", _OTHER_FIRM, items=(ITEM,)),
    *(
        Visitor(f"{place}_{post}", role, bureau, mine=bureau == _PUDONG)
        for place, bureau in (("pudong", _PUDONG), ("baoshan", _BAOSHAN))
        for post, role in (
            ("window", "district_window"),
            ("reviewer", "district_reviewer"),
            ("leader", "district_leader"),
            ("register", "register_admin"),
        )
    ),
    Visitor("city_window", "city_window", "310000-SVC", mine=True),
    Visitor("city_reviewer", "city_reviewer", "310000-SW", mine=True),
    Visitor("city_director", "city_director", "310000-SW", mine=True),
    Visitor("city_leader", "city_leader", _CITY, mine=True),
    Visitor("city_register", "register_admin", _CITY, mine=True),
    Visitor("t_quality_admin", "quality_admin", _CITY, mine=True),
    Visitor("t_quality_reviewer", "quality_reviewer", "310000-SW", mine=True),
    Visitor("t_chain_admin", "chain_admin", _CITY, mine=True),
    Visitor("t_tech_officer", "tech_officer", "T-TECH"),
    Visitor("t_tech_supervisor", "tech_supervisor", "T-TECH"),
    Visitor("t_expert", "expert", ""),
    Visitor("t_rad_officer", "rad_officer", "T-RAD"),
    Visitor("t_enforcer", "enforcer", "T-LAW"),
    Visitor("t_province", "province_officer", "320000"),
    *(Visitor(role, role, OPERATOR) for role in ("sys_admin", "security_admin", "auditor")),
)
COLLEAGUE = "t_colleague"
"""Another official of Pudong's window, who exports too; its exports are nobody else's."""


def install() -> None:
    """The demonstration's accounts and those of roles it has none for."""
    demo.load()
    for code, (name, kind) in _INSTITUTIONS.items():
        Organisation.objects.create(code=code, name=name, kind=kind)
    known = set(Account.objects.values_list("username", flat=True))
    colleague = Visitor(COLLEAGUE, "district_window", _PUDONG)
    for visitor in (*VISITORS, colleague):
        if visitor.username and visitor.username not in known:
            _account(visitor)


def _account(visitor: Visitor) -> None:
    kind = "official"
    if visitor.role not in OFFICIAL_ROLES:
        kind = "operator" if visitor.role in OPERATOR_ROLES else "enterprise"
    row = Account(
        username=visitor.username,
        name=f"示例{visitor.username}"[:50],
        kind=kind,
        organisation_id=visitor.organisation or None,
        roles=[visitor.role],
        items=list(visitor.items),
        password="!",
        demo=True,
    )
    row.full_clean()
    row.save()
