"""A chain in a file with every contract on it, for tests: accounts by name, arguments by name, refusals as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from luban.ledger.abi import reason
from luban.ledger.artefacts import ANCHOR, CONTRACTS, RECORDS, REGISTRY, artefact
from luban.ledger.digests import organisation_id
from luban.ledger.node.chain import Sequencer
from luban.ledger.node.store import Store
from luban.ledger.port import Reverted
from luban.ledger.signing import Order, address_of, new_key, sign
from luban.trust.digest import sm3

CHAIN_ID = 310000
SHANGHAI, JIANGSU, ZHEJIANG, ANHUI = "310000", "320000", "330000", "340000"
PLATFORM = sm3(b"SWC1|org|platform")
EMPTY = "0" * 64
Events = list[tuple[str, dict[str, Any]]]


class Bench:
    """Contracts deployed and acquainted; Shanghai, Jiangsu and Zhejiang have joined, Anhui has not."""

    def __init__(self, path: Path) -> None:
        self.chain = Sequencer(store=Store(path), chain_id=CHAIN_ID)
        self._keys = {name: new_key() for name in ("admin", SHANGHAI, JIANGSU, ZHEJIANG, ANHUI, "stranger")}
        self.addresses: dict[str, str] = {}
        self.gas: dict[str, int] = {}
        for name in CONTRACTS:
            given = (
                {"orgId": PLATFORM, "name": "平台"}
                if name == REGISTRY
                else {"orgs": self.addresses[REGISTRY]}
            )
            self._deploy(name, given)
        for peer, name in {**RECORDS, "HA": ANCHOR}.items():
            self.write(
                "admin", REGISTRY, "setPeer", name=peer.encode().ljust(32, b"\0"), c=self.addresses[name]
            )
        self.write("admin", REGISTRY, "setTrustedContract", c=self.addresses[RECORDS["UR"]], ok=True)
        for region in (SHANGHAI, JIANGSU, ZHEJIANG):
            self.join(region)

    def join(self, region: str) -> None:
        """A province joins with every role but ADMIN."""
        org = organisation_id(region=region)
        self.write(
            "admin", REGISTRY, "registerOrg", orgId=org, region=int(region), name=f"省{region}", roles=254
        )
        self.write("admin", REGISTRY, "bindAccount", orgId=org, account=self.address(region), enabled=True)

    def address(self, name: str) -> str:
        """Address of an account."""
        return address_of(self._keys[name])

    def write(self, who: str, contract: str, function: str, **arguments: Any) -> Events:
        """Send, and return the events; raises Reverted with the contract's reason."""
        data = artefact(contract).interface.call(function, arguments)
        receipt = self._send(who, self.addresses[contract], data)
        if receipt["status"] != "0x1":
            raise Reverted(self.refusal(who, contract, function, **arguments))
        self.gas[f"{contract}.{function}"] = int(receipt["gasUsed"], 16)
        return [event for log in receipt["logs"] if (event := self._event(log)) is not None]

    def refusal(self, who: str, contract: str, function: str, **arguments: Any) -> str:
        """Why a call would fail; empty when it would not."""
        data = artefact(contract).interface.call(function, arguments)
        done = self._simulate(who, contract, data)
        return (reason(bytes(done.output)) or "no reason") if done.is_error else ""

    def read(self, contract: str, function: str, **arguments: Any) -> dict[str, Any]:
        """What a contract answers."""
        interface = artefact(contract).interface
        done = self._simulate("stranger", contract, interface.call(function, arguments))
        if done.is_error:
            raise Reverted(reason(bytes(done.output)))
        return interface.result(function, bytes(done.output))

    def _simulate(self, who: str, contract: str, data: bytes) -> Any:
        sender, to = (bytes.fromhex(a[2:]) for a in (self.address(who), self.addresses[contract]))
        return self.chain.simulate(sender=sender, to=to, data=data)

    def _deploy(self, name: str, arguments: dict[str, Any]) -> None:
        made = artefact(name)
        receipt = self._send("admin", None, made.bytecode + made.interface.construction(arguments))
        assert receipt["status"] == "0x1"
        self.addresses[name] = receipt["contractAddress"]
        self.gas[name] = int(receipt["gasUsed"], 16)
        assert self.chain.code(bytes.fromhex(self.addresses[name][2:])) == made.runtime

    def _send(self, who: str, to: str | None, data: bytes) -> dict[str, Any]:
        nonce = self.chain.nonce(bytes.fromhex(self.address(who)[2:]))
        signed = sign(
            key=self._keys[who],
            chain_id=CHAIN_ID,
            nonce=nonce,
            gas_price=0,
            order=Order(to, data, 15_000_000),
        )
        transaction, _ = self.chain.decoded(signed.raw)
        self.chain.mine([transaction])
        receipt = self.chain.store.receipt(signed.hash)
        assert receipt is not None
        return receipt

    def _event(self, log: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        for name, address in self.addresses.items():
            if address == log["address"]:
                return artefact(name).interface.event(
                    topics=log["topics"], content=bytes.fromhex(log["data"][2:])
                )
        return None


@contextmanager
def refused(reason: str) -> Iterator[None]:
    """The contract refuses with exactly this reason."""
    with pytest.raises(Reverted, match=f"^{re.escape(reason)}$"):
        yield


def core(key: str = "a1" * 32, **changes: Any) -> dict[str, Any]:
    """A filing's plain fields, all in order."""
    return {
        "recordKey": key,
        "applicationNo": "GFB-310115-20260302-0001",
        "docNo": "",
        "originRegion": 310115,
        "originProvince": 310000,
        "destRegion": 320583,
        "destProvince": 320000,
        "generatorName": "上海示例塑新材料有限公司",
        "generatorUscc": "91310115MA1TL1A06J",
        "receiverName": "昆山示例再生塑料有限公司",
        "receiverUscc": "91320583MA2TL5E47U",
        "wasteCodes": "900-003-S17",
        "totalKg": 120000,
        "transportMode": 1,
        "departureWharf": "",
        "transitProvinces": [],
        "startDate": 20260316,
        "endDate": 20261231,
        "endUseType": 1,
        "methodCode": "UM02",
        **changes,
    }


def evidence(form: str = "b1" * 32, *, sections: int = 9, **changes: Any) -> dict[str, Any]:
    """One version's digests, two attachments."""
    return {
        "schemaVersion": "UF-1.0",
        "formDigest": form,
        "sectionDigests": [f"{n:064x}" for n in range(1, sections + 1)],
        "attachmentsRoot": "c1" * 32,
        "attachmentDigests": ["c2" * 32, "c3" * 32],
        "prevDigest": EMPTY,
        "occurredAt": 1772416800000,
        "operatorHash": "d1" * 32,
        "payloadUri": "",
        **changes,
    }
