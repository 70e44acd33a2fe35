"""The table of rights as it ships: action → roles, and to which roles each right could ever be given. Pure.

The security administrator may move a right between the roles it is `open_to` (`grants`); the rest is fixed: what a
firm may do follows from the law, the sight of a case from the desks of its process, and the rights of the three
administrators (三员) from the separation of their powers. `problem_of` says in Chinese why a change cannot be made.
The scope of data comes with the role (`roles`) and is not changed here. Who may export secret columns and read them
unmasked is a default (README §5.8 asks for the right, not for its holders).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from luban.people.roles import BUREAU_ROLES, FIRM_ROLES, OFFICIAL_ROLES, OPERATOR_ROLES, ROLES, title_of

MANAGE = "permission.manage"
_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Permission:
    """One right: its code, its Chinese title, the roles that hold it as shipped, the roles it may be moved between,
    the group it is shown in.
    """

    code: str
    title: str
    roles: frozenset[str]
    open_to: frozenset[str] = _NOBODY
    group: str = ""

    @property
    def of_operators(self) -> bool:
        """Whether it is a right of the three administrators."""
        return bool(self.roles) and self.roles <= OPERATOR_ROLES

    @property
    def ever(self) -> frozenset[str]:
        """The roles that could hold it at all."""
        return self.roles | self.open_to


@dataclass(frozen=True, slots=True)
class Change:
    """One right given to a role (`gives`) or taken from it."""

    right: str
    role: str
    gives: bool


def _right(code: str, title: str, *roles: str, to: frozenset[str] = _NOBODY) -> Permission:
    return Permission(code, title, frozenset(roles), to, _GROUPS[code.partition(".")[0]])


_GROUPS = {
    "office": "办件",
    "case": "办件",
    "licence": "证照",
    "register": "台账与参数",
    "quality": "质检",
    "delivery": "外发与链",
    "chain": "外发与链",
    "account": "三员管理",
    "permission": "三员管理",
    "key": "三员管理",
    "alert": "三员管理",
    "audit": "三员管理",
    "person": "三员管理",
}
_TABLE = (
    _right("office.open", "进入办公端、个人设置", *OFFICIAL_ROLES, *OPERATOR_ROLES),
    _right("case.apply", "填报、提交、补正、撤回", *FIRM_ROLES),
    _right("case.seal", "企业签章", "applicant"),
    _right("case.read", "查看办件", *FIRM_ROLES, *OFFICIAL_ROLES),
    _right("case.export", "导出办件", *BUREAU_ROLES, to=OFFICIAL_ROLES),
    _right(
        "case.export_pii",
        "导出含个人信息的列",
        "district_leader",
        "city_director",
        "city_leader",
        to=BUREAU_ROLES,
    ),
    _right(
        "case.unmask",
        "查看个人信息明文",
        *(BUREAU_ROLES - {"chain_admin", "quality_admin", "register_admin"}),
        to=OFFICIAL_ROLES,
    ),
    _right("licence.print", "打印、送达证照", "district_window", "city_window", to=BUREAU_ROLES),
    _right("register.read", "查看台账", *BUREAU_ROLES, to=BUREAU_ROLES),
    _right("register.edit", "修改台账与参数", "register_admin", to=BUREAU_ROLES),
    _right("register.approve", "复核台账与参数", "register_admin", to=BUREAU_ROLES),
    _right("quality.standard", "维护质检标准", "quality_admin", to=BUREAU_ROLES),
    _right("quality.review", "质检复核", "quality_admin", "quality_reviewer", to=BUREAU_ROLES),
    _right(
        "delivery.resend",
        "重发、取消外发",
        "city_window",
        "district_window",
        "register_admin",
        "chain_admin",
        to=BUREAU_ROLES,
    ),
    _right("chain.read", "查看上链记录、核验、处置", *BUREAU_ROLES, to=BUREAU_ROLES),
    _right(
        "chain.restore",
        "提出、批准恢复被改动的数据",
        "city_reviewer",
        "city_director",
        "chain_admin",
        to=BUREAU_ROLES,
    ),
    _right("chain.state", "查看链的状态、确认告警", "chain_admin", "security_admin"),
    _right("chain.manage", "管理链与接入应用", "chain_admin", to=BUREAU_ROLES),
    _right("account.read", "查看人员名录和变动记录", "sys_admin", "security_admin", "auditor"),
    _right("account.manage", "添加、调动、停用人员账号", "sys_admin"),
    _right("account.roles", "授予、收回人员的角色", "security_admin"),
    _right("permission.read", "查看权限表", "security_admin", "auditor"),
    _right(MANAGE, "调整权限", "security_admin"),
    _right("key.manage", "管理密钥", "security_admin"),
    _right("alert.read", "查看核验告警", "security_admin", "auditor"),
    _right("audit.read", "查看审计日志", "auditor"),
    _right("person.export", "导出个人数据", "security_admin"),
)

RESERVED = frozenset(
    {
        "alert.read",
        "case.export_pii",
        "key.manage",
        "licence.print",
        "quality.review",
        "quality.standard",
    }
)
"""Rights that no page, interface or job asks for yet: shown as such, for whoever reads the table must not rely on them."""

PERMISSIONS: Mapping[str, Permission] = {permission.code: permission for permission in _TABLE}


class UnknownPermissionError(KeyError):
    """An action that the table does not hold; the message names it."""

    def __str__(self) -> str:
        return f"unknown permission {self.args[0]!r}"


def permission_of(action: str) -> Permission:
    """The row of the shipped table. Raises UnknownPermissionError."""
    try:
        return PERMISSIONS[action]
    except KeyError:
        raise UnknownPermissionError(action) from None


@dataclass(frozen=True, slots=True)
class Rights:
    """The table in force: shipped, with what was given and taken. `narrowed` when stored changes were touched and the
    narrower of all readings is in force.
    """

    version: int
    roles: Mapping[str, frozenset[str]]
    given: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    taken: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    narrowed: bool = False

    def of(self, action: str) -> frozenset[str]:
        """The roles that hold the right now. Raises UnknownPermissionError."""
        try:
            return self.roles[action]
        except KeyError:
            raise UnknownPermissionError(action) from None


def rights_of(
    *,
    version: int = 0,
    given: Iterable[tuple[str, str]] = (),
    taken: Iterable[tuple[str, str]] = (),
    narrowed: bool = False,
) -> Rights:
    """The table in force after changes (pairs of right and role). Whatever the pairs say, no right goes beyond `ever`."""
    more, less = frozenset(given), frozenset(taken)
    roles = {
        code: (one.roles | {role for right, role in more if right == code and role in one.open_to})
        - {role for right, role in less if right == code and role in one.open_to}
        for code, one in PERMISSIONS.items()
    }
    return Rights(version, roles, more, less, narrowed)


SHIPPED = rights_of()


def problem_of(change: Change, *, rights: Rights) -> str | None:
    """Why a change cannot be made, in Chinese; None when it can."""
    one, role = PERMISSIONS.get(change.right), ROLES.get(change.role)
    if one is None or role is None:
        return "没有这项权限或这个角色，请从列表中选择。"
    apart = _apart(change, one)
    if apart:
        return apart
    if change.role not in one.open_to:
        return (
            f"“{one.title}”由法规、办理环节或三员分工固定，不能在此授予或收回“{role.title}”。"
            if not one.open_to
            else f"“{one.title}”的数据范围不适用于“{role.title}”，请选择其他角色。"
        )
    holders = rights.of(change.right)
    if (change.role in holders) == change.gives:
        return f"“{role.title}”{'已经持有' if change.gives else '本来没有'}“{one.title}”，无需调整。"
    if not change.gives and holders == {change.role}:
        return f"“{role.title}”是唯一持有“{one.title}”的角色，收回后无人能办。请先授予其他角色再收回。"
    return None


def _apart(change: Change, one: Permission) -> str | None:
    """The separation of the three administrators from each other and from the business (三员分立)."""
    title = title_of(change.role)
    if change.right == MANAGE and not change.gives:
        return "不能收回安全管理员的“调整权限”，否则再没有人能够调整权限。"
    if change.role in OPERATOR_ROLES and not one.of_operators:
        return f"三员分立：“{title}”不办业务，不能持有业务权限“{one.title}”。"
    if change.role not in OPERATOR_ROLES and one.of_operators:
        return f"三员分立：“{one.title}”只属于系统、安全、审计管理员，不能授予“{title}”。"
    if change.role in OPERATOR_ROLES and change.gives and change.role not in one.ever:
        return f"三员分立：系统、安全、审计三类管理权限不得交叉，“{one.title}”不能授予“{title}”。"
    return None
