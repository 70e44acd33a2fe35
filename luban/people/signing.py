"""Signing in and out, and choosing the active role.

Guessing is made slow before the password is looked at (``guards``). Names that do not exist behave the same as names
that do. Every outcome leaves a line in the audit trail. What the session keeps is the business of
``session_rules``.

A password alone lets in demonstration accounts only, and only in a demonstration. In production it is the first half of
an administrator's sign-in (the second are one-time codes, ``second``); everybody else comes by an identity platform
(``identity``) or a certificate (``gateway``), which meet the same checks here (``check_usable``).
"""

from collections.abc import Collection

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.duties import roles_clash
from luban.people.genuine import genuine
from luban.people.guards import LOCKED, TRIES_PER_ACCOUNT, TRIES_PER_ADDRESS, claim, forget, lock, sweep
from luban.people.models import Account, AccountKind
from luban.people.roles import title_of
from luban.people.second import SecondNeeded, hold, needs_second
from luban.people.session_rules import PASSWORD, ROLE_KEY, SEEN_KEY, actor_of, begin
from luban.people.trail import address_of, audit

__all__ = [
    "FIRM_KINDS",
    "OFFICE_KINDS",
    "ROLE_KEY",
    "SEEN_KEY",
    "actor_of",
    "sign_in",
    "sign_out",
    "switch_role",
]

LONGEST_PASSWORD = 256

MISSING, WRONG = "SIGNIN_MISSING", "SIGNIN_WRONG"

FIRM_KINDS = frozenset({AccountKind.ENTERPRISE})
OFFICE_KINDS = frozenset({AccountKind.OFFICIAL, AccountKind.OPERATOR})


def sign_in(request: HttpRequest, *, username: str, password: str, kinds: Collection[str]) -> Actor:
    """Let an account of one of ``kinds`` in and start its session. Raises Refused, or SecondNeeded when the password is
    right and one-time codes come next.
    """
    username, address = username.strip(), address_of(request)
    if not username or not password:
        raise Refused(MISSING, "请输入账号和密码。", status=400)
    if len(username) > 64 or len(password) > LONGEST_PASSWORD or "\x00" in username + password:
        raise Refused(WRONG, "账号或密码不正确，请检查后重新输入。", status=400)
    account = prove_password(username=username, password=password, address=address)
    check_usable(account, kinds=kinds)
    if not settings.LUBAN_DEMO and account.kind != AccountKind.OPERATOR:
        raise Refused("SIGNIN_BY_PLATFORM", "这个账号不用密码登录，请用本页的统一身份认证登录。", status=403)
    if needs_second(account):
        hold(request, account=account)
        raise SecondNeeded()
    return begin(request, account=account, way=PASSWORD, address=address)


def prove_password(*, username: str, password: str, address: str) -> Account:
    """The account whose name and password these are. Raises Refused (400, 429); every try counts towards the lock."""
    tries = claim(subject=f"account:{username}", limit=TRIES_PER_ACCOUNT, who="该账号")
    claim(subject=f"ip:{address}", limit=TRIES_PER_ADDRESS, who="您所在网络")
    account = _account(username=username, password=password)
    if account is None:
        note_failure(username=username, address=address)
        raise _wrong(username=username, tries=tries, address=address)
    forget(username=username, address=address)
    return account


def note_failure(*, username: str, address: str, action: str = "signin.failed", why: str = "") -> None:
    """Note an attempt that failed, and sweep up what old ones left."""
    detail = {"why": why} if why else {}
    audit(actor=_unknown(username), action=action, target=f"account:{username}", detail=detail, ip=address)
    sweep()


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


def _wrong(*, username: str, tries: int, address: str) -> Refused:
    """The refusal after a wrong password; the last try of the window locks the name."""
    left = TRIES_PER_ACCOUNT - tries
    if left > 0:
        return Refused(
            WRONG, f"账号或密码不正确，请检查后重新输入；再错 {left} 次账号将锁定 15 分钟。", status=400
        )
    lock(subject=f"account:{username}")
    audit(actor=_unknown(username), action="signin.locked", target=f"account:{username}", ip=address)
    return Refused(
        LOCKED,
        f"密码连续 {TRIES_PER_ACCOUNT} 次不正确，账号已锁定，请 15 分钟后再试；忘记密码请联系管理员重置。",
        status=429,
    )


def _account(*, username: str, password: str) -> Account | None:
    """The account if the password is right. A name that does not exist takes as long as one that does."""
    account = Account.objects.filter(username=username).first()
    if account is None:
        make_password(password)
        return None
    return account if account.check_password(password) else None


def check_usable(account: Account, *, kinds: Collection[str]) -> None:
    """Whether the account may sign in at a door for ``kinds``, however it proved who it is. Raises Refused (403)."""
    genuine(account)
    if not account.is_active:
        what = "您所在的机构" if account.enabled else "您的账号"
        raise Refused("SIGNIN_DISABLED", f"{what}已停用，请联系管理员恢复启用。", status=403)
    if not account.roles:
        words = "您的账号还没有角色，请联系安全管理员。授予角色后再登录即可办理业务。"
        raise Refused("SIGNIN_NO_ROLE", words, status=403)
    if account.demo and not settings.LUBAN_DEMO:
        raise Refused("SIGNIN_DISABLED", "演示账号只能在演示环境使用，请用正式账号登录。", status=403)
    clash = roles_clash(account.roles)
    if clash:
        raise Refused("SIGNIN_CLASH", f"{clash}在改正之前不能登录，请联系系统管理员。", status=403)
    if account.kind not in kinds:
        right = "企业登录" if account.kind == AccountKind.ENTERPRISE else "工作人员登录"
        raise Refused("SIGNIN_OTHER_DOOR", f"这个账号请从“{right}”页面登录。", status=403)


def _unknown(username: str) -> Actor:
    return Actor(username, "", "public", "", "", "")
