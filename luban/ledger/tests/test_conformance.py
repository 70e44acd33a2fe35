"""One suite for every chain: what the ledger relies on holds on the embedded node and on anvil.

A new kind of chain is taken on when this passes on it (docs/chain-targets.md).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from luban.ledger.artefacts import ANCHOR, REGISTRY, artefact
from luban.ledger.index_read import read_window
from luban.ledger.jsonrpc import PROFILES, JsonRpcChain
from luban.ledger.port import Call, NotTaken, Receipt, Reverted
from luban.ledger.signing import Order, Signed, address_of, new_key, sign
from luban.ledger.tests.chainbench import PLATFORM
from luban.ledger.tests.engines import ANVIL, Engine

ANVIL_MARKS = [
    pytest.mark.full,
    pytest.mark.skipif(not ANVIL.is_file(), reason="anvil is not installed for this machine"),
]


@pytest.fixture(scope="module", params=["embedded", pytest.param("anvil", marks=ANVIL_MARKS)])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    started = Engine(request.param, folder)
    yield started
    started.kill()


class Sender:
    """An account that counts its nonces itself."""

    def __init__(self, engine: Engine) -> None:
        self.port, self._key, self.nonce = engine.chain, new_key(), 0
        self.address = address_of(self._key)

    def signed(self, order: Order, *, nonce: int | None = None) -> Signed:
        number = self.nonce if nonce is None else nonce
        if nonce is None:
            self.nonce += 1
        chain_id = self.port.identity().chain_id
        return sign(
            key=self._key, chain_id=chain_id, nonce=number, gas_price=self.port.gas_price, order=order
        )

    def deployment(self) -> Order:
        made = artefact(REGISTRY)
        code = made.bytecode + made.interface.construction({"orgId": PLATFORM, "name": "平台"})
        return Order(None, code, self.port.gas_for(sender=self.address, to=None, data=code))

    def write(self, to: str, function: str, **arguments: object) -> Order:
        data = artefact(REGISTRY).interface.call(function, arguments)
        return Order(to, data, 1_000_000)

    def done(self, *orders: Order) -> list[Receipt]:
        """Send and wait until all are in blocks."""
        sent = [self.signed(order) for order in orders]
        assert set(self.port.send([(s.hash, s.raw) for s in sent]).values()) == {None}
        return [mined(self.port, s.hash) for s in sent]


def mined(port: object, tx: str) -> Receipt:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        receipt = port.receipts([tx])[tx]
        if receipt is not None:
            return receipt
        time.sleep(0.1)
    raise AssertionError(f"{tx} is in no block")


@pytest.fixture(scope="module")
def sender(engine: Engine) -> Sender:
    return Sender(engine)


@pytest.fixture(scope="module")
def registry(sender: Sender) -> str:
    (receipt,) = sender.done(sender.deployment())
    assert receipt.ok
    return receipt.contract


def entry(n: int) -> dict[str, object]:
    return {"orgId": f"{n:064x}", "region": 0, "name": f"组织{n}", "roles": 2}


def test_a_chain_says_which_one_it_is(engine: Engine) -> None:
    identity = engine.chain.identity()
    assert identity.chain_id == 310000
    assert identity == engine.chain.identity()
    first = engine.chain.block(0)
    assert first is not None and first.hash == identity.genesis
    assert engine.chain.block(10**9) is None


def test_block_times_are_milliseconds_and_never_go_back(
    engine: Engine, sender: Sender, registry: str
) -> None:
    sender.done(sender.write(registry, "registerOrg", **entry(901)))
    head = engine.chain.head()
    before = engine.chain.block(head.number - 1)
    assert before is not None
    assert 1_700_000_000_000 < before.at <= head.at < 5_000_000_000_000


def test_the_deployed_code_is_the_compiled_one(engine: Engine, registry: str) -> None:
    assert engine.chain.code(registry) == artefact(REGISTRY).runtime
    assert engine.chain.code("0x" + "12" * 20) == b""


def test_an_order_is_carried_out_once(engine: Engine, sender: Sender, registry: str) -> None:
    order = sender.write(registry, "registerOrg", **entry(1))
    signed = sender.signed(order)
    for _ in range(2):
        assert engine.chain.send([(signed.hash, signed.raw)]) == {signed.hash: None}
    receipt = mined(engine.chain, signed.hash)
    assert receipt.ok
    event = artefact(REGISTRY).interface.event(topics=receipt.logs[0].topics, content=receipt.logs[0].data)
    assert event is not None
    name, values = event
    assert (name, values["orgId"]) == ("OrgRegistered", f"{1:064x}")
    after = engine.chain.send([(signed.hash, signed.raw)])[signed.hash]
    assert after is None or isinstance(after, NotTaken)  # either way it is in its block, once
    assert engine.chain.nonce(sender.address) == sender.nonce


def test_a_used_nonce_is_not_taken_for_something_else(engine: Engine, sender: Sender, registry: str) -> None:
    order = sender.write(registry, "registerOrg", **entry(2))
    other = sender.signed(order, nonce=0)
    assert isinstance(engine.chain.send([(other.hash, other.raw)])[other.hash], NotTaken)
    assert engine.chain.receipts([other.hash]) == {other.hash: None}


def test_a_gap_waits_until_it_is_closed(engine: Engine, sender: Sender, registry: str) -> None:
    first, second = (sender.signed(sender.write(registry, "registerOrg", **entry(n))) for n in (11, 12))
    assert engine.chain.send([(second.hash, second.raw)]) == {second.hash: None}
    time.sleep(1.5)
    assert engine.chain.receipts([second.hash]) == {second.hash: None}
    engine.chain.send([(first.hash, first.raw)])
    assert mined(engine.chain, second.hash).block >= mined(engine.chain, first.hash).block


def test_a_refusal_has_its_reason_before_and_after(engine: Engine, sender: Sender, registry: str) -> None:
    sender.done(sender.write(registry, "registerOrg", **entry(21)))
    order = sender.write(registry, "registerOrg", **entry(21))
    with pytest.raises(Reverted) as refused:
        engine.chain.gas_for(sender=sender.address, to=registry, data=order.data)
    assert refused.value.reason == "AlreadyExists"
    with pytest.raises(Reverted) as refused:
        engine.chain.read(Call(registry, order.data, sender.address))
    assert refused.value.reason == "AlreadyExists"
    (receipt,) = sender.done(order)
    assert not receipt.ok
    assert receipt.logs == ()


def test_many_at_once_keep_their_order(engine: Engine, sender: Sender, registry: str) -> None:
    receipts = sender.done(*(sender.write(registry, "registerOrg", **entry(100 + n)) for n in range(60)))
    assert all(receipt.ok for receipt in receipts)
    blocks = [receipt.block for receipt in receipts]
    assert blocks == sorted(blocks)
    asked = [
        Call(registry, artefact(REGISTRY).interface.call("getOrg", {"orgId": f"{100 + n:064x}"}))
        for n in range(60)
    ]
    answers = [artefact(REGISTRY).interface.result("getOrg", a) for a in engine.chain.read_many(asked)]
    assert [answer["name"] for answer in answers] == [f"组织{100 + n}" for n in range(60)]
    logs = list(engine.chain.logs(addresses=[registry], first=0, last=engine.chain.head().number))
    assert [log.tx for log in logs if log.tx in {r.tx for r in receipts}] == [r.tx for r in receipts]
    assert (
        list(engine.chain.logs(addresses=["0x" + "12" * 20], first=0, last=engine.chain.head().number)) == []
    )


def test_gas_estimates_suffice(engine: Engine, sender: Sender, registry: str) -> None:
    order = sender.write(registry, "registerOrg", **entry(31))
    gas = engine.chain.gas_for(sender=sender.address, to=registry, data=order.data)
    (receipt,) = sender.done(Order(registry, order.data, gas))
    assert receipt.ok
    assert receipt.gas <= gas


def test_every_contract_can_be_deployed(engine: Engine, sender: Sender, registry: str) -> None:
    made = artefact(ANCHOR)
    code = made.bytecode + made.interface.construction({"orgs": registry})
    (receipt,) = sender.done(
        Order(None, code, engine.chain.gas_for(sender=sender.address, to=None, data=code))
    )
    assert engine.chain.code(receipt.contract) == made.runtime


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("eth_nothing", []),
        ("eth_getCode", ["0xzz", "latest"]),
        ("eth_sendRawTransaction", ["0x1234"]),
        ("eth_call", []),
    ],
)
def test_nonsense_is_answered_with_an_error(engine: Engine, method: str, params: list[object]) -> None:
    answer = engine.ask(method, *params)
    assert answer["error"]["message"]
    assert engine.ask("eth_chainId")["result"] == hex(310000)


def test_blocks_show_their_transactions_in_order(engine: Engine, sender: Sender, registry: str) -> None:
    done = sender.done(*(sender.write(registry, "registerOrg", **entry(950 + n)) for n in range(3)))
    first, last = min(one.block for one in done), max(one.block for one in done)
    blocks = engine.chain.blocks(first=first, last=last)
    assert [one.block.number for one in blocks] == list(range(first, last + 1))
    sent = [one for block in blocks for one in block.transactions if one.sender == sender.address.lower()]
    assert [one.hash for one in sent] == [one.tx for one in done]
    assert {one.to for one in sent} == {registry}
    called = artefact(REGISTRY).interface.called(sent[0].data)
    assert called is not None
    assert (called[0], called[1]["name"]) == ("registerOrg", "组织950")
    assert engine.chain.blocks(first=last, last=last + 50)[0].block.number == last


def test_a_window_is_read_with_what_succeeded_and_what_did_not(
    engine: Engine, sender: Sender, registry: str
) -> None:
    done = sender.done(
        sender.write(registry, "registerOrg", **entry(970)),
        sender.write(registry, "registerOrg", **entry(970)),
    )
    assert [one.ok for one in done] == [True, False]
    first, last = done[0].block, done[1].block
    window = read_window(port=engine.chain, first=first, last=last, contracts={registry: REGISTRY})
    ours = {one.tx for one in done}
    assert [(one.function, one.ok) for one in window.sent if one.hash in ours] == [
        ("registerOrg", True),
        ("registerOrg", False),
    ]
    (said,) = [one for one in window.said if one.tx in ours]
    assert (said.name, said.values["orgId"], said.block) == ("OrgRegistered", f"{970:064x}", first)
    assert said.at == engine.chain.block(first).at


def test_nodes_are_asked_each_by_itself(engine: Engine) -> None:
    (node,) = engine.chain.nodes()
    assert node.online and node.height is not None
    away = JsonRpcChain(urls=[engine.url, "http://127.0.0.1:9"], profile=PROFILES[engine.name])
    assert sorted(one.online for one in away.nodes()) == [False, True]
