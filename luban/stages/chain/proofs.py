"""The proof file of a licence: what stands on the chain about it, small enough to mail, checked without us.

It names the record (a digest in one transaction), the history of its case (a leaf, its path, the root in another
transaction, the signature made when the root was anchored) and the chain, and is signed as a whole with the platform's
SM2 key. The text is canonical: keys in order, no blanks, no other spelling. `sdk/verify_proof.py` checks it offline with
the platform's certificate, which is published apart, or against any node of the chain.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from luban.kit.clock import ZONE, clock
from luban.ledger.artefacts import ANCHOR
from luban.ledger.history import GROUP as HISTORY
from luban.ledger.history import Proof, proof_of
from luban.ledger.models import ChainBinding, ChainBlock, ChainContract, ChainWrite, Checkpoint, HistoryBatch
from luban.ledger.states import CONFIRMED, UNDER_WAY
from luban.registers.licences.parts import LicenceFact
from luban.trust import ring
from luban.trust.digest import sm3

SCHEME = "LBP1"
GROUP = "case:"


class NothingToProve(LookupError):
    """Nothing of this licence stands on the chain yet."""


@dataclass(frozen=True)
class Standing:
    """What of a licence is on the chain: block and moment of its record and of its history; `waiting`: some of it is
    still on its way. Blocks are None for what is not there."""

    record_block: int | None
    record_at: datetime | None
    history_block: int | None
    waiting: bool

    @property
    def anything(self) -> bool:
        """Whether there is a proof to download."""
        return self.record_block is not None or self.history_block is not None


def standing_of(*, case: str) -> Standing:
    """How far a case's evidence is, from what is kept here, in one statement; the chain is not asked."""
    rows = list(_writes(case))
    records = [row for row in rows if row.group != HISTORY and _is_record(row)]
    histories = [row for row in rows if row.group == HISTORY and row.state == CONFIRMED]
    record = records[-1] if records else None
    return Standing(
        record.block_number if record else None,
        _moment(record) if record else None,
        histories[-1].block_number if histories else None,
        any(row.group != HISTORY and row.state in UNDER_WAY for row in rows),
    )


def _writes(case: str) -> QuerySet[ChainWrite]:
    """The writes of a case and that of the root over its history's newest checkpoint, each with its block's time."""
    newest = Checkpoint.objects.filter(case=case).order_by("-seq").values("batch_id")[:1]
    root = Concat(Value(f"{HISTORY}:"), Subquery(newest))
    block = ChainBlock.objects.filter(number=OuterRef("block_number")).values("at")
    rows = ChainWrite.objects.filter(Q(group=f"{GROUP}{case}") | Q(request_id=root))
    return rows.annotate(block_at=Subquery(block)).order_by("id")


def _is_record(row: ChainWrite) -> bool:
    return bool(row.state == CONFIRMED and row.block_number is not None and row.digest and row.record_key)


def _moment(row: ChainWrite) -> datetime | None:
    at = getattr(row, "block_at", None)
    if at is not None:
        return datetime.fromtimestamp(at / 1000, ZONE)
    return row.confirmed_at.astimezone(ZONE) if row.confirmed_at else None


def proof_file(*, licence: LicenceFact) -> bytes:
    """The proof file of a licence, at most 2 KB. Raises NothingToProve, KeyMissing."""
    binding = ChainBinding.objects.filter(pk=1).first()
    write, history = _record(licence.case_id), _history(licence.case_id)
    if binding is None or (write is None and history is None):
        raise NothingToProve(licence.number)
    keys = ring.keys()
    told: dict[str, Any] = {
        "scheme": SCHEME,
        "chain": {"id": binding.chain_id, "genesis": binding.genesis},
        "licence": {"number": licence.number, "sm3": licence.file_sm3},
        "made": clock.now().astimezone(ZONE).isoformat(timespec="seconds"),
        "signer": sm3(keys.certificate()),
    }
    if write is not None:
        told["record"] = _record_part(write)
    if history is not None:
        told["history"] = _history_part(history)
    signature = keys.sign(f"{SCHEME}|{text(told)}".encode())
    return text({**told, "signature": _base64(signature)}).encode()


def text(told: Mapping[str, Any]) -> str:
    """The one spelling of a proof."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _record(case: str) -> ChainWrite | None:
    """The newest record of the case whose digest stands in a block."""
    rows = ChainWrite.objects.filter(group=f"{GROUP}{case}", state=CONFIRMED).order_by("-id")
    return next((row for row in rows if _is_record(row)), None)


def _history(case: str) -> Proof | None:
    found = proof_of(case=case)
    return found if found is not None and found.confirmed and found.block_number is not None else None


def _record_part(write: ChainWrite) -> dict[str, Any]:
    return {
        "contract": _address(write.contract, write.block_number or 0),
        "key": write.record_key,
        "version": write.version,
        "digest": write.digest,
        "tx": write.tx_hash,
        "block": write.block_number,
    }


def _history_part(proof: Proof) -> dict[str, Any]:
    batch = HistoryBatch.objects.get(pk=proof.batch_id)
    return {
        "contract": _address(ANCHOR, proof.block_number or 0),
        "case": proof.head.case,
        "seq": proof.head.seq,
        "head": proof.head.digest,
        "position": proof.position,
        "leaves": proof.leaves,
        "path": _base64(proof.path),
        "root": proof.root,
        "batch": proof.batch_id,
        "tx": proof.tx_hash,
        "block": proof.block_number,
        "signature": _base64(bytes(batch.signature)),
    }


def _address(contract: str, block: int) -> str:
    """Where the contract stood at that block."""
    rows = ChainContract.objects.filter(name=contract, block_number__lte=block).order_by("-block_number")
    return rows.values_list("address", flat=True).first() or ""


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
