"""Blocks and receipts in the words of Ethereum's JSON-RPC: hexadecimal quantities, 0x-prefixed data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth.abc import BlockHeaderAPI, ReceiptAPI, SignedTransactionAPI


def quantity(number: int) -> str:
    """A number."""
    return hex(number)


def data(content: bytes) -> str:
    """Bytes."""
    return "0x" + content.hex()


def transaction_json(*, header: BlockHeaderAPI, index: int, signed: SignedTransactionAPI) -> dict[str, Any]:
    """A transaction as it stands in its block."""
    return {
        "hash": data(signed.hash),
        "blockNumber": quantity(header.block_number),
        "blockHash": data(header.hash),
        "transactionIndex": quantity(index),
        "from": data(signed.sender),
        "to": data(signed.to) if signed.to else None,
        "nonce": quantity(signed.nonce),
        "gas": quantity(signed.gas),
        "gasPrice": quantity(signed.gas_price),
        "value": quantity(signed.value),
        "input": data(signed.data),
        "type": "0x0",
    }


def block_json(*, header: BlockHeaderAPI, transactions: Sequence[Any]) -> dict[str, Any]:
    """A block with its transactions, or with their hashes alone."""
    return {
        "number": quantity(header.block_number),
        "hash": data(header.hash),
        "parentHash": data(header.parent_hash),
        "stateRoot": data(header.state_root),
        "receiptsRoot": data(header.receipt_root),
        "transactionsRoot": data(header.transaction_root),
        "timestamp": quantity(header.timestamp),
        "gasLimit": quantity(header.gas_limit),
        "gasUsed": quantity(header.gas_used),
        "baseFeePerGas": quantity(header.base_fee_per_gas or 0),
        "miner": data(header.coinbase),
        "extraData": data(header.extra_data),
        "transactions": list(transactions),
    }


def receipt_json(
    *, block: Any, index: int, receipt: ReceiptAPI, used_before: int, first_log: int, contract: bytes
) -> dict[str, Any]:
    """A receipt; `contract` is where the transaction ran, which for a creation is the new contract."""
    transaction = block.transactions[index]
    place = {
        "transactionHash": data(transaction.hash),
        "transactionIndex": quantity(index),
        "blockNumber": quantity(block.number),
        "blockHash": data(block.hash),
    }
    logs = [
        {
            **place,
            "address": data(log.address),
            "topics": [data(topic.to_bytes(32, "big")) for topic in log.topics],
            "data": data(log.data),
            "logIndex": quantity(first_log + n),
            "removed": False,
        }
        for n, log in enumerate(receipt.logs)
    ]
    return {
        **place,
        "from": data(transaction.sender),
        "to": data(transaction.to) if transaction.to else None,
        "contractAddress": None if transaction.to else data(contract),
        "status": quantity(1 if receipt.state_root == b"\x01" else 0),
        "gasUsed": quantity(receipt.gas_used - used_before),
        "cumulativeGasUsed": quantity(receipt.gas_used),
        "logs": logs,
        "type": "0x0",
    }
