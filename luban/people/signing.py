"""Signing in and out, and choosing the active role.

Guessing is made slow before the password is looked at: each try first claims a place in the window of its account
name and of its address, under a row lock, so parallel tries cannot slip past. Five wrong passwords lock the name for
fifteen minutes, thirty lock the address; a success clears the name. Names that do not exist behave the same as
names that do. Every outcome leaves a line in the audit trail. The session keeps three things: the account, the
active role and when it was last seen.
"""

import math
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.genuine import genuine
from luban.people.models import Account, AccountKind, SigninGuard
from luban.people.roles import Kind, title_of
from luban.people.trail import address_of, audit

TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 30
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
LONGEST_PASSWORD = 256

ROLE_KEY = "luban_role"
SEEN_KEY = "luban_seen"
MISSING, WRONG, LOCKED = "SIGNIN_MISSING", "SIGNIN_WRONG", "SIGNIN_LOCKED"
_BACKEND = "luban.people.backend.AccountBackend"

FIRM_KINDS = frozenset({AccountKind.ENTERPRISE})
OFFICE_KINDS = frozenset({AccountKind.OFFICIAL, AccountKind.OPERATOR})


def actor_of(account: Account, *, role: str = "") -> Actor:
    """The actor of an account in ``role`` if it holds it, else in its first role."""
    organisation = account.organisation
    bureau = organisation.parent if organisation and organisation.kind == Kind.DIVISION else organisation
    return Actor(
        account=account.username,
        name=account.name,
        role=role if role in account.roles else account.roles[0],
        organisation=bureau.code if bureau else "",
        organisation_name=bureau.name if bureau else "",
        adcode=bureau.adcode if bureau else "",
        division=organisation.code if organisation and organisation is not bureau else "",
        items=frozenset(account.items),
    )


def sign_in(request: HttpRequest, *, username: str, password: str, kinds: Collection[str]) -> Actor:
    """Let an account of one of ``kinds`` in and start its session, or raise Refused."""
    username, address = username.strip(), address_of(request)
    if not username or not password:
        raise Refused(MISSING, "请输入账号和密码。", status=400)
    if len(username) > 64 or len(password) > LONGEST_PASSWORD or "\x00" in username + password:
        raise Refused(WRONG, "账号或密码不正确，请检查后重新输入。", status=400)
    tries = _claim(subject=f"account:{username}", limit=TRIES_PER_ACCOUNT, who="该账号")
    _claim(subject=f"ip:{address}", limit=TRIES_PER_ADDRESS, who="您所在网络")
    account = _account(username=username, password=password)
    if account is None:
        audit(actor=_unknown(username), action="signin.failed", target=f"account:{username}", ip=address)
        _sweep()
        raise _wrong(username=username, tries=tries, address=address)
    _forget(username=username, address=address)
    _check_usable(account, kinds=kinds)
    return _start_session(request, account=account, address=address)


def sign_out(request: HttpRequest) -> None:
    """End the session; harmless when nobody is signed in."""
    actor: Actor = getattr(request, "actor", Actor.public())
    if actor.signed_in:
        audit(actor=actor, action="signout", ip=address_of(request))
    request.session.flush()


def switch_role(request: HttpRequest, *, role: str) -> Actor:
    """Make another role of the account active for this session. Raises Refused when it does not hold it."""
    account = request.user
    if not isinstance(account, Account) or role not in account.roles:
        raise Refused("ROLE_NOT_HELD", "您的账号没有这个角色，请从列出的角色中选择。", status=403)
    request.session[ROLE_KEY] = role
    actor = actor_of(account, role=role)
    audit(actor=actor, action="role.switch", detail={"to": title_of(role)}, ip=address_of(request))
    return actor


