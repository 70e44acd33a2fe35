"""Applications: issued, rotated, suspended, revoked; secrets sealed and shown once; grants given and taken back.

Whoever needs an application of a province asks here: `app_of`, `callback_secret`, `caller_of`, `grants_for`.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from luban.cases import house
from luban.kit.clock import clock
from luban.ledger.digests import organisation_id
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.models import ACTIVE, REVOKED, SUSPENDED, AppSecret, ChainApp, Grant
from luban.stages.gateway.scopes import DEFAULT, SCOPES
from luban.stages.gateway.sight import Granted
from luban.trust.envelope import unwrap, wrap
from luban.trust.keys import KeyProvider

OVERLAP = timedelta(hours=24)
"""How long the old secret goes on after a rotation (default)."""
MOST_RATE = 1000
_LETTERS = string.ascii_letters + string.digits
_KEY_LENGTH, _SECRET_LENGTH = 20, 40


@dataclass(frozen=True)
class Issued:
    """What is shown once: the key, the secret, and the callback secret (empty after a rotation that keeps it)."""

    key: str
    secret: str
    callback_secret: str


def app_of(key: str) -> ChainApp | None:
    """The application of that key; None when there is none."""
    return ChainApp.objects.filter(key=key).first()


def standing(app: ChainApp) -> str:
    """Why the application may not be served now, in Chinese; empty when it may."""
    if app.state != ACTIVE:
        return f"应用{app.state_title}，请联系链与接入管理员。"
    if app.valid_until is not None and app.valid_until <= clock.now():
        return "应用已过有效期，请联系链与接入管理员延期。"
    return ""


def caller_of(app: ChainApp, *, inner: bool = False) -> Caller:
    """The application as a caller. Raises GatewayError (40105) when it may not be served."""
    problem = standing(app)
    if problem:
        raise GatewayError(40105, problem)
    return Caller(app.key, app.region, app.org_id, frozenset(app.scopes), inner)


def callback_secret(app: ChainApp) -> str:
    """The secret callbacks to the application are signed with. Raises KeyMissing, EnvelopeBroken."""
    return _opened(bytes(app.sealed_callback), app.key, "callback")


def secrets_of(app: ChainApp) -> tuple[tuple[str, datetime | None], ...]:
    """The application's secrets, newest first, each with its end (None: none). Raises KeyMissing, EnvelopeBroken."""
    rows = AppSecret.objects.filter(app=app).order_by("-since", "-id")
    return tuple((_opened(bytes(row.sealed), app.key, "secret"), row.until) for row in rows)


def issue(
    *,
    name: str,
    region: str,
    by: str,
    scopes: Sequence[str] = DEFAULT,
    ips: Sequence[str] = (),
    rate: int = 50,
    valid_until: datetime | None = None,
    key: str = "",
) -> Issued:
    """A new application of a province. Raises GatewayError (40001) for values that make no sense."""
    checked = _checked(name=name, scopes=scopes, ips=ips, rate=rate)
    if len(region) != 6 or not region.isdigit() or not region.endswith("0000"):
        raise GatewayError(40001, "所属省应为省级6位区划代码，如 320000。")
    made = Issued(key or f"ak_{_random(_KEY_LENGTH)}", _random(_SECRET_LENGTH), _random(_SECRET_LENGTH))
    now = clock.now()
    with transaction.atomic():
        row = ChainApp.objects.create(
            key=made.key,
            region=region,
            org_id=organisation_id(region=region),
            valid_until=valid_until,
            sealed_callback=_sealed(made.callback_secret, made.key, "callback"),
            created_by=by,
            created_at=now,
            changed_at=now,
            **checked,
        )
        AppSecret.objects.create(app=row, sealed=_sealed(made.secret, made.key, "secret"), since=now)
    return made


def rotate(*, key: str, at_once: bool = False) -> Issued:
    """A new secret; the old one goes on for a day, or ends now. Raises GatewayError (40401)."""
    secret, now = _random(_SECRET_LENGTH), clock.now()
    with transaction.atomic():
        row = _locked(key)
        end = now if at_once else now + OVERLAP
        AppSecret.objects.filter(app=row).filter(Q(until=None) | Q(until__gt=end)).update(until=end)
        AppSecret.objects.create(app=row, sealed=_sealed(secret, key, "secret"), since=now)
        ChainApp.objects.filter(pk=key).update(changed_at=now)
    return Issued(key, secret, "")


def change(*, key: str, **given: Any) -> ChainApp:
    """Change name, scopes, ips, rate, valid_until. Raises GatewayError (40401, 40001)."""
    with transaction.atomic():
        row = _locked(key)
        known = {"name": row.name, "scopes": row.scopes, "ips": row.ips, "rate": row.rate}
        checked = _checked(**{name: given.get(name, value) for name, value in known.items()})
        for name, value in checked.items():
            setattr(row, name, value)
        if "valid_until" in given:
            row.valid_until = given["valid_until"]
        row.changed_at = clock.now()
        row.save()
    return row


