"""kill -9 of the chain node at random moments of real work: what was promised is there, nothing is there twice.

Two senders at once: one that only sends and is told which transactions are in blocks, and the ledger's own way of
sending again the very same bytes. LUBAN_FAULT_SEED chooses other moments, LUBAN_FAULT_KILLS
how many (100 take about five minutes).
"""

from __future__ import annotations

import itertools
import os
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from luban.ledger.artefacts import REGISTRY, artefact
from luban.ledger.port import ChainUnavailable
from luban.ledger.signing import Order, Signed, address_of, new_key, sign
from luban.ledger.tests.chainbench import PLATFORM
from luban.ledger.tests.engines import Engine

SEED = int(os.environ.get("LUBAN_FAULT_SEED", "20260302"))
KILLS = int(os.environ.get("LUBAN_FAULT_KILLS", "12"))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    started = Engine("embedded", tmp_path)
    yield started
    started.kill()


class Writer:
    """Signs once, stores, sends again and again until the chain says it is in a block."""

    def __init__(self, engine: Engine) -> None:
        self.port, self.key, self.nonce = engine.chain, new_key(), 0
        self.address = address_of(self.key)
        self.promised: set[str] = set()
        self.signed: list[Signed] = []

    def sign(self, order: Order) -> Signed:
        made = sign(key=self.key, chain_id=310000, nonce=self.nonce, gas_price=0, order=order)
        self.nonce += 1
        self.signed.append(made)
        return made

    def until_mined(self, *sent: Signed) -> None:
        while True:
            try:
                found = self.port.receipts([s.hash for s in sent])
                self.promised |= {tx for tx, receipt in found.items() if receipt is not None}
                if all(found.values()):
                    return
                self.port.send([(s.hash, s.raw) for s in sent if found[s.hash] is None])
            except ChainUnavailable:
                time.sleep(0.02)


@pytest.mark.full
@pytest.mark.xdist_group("faults")
def test_killed_at_random_moments_the_node_keeps_its_word(engine: Engine) -> None:
    writer = Writer(engine)
    made = artefact(REGISTRY)
    code = made.bytecode + made.interface.construction({"orgId": PLATFORM, "name": "平台"})
    writer.until_mined(writer.sign(Order(None, code, 8_000_000)))
    registry = engine.chain.receipts([writer.signed[0].hash])[writer.signed[0].hash].contract

    enough = threading.Event()

    def work() -> None:
        for n in itertools.count(step=4):
            if enough.is_set():
                return
            orders = [
                Order(
                    registry,
                    made.interface.call(
                        "registerOrg",
                        {"orgId": f"{n + k + 1:064x}", "region": 0, "name": f"组织{n + k}", "roles": 2},
                    ),
                    1_000_000,
                )
                for k in range(4)
            ]
            writer.until_mined(*(writer.sign(order) for order in orders))

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    chance, struck = random.Random(SEED), 0  # noqa: S311
    while struck < KILLS:
        assert worker.is_alive()
        time.sleep(chance.uniform(0.02, 0.6))
        promised = set(writer.promised)
        engine.kill()
        struck += 1
        engine.start()
        held = engine.chain.receipts(sorted(promised))
        assert all(held.values()), "a block that was announced is gone"
    enough.set()
    worker.join(600)
    assert not worker.is_alive()
    written = len(writer.signed) - 1
    assert written >= KILLS
    receipts = engine.chain.receipts([s.hash for s in writer.signed])
    assert all(receipt is not None and receipt.ok for receipt in receipts.values())
    assert engine.chain.nonce(writer.address) == len(writer.signed)
    logs = list(engine.chain.logs(addresses=[registry], first=0, last=engine.chain.head().number))
    registered = [log.topics[1] for log in logs if len(log.topics) == 3 and log.tx != writer.signed[0].hash]
    assert len(registered) == len(set(registered)) == written
