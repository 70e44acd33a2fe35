"""The chain itself: blocks made by one sequencer as transactions come, by py-evm under London rules.

There is no fee (the base fee of the first block is 0 and no block is filled beyond the size at which it would rise),
no proof of work and no second node: whoever runs it could rewrite it. It is labelled so wherever it names itself.
Block times are milliseconds, as on FISCO BCOS, so that many blocks a second do not run ahead of the clock.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from eth.abc import BlockHeaderAPI, ComputationAPI, ReceiptAPI, SignedTransactionAPI
from eth.chains.base import MiningChain
from eth.consensus.noproof import NoProofConsensus
from eth.constants import CREATE_CONTRACT_ADDRESS, ZERO_ADDRESS, ZERO_HASH32
from eth.exceptions import HeaderNotFound
from eth.vm.forks.london import LondonVM
from eth.vm.spoof import SpoofTransaction
from eth_typing import Address, Hash32
from eth_utils.exceptions import ValidationError

from luban.kit.clock import clock
from luban.ledger.node.receipts import receipt_json
from luban.ledger.node.store import Store

BLOCK_GAS = 1_000_000_000
FILLED_TO = 400_000_000  # below half of BLOCK_GAS the base fee stays 0
TRANSACTION_GAS = 40_000_000
_FORGED_SIGNATURE = 27


class Refused(ValueError):
    """The node does not take this transaction; the message says why, in the words of other nodes."""


class Sequencer:
    """One chain over one store; called by one thread at a time."""

    def __init__(self, *, store: Store, chain_id: int) -> None:
        """Open the chain in `store`, or begin one. Raises ValueError when the store belongs to another chain id."""
        self.store, self.chain_id = store, chain_id
        kept = store.note("chain_id")
        if kept is not None and int(kept) != chain_id:
            raise ValueError(f"this store holds chain {kept}, not {chain_id}")
        vm = LondonVM.configure(consensus_class=NoProofConsensus)
        self._kind = MiningChain.configure("LubanChain", vm_configuration=((0, vm),), chain_id=chain_id)
        if kept is None:
            self._begin()
        self._chain: Any = self._kind(store)

    def _begin(self) -> None:
        first: dict[str, Any] = {
            "difficulty": 1,
            "gas_limit": BLOCK_GAS,
            "base_fee_per_gas": 0,
            "timestamp": _milliseconds(),
            "coinbase": ZERO_ADDRESS,
            "extra_data": os.urandom(
                32
            ),  # two chains never share a genesis, so one put in place of another shows
            "nonce": b"\0" * 8,
            "mix_hash": ZERO_HASH32,
        }
        with self.store.whole():
            self._kind.from_genesis(self.store, first, {})
            self.store.remember("chain_id", str(self.chain_id))

    @property
    def head(self) -> BlockHeaderAPI:
        """The newest block's header."""
        header: BlockHeaderAPI = self._chain.get_canonical_head()
        return header

    def header(self, number: int) -> BlockHeaderAPI | None:
        """The header of block `number`."""
        try:
            found: BlockHeaderAPI = self._chain.get_canonical_block_header_by_number(number)
        except HeaderNotFound:
            return None
        return found

    def header_of(self, block_hash: bytes) -> BlockHeaderAPI | None:
        """The header with this hash."""
        try:
            found: BlockHeaderAPI = self._chain.get_block_header_by_hash(Hash32(block_hash))
        except HeaderNotFound:
            return None
        return found

    def transactions_in(self, header: BlockHeaderAPI) -> list[str]:
        """Hashes of a block's transactions."""
        body = self._chain.chaindb.get_block_transaction_hashes(header)
        return ["0x" + bytes(one).hex() for one in body]

    def signed_in(self, header: BlockHeaderAPI) -> Sequence[SignedTransactionAPI]:
        """A block's transactions."""
        decoder = self._kind.get_vm_class(header).get_transaction_builder()
        found: Sequence[SignedTransactionAPI] = self._chain.chaindb.get_block_transactions(header, decoder)
        return found

    def nonce(self, address: bytes) -> int:
        """How many transactions of this account are in blocks."""
        return int(self._vm().state.get_nonce(Address(address)))

    def code(self, address: bytes) -> bytes:
        """The code at an address."""
        return bytes(self._vm().state.get_code(Address(address)))

    def decoded(self, raw: bytes) -> tuple[SignedTransactionAPI, bytes]:
        """A signed transaction and its sender. Raises Refused."""
        try:
            signed: SignedTransactionAPI = self._vm().get_transaction_builder().decode(raw)
            signed.validate()
            sender = bytes(signed.sender)
        except Exception as error:
            raise Refused(f"invalid transaction: {error}") from error
        if signed.chain_id != self.chain_id:
            raise Refused("invalid sender: chain id mismatch")
        if signed.gas > TRANSACTION_GAS:
            raise Refused("exceeds block gas limit")
        if signed.gas < signed.intrinsic_gas:
            raise Refused("intrinsic gas too low")
        return signed, sender

    def simulate(
        self, *, sender: bytes, to: bytes | None, data: bytes, gas: int = TRANSACTION_GAS
    ) -> ComputationAPI:
        """What a call would do now, without doing it."""
        vm = self._vm()
        unsigned = vm.create_unsigned_transaction(
            nonce=vm.state.get_nonce(Address(sender)),
            gas_price=0,
            gas=gas,
            to=Address(to) if to else CREATE_CONTRACT_ADDRESS,
            value=0,
            data=data,
        )
        spoof = SpoofTransaction(unsigned, from_=Address(sender))
        done: ComputationAPI = vm.state.costless_execute_transaction(spoof)
        return done

    def mine(self, transactions: Sequence[SignedTransactionAPI]) -> None:
        """Put these into the next block, on disk when this returns. Raises Refused when one cannot be in it."""
        parent = self.head
        self._chain.header = self._next(parent)
        try:
            with self.store.whole():
                result, receipts, computations = self._chain.mine_all(transactions)
                self._file(result.imported_block, receipts, computations)
        except ValidationError as error:
            self._chain = self._kind(self.store)
            raise Refused(str(error)) from error
        except BaseException:
            self._chain = self._kind(self.store)
            raise

    def _file(
        self, block: Any, receipts: Sequence[ReceiptAPI], computations: Sequence[ComputationAPI]
    ) -> None:
        """File receipts and logs where they are found by hash and by block."""
        used, position = 0, 0
        for index, receipt in enumerate(receipts):
            body = receipt_json(
                block=block,
                index=index,
                receipt=receipt,
                used_before=used,
                first_log=position,
                contract=bytes(computations[index].msg.storage_address),
            )
            self.store.keep_receipt(
                tx=body["transactionHash"], block=block.number, body=body, logs=body["logs"]
            )
            used, position = receipt.gas_used, position + len(body["logs"])

    def _next(self, parent: BlockHeaderAPI) -> BlockHeaderAPI:
        moment = max(_milliseconds(), parent.timestamp + 1)
        header: BlockHeaderAPI = self._chain.create_header_from_parent(
            parent, timestamp=moment, gas_limit=BLOCK_GAS
        )
        return header

    def _vm(self) -> Any:
        return self._chain.get_vm(self._next(self.head))


def _milliseconds() -> int:
    return int(clock.now().timestamp() * 1000)
