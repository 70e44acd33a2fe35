"""What the page 账号与会话 shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from luban.kit.clock import ZONE
from luban.people.gateway import certificate_of
from luban.people.models import Account
from luban.people.recovery import RESET_BY
from luban.people.requests import ActorRequest
from luban.people.roles import OPERATOR_ROLES
from luban.people.session_rules import (
    BEGAN_KEY,
    CERTIFICATE,
    FROM_KEY,
    PASSWORD,
    PLATFORM,
    PROOF_KEY,
    WAY_KEY,
)
from luban.people.trail import AuditLine, read_trail

SHOWN = 10
LOOKED_THROUGH = 60
WAYS: Mapping[str, str] = {
    PASSWORD: "账号密码",
    CERTIFICATE: "数字证书",
    f"{PLATFORM}city": "市统一身份认证",
    f"{PLATFORM}egov": "政务外网统一身份认证",
}
ACTS: Mapping[str, str] = {
    "signin": "登录",
    "signout": "退出",
    "signout.everywhere": "退出所有会话",
    "proof": "再次验证身份",
    "password.change": "修改密码",
    "role.switch": "切换角色",
    "signin.failed": "登录未成功",
    "signin.locked": "账号被锁定",
    "totp.failed": "动态口令不正确",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the account did at the doors."""

    at: datetime
    act: str
    way: str
    ip: str


def words_of(request: ActorRequest) -> dict[str, Any]:
    """The page's words; one statement beside those of every request."""
    session, actor = request.session, request.actor
    user = request.user
    way = session.get(WAY_KEY, "")
    lines = read_trail(account=actor.account, limit=LOOKED_THROUGH)
    return {
        "actor": actor,
        "began": _moment(session.get(BEGAN_KEY)),
        "proved": _moment(session.get(PROOF_KEY)),
        "way": WAYS.get(way, "—"),
        "address": session.get(FROM_KEY, ""),
        "alone": isinstance(user, Account) and user.kind in settings.LUBAN_ONE_SESSION,
        "hours": settings.LUBAN_SESSION_HOURS,
        "lines": tuple(_line(line) for line in lines if line.action in ACTS)[:SHOWN],
        "certificate": certificate_of(request),
        "by_password": actor.role in OPERATOR_ROLES,
        "resets": actor.role in RESET_BY.values(),
        "home": "/" if actor.is_firm else "/office/",
    }


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE)


def _line(line: AuditLine) -> Line:
    return Line(line.at, ACTS[line.action], WAYS.get(str(line.detail.get("way", "")), ""), line.ip)
