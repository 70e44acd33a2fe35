"""The second half of an administrator's sign-in: enrolment at first, a one-time code always, a new password when due.

Between the halves the visitor's session holds whose password was right, for five minutes; nobody is signed in yet.
"""

from __future__ import annotations

from django.http import HttpRequest

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people import passwords, totp
from luban.people.actor import Actor
from luban.people.guards import TRIES_PER_ACCOUNT, claim, clear
from luban.people.models import Account, AccountKind
from luban.people.session_rules import PASSWORD, actor_of, begin
from luban.people.trail import address_of, audit

HELD_KEY = "luban_half"
HELD_SECONDS = 300
CODE, ENROL, NEW_PASSWORD = "code", "enrol", "password"


class SecondNeeded(Exception):
    """The password was right; what comes next is asked for on a page of its own."""


def needs_second(account: Account) -> bool:
    """Whether a password is only half of this account's sign-in."""
    return bool(account.kind == AccountKind.OPERATOR)


def hold(request: HttpRequest, *, account: Account) -> None:
    """Note whose password was right."""
    request.session[HELD_KEY] = {"account": account.pk, "at": clock.now().timestamp(), "code": False}


def held(request: HttpRequest) -> Account:
    """Whose password was right a moment ago. Raises Refused (400) when nobody's."""
    half = request.session.get(HELD_KEY) or {}
    fresh = 0 <= clock.now().timestamp() - half.get("at", 0) < HELD_SECONDS
    account = Account.objects.filter(pk=int(half["account"])).first() if fresh else None
    if account is None or not account.is_active:
        request.session.pop(HELD_KEY, None)
        raise Refused("SECOND_LATE", "请先输入账号和密码，再在 5 分钟内完成动态口令验证。", status=400)
    return account


def stage(request: HttpRequest, *, account: Account) -> str:
    """What is asked for next: ENROL, CODE or NEW_PASSWORD."""
    if request.session[HELD_KEY]["code"]:
        return NEW_PASSWORD
    return CODE if totp.is_enrolled(account=account) else ENROL


def prove_code(*, account: Account, code: str, address: str) -> None:
    """Take a one-time code. Raises Refused (400, 429); every try counts towards a lock of the codes."""
    subject, given = f"code:{account.username}", "".join(code.split())[:12]
    claim(subject=subject, limit=TRIES_PER_ACCOUNT, who="动态口令")
    if not totp.accepts(account=account, code=given):
        audit(actor=actor_of(account), action="totp.failed", target=f"account:{account.username}", ip=address)
        raise Refused(
            "TOTP_WRONG",
            "动态口令不正确或已用过：每个口令只能用一次，请等验证器显示下一个口令再输入；"
            "一直不对时请校准手机时间。",
            status=400,
        )
    clear(subject=subject)


def go_on(request: HttpRequest, *, code: str) -> Actor | None:
    """Take the code; the actor when that was all, None when a new password is due. Raises Refused."""
    account = held(request)
    prove_code(account=account, code=code, address=address_of(request))
    if passwords.due(account):
        half = request.session[HELD_KEY]
        request.session[HELD_KEY] = {**half, "code": True, "at": clock.now().timestamp()}
        return None
    return _finish(request, account)


def renew_password(request: HttpRequest, *, new: str, again: str) -> Actor:
    """Set the new password and sign in. Raises Refused (400, 422)."""
    account = held(request)
    if not request.session[HELD_KEY]["code"]:
        raise Refused("SECOND_LATE", "请先完成动态口令验证。", status=400)
    passwords.change(account=account, new=new, again=again)
    audit(
        actor=actor_of(account),
        action="password.change",
        target=f"account:{account.username}",
        ip=address_of(request),
    )
    return _finish(request, account)


def _finish(request: HttpRequest, account: Account) -> Actor:
    request.session.pop(HELD_KEY, None)
    return begin(request, account=account, way=PASSWORD, address=address_of(request))
