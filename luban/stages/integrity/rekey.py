"""After a rotation: everything under an older key is written anew under the current one, a little at a time.

What is left is found by the key ids that stand in the data itself, so the work may be stopped, repeated and run by
two at once: a row is locked, looked at again and written, or left alone. Old keys stay readable throughout; digests
are over plain values, so no chain breaks. Row codes and blind indexes follow the HMAC master in the same way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from luban.cases import house
from luban.cases.models import Case, CaseVersion, Draft, KeptFact
from luban.cases.secrets import indexes, rehidden
from luban.kit import registry
from luban.ledger import snapshots
from luban.ledger.accounts import rewrapped
from luban.ledger.models import ChainAccount, ChainRestoration, Snapshot
from luban.people import totp
from luban.people.genuine import RowTouched, SealedRow, genuine
from luban.people.models import Account, Identity, PermissionState, SecondFactor
from luban.registers.book.models import Change, Row
from luban.registers.carriers.models import Carrier, FilingRecord
from luban.registers.carriers.packing import SECRET
from luban.registers.carriers.packing import rehidden as carrier_rehidden
from luban.registers.licences.models import Licence
from luban.stages.gateway import applications, kept
from luban.stages.gateway.models import AppSecret, ChainApp, Content
from luban.trust import ring
from luban.trust.envelope import MARK, EnvelopeBroken, kid_of, unwrap, wrap
from luban.trust.objects import ObjectTouched

logger = logging.getLogger(__name__)
AT_ONCE = 200
Renew = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Kept:
    """One place secrets lie in: its title, table, where older keys may stand, and what is written instead."""

    title: str
    model: type[models.Model]
    older: Callable[[], Q]
    renew: Renew


def renew_some(*, limit: int = AT_ONCE) -> int:
    """Write at most `limit` rows or files anew; returns how many, 0 when nothing is left. Raises KeyMissing, RowTouched."""
    done = 0
    for place in _places():
        for key in list(_left(place)[: limit - done]):
            done += _tried(lambda place=place, key=key: _renewed(place, key), f"{place.title} {key}")  # type: ignore[misc]
        if done >= limit:
            return done
    for digest in _old_files(limit - done):
        done += _tried(lambda digest=digest: house.objects().rewrap(digest), digest)  # type: ignore[misc]
    return done


def _tried(renew: Callable[[], int], name: str) -> int:
    """What cannot be opened is left as it is, named in the log, and holds up nothing else."""
    try:
        return renew()
    except (RowTouched, ObjectTouched, EnvelopeBroken):
        logger.exception("could not be renewed: %s", name)
        return 0


def left() -> dict[str, int]:
    """How many rows and files still lie under older keys, by title; titles with none are left out."""
    found = {kept.title: _left(kept).count() for kept in _places()}
    found["文件"] = sum(1 for _ in _old_files(None))
    return {title: count for title, count in found.items() if count}


def _left(kept: Kept) -> Any:
    named = {
        f"{field.name}_text": Cast(field.name, models.TextField())
        for field in kept.model._meta.concrete_fields
        if isinstance(field, models.JSONField)
    }
    rows = kept.model._base_manager.alias(**named).filter(kept.older())
    return rows.order_by("pk").values_list("pk", flat=True)


def _renewed(kept: Kept, key: Any) -> int:
    with transaction.atomic():
        row = kept.model._base_manager.select_for_update(of=("self",)).filter(pk=key).first()
        if row is None:
            return 0
        if isinstance(row, SealedRow):
            genuine(row)
        changed = kept.renew(row)
        for name, value in changed.items():
            setattr(row, name, value)
        if isinstance(row, SealedRow):
            row.save(update_fields=list(changed))
        else:
            kept.model._base_manager.filter(pk=key).update(**changed)
    return 1


def _old_files(limit: int | None) -> Iterator[str]:
    store, current, found = house.objects(), ring.keys().current_kid, 0
    for digest in store.digests():
        if limit is not None and found >= limit:
            return
        if store.kid(digest) != current:
            found += 1
            yield digest


def _places() -> tuple[Kept, ...]:
    sealed = (
        ("办件校验码", Case),
        ("证照校验码", Licence),
        ("账号校验码", Account),
        ("身份绑定校验码", Identity),
        ("权限表校验码", PermissionState),
        ("台账修改校验码", Change),
        ("台账校验码", Row),
        ("恢复的提出校验码", ChainRestoration),
    )
    return (
        Kept("申请内容", CaseVersion, lambda: _secret("payload") | _code(), _version),
        Kept("草稿", Draft, lambda: _secret("payload"), _draft),
        Kept("评估依据", KeptFact, lambda: _envelope("sealed"), _fact),
        Kept("运输单位", Carrier, lambda: _any(SECRET), _carrier),
        Kept("运输单位备案记录", FilingRecord, lambda: _any(("before", "after")), _filing),
        Kept(
            "动态口令",
            SecondFactor,
            lambda: _secret("secret") | _code(),
            lambda row: {"secret": totp.rehidden(row)},
        ),
        Kept("链账户", ChainAccount, lambda: _envelope("sealed_key"), _chain),
        Kept("接入应用密钥", AppSecret, lambda: _envelope("sealed"), _app_secret),
        Kept("接入应用回调密钥", ChainApp, lambda: _envelope("sealed_callback"), _callback),
        Kept("网关正文", Content, lambda: _envelope("sealed"), _content),
        Kept("链上记录快照", Snapshot, lambda: _envelope("sealed"), _snapshot),
        *(Kept(title, model, _code, lambda row: {}) for title, model in sealed),
    )


def _secret(name: str) -> Q:
    """Rows whose JSON holds a secret under an older data key."""
    old = Q(pk__in=[])
    for kid in _older(ring.keys().current_kid):
        old |= Q(**{f"{name}_text__contains": f'"{MARK}": "{kid}:'})
    return old


def _any(names: tuple[str, ...]) -> Q:
    old = Q(pk__in=[])
    for name in names:
        old |= _secret(name)
    return old


def _older(current: str) -> list[str]:
    return [f"{current[0]}{n}" for n in range(1, int(current[1:]))]


def _envelope(name: str) -> Q:
    """Rows whose envelope begins with an older data key's id."""
    heads = (b"LBE1" + bytes([len(kid)]) + kid.encode() for kid in _older(ring.keys().current_kid))
    old = Q(pk__in=[])
    for head in heads:
        last = head[:-1] + bytes([head[-1] + 1])
        old |= Q(**{f"{name}__gte": head, f"{name}__lt": last})
    return old


