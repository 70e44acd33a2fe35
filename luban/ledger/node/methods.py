"""What the node answers: the part of Ethereum's JSON-RPC that the ledger uses, and one word about itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from eth.abc import BlockHeaderAPI

from luban.ledger.node.chain import TRANSACTION_GAS, Refused, Sequencer
from luban.ledger.node.pool import Pool, Waiting
from luban.ledger.node.receipts import block_json, data, quantity, transaction_json
from luban.ledger.node.store import StoreDamaged

LABEL = "luban-chain-node/1 (single sequencer)"
LOGS_AT_ONCE = 10_000  # blocks
MINING_SECONDS = 60.0
_NOBODY = "0x" + "00" * 20
_MARGIN = (5, 4)  # an estimate is what was used and a quarter more

_REVERTED, _DAMAGED, _REFUSED, _NO_METHOD, _BAD = 3, -32010, -32000, -32601, -32602


class RpcError(Exception):
    """An answer that is an error: JSON-RPC code, message, data."""

    def __init__(self, code: int, message: str, content: str | None = None) -> None:
        """`content` is the `data` of the error."""
        super().__init__(message)
        self.code, self.message, self.content = code, message, content

    def as_json(self) -> dict[str, Any]:
        """The `error` member of the answer."""
        told: dict[str, Any] = {"code": self.code, "message": self.message}
        return told | ({"data": self.content} if self.content is not None else {})


class Methods:
    """One chain's methods; one at a time."""

    def __init__(self, *, chain: Sequencer, pool: Pool, lock: threading.RLock) -> None:
        """`lock` guards the chain against the thread that makes blocks."""
        self._chain, self._pool, self._lock = chain, pool, lock
        self._known: dict[str, Callable[..., Any]] = {
            "eth_chainId": lambda: quantity(chain.chain_id),
            "net_version": lambda: str(chain.chain_id),
            "web3_clientVersion": lambda: LABEL,
            "eth_syncing": lambda: False,
            "eth_gasPrice": lambda: quantity(0),
            "eth_blockNumber": lambda: quantity(chain.head.block_number),
            "eth_getBlockByNumber": self._block,
            "eth_getBlockByHash": lambda h, full=False: self._told(chain.header_of(_bytes(h)), full),
            "eth_getTransactionCount": self._nonce,
            "eth_getTransactionReceipt": lambda tx: chain.store.receipt(str(tx).lower()),
            "eth_getCode": lambda address, block="latest": data(chain.code(_bytes(address))),
            "eth_call": self._call,
            "eth_estimateGas": self._estimate,
            "eth_getLogs": self._logs,
        }

    def begin(self, *, method: str, params: Sequence[Any]) -> Any:
        """The result, or, for a transaction, what to wait for with `finish`. Raises RpcError."""
        try:
            if method == "eth_sendRawTransaction":
                return self._pool.add(_bytes(params[0]))
            if method not in self._known:
                raise RpcError(_NO_METHOD, f"the method {method} does not exist")
            with self._lock:
                return self._known[method](*params)
        except StoreDamaged as damage:
            raise RpcError(_DAMAGED, f"store damaged: {damage}") from damage
        except Refused as refusal:
            raise RpcError(_REFUSED, str(refusal)) from refusal
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as mistake:
            raise RpcError(_BAD, f"invalid params: {mistake}") from mistake

    def finish(self, begun: Any) -> Any:
        """Wait for a transaction's block. Raises RpcError."""
        if not isinstance(begun, Waiting):
            return begun
        if not begun.done.wait(MINING_SECONDS):
            raise RpcError(_REFUSED, "timed out waiting for a block")
        if isinstance(begun.refused, StoreDamaged):
            raise RpcError(_DAMAGED, f"store damaged: {begun.refused}")
        if begun.refused is not None:
            raise RpcError(_REFUSED, str(begun.refused))
        return data(begun.signed.hash)

    def _header(self, tag: Any) -> BlockHeaderAPI | None:
        if tag in ("latest", "pending", "safe", "finalized"):
            return self._chain.head
        return self._chain.header(0 if tag == "earliest" else int(tag, 16))

    def _told(self, header: BlockHeaderAPI | None, full: bool = False) -> dict[str, Any] | None:
        if header is None:
            return None
        if not full:
            return block_json(header=header, transactions=self._chain.transactions_in(header))
        whole = enumerate(self._chain.signed_in(header))
        told = [transaction_json(header=header, index=n, signed=one) for n, one in whole]
        return block_json(header=header, transactions=told)

    def _block(self, tag: str, full: bool = False) -> dict[str, Any] | None:
        return self._told(self._header(tag), full)

    def _nonce(self, address: str, tag: str = "latest") -> str:
        account = _bytes(address)
        return quantity(self._pool.pending_nonce(account) if tag == "pending" else self._chain.nonce(account))

    def _run(self, call: dict[str, Any]) -> Any:
        done = self._chain.simulate(
            sender=_bytes(call.get("from") or _NOBODY),
            to=_bytes(call["to"]) if call.get("to") else None,
            data=_bytes(call.get("input") or call.get("data") or "0x"),
            gas=min(int(call.get("gas") or hex(TRANSACTION_GAS), 16), TRANSACTION_GAS),
        )
        if done.is_error:
            output = bytes(done.output)
            if output:
                raise RpcError(_REVERTED, "execution reverted", data(output))
            raise RpcError(_REFUSED, f"execution failed: {done.error}")
        return done

    def _call(self, call: dict[str, Any], block: Any = "latest") -> str:
        return data(bytes(self._run(call).output))

    def _estimate(self, call: dict[str, Any], block: Any = "latest") -> str:
        done = self._run(call)
        used = done.get_gas_used() + _intrinsic(call)
        return quantity(min(used * _MARGIN[0] // _MARGIN[1], TRANSACTION_GAS))

    def _logs(self, where: dict[str, Any]) -> list[dict[str, Any]]:
        head = self._chain.head.block_number
        first = self._number(where.get("fromBlock", "latest"), head)
        last = min(self._number(where.get("toBlock", "latest"), head), head)
        if last - first >= LOGS_AT_ONCE:
            raise RpcError(_BAD, f"at most {LOGS_AT_ONCE} blocks at once")
        named = where.get("address") or []
        addresses = [str(a).lower() for a in ([named] if isinstance(named, str) else named)]
        found = self._chain.store.logs(first=first, last=last, addresses=addresses)
        return [one for one in found if _matches(one["topics"], where.get("topics") or [])]

    def _number(self, tag: str, head: int) -> int:
        if tag in ("latest", "pending", "safe", "finalized"):
            return head
        return 0 if tag == "earliest" else int(tag, 16)


def _intrinsic(call: dict[str, Any]) -> int:
    """What a transaction costs before it runs: 21,000, 16 for each byte, 32,000 more to create."""
    content = _bytes(call.get("input") or call.get("data") or "0x")
    return 21_000 + 16 * len(content) + (0 if call.get("to") else 32_000)


def _matches(topics: Sequence[str], wanted: Sequence[Any]) -> bool:
    for n, want in enumerate(wanted):
        if want is None:
            continue
        allowed = [want] if isinstance(want, str) else want
        if n >= len(topics) or topics[n].lower() not in {str(a).lower() for a in allowed}:
            return False
    return True


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
