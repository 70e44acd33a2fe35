"""Reading a few blocks of the chain: their transactions, what our contracts said in them, the records they changed.

Receipts are asked for, not logs: some chains cut answers about logs silently, and events of failed transactions still
stand in receipts on others, so the status is looked at first. Nothing here touches the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luban.ledger.artefacts import RECORDS, artefact
from luban.ledger.port import Block, Call, ChainPort, ChainUnavailable, Full, Log, Receipt, Transaction
from luban.trust.digest import sm3

DECISION = (RECORDS["UF"], "recordDecision")
_KINDS = {name: kind for kind, name in RECORDS.items()}
_READERS = {"UF": "getFiling", "UR": "getRevocation", "DF": "getForm", "DC": "getCase"}
_KEYS = ("key", "batchId")
_VERSIONS = ("version", "formVersion", "seq")


@dataclass(frozen=True)
class Sent:
    """A transaction and what became of it."""

    hash: str
    block: int
    position: int
    sender: str
    contract: str
    function: str
    ok: bool


@dataclass(frozen=True)
class Said:
    """An event, decoded."""

    contract: str
    address: str
    name: str
    record_key: str
    version: int
    block: int
    at: int
    tx: str
    index: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Changed:
    """A record as its contract tells it now; `told` is the contract's whole answer."""

    record_key: str
    kind: str
    address: str
    block: int
    at: int
    told: Mapping[str, Any]


@dataclass(frozen=True)
class Window:
    """What a few blocks hold. `decided` is the day (yyyymmdd) of decisions on filings, by record."""

    blocks: tuple[tuple[Block, int], ...]
    sent: tuple[Sent, ...]
    said: tuple[Said, ...]
    changed: tuple[Changed, ...]
    decided: Mapping[str, int]


def event_id(*, chain_id: int, tx: str, log_index: int) -> str:
    """The id of an event: the first 32 characters of its SM3 (waste-chain §8.1). `tx` with or without 0x."""
    return sm3(f"SWC1|evt|{chain_id}|{tx.removeprefix('0x')}|{log_index}".encode())[:32]


def read_window(*, port: ChainPort, first: int, last: int, contracts: Mapping[str, str]) -> Window:
    """Blocks first…last; `contracts` are names by address. Raises ChainUnavailable."""
    full = port.blocks(first=first, last=last)
    if len(full) != last - first + 1:
        raise ChainUnavailable(f"the node does not show block {first + len(full)}")
    hashes = [one.hash for block in full for one in block.transactions]
    receipts = port.receipts(hashes) if hashes else {}
    sent = tuple(_sent(full, receipts, contracts))
    said = tuple(_said(full, receipts, contracts))
    return Window(
        blocks=tuple((one.block, len(one.transactions)) for one in full),
        sent=sent,
        said=said,
        changed=tuple(_changed(port, said)),
        decided=dict(_decided(full, {one.hash for one in sent if one.ok}, contracts)),
    )


def _sent(
    full: Iterable[Full], receipts: Mapping[str, Receipt | None], contracts: Mapping[str, str]
) -> Iterator[Sent]:
    for block in full:
        for position, one in enumerate(block.transactions):
            receipt = receipts[one.hash]
            if receipt is None:
                raise ChainUnavailable(f"the node has no receipt of {one.hash}")
            contract = contracts.get(one.to or receipt.contract, "")
            called = _called(one, contract)
            function = called[0] if called else ""
            yield Sent(one.hash, block.block.number, position, one.sender, contract, function, receipt.ok)


def _said(
    full: Iterable[Full], receipts: Mapping[str, Receipt | None], contracts: Mapping[str, str]
) -> Iterator[Said]:
    for block in full:
        for one in block.transactions:
            receipt = receipts[one.hash]
            if receipt is None or not receipt.ok:
                continue
            for log in receipt.logs:
                told = _decoded(log, contracts.get(log.address, ""), block.block)
                if told is not None:
                    yield told


def _decoded(log: Log, contract: str, block: Block) -> Said | None:
    if not contract:
        return None
    told = artefact(contract).interface.event(topics=log.topics, content=log.data)
    if told is None:
        return None
    name, values = told
    key = next((str(values[one]) for one in _KEYS if one in values), "")
    version = next((int(values[one]) for one in _VERSIONS if one in values), 0)
    return Said(contract, log.address, name, key, version, block.number, block.at, log.tx, log.index, values)


def _called(one: Transaction, contract: str) -> tuple[str, dict[str, Any]] | None:
    if not contract or not one.to:
        return None
    try:
        return artefact(contract).interface.called(one.data)
    except Exception:  # noqa: BLE001  whatever a stranger sent to our contract, it is no call we can read
        return None


def _decided(
    full: Iterable[Full], succeeded: set[str], contracts: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    """The day of a decision stands in no event and no answer of the contract: it is read from the call itself."""
    for block in full:
        for one in block.transactions:
            contract = contracts.get(one.to, "")
            called = _called(one, contract) if contract == DECISION[0] and one.hash in succeeded else None
            if called is not None and called[0] == DECISION[1]:
                yield str(called[1]["key"]), int(called[1]["decisionDate"])


def _changed(port: ChainPort, said: Sequence[Said]) -> Iterator[Changed]:
    """Each record that an event names, read once, at its newest."""
    last = {one.record_key: one for one in said if one.contract in _KINDS and one.record_key}
    calls = [
        Call(
            one.address,
            artefact(one.contract).interface.call(_READERS[_KINDS[one.contract]], {"key": one.record_key}),
        )
        for one in last.values()
    ]
    answers = port.read_many(calls) if calls else []
    for one, answer in zip(last.values(), answers, strict=True):
        kind = _KINDS[one.contract]
        told = artefact(one.contract).interface.result(_READERS[kind], answer)
        yield Changed(one.record_key, kind, one.address, one.block, one.at, told)