def _code() -> Q:
    """Rows whose code was made with an older HMAC master, or for an older list of columns."""
    return ~Q(mac__contains=f".{ring.keys().current_hmac_kid}.") & ~Q(mac="")


def _version(row: CaseVersion) -> Mapping[str, Any]:
    form, keys = registry.get(row.case.item).form, ring.keys()
    payload = rehidden(form=form, payload=row.payload, keys=keys)
    return {"payload": payload, "index": indexes(form=form, payload=payload, keys=keys)}


def _draft(row: Draft) -> Mapping[str, Any]:
    form = registry.get(row.item).form
    return {"payload": rehidden(form=form, payload=row.payload, keys=ring.keys())}


def _fact(row: KeptFact) -> Mapping[str, Any]:
    context = row.digest.encode()
    return {"sealed": _rewrapped(bytes(row.sealed), context)}


def _rewrapped(envelope: bytes, context: bytes) -> bytes:
    keys = ring.keys()
    if kid_of(envelope) == keys.current_kid:
        return envelope
    return wrap(data=unwrap(envelope=envelope, keys=keys, context=context), keys=keys, context=context)


def _carrier(row: Carrier) -> Mapping[str, Any]:
    return carrier_rehidden({name: getattr(row, name) for name in SECRET})


def _filing(row: FilingRecord) -> Mapping[str, Any]:
    return {
        "before": carrier_rehidden(row.before) if row.before else row.before,
        "after": carrier_rehidden(row.after),
    }


def _app_secret(row: AppSecret) -> Mapping[str, Any]:
    return {"sealed": applications.rewrapped(row, keys=ring.keys())}


def _callback(row: ChainApp) -> Mapping[str, Any]:
    return {"sealed_callback": applications.rewrapped(row, keys=ring.keys())}


def _content(row: Content) -> Mapping[str, Any]:
    return {"sealed": kept.rewrapped(row, keys=ring.keys())}


def _chain(row: ChainAccount) -> Mapping[str, Any]:
    return {"sealed_key": rewrapped(of=row, keys=ring.keys())}


def _snapshot(row: Snapshot) -> Mapping[str, Any]:
    return {"sealed": snapshots.rewrapped(row, keys=ring.keys())}
