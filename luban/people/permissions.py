"""Rights outside the steps of a case, declared once: action → roles. Scope comes with the role (``roles``).

What may be done to a case at its step is declared by the item's process (its desks); everything else an account can
do stands here, and views cite it: ``@access(face="office", roles=may("register.edit"))``. Who may export secret
columns and read them unmasked is a default (README §5.8 asks for the right, not for its holders).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from luban.people.actor import Actor
from luban.people.roles import BUREAU_ROLES, FIRM_ROLES, OFFICIAL_ROLES


@dataclass(frozen=True, slots=True)
class Permission:
    """One right: its code, its Chinese title and the roles that hold it."""

    code: str
    title: str
    roles: frozenset[str]


def _right(code: str, title: str, *roles: str) -> Permission:
    return Permission(code, title, frozenset(roles))


_TABLE = (
    _right("case.apply", "填报、提交、补正、撤回", *FIRM_ROLES),
    _right("case.seal", "企业签章", "applicant"),
    _right("case.read", "查看办件", *FIRM_ROLES, *OFFICIAL_ROLES),
    _right("case.export", "导出办件", *BUREAU_ROLES),
    _right("case.export_pii", "导出含个人信息的列", "district_leader", "city_director", "city_leader"),
    _right(
        "case.unmask",
        "查看个人信息明文",
        *(BUREAU_ROLES - {"chain_admin", "quality_admin", "register_admin"}),
    ),
    _right("licence.print", "打印、送达证照", "district_window", "city_window"),
    _right("register.read", "查看台账", *BUREAU_ROLES),
    _right("register.edit", "修改台账与参数", "register_admin"),
    _right("register.approve", "复核台账与参数", "register_admin"),
    _right("quality.standard", "维护质检标准", "quality_admin"),
    _right("quality.review", "质检复核", "quality_admin", "quality_reviewer"),
    _right(
        "delivery.resend", "重发、取消外发", "city_window", "district_window", "register_admin", "chain_admin"
    ),
    _right("chain.manage", "管理链与接入应用", "chain_admin"),
    _right("account.manage", "管理机构与账号", "sys_admin"),
    _right("key.manage", "管理密钥", "security_admin"),
    _right("alert.read", "查看核验告警", "security_admin", "auditor"),
    _right("audit.read", "查看审计日志", "auditor"),
    _right("person.export", "导出个人数据", "security_admin"),
)

PERMISSIONS: Mapping[str, Permission] = {permission.code: permission for permission in _TABLE}


class UnknownPermissionError(KeyError):
    """An action that the table does not hold; the message names it."""

    def __str__(self) -> str:
        return f"unknown permission {self.args[0]!r}"


def may(action: str) -> frozenset[str]:
    """The roles that hold the right to ``action``. Raises UnknownPermissionError."""
    try:
        return PERMISSIONS[action].roles
    except KeyError:
        raise UnknownPermissionError(action) from None


def allowed(actor: Actor, *, action: str) -> bool:
    """Whether the actor's active role holds the right to ``action`` (scope not considered). Raises UnknownPermissionError."""
    return actor.is_system or actor.role in may(action)
