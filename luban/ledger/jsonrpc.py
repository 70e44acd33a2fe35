"""The chain over Ethereum's JSON-RPC: the embedded node, Besu, FISCO BCOS 3.9 and later with `[web3_rpc]` on, anvil.

What differs between them stands in a Profile: how many requests a batch may hold, how many blocks a question for
logs may span before the answer is cut silently, what a block time counts in. Announcements of new blocks are never
relied on: subscriptions of such chains die without a word, so everything here asks. Several addresses of one chain
are tried in turn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from luban.ledger.abi import reason
from luban.ledger.port import (
    Block,
    Call,
    ChainError,
    ChainUnavailable,
    Full,
    Identity,
    Log,
    Node,
    NotTaken,
    Receipt,
    Reverted,
    StoreTouched,
    Transaction,
)

SECONDS = 30.0
CONNECT_SECONDS = 2.0
_DAMAGED = -32010
_KNOWN_ALREADY = ("already known", "already imported", "known transaction", "alreadyintxpool", "already in")


@dataclass(frozen=True)
class Profile:
    """How one kind of chain wants to be asked. `milliseconds`: block times count so, else in seconds."""

    name: str
    title: str
    batch: int
    log_window: int
    milliseconds: bool
    gas_price: int = 0
    confirmations: int = 0
    gas_margin: tuple[int, int] = (5, 4)


PROFILES: Mapping[str, Profile] = {
    p.name: p
    for p in (
        Profile("embedded", "内置链节点（单一出块者）", batch=100, log_window=5000, milliseconds=True),
        Profile("besu", "Besu 联盟链", batch=50, log_window=1000, milliseconds=False),
        # 3.9: batches of 8, logs silently cut to 10 blocks, times in ms unless feature_evm_timestamp is on
        Profile("fisco", "FISCO BCOS 联盟链", batch=8, log_window=10, milliseconds=True),
        Profile("anvil", "anvil（测试）", batch=50, log_window=1000, milliseconds=False),
    )
}


class JsonRpcChain:
    """A ChainPort over HTTP."""

    def __init__(self, *, urls: Sequence[str], profile: Profile, client: httpx.Client | None = None) -> None:
        """`urls` are nodes of one chain, the first one preferred."""
        if not urls:
            raise ValueError("a chain needs an address")
        self._urls, self._profile = list(urls), profile
        self._client = client or httpx.Client(
            trust_env=False, timeout=httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
        )
        self._ids = itertools.count(1)

    @property
    def name(self) -> str:
        """The kind of chain in Chinese."""
        return self._profile.title

    @property
    def gas_price(self) -> int:
        """From the profile."""
        return self._profile.gas_price

    @property
    def confirmations(self) -> int:
        """From the profile."""
        return self._profile.confirmations

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def identity(self) -> Identity:
        """Chain id and hash of block 0."""
        chain_id, first = self._results([("eth_chainId", []), ("eth_getBlockByNumber", ["0x0", False])])
        if first is None:
            raise ChainUnavailable("the node does not show its first block")
        return Identity(int(chain_id, 16), str(first["hash"]).lower())

    def head(self) -> Block:
        """The newest block."""
        return self._block(self._result("eth_getBlockByNumber", ["latest", False]))

    def block(self, number: int) -> Block | None:
        """A block by height."""
        found = self._result("eth_getBlockByNumber", [hex(number), False])
        return None if found is None else self._block(found)

    def blocks(self, *, first: int, last: int) -> list[Full]:
        """Blocks with their transactions, as many a request as the profile allows."""
        asked = [("eth_getBlockByNumber", [hex(number), True]) for number in range(first, last + 1)]
        found: list[Full] = []
        for told in self._results(asked):
            if told is None:
                break
            found.append(Full(self._block(told), tuple(_transaction(one) for one in told["transactions"])))
        return found

    def nodes(self) -> tuple[Node, ...]:
        """Every configured address, asked once."""
        return tuple(self._node(url) for url in sorted(set(self._urls)))

    def _node(self, url: str) -> Node:
        body = {"jsonrpc": "2.0", "id": next(self._ids), "method": "eth_blockNumber", "params": []}
        try:
            answer = self._client.post(url, json=body, timeout=CONNECT_SECONDS)
            answer.raise_for_status()
            return Node(url, True, int(answer.json()["result"], 16))
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return Node(url, False, None)

    def nonce(self, address: str) -> int:
        """Transactions of the account that are in blocks."""
        return int(self._result("eth_getTransactionCount", [address, "latest"]), 16)

    def code(self, address: str) -> bytes:
        """The code at an address."""
        return _bytes(self._result("eth_getCode", [address, "latest"]))

    def read(self, call: Call) -> bytes:
        """What a call returns. Raises Reverted."""
        return self.read_many([call])[0]

    def read_many(self, calls: Sequence[Call]) -> list[bytes]:
        """Several calls. Raises Reverted at the first that fails."""
        asked = [("eth_call", [_order(c.sender, c.to, c.data), "latest"]) for c in calls]
        return [_bytes(_checked(one)) for one in self._answers(asked)]

    def gas_for(self, *, sender: str, to: str | None, data: bytes) -> int:
        """The node's estimate with a margin. Raises Reverted."""
        (answer,) = self._answers([("eth_estimateGas", [_order(sender, to, data)])])
        more, less = self._profile.gas_margin
        return int(_checked(answer), 16) * more // less

    def send(self, raws: Sequence[tuple[str, bytes]]) -> dict[str, NotTaken | None]:
        """Send signed transactions; an error that says the transaction is there already counts as taken."""
        answers = self._answers([("eth_sendRawTransaction", ["0x" + raw.hex()]) for _, raw in raws])
        return {tx: _not_taken(tx, one) for (tx, _), one in zip(raws, answers, strict=True)}

    def receipts(self, hashes: Sequence[str]) -> dict[str, Receipt | None]:
        """What became of transactions."""
        found = self._results([("eth_getTransactionReceipt", [tx]) for tx in hashes])
        return {
            tx: _receipt(one) if one and one.get("blockNumber") else None
            for tx, one in zip(hashes, found, strict=True)
        }

    def logs(self, *, addresses: Sequence[str], first: int, last: int) -> Iterator[Log]:
        """Events in order, window by window."""
        for start in range(first, last + 1, self._profile.log_window):
            end = min(start + self._profile.log_window - 1, last)
            where = {"fromBlock": hex(start), "toBlock": hex(end), "address": list(addresses)}
            found = [_log(one) for one in self._result("eth_getLogs", [where])]
            yield from sorted(found, key=lambda one: (one.block, one.index))

    def _block(self, told: Mapping[str, Any]) -> Block:
        at = int(told["timestamp"], 16)
        return Block(
            int(told["number"], 16),
            str(told["hash"]).lower(),
            at if self._profile.milliseconds else at * 1000,
        )

    def _result(self, method: str, params: list[Any]) -> Any:
        return self._results([(method, params)])[0]

    def _results(self, asked: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        return [_checked(one) for one in self._answers(asked)]

    def _answers(self, asked: Sequence[tuple[str, list[Any]]]) -> list[Mapping[str, Any]]:
        """Answers in the order of the questions, in batches the chain bears."""
        answers: list[Mapping[str, Any]] = []
        for start in range(0, len(asked), self._profile.batch):
            part = asked[start : start + self._profile.batch]
            numbered = [{"jsonrpc": "2.0", "id": next(self._ids), "method": m, "params": p} for m, p in part]
            told = self._post(numbered if len(numbered) > 1 else numbered[0])
            by_id = {one.get("id"): one for one in (told if isinstance(told, list) else [told])}
            try:
                answers += [by_id[one["id"]] for one in numbered]
            except KeyError:
                raise ChainUnavailable("the node left a question of a batch unanswered") from None
        return answers

    def _post(self, body: Any) -> Any:
        trouble = ""
        for url in list(self._urls):
            try:
                answer = self._client.post(url, json=body)
                answer.raise_for_status()
                return answer.json()
            except (httpx.HTTPError, ValueError) as error:
                trouble = f"{type(error).__name__}: {error}"
                self._urls.append(self._urls.pop(0))
        raise ChainUnavailable(trouble)


def _checked(answer: Mapping[str, Any]) -> Any:
    error = answer.get("error")
    if not error:
        return answer.get("result")
    message, content = str(error.get("message", "")), error.get("data")
    if error.get("code") == _DAMAGED:
        raise StoreTouched(message)
    if isinstance(content, Mapping):
        content = content.get("data")
    if "revert" in message.lower() or error.get("code") == 3:
        given = reason(_bytes(content)) if isinstance(content, str) and content.startswith("0x") else ""
        raise Reverted(given or message.partition("reverted:")[2].strip())
    raise ChainError(f"{error.get('code')}: {message}")


def _not_taken(tx: str, answer: Mapping[str, Any]) -> NotTaken | None:
    error = answer.get("error")
    if not error:
        return None
    if error.get("code") == _DAMAGED:
        raise StoreTouched(str(error.get("message")))
    said = f"{error.get('message', '')} {error.get('data', '')}"
    if tx in said.lower() or any(word in said.lower() for word in _KNOWN_ALREADY):
        return None
    return NotTaken(said.strip())


def _order(sender: str, to: str | None, data: bytes) -> dict[str, str]:
    order = {"data": "0x" + data.hex()}
    if sender:
        order["from"] = sender
    if to:
        order["to"] = to
    return order


def _transaction(told: Mapping[str, Any]) -> Transaction:
    return Transaction(
        hash=str(told["hash"]).lower(),
        sender=str(told.get("from") or "").lower(),
        to=str(told.get("to") or "").lower(),
        data=_bytes(told.get("input") or told.get("data") or "0x"),
    )


def _receipt(told: Mapping[str, Any]) -> Receipt:
    return Receipt(
        tx=str(told["transactionHash"]).lower(),
        ok=int(told["status"], 16) == 1,
        block=int(told["blockNumber"], 16),
        block_hash=str(told["blockHash"]).lower(),
        contract=str(told.get("contractAddress") or "").lower(),
        gas=int(told.get("gasUsed") or "0x0", 16),
        logs=tuple(_log(one) for one in told.get("logs") or ()),
    )


def _log(told: Mapping[str, Any]) -> Log:
    return Log(
        address=str(told["address"]).lower(),
        topics=tuple(str(t).lower() for t in told["topics"]),
        data=_bytes(told["data"]),
        block=int(told["blockNumber"], 16),
        tx=str(told["transactionHash"]).lower(),
        index=int(told["logIndex"], 16),
    )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(str(text).removeprefix("0x"))
