"""What the ledger asks of a chain: the one seam behind which Besu, FISCO BCOS and the embedded node look alike.

Hashes and addresses are 0x-prefixed lower-case hexadecimal. Block times are milliseconds, whatever the chain counts in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


class ChainUnavailable(RuntimeError):
    """The node does not answer, or answers what cannot be used: try again later. The message says how it failed."""


class ChainError(ChainUnavailable):
    """The node answers, but with an error that is neither a contract's refusal nor about its store."""


class StoreTouched(ChainUnavailable):
    """The node says that its own store was changed behind its back."""


class Reverted(RuntimeError):
    """A contract refused; `reason` is its short text, e.g. `AlreadyExists` or `InvalidInput:endDate`."""

    def __init__(self, reason: str) -> None:
        """Empty when the contract gave none."""
        super().__init__(reason or "reverted")
        self.reason = reason


class NotTaken(RuntimeError):
    """The node does not take a transaction; the message is the node's own."""


@dataclass(frozen=True)
class Identity:
    """Which chain it is: two chains never share both."""

    chain_id: int
    genesis: str


@dataclass(frozen=True)
class Block:
    """A block: height, hash, time in milliseconds."""

    number: int
    hash: str
    at: int


@dataclass(frozen=True)
class Log:
    """One event of a contract. `topics` and `data` are raw."""

    address: str
    topics: tuple[str, ...]
    data: bytes
    block: int
    tx: str
    index: int


@dataclass(frozen=True)
class Receipt:
    """What became of a transaction. Look at `ok` first: some chains list events of failed ones, too."""

    tx: str
    ok: bool
    block: int
    block_hash: str
    contract: str
    gas: int
    logs: tuple[Log, ...]


@dataclass(frozen=True)
class Transaction:
    """A transaction as it stands in its block. `to` is empty where it deploys a contract."""

    hash: str
    sender: str
    to: str
    data: bytes


@dataclass(frozen=True)
class Full:
    """A block with its transactions, in order."""

    block: Block
    transactions: tuple[Transaction, ...]


@dataclass(frozen=True)
class Node:
    """One node of the chain: its address, whether it answers, its height (None when it does not)."""

    url: str
    online: bool
    height: int | None


@dataclass(frozen=True)
class Call:
    """A read of a contract."""

    to: str
    data: bytes
    sender: str = ""


class ChainPort(Protocol):
    """A chain. Every method raises ChainUnavailable."""

    @property
    def name(self) -> str:
        """What kind of chain this is, for people."""
        ...

    @property
    def gas_price(self) -> int:
        """What to offer for a unit of gas."""
        ...

    @property
    def confirmations(self) -> int:
        """How many blocks must stand on a block before it is final; 0 where a block is final at once."""
        ...

    def identity(self) -> Identity:
        """Which chain it is."""
        ...

    def head(self) -> Block:
        """The newest block."""
        ...

    def block(self, number: int) -> Block | None:
        """A block by height."""
        ...

    def blocks(self, *, first: int, last: int) -> list[Full]:
        """Blocks first…last with their transactions, in order; ends early where the chain does."""
        ...

    def nodes(self) -> tuple[Node, ...]:
        """The nodes this house knows, each asked by itself; never raises."""
        ...

    def nonce(self, address: str) -> int:
        """How many transactions of an account are in blocks."""
        ...

    def code(self, address: str) -> bytes:
        """The code at an address."""
        ...

    def read(self, call: Call) -> bytes:
        """What a call returns. Raises Reverted."""
        ...

    def read_many(self, calls: Sequence[Call]) -> list[bytes]:
        """Several calls in as few requests as the chain allows. Raises Reverted."""
        ...

    def gas_for(self, *, sender: str, to: str | None, data: bytes) -> int:
        """The gas to allow for a transaction. Raises Reverted when it would fail."""
        ...

    def send(self, raws: Sequence[tuple[str, bytes]]) -> dict[str, NotTaken | None]:
        """Send signed transactions (hash, bytes); by hash: None when taken or known already, else why not."""
        ...

    def receipts(self, hashes: Sequence[str]) -> dict[str, Receipt | None]:
        """What became of transactions, by hash; None for one in no block yet."""
        ...

    def logs(self, *, addresses: Sequence[str], first: int, last: int) -> Iterator[Log]:
        """Events of these contracts in blocks first…last, in order, asked for in windows the chain can bear."""
        ...
