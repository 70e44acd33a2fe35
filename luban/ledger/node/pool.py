"""Transactions on their way into a block, and the one thread that makes blocks.

A transaction that can be executed is answered only after its block is on disk; all that wait together share a block.
One whose nonce is still ahead of its account's is kept in memory until the gap closes, and is forgotten when the node
stops: whoever sent it sends it again (the ledger's sender does).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from eth.abc import SignedTransactionAPI

from luban.ledger.node.chain import FILLED_TO, Refused, Sequencer
from luban.ledger.node.store import StoreDamaged

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
BLOCK_TRANSACTIONS = 50  # so that a read waits for half a second at most


@dataclass
class Waiting:
    """One transaction: `done` is set when it is in a block, refused, or known to wait for others."""

    signed: SignedTransactionAPI
    sender: bytes
    done: threading.Event = field(default_factory=threading.Event)
    refused: Exception | None = None


class Pool:
    """All that waits, by account and nonce. Guarded by the node's lock, as the chain is."""

    def __init__(self, *, chain: Sequencer, lock: threading.RLock) -> None:
        """Nothing waits yet; `run` makes blocks."""
        self._chain, self._lock = chain, lock
        self._wake = threading.Condition(lock)
        self._waiting: dict[bytes, dict[int, Waiting]] = {}

    def add(self, raw: bytes) -> Waiting:
        """Take a signed transaction. Raises Refused."""
        with self._lock:
            signed, sender = self._chain.decoded(raw)
            if self._chain.store.receipt("0x" + signed.hash.hex()) is not None:
                raise Refused("already known")
            expected = self._chain.nonce(sender)
            if signed.nonce < expected:
                raise Refused(f"nonce too low: next nonce {expected}, tx nonce {signed.nonce}")
            of_sender = self._waiting.setdefault(sender, {})
            other = of_sender.get(signed.nonce)
            if other is not None:
                if other.signed.hash == signed.hash:
                    return other
                raise Refused("replacement transaction underpriced")
            if sum(map(len, self._waiting.values())) >= MOST_WAITING:
                raise Refused("txpool is full")
            waiting = of_sender[signed.nonce] = Waiting(signed, sender)
            if any(n not in of_sender for n in range(expected, signed.nonce)):
                waiting.done.set()  # it waits for an earlier one; nobody should wait for it
            self._wake.notify_all()
            return waiting

    def pending_nonce(self, sender: bytes) -> int:
        """The account's next nonce when all that waits without a gap is counted."""
        nonce = self._chain.nonce(sender)
        of_sender = self._waiting.get(sender, {})
        while nonce in of_sender:
            nonce += 1
        return nonce

    def run(self, *, until: Callable[[], bool]) -> None:
        """Make blocks as long as `until` does not say to stop."""
        while not until():
            with self._lock:
                ready = self._ready()
                if not ready:
                    self._wake.wait(0.5)
                    continue
                try:
                    self._mine(ready)
                except StoreDamaged as damage:
                    log.error("the store is damaged, no block can be made: %s", damage)
                    self._settle(ready, damage)
                except Exception as surprise:
                    log.exception("no block could be made")
                    self._settle(ready, surprise)

    def _ready(self) -> list[Waiting]:
        found: list[Waiting] = []
        gas = 0
        for sender, of_sender in list(self._waiting.items()):
            nonce = self._chain.nonce(sender)
            while nonce in of_sender and len(found) < BLOCK_TRANSACTIONS:
                gas += of_sender[nonce].signed.gas
                if gas > FILLED_TO:
                    return found
                found.append(of_sender[nonce])
                nonce += 1
        return found

    def _mine(self, ready: Sequence[Waiting]) -> None:
        try:
            self._chain.mine([one.signed for one in ready])
        except Refused as refusal:
            if len(ready) == 1:
                self._settle(ready, refusal)
                return
            for one in ready:  # one of them spoils the block: each gets its own
                self._mine([one])
            return
        self._settle(ready, None)

    def _settle(self, ready: Sequence[Waiting], refused: Exception | None) -> None:
        for one in ready:
            of_sender = self._waiting.get(one.sender, {})
            of_sender.pop(one.signed.nonce, None)
            if not of_sender:
                self._waiting.pop(one.sender, None)
            one.refused = refused
            one.done.set()
