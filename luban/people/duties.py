"""Duties that one account must not hold, or must not perform, together (互斥, domain README §2.2).

Two kinds of separation: pairs of *roles* that one account never holds, and pairs of *duties* in one matter, where
the second must come from another account than the first (拟稿≠签发, 监销两人 …). Both answer with a Chinese sentence
for the person, or None when all is well.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Two roles or two duties that exclude each other. ``first`` may equal ``second``: the act needs two persons."""

    first: str
    second: str
    first_title: str
    second_title: str


ROLE_PAIRS = (
    Pair("tech_officer", "tech_supervisor", "技术评估经办", "技术评估复核"),
    Pair("sys_admin", "security_admin", "系统管理员", "安全管理员"),
    Pair("sys_admin", "auditor", "系统管理员", "审计管理员"),
    Pair("security_admin", "auditor", "安全管理员", "审计管理员"),
)

DUTY_PAIRS = (
    Pair("draft", "sign", "拟稿", "签发"),
    Pair("revocation_start", "revocation_approve", "发起撤销", "审批撤销"),
    Pair("evaluate", "evaluation_check", "技术评估", "评估复核"),
    Pair("register_edit", "register_approve", "修改台账", "复核台账"),
    Pair("standard_submit", "standard_approve", "提交标准", "批准标准"),
    Pair("destruction_watch", "destruction_watch", "第一位监销", "第二位监销"),
    Pair("restore_propose", "restore_approve", "提出恢复", "批准恢复"),
    Pair("clearance_operate", "clearance_check", "解控操作", "解控复核"),
)

ADMINISTRATORS = {"sys_admin": "系统管理员", "security_admin": "安全管理员", "auditor": "审计管理员"}
"""Each of the three is an account's only role (三员分立, GB/T 22239-2019 8.1.5)."""

DUTIES = frozenset(name for pair in DUTY_PAIRS for name in (pair.first, pair.second))


def roles_clash(roles: Collection[str]) -> str | None:
    """Why one account may not hold all of ``roles``, or None."""
    for pair in ROLE_PAIRS:
        if pair.first in roles and pair.second in roles:
            return f"同一账号不能兼任“{pair.first_title}”和“{pair.second_title}”，请分给两个人。"
    held = [title for code, title in ADMINISTRATORS.items() if code in roles]
    if held and len(set(roles)) > 1:
        return f"“{held[0]}”的账号不能再有业务角色，请分给两个人。"
    return None


def duty_clash(*, duty: str, account: str, done: Mapping[str, Collection[str]]) -> str | None:
    """Why ``account`` may not perform ``duty`` in this matter, or None.

    ``done`` maps a duty already performed in the matter to the accounts that performed it.
    Raises ValueError for a duty that no pair names: a misspelt duty must not pass as allowed.
    """
    if duty not in DUTIES:
        raise ValueError(f"unknown duty {duty!r}; known: {sorted(DUTIES)}")
    for pair in DUTY_PAIRS:
        for mine, other, other_title in (
            (pair.first, pair.second, pair.second_title),
            (pair.second, pair.first, pair.first_title),
        ):
            if mine == duty and account in done.get(other, ()):
                return f"您已办理本件的“{other_title}”，这一步须由另一人办理，请转给其他经办人。"
    return None
