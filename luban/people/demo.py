"""Demonstration accounts: the invented firms of the written examples (一般固废 §5, 危险废物 §13), officials of the city and
four districts.

``load()`` may run any number of times. All accounts share one password: LUBAN_DEMO_PASSWORD, or a well-known one,
and exist only while ``settings.LUBAN_DEMO`` is on (sign-in refuses them otherwise).
"""

import os
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from luban.people import totp
from luban.people.directory import install_bureaus, register_firm
from luban.people.genuine import all_genuine
from luban.people.models import Account, AccountKind
from luban.people.organisations import CITY, DISTRICTS, INSTITUTIONS, OPERATOR, PROVINCES
from luban.people.roles import ROLES

WELL_KNOWN_PASSWORD = "Luban-demo-2026"  # noqa: S105  demonstration only, see demo_password


class DemoOffError(RuntimeError):
    """Demonstration data was asked for outside the demonstration."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account: sign-in name, display name, kind, organisation code and name, roles, authorised items."""

    username: str
    name: str
    kind: AccountKind
    organisation: str
    organisation_name: str
    roles: tuple[str, ...]
    items: tuple[str, ...] = ()

    @property
    def role_title(self) -> str:
        """The Chinese titles of its roles."""
        return "、".join(ROLES[code].title for code in self.roles)


FIRMS = (
    ("suxin", "示例塑新", "91310115MA1TL1A06J", "上海示例塑新材料有限公司"),
    ("redian", "示例热电", "91310113MA1TL2B13A", "上海示例热电有限公司"),
    ("yinran", "示例印染", "91310116MA1TL3C20A", "上海示例印染有限公司"),
    ("shouji", "示例收集", "91310118MA1TL4D38X", "上海示例综合收集有限公司"),
    ("kunshan", "示例昆山再生", "91320583MA2TL5E47U", "昆山示例再生塑料有限公司"),
    ("tongling", "示例铜陵建材", "91340705MA2TL6F544", "铜陵示例建材有限公司"),
    ("jiaxing", "示例嘉兴环保", "91330411MA2TL7G61T", "嘉兴示例环保能源有限公司"),
    ("chuzhou", "示例滁州填埋", "91341103MA2TL8H790", "滁州示例固废填埋有限公司"),
    ("tongda", "示例通达物流", "91310112MA1TL9J804", "上海示例通达物流有限公司"),
    ("hangyun", "示例航运", "91340202MA2TL0K928", "安徽示例航运有限公司"),
    ("huanwei", "示例环卫", "91310117MA1TLAL00N", "上海示例环卫运输有限公司"),
    ("shisui", "示例拾穗", "91310115MA7K3Q2X8Y", "上海拾穗微电子有限公司"),
    ("chengni", "示例澄泥", "91310116MA1GT58L82", "上海澄泥新材料有限公司"),
    ("hexu", "示例禾序", "91310120574219H69G", "上海禾序化工有限公司"),
)
"""Sign-in name, short name, USCC, full name (一般固废 §5; the last three 危险废物 §13)."""

_DISTRICT_STAFF = (
    ("window", "受理", "district_window"),
    ("reviewer", "审查甲", "district_reviewer"),
    ("reviewer2", "审查乙", "district_reviewer"),
    ("leader", "负责人", "district_leader"),
)
_TWO_ADMINS = (("register", "台账甲", "register_admin"), ("register2", "台账乙", "register_admin"))
_DEMO_DISTRICTS = {"310115": "pudong", "310113": "baoshan", "310118": "qingpu", "310116": "jinshan"}
_CITY_STAFF = (
    ("window", "受理", "city_window", "310000-SVC"),
    ("reviewer", "审查甲", "city_reviewer", "310000-SW"),
    ("reviewer2", "审查乙", "city_reviewer", "310000-SW"),
    ("director", "处长甲", "city_director", "310000-SW"),
    ("director2", "处长乙", "city_director", "310000-SW"),
    ("leader", "局领导", "city_leader", CITY),
    ("register", "台账甲", "register_admin", CITY),
    ("register2", "台账乙", "register_admin", CITY),
    ("chain", "链与接入", "chain_admin", CITY),
)
_INSTITUTION_STAFF = (
    ("tech_officer", "示例评估经办", "tech_officer", "TECH-HW"),
    ("tech_supervisor", "示例评估负责人", "tech_supervisor", "TECH-HW"),
)
_PROVINCE_STAFF = (
    ("jiangsu", "示例江苏省厅经办", "320000"),
    ("zhejiang", "示例浙江省厅经办", "330000"),
    ("anhui", "示例安徽省厅经办", "340000"),
    ("jiangxi", "示例江西省厅经办", "360000"),
    ("gansu", "示例甘肃省厅经办", "620000"),
)
_OPERATORS = (
    ("sys_admin", "示例系统管理员"),
    ("security_admin", "示例安全管理员"),
    ("auditor", "示例审计管理员"),
)


