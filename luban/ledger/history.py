"""Anchoring the history of every case: the heads of all histories that grew, one Merkle tree, one root on the chain.

A checkpoint is (case, number of events, digest of the last one); since each event contains the digest before it, a
head stands for the whole history. The root is signed (SM2) and written by HistoryAnchor; each checkpoint keeps its
path, so anybody can check one case without the others, and without us.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from luban.kit.clock import clock
from luban.ledger.arguments import ORIGIN
from luban.ledger.artefacts import ANCHOR
from luban.ledger.chain import read
from luban.ledger.digests import EMPTY
from luban.ledger.merkle import leaf, levels, path, root_from
from luban.ledger.models import ChainWrite, Checkpoint, HistoryBatch
from luban.ledger.port import ChainPort
from luban.ledger.states import CONFIRMED
from luban.ledger.writes import Write, enqueue
from luban.trust.digest import sm3
from luban.trust.keys import KeyProvider

GROUP = "history"
MOST = 100_000
_SCHEME = "LBH1"


@dataclass(frozen=True)
class Head:
    """Where a case's history stands."""

    case: str
    seq: int
    digest: str

    @property
    def content(self) -> bytes:
        """What a leaf of the tree is made of."""
        return f"{_SCHEME}|{self.case}|{self.seq}|{self.digest}".encode()


@dataclass(frozen=True)
class Proof:
    """All that is needed to check one case against the chain: leaf, path, root, and where the root stands."""

    head: Head
    position: int
    leaves: int
    path: bytes
    root: str
    batch_id: str
    contract: str
    tx_hash: str
    block_number: int | None
    confirmed: bool

    def holds(self) -> bool:
        """Whether leaf and path lead to the root."""
        try:
            found = root_from(
                content=self.head.content, position=self.position, leaves=self.leaves, siblings=self.path
            )
        except ValueError:
            return False
        return found.hex() == self.root

    def as_json(self) -> dict[str, Any]:
        """For whoever checks it elsewhere: hexadecimal, no personal data; at most 2 KB for 100,000 leaves."""
        return {
            "scheme": f"{_SCHEME}: SM3, RFC 6962 tree",
            "leaf": self.head.content.decode(),
            "position": self.position,
            "leaves": self.leaves,
            "path": self.path.hex(),
            "root": self.root,
            "contract": self.contract,
            "batch_id": self.batch_id,
            "tx": self.tx_hash,
            "block": self.block_number,
        }


def anchor(*, heads: Sequence[Head], keys: KeyProvider) -> str:
    """Keep a batch of these heads and the write of its root; returns the batch's id. Raises ValueError for none."""
    tree = levels([leaf(head.content) for head in heads])
    root = tree[-1][0].hex()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [7_305_804])
        last = HistoryBatch.objects.order_by("-seq").first()
        seq, previous = (last.seq + 1, last.root) if last else (1, EMPTY)
        at = max(int(clock.now().timestamp() * 1000), last.occurred_at if last else 0)
        batch_id = sm3(f"{_SCHEME}|batch|{seq}|{root}|{previous}|{at}".encode())
        batch = HistoryBatch.objects.create(
            batch_id=batch_id,
            seq=seq,
            root=root,
            prev_root=previous,
            leaves=len(heads),
            occurred_at=at,
            signature=keys.sign(f"{_SCHEME}|{batch_id}|{root}|{len(heads)}".encode()),
        )
        _copy(batch, heads, tree)
        enqueue(_write(batch))
    return batch_id


def proof_of(*, case: str) -> Proof | None:
    """The proof of a case's latest checkpoint; None when none was made yet."""
    row = Checkpoint.objects.filter(case=case).select_related("batch").order_by("-seq").first()
    if row is None:
        return None
    write = ChainWrite.objects.filter(request_id=f"history:{row.batch_id}").first()
    return Proof(
        head=Head(row.case, row.seq, row.head),
        position=row.position,
        leaves=row.batch.leaves,
        path=bytes(row.path),
        root=row.batch.root,
        batch_id=row.batch_id,
        contract=ANCHOR,
        tx_hash=write.tx_hash if write else "",
        block_number=write.block_number if write else None,
        confirmed=bool(write and write.state == CONFIRMED),
    )


def root_on_chain(*, port: ChainPort, batch_id: str) -> str:
    """The root the chain holds for a batch; empty when none. Raises ChainUnavailable, NotDeployed."""
    told: Mapping[str, Any] = read(port=port, contract=ANCHOR, function="getAnchor", batchId=batch_id)
    return str(told["anchor"]["root"]) if told["found"] else ""


def _copy(batch: HistoryBatch, heads: Sequence[Head], tree: Sequence[Sequence[bytes]]) -> None:
    columns = '"case", seq, head, batch_id, position, path'
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ledger_checkpoint ({columns}) FROM STDIN") as rows,
    ):
        for position, head in enumerate(heads):
            rows.write_row((head.case, head.seq, head.digest, batch.batch_id, position, path(tree, position)))


def _write(batch: HistoryBatch) -> Write:
    return Write(
        request_id=f"history:{batch.batch_id}",
        group=GROUP,
        account=ORIGIN,
        contract=ANCHOR,
        function="anchorRoot",
        arguments={
            "batchId": batch.batch_id,
            "root": batch.root,
            "prevRoot": batch.prev_root,
            "leaves": batch.leaves,
            "occurredAt": batch.occurred_at,
        },
        digest=batch.root,
    )
