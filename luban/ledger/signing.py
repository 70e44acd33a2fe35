"""Chain accounts and signed transactions (secp256k1, legacy form with the chain's id, which every EVM chain takes)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import rlp
from eth_hash.auto import keccak
from eth_keys.datatypes import PrivateKey

KEY_BYTES = 32


@dataclass(frozen=True)
class Order:
    """What a transaction asks: `to` is None to create a contract."""

    to: str | None
    data: bytes
    gas: int


@dataclass(frozen=True)
class Signed:
    """A signed transaction ready to send, and its hash (0x…)."""

    raw: bytes
    hash: str


def new_key() -> bytes:
    """A fresh private key."""
    while True:
        key = secrets.token_bytes(KEY_BYTES)
        if int.from_bytes(key, "big"):
            return key


def address_of(key: bytes) -> str:
    """The account's address, 0x and 40 lower-case hexadecimal characters."""
    return "0x" + PrivateKey(key).public_key.to_canonical_address().hex()


def sign(*, key: bytes, chain_id: int, nonce: int, gas_price: int, order: Order) -> Signed:
    """Sign an order (EIP-155). The same arguments always give the same bytes."""
    to = bytes.fromhex(order.to.removeprefix("0x")) if order.to else b""
    fields: list[int | bytes] = [nonce, gas_price, order.gas, to, 0, order.data]
    digest = keccak(rlp.encode([*fields, chain_id, b"", b""]))
    signature = PrivateKey(key).sign_msg_hash(digest)
    raw: bytes = rlp.encode([*fields, signature.v + 35 + 2 * chain_id, signature.r, signature.s])
    return Signed(raw, "0x" + keccak(raw).hex())
