"""Leading a visitor to an identity platform and back: to sign in, or to prove anew who it is.

What was begun is kept in the visitor's session under its state: nonce, PKCE verifier, where to go afterwards; five at
most, ten minutes each, each used once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.guards import TRIES_PER_ADDRESS, claim
from luban.people.identity import tokens
from luban.people.identity.binding import account_of, linked
from luban.people.identity.platforms import Platform, client, endpoints, keys, trade
from luban.people.models import Account
from luban.people.proof import note_proof
from luban.people.session_rules import PLATFORM, actor_of, begin
from luban.people.signing import check_usable
from luban.people.trail import address_of, audit

BEGUN_KEY = "luban_oidc"
MOST_BEGUN, BEGUN_SECONDS = 5, 600
LONGEST_CODE = 2048
SIGN_IN, PROOF = "signin", "proof"

WHY = {
    "shape": "格式无法识别",
    "signature": "签名不正确",
    "key": "签名密钥无法识别",
    "issuer": "签发方不符",
    "audience": "不是发给本平台的",
    "expired": "已过期",
    "nonce": "与本次登录不对应",
    "age": "没有重新验证身份",
}


@dataclass(frozen=True, slots=True)
class Arrived:
    """Back from the platform: who it is now, where to go, what it was for (SIGN_IN, PROOF)."""

    actor: Actor
    after: str
    purpose: str


def start(request: HttpRequest, *, of: Platform, back: str, after: str, purpose: str = SIGN_IN) -> str:
    """The platform's address to send the visitor to; ``back`` is ours. Raises PlatformAway."""
    where = endpoints(of=of).authorize
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    more = {"prompt": "login", "max_age": "0"} if purpose == PROOF else {}
    with client(of=of, back=back) as asking:
        address, _ = asking.create_authorization_url(
            where, state=state, nonce=nonce, code_verifier=verifier, **more
        )
    begun = dict(list((request.session.get(BEGUN_KEY) or {}).items())[1 - MOST_BEGUN :])
    begun[state] = {
        "platform": of.code,
        "nonce": nonce,
        "verifier": verifier,
        "back": back,
        "after": after,
        "purpose": purpose,
        "at": clock.now().timestamp(),
    }
    request.session[BEGUN_KEY] = begun
    return str(address)


def arrive(request: HttpRequest, *, of: Platform) -> Arrived:
    """Take what the platform sent the visitor back with. Raises Refused (400, 403, 424, 429); the audit trail says why,
    until an address has failed too often.
    """
    try:
        return _arrive(request, of)
    except Refused as refused:
        claim(subject=f"oidc:{address_of(request)}", limit=TRIES_PER_ADDRESS, who="您所在网络")
        audit(
            actor=Actor.public(),
            action="signin.failed",
            target=f"platform:{of.code}",
            detail={"why": refused.code},
            ip=address_of(request),
        )
        raise


def _arrive(request: HttpRequest, of: Platform) -> Arrived:
    begun = _begun(request, of)
    if request.GET.get("error"):
        denied = request.GET.get("error") == "access_denied"
        why = "您取消了本次登录" if denied else "没有完成本次登录"
        raise Refused("OIDC_DENIED", f"{why}（{of.title}），可以重新登录。", status=400)
    code = request.GET.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        raise Refused("OIDC_CODE", f"{of.title}没有给出登录凭据，请重新登录。", status=400)
    told = trade(of=of, code=code, verifier=begun["verifier"], back=begun["back"])
    token = told.get("id_token")
    proof = begun["purpose"] == PROOF
    claims = _believed(of, token, nonce=begun["nonce"], since=int(begun["at"]) if proof else None)
    if proof:
        return Arrived(_proved(request, of, claims), begun["after"], PROOF)
    address = address_of(request)
    account = account_of(of=of, subject=claims["sub"], claims=claims, address=address)
    check_usable(account, kinds={of.kind})
    actor = begin(
        request,
        account=account,
        way=f"{PLATFORM}{of.code}",
        address=address,
        proved_at=_proved_at(claims),
        id_token=str(token),
    )
    return Arrived(actor, begun["after"], SIGN_IN)


def _begun(request: HttpRequest, of: Platform) -> dict[str, Any]:
    """What this visit began with; it is used up by this."""
    kept = dict(request.session.get(BEGUN_KEY) or {})
    found: dict[str, Any] | None = kept.pop(request.GET.get("state", ""), None)
    fresh = found is not None and 0 <= clock.now().timestamp() - found["at"] < BEGUN_SECONDS
    issuer = request.GET.get("iss", of.issuer)
    if found is not None:
        request.session[BEGUN_KEY] = kept
    if found is None or not fresh or found["platform"] != of.code or issuer != of.issuer:
        raise Refused(
            "OIDC_STATE", "登录已超时，或不是从本页发起的，本次没有登录。请回到登录页重新登录。", status=400
        )
    return found


def _believed(of: Platform, token: object, *, nonce: str, since: int | None) -> dict[str, Any]:
    now = int(clock.now().timestamp())

    def read(*, anew: bool) -> dict[str, Any]:
        return tokens.id_token(
            token,
            keys=keys(of=of, anew=anew),
            issuer=of.issuer,
            client_id=of.client_id,
            nonce=nonce,
            now=now,
            proved_since=since,
        )

    try:
        try:
            return read(anew=False)
        except tokens.TokenRefused as refused:
            if refused.why not in ("key", "signature"):
                raise
            return read(anew=True)  # the platform may have changed its key
    except tokens.TokenRefused as refused:
        raise Refused(
            f"OIDC_TOKEN_{refused.why.upper()}",
            f"{of.title}返回的身份凭据未通过验证（{WHY[refused.why]}），为安全起见没有登录。"
            "请重新登录；仍不行请联系平台运维人员。",
            status=400,
        ) from None


def _proved_at(claims: dict[str, Any]) -> datetime:
    """When the person proved who it is at the platform; now when the platform does not say."""
    proved, now = claims.get("auth_time"), clock.now()
    if not isinstance(proved, int) or proved <= 0:
        return now
    return max(min(datetime.fromtimestamp(proved, UTC), now), now - timedelta(days=1))


def _proved(request: HttpRequest, of: Platform, claims: dict[str, Any]) -> Actor:
    """The one signed in has proved anew who it is."""
    account = linked(issuer=of.issuer, subject=claims["sub"])
    user = request.user
    if account is None or not isinstance(user, Account) or user.pk != account.pk:
        raise Refused(
            "PROOF_OTHER",
            "刚才验证的不是当前登录的人，没有采用。请用登录时的同一身份重新验证。",
            status=403,
        )
    check_usable(account, kinds={of.kind})  # roles may have been taken meanwhile
    note_proof(request, way=f"{PLATFORM}{of.code}")
    return actor_of(account)