def set_state(*, key: str, state: str) -> ChainApp:
    """Suspend, resume or revoke; a revoked application stays revoked. Raises GatewayError (40401, 40903, 40001)."""
    if state not in (ACTIVE, SUSPENDED, REVOKED):
        raise GatewayError(40001, "状态只能是 active、suspended、revoked。")
    with transaction.atomic():
        row = _locked(key)
        if row.state == REVOKED and state != REVOKED:
            raise GatewayError(40903, "应用已吊销，不能恢复，请重新发放。")
        row.state, row.changed_at = state, clock.now()
        row.save(update_fields=["state", "changed_at"])
    return row


def rewrapped(row: ChainApp | AppSecret, *, keys: KeyProvider) -> bytes:
    """An application's callback secret, or one of its secrets, in an envelope under the current data key.

    Raises KeyMissing, EnvelopeBroken.
    """
    if isinstance(row, ChainApp):
        envelope, context = bytes(row.sealed_callback), _context(row.key, "callback")
    else:
        envelope, context = bytes(row.sealed), _context(row.app_id, "secret")
    return wrap(data=unwrap(envelope=envelope, keys=keys, context=context), keys=keys, context=context)


def all_apps() -> tuple[ChainApp, ...]:
    """Every application, by region and key."""
    return tuple(ChainApp.objects.order_by("region", "created_at", "key"))


def house_app(*, region: str, name: str) -> ChainApp:
    """The application we ourselves write a region's records with: the oldest that is active, made at the first need.

    Once a person has suspended or revoked what there was, none is made. Raises GatewayError (40105).
    """
    rows = list(ChainApp.objects.filter(region=region).order_by("created_at", "key"))
    row = next((one for one in rows if one.state == ACTIVE), rows[0] if rows else None)
    if row is not None:
        return row
    made = issue(name=name, region=region, by="系统")
    return ChainApp.objects.get(pk=made.key)


def grant(
    *,
    app: str,
    record: str,
    sections: Collection[str],
    since: datetime,
    until: datetime,
    by: str,
    record_key: str = "",
    region: str = "",
    attachments: bool = False,
    reason: str = "",
) -> Grant:
    """Let an application read a record, or all of a kind that come from a region.

    Raises GatewayError (40401, 40001; 40901 while the same grant holds or is to hold).
    """
    if not (record_key or region):
        raise GatewayError(40001, "授权须指明记录主键或移出省。")
    if until <= since:
        raise GatewayError(40001, "授权的止期应晚于起期。")
    what = {
        "record": record,
        "record_key": record_key,
        "region": region,
        "sections": sorted(sections),
        "attachments": attachments,
        "until": until,
    }
    now = clock.now()
    with transaction.atomic():
        row = _locked(app)
        same = Grant.objects.filter(app=row, until__gt=now, **what).values_list("pk", flat=True).first()
        if same is not None:
            raise GatewayError(40901, f"已有同样的授权（第{same}号），不必再授。")
        return Grant.objects.create(
            app=row, since=since, reason=reason, created_by=by, created_at=now, **what
        )


def withdraw_grant(*, number: int) -> None:
    """End a grant now; it stays on record. Raises GatewayError (40401)."""
    now = clock.now()
    if not Grant.objects.filter(pk=number).exists():
        raise GatewayError(40401, "没有该授权，请核对编号。")
    Grant.objects.filter(pk=number, until__gt=now).update(until=now, withdrawn_at=now)


def grants_for(*, app: str, record: str, record_key: str, core: Mapping[str, Any]) -> tuple[Granted, ...]:
    """The grants in force that let an application read this record."""
    origin = str(core.get("originProvince", ""))
    rows = in_force(app=app, record=record).filter(Q(record_key=record_key) | Q(record_key="", region=origin))
    return tuple(Granted(frozenset(row.sections), row.attachments) for row in rows)


def in_force(*, app: str, record: str) -> QuerySet[Grant]:
    """The application's grants for a kind of record that hold at this moment, to be narrowed further in the query."""
    now = clock.now()
    return Grant.objects.filter(app_id=app, record=record, since__lte=now, until__gt=now)


def _checked(*, name: str, scopes: Sequence[str], ips: Sequence[str], rate: int) -> dict[str, Any]:
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise GatewayError(40001, f"没有权限“{'、'.join(unknown)}”，请核对。")
    if not name.strip() or len(name) > 100:
        raise GatewayError(40001, "应用名称应为1至100个字。")
    if not 1 <= rate <= MOST_RATE:
        raise GatewayError(40001, f"限流应为每秒1至{MOST_RATE}次。")
    for address in ips:
        try:
            ip_network(address, strict=False)
        except ValueError as wrong:
            raise GatewayError(40001, f"“{address}”不是IP地址或网段。") from wrong
    ordered = [scope for scope in SCOPES if scope in scopes]
    return {"name": name.strip(), "scopes": ordered, "ips": list(ips), "rate": rate}


def _locked(key: str) -> ChainApp:
    row = ChainApp.objects.select_for_update().filter(pk=key).first()
    if row is None:
        raise GatewayError(40401, "没有该应用，请核对应用标识。")
    return row


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _sealed(text: str, key: str, kind: str) -> bytes:
    return wrap(data=text.encode(), keys=house.keys(), context=_context(key, kind))


def _opened(envelope: bytes, key: str, kind: str) -> str:
    return unwrap(envelope=envelope, keys=house.keys(), context=_context(key, kind)).decode()


def _context(key: str, kind: str) -> bytes:
    return f"chain-app|{kind}|{key}".encode()