def accounts() -> tuple[DemoAccount, ...]:
    """Every demonstration account, firms first."""
    firms = (
        DemoAccount(name, f"{short}法人", AccountKind.ENTERPRISE, uscc, full, ("applicant",))
        for name, short, uscc, full in FIRMS
    )
    agent = DemoAccount(
        "suxin_agent",
        "示例塑新经办人",
        AccountKind.ENTERPRISE,
        FIRMS[0][2],
        FIRMS[0][3],
        ("agent",),
        ("solid_waste_utilisation", "solid_waste_disposal"),
    )
    districts = (
        _official(
            f"{short}_{post}", DISTRICTS[code].removesuffix("新区").removesuffix("区"), title, role, code
        )
        for code, short in _DEMO_DISTRICTS.items()
        for post, title, role in (*_DISTRICT_STAFF, *(_TWO_ADMINS if short == "pudong" else ()))
    )
    city = (_official(f"city_{post}", "市局", title, role, code) for post, title, role, code in _CITY_STAFF)
    institutions = (
        DemoAccount(username, name, AccountKind.OFFICIAL, code, INSTITUTIONS[code], (role,))
        for username, name, role, code in _INSTITUTION_STAFF
    )
    provinces = (
        DemoAccount(username, name, AccountKind.OFFICIAL, code, PROVINCES[code], ("province_officer",))
        for username, name, code in _PROVINCE_STAFF
    )
    operators = (
        DemoAccount(code, name, AccountKind.OPERATOR, OPERATOR, "平台运维单位", (code,))
        for code, name in _OPERATORS
    )
    return (*firms, agent, *districts, *city, *institutions, *provinces, *operators)


def _official(username: str, place: str, title: str, role: str, code: str) -> DemoAccount:
    bureau = f"上海市{DISTRICTS[code]}生态环境局" if code in DISTRICTS else "上海市生态环境局"
    return DemoAccount(username, f"示例{place}{title}", AccountKind.OFFICIAL, code, bureau, (role,))


def demo_password() -> str:
    """The password of every demonstration account. Raises DemoOffError outside the demonstration."""
    if not settings.LUBAN_DEMO:
        raise DemoOffError("演示账号只在演示环境提供；请设置 LUBAN_DEMO=1 后重新启动。")
    return os.environ.get("LUBAN_DEMO_PASSWORD") or WELL_KNOWN_PASSWORD


@transaction.atomic
def load() -> list[str]:
    """Install the bureaus, the firms and the accounts that are missing; set the current demo password where it
    changed. Returns lines for the greeting: where to sign in and with what. Raises DemoOffError.
    """
    password = demo_password()
    install_bureaus()
    for _, _, uscc, name in FIRMS:
        register_firm(uscc=uscc, name=name)
    existing = Account.objects.filter(demo=True, username__in=[account.username for account in accounts()])
    one = existing.first()
    # Hashing is slow on purpose: once for all of them, and not at all when nothing changed.
    stale = one is None or not check_password(password, one.password)
    encoded = make_password(password) if stale or one is None else one.password
    if stale:
        for row in all_genuine(existing):
            row.password = encoded
            row.save(update_fields=["password"])
    known = set(Account.objects.values_list("username", flat=True))
    missing = [account for account in accounts() if account.username not in known]
    for account in missing:
        row = Account(
            username=account.username,
            name=account.name,
            kind=account.kind,
            organisation_id=account.organisation,
            roles=list(account.roles),
            items=list(account.items),
            password=encoded,
            demo=True,
        )
        row.full_clean()
        row.save()
    for row in Account.objects.filter(demo=True, kind=AccountKind.OPERATOR, second_factor=None):
        totp.enrolled_by_demo(account=row)
    return [
        "企业登录 /signin/：suxin（示例塑新）、redian（示例热电）、shisui（示例拾穗，危险废物）等",
        "工作人员登录 /office/signin/：pudong_window、pudong_reviewer、pudong_leader、city_window 等",
        f"全部演示账号的密码：{password}（登录页列出全部账号）；管理员另有动态口令，登录时显示",
    ]
