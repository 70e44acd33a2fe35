"""The first start on a chain: contracts deployed, told of each other, the city's organisation and account entered.

All of it goes through the outbox like everything else, one after another, so that a crash in the middle goes on where
it stopped. Provinces are entered when they join (`join`): an organisation that is entered must answer for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from luban.ledger.accounts import ADMIN, account
from luban.ledger.artefacts import ANCHOR, CONTRACTS, RECORDS, REGISTRY
from luban.ledger.digests import organisation_id
from luban.ledger.models import ChainWrite
from luban.ledger.states import CONFIRMED
from luban.ledger.writes import Write, enqueue
from luban.trust.digest import sm3
from luban.trust.keys import KeyProvider

GROUP = "setup"
HOME = "310000"
HOME_NAME = "上海市生态环境局"
PLATFORM_NAME = "绿办平台"
MEMBER_ROLES = 254
"""Everything but ADMIN (waste-chain §4.1)."""
ANCHOR_PEER = "HA"
_ADDRESS = "address:"
"""An argument that begins so is replaced by the address of the contract or account named behind it."""


def begin(*, keys: KeyProvider) -> None:
    """Keep the writes of the first start; a repeat changes nothing."""
    if ChainWrite.objects.filter(request_id="setup:ready").exists():
        return
    for name in (ADMIN, HOME):
        account(name=name, keys=keys)
    for write in _writes():
        enqueue(write)


def ready() -> bool:
    """Whether the chain is ready for records."""
    return ChainWrite.objects.filter(request_id="setup:ready", state=CONFIRMED).exists()


def join(*, region: str, name: str, keys: KeyProvider) -> None:
    """Enter a province's organisation with an account of its own; a repeat changes nothing."""
    account(name=region, keys=keys)
    for write in _membership(region, name, f"join:{region}", f"join:{region}:account"):
        enqueue(replace(write, record_key=membership(region=region)))


def membership(*, region: str) -> str:
    """What a province's first writes name as needed, so that they wait until it has entered."""
    return f"join:{region}"


def has_joined(*, region: str) -> bool:
    """Whether a province has entered the chain (or is about to), so that it answers for itself."""
    return ChainWrite.objects.filter(request_id=f"join:{region}:account").exists()


def address_argument(name: str) -> str:
    """An argument that stands for the address of a contract or an account."""
    return f"{_ADDRESS}{name}"


def named_address(value: Any) -> str | None:
    """The name behind such an argument; None for any other value."""
    return value.removeprefix(_ADDRESS) if isinstance(value, str) and value.startswith(_ADDRESS) else None


def _writes() -> Iterator[Write]:
    platform = {"orgId": sm3(b"SWC1|org|platform"), "name": PLATFORM_NAME}
    for name in CONTRACTS:
        arguments = platform if name == REGISTRY else {"orgs": address_argument(REGISTRY)}
        yield _write(f"deploy:{name}", name, "", arguments)
    for peer, name in {**RECORDS, ANCHOR_PEER: ANCHOR}.items():
        given = {"name": peer.encode().ljust(32, b"\0").hex(), "c": address_argument(name)}
        yield _write(f"setup:peer:{peer}", REGISTRY, "setPeer", given)
    trusted = {"c": address_argument(RECORDS["UR"]), "ok": True}
    yield _write("setup:trust", REGISTRY, "setTrustedContract", trusted)
    yield from _membership(HOME, HOME_NAME, "setup:home", "setup:ready")


def _membership(region: str, name: str, first: str, second: str) -> Iterator[Write]:
    org = organisation_id(region=region)
    entry = {"orgId": org, "region": int(region), "name": name, "roles": MEMBER_ROLES}
    yield _write(first, REGISTRY, "registerOrg", entry)
    bound = {"orgId": org, "account": address_argument(region), "enabled": True}
    yield _write(second, REGISTRY, "bindAccount", bound)


def _write(request_id: str, contract: str, function: str, arguments: dict[str, Any]) -> Write:
    return Write(
        request_id=request_id,
        group=GROUP,
        account=ADMIN,
        contract=contract,
        function=function,
        arguments=arguments,
    )
