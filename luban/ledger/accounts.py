"""Chain accounts: made here, kept sealed (SM4), opened only to sign. Production puts an HSM behind `KeyProvider`."""

from __future__ import annotations

from luban.kit.clock import clock
from luban.ledger.models import ChainAccount
from luban.ledger.signing import address_of, new_key
from luban.trust.envelope import unwrap, wrap
from luban.trust.keys import KeyProvider

ADMIN = "admin"


def account(*, name: str, keys: KeyProvider) -> ChainAccount:
    """The account of that name (`admin`, or a province's six-digit code), made at the first call."""
    found = ChainAccount.objects.filter(name=name).first()
    if found is not None:
        return found
    key = new_key()
    made, _ = ChainAccount.objects.get_or_create(
        name=name,
        defaults={
            "address": address_of(key),
            "sealed_key": wrap(data=key, keys=keys, context=_context(name)),
            "created_at": clock.now(),
        },
    )
    return made


def private_key(*, of: ChainAccount, keys: KeyProvider) -> bytes:
    """The account's private key. Raises KeyMissing, EnvelopeBroken."""
    return unwrap(envelope=bytes(of.sealed_key), keys=keys, context=_context(of.name))


def rewrapped(*, of: ChainAccount, keys: KeyProvider) -> bytes:
    """The account's key in an envelope under the current data key. Raises KeyMissing, EnvelopeBroken."""
    return wrap(data=private_key(of=of, keys=keys), keys=keys, context=_context(of.name))


def _context(name: str) -> bytes:
    return f"chain-account|{name}".encode()