def _claim(*, subject: str, limit: int, who: str) -> int:
    """Take the next try of the window and return its number; raise Refused (429) when none is left.

    A window or a lock that lies in the future (the demonstration's clock was set back) counts as over.
    """
    now = clock.now()
    with transaction.atomic():
        SigninGuard.objects.bulk_create([SigninGuard(subject=subject, since=now)], ignore_conflicts=True)
        guard = SigninGuard.objects.select_for_update().get(subject=subject)
        locked = guard.locked_until is not None and now < guard.locked_until <= now + 2 * LOCK
        if not locked:
            if guard.locked_until is not None or abs(now - guard.since) > WINDOW:
                guard.failures, guard.since, guard.locked_until = 0, now, None
            guard.failures += 1
            if guard.failures > limit:
                guard.locked_until = now + LOCK
            guard.save()
    if guard.locked_until is not None:
        minutes = max(1, math.ceil((guard.locked_until - now).total_seconds() / 60))
        raise Refused(
            LOCKED,
            f"{who}登录失败次数过多，已暂时锁定，请 {minutes} 分钟后再试；忘记密码请联系管理员重置。",
            status=429,
        )
    return guard.failures


def _wrong(*, username: str, tries: int, address: str) -> Refused:
    """The refusal after a wrong password; the last try of the window locks the name."""
    left = TRIES_PER_ACCOUNT - tries
    if left > 0:
        return Refused(
            WRONG, f"账号或密码不正确，请检查后重新输入；再错 {left} 次账号将锁定 15 分钟。", status=400
        )
    SigninGuard.objects.filter(subject=f"account:{username}").update(locked_until=clock.now() + LOCK)
    audit(actor=_unknown(username), action="signin.locked", target=f"account:{username}", ip=address)
    return Refused(
        LOCKED,
        f"密码连续 {TRIES_PER_ACCOUNT} 次不正确，账号已锁定，请 15 分钟后再试；忘记密码请联系管理员重置。",
        status=429,
    )


def _sweep() -> None:
    """Drop guards whose window is long over; rows another visitor holds are left for the next sweep."""
    now = clock.now()
    with transaction.atomic():
        old = SigninGuard.objects.select_for_update(skip_locked=True).filter(since__lt=now - WINDOW - LOCK)
        subjects = old.exclude(locked_until__gt=now).values_list("subject", flat=True)[:100]
        SigninGuard.objects.filter(subject__in=list(subjects)).delete()


def _account(*, username: str, password: str) -> Account | None:
    """The account if the password is right. A name that does not exist takes as long as one that does."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        make_password(password)
        return None
    return account if account.check_password(password) else None


def _check_usable(account: Account, *, kinds: Collection[str]) -> None:
    genuine(account)
    if not account.is_active or not account.roles:
        raise Refused("SIGNIN_DISABLED", "账号或所在机构已停用，请联系管理员。", status=403)
    if account.demo and not settings.LUBAN_DEMO:
        raise Refused("SIGNIN_DISABLED", "演示账号只能在演示环境使用，请用正式账号登录。", status=403)
    if account.kind not in kinds:
        right = "企业登录" if account.kind == AccountKind.ENTERPRISE else "工作人员登录"
        raise Refused("SIGNIN_OTHER_DOOR", f"这个账号请从“{right}”页面登录。", status=403)


def _forget(*, username: str, address: str) -> None:
    """A right password clears the name; the address gets its try back but keeps its failures."""
    SigninGuard.objects.filter(subject=f"account:{username}").delete()
    guard = SigninGuard.objects.filter(subject=f"ip:{address}")
    with transaction.atomic():
        for row in guard.select_for_update():
            row.failures = max(0, row.failures - 1)
            row.save(update_fields=["failures"])


def _start_session(request: HttpRequest, *, account: Account, address: str) -> Actor:
    now = clock.now()
    login(request, account, backend=_BACKEND)
    request.session.set_expiry(0)
    request.session.pop(ROLE_KEY, None)
    request.session[SEEN_KEY] = now.timestamp()
    Account.objects.filter(pk=account.pk).update(signed_in_at=now)
    actor = actor_of(account)
    audit(actor=actor, action="signin", ip=address)
    return actor


def _unknown(username: str) -> Actor:
    return Actor(username, "", "public", "", "", "")
