"""From the outbox to the chain, and to finality: one sender per key, nothing twice, nothing forgotten.

Who sends for a key holds its lease (a session lock of the database, gone with the process). A transaction is signed
under the next nonce and stored before it is sent, in one database transaction, so that after any crash the very same
bytes are sent again: they can only count once. What was sent is asked after by its hash; a receipt is believed by its
status first, and final when the chain says so. A refusal by the contract is business: it stops its group and waits for
a person, unless the chain already holds exactly what was to be written.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction

from luban.kit.clock import clock
from luban.ledger.accounts import private_key
from luban.ledger.artefacts import artefact
from luban.ledger.chain import NotDeployed, address, call_data, check, sound_alarm
from luban.ledger.models import ChainAccount, ChainContract, ChainWrite, EvidenceRequest
from luban.ledger.port import (
    Block,
    ChainError,
    ChainPort,
    NotTaken,
    Receipt,
    Reverted,
)
from luban.ledger.present import already_there
from luban.ledger.signing import Order, Signed, sign
from luban.ledger.states import CONFIRMED, DEAD, MOST_TRIES, PENDING, REJECTED, RETRY_MINUTES, SENT
from luban.trust.digest import sm3
from luban.trust.keys import KeyProvider

log = logging.getLogger(__name__)

AT_ONCE = 100
ASK_AGAIN_AFTER = timedelta(seconds=60)
_LOCK_SPACE = 7_305_803
_ERROR_CHARACTERS = 300
_resumed: set[str] = set()
"""Accounts this process has taken up: the first time, everything that is in no block is sent again at once."""

# The first open write of every group of an account, when it may be sent now.
_READY = """
SELECT * FROM (
    SELECT DISTINCT ON ("group") * FROM ledger_chainwrite
    WHERE state IN ('pending', 'sent', 'rejected', 'dead') ORDER BY "group", id
) head
WHERE account = %s AND state = 'pending' AND (next_at IS NULL OR next_at <= %s)
  AND NOT EXISTS (
    SELECT 1 FROM ledger_chainwrite other
    WHERE head.needs <> '' AND other.record_key = head.needs AND other.id < head.id
      AND other.state IN ('pending', 'sent')
  )
ORDER BY id LIMIT %s
"""


def advance(*, port: ChainPort, keys: KeyProvider) -> int:
    """Settle and send what can be, for every account whose lease is free; returns how many writes moved.

    Raises ChainUnavailable, ChainReplaced; what was not reached stays as it is.
    """
    names = ChainWrite.objects.filter(state__in=(PENDING, SENT)).values_list("account", flat=True).distinct()
    return sum(_advance_account(name, port, keys) for name in list(names))


def outstanding() -> int:
    """How many writes were sent and are not settled."""
    return ChainWrite.objects.filter(state=SENT).count()


def _advance_account(name: str, port: ChainPort, keys: KeyProvider) -> int:
    sender = ChainAccount.objects.filter(name=name).first()
    if sender is None:
        log.error("writes wait for the chain account %s, which does not exist", name)
        return 0
    with lease(address=sender.address) as mine:
        if not mine:
            return 0
        head = check(port=port, contracts=False)
        moved = _settle(sender, port, head)
        rows = list(ChainWrite.objects.raw(_READY, [name, clock.now(), AT_ONCE]))
        for row in rows:
            _sign(row, sender, port, keys)
        _broadcast([row for row in rows if row.state == SENT], port)
        return moved + sum(row.state != PENDING for row in rows)


@contextmanager
def lease(*, address: str) -> Iterator[bool]:
    """Hold an account for sending; False when another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK_SPACE, address])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK_SPACE, address])


def _settle(sender: ChainAccount, port: ChainPort, head: Block) -> int:
    """Ask after everything that was sent; send again what no block holds."""
    rows = list(ChainWrite.objects.filter(account=sender.name, state=SENT).order_by("nonce"))
    found = port.receipts([row.tx_hash for row in rows]) if rows else {}
    moved, missing = 0, []
    for row in rows:
        receipt = found[row.tx_hash]
        if receipt is None:
            missing.append(row)
        elif receipt.block + port.confirmations <= head.number or port.confirmations == 0:
            _finish(row, receipt, port)
            moved += 1
    since = clock.now() - ASK_AGAIN_AFTER
    if sender.name in _resumed:
        missing = [row for row in missing if row.sent_at is None or row.sent_at <= since]
    _resumed.add(sender.name)
    if missing:
        _send_again(missing, sender, port)
    return moved


def _send_again(missing: Sequence[ChainWrite], sender: ChainAccount, port: ChainPort) -> None:
    """Whatever is missing is sent again as it was; a chain that has passed its nonce without it is not ours."""
    used = port.nonce(sender.address)
    lost = [row for row in missing if row.nonce is not None and row.nonce < used]
    again = port.receipts([row.tx_hash for row in lost]) if lost else {}
    if any(receipt is None for receipt in again.values()):
        sound_alarm(
            f"账户 {sender.name} 的第 {lost[0].nonce} 号交易不在链上，但链上已用到第 {used} 号："
            "密钥被他处使用，或链上历史被改写。已停止上链，请核查。"
        )
    unsent = [row for row in missing if row not in lost]
    ChainWrite.objects.filter(pk__in=[row.pk for row in unsent]).update(sent_at=clock.now())
    _broadcast(unsent, port)


def _sign(row: ChainWrite, sender: ChainAccount, port: ChainPort, keys: KeyProvider) -> None:
    """Sign and store, unless the write is there already, is refused, or cannot be made yet."""
    try:
        to = address(row.contract) if row.function else None
        data = call_data(contract=row.contract, function=row.function, arguments=row.arguments)
        gas = port.gas_for(sender=sender.address, to=to, data=data)
    except NotDeployed:
        return
    except Reverted as refusal:
        _refused(row, refusal.reason, port)
        return
    except ChainError as error:
        _later(row, str(error))
        return
    except (ValueError, LookupError) as mistake:  # arguments the contract does not take: nobody can send this
        _close(row, REJECTED, code="InvalidArguments", error=str(mistake))
        return
    key = private_key(of=sender, keys=keys)
    with transaction.atomic():
        locked = ChainAccount.objects.select_for_update().get(pk=sender.pk)
        order = Order(to=to, data=data, gas=gas)
        chain_id = port.identity().chain_id
        made = sign(key=key, chain_id=chain_id, nonce=locked.nonce, gas_price=port.gas_price, order=order)
        _store(row, made, locked.nonce)
        ChainAccount.objects.filter(pk=sender.pk).update(nonce=locked.nonce + 1)


def _store(row: ChainWrite, made: Signed, nonce: int) -> None:
    row.state, row.nonce, row.tx_hash, row.raw, row.sent_at = SENT, nonce, made.hash, made.raw, clock.now()
    row.attempts += 1
    row.save(update_fields=["state", "nonce", "tx_hash", "raw", "sent_at", "attempts"])
    _tell_request(row)


def _broadcast(rows: Sequence[ChainWrite], port: ChainPort) -> None:
    """Send; what the node does not take now stays sent and is sent again, the bytes being what they are."""
    if not rows:
        return
    answers = port.send([(row.tx_hash, bytes(row.raw or b"")) for row in rows])
    for row in rows:
        refusal = answers[row.tx_hash]
        if isinstance(refusal, NotTaken):
            log.warning("the node does not take %s (%s): %s", row.request_id, row.tx_hash, refusal)
            ChainWrite.objects.filter(pk=row.pk).update(error=str(refusal)[:_ERROR_CHARACTERS])


def _finish(row: ChainWrite, receipt: Receipt, port: ChainPort) -> None:
    """A receipt is there: its status decides, whatever else it says."""
    if not receipt.ok:
        # It passed the trial and failed in its block: somebody else's write came between. The chain may hold it.
        _refused(row, _why(row, port), port)
        return
    with transaction.atomic():
        if not row.function:
            _deployed(row, receipt, port)
        row.block_number, row.block_hash, row.gas = receipt.block, receipt.block_hash, receipt.gas
        row.save(update_fields=["block_number", "block_hash", "gas"])
        _close(row, CONFIRMED)


def _why(row: ChainWrite, port: ChainPort) -> str:
    """What the contract would say now to a write that failed in its block."""
    try:
        to = address(row.contract) if row.function else None
        data = call_data(contract=row.contract, function=row.function, arguments=row.arguments)
        port.gas_for(sender=address(row.account), to=to, data=data)
    except Reverted as refusal:
        return refusal.reason
    except ChainError:
        pass
    return "RevertedInBlock"


def _deployed(row: ChainWrite, receipt: Receipt, port: ChainPort) -> None:
    code = port.code(receipt.contract)
    if code != artefact(row.contract).runtime:
        sound_alarm(f"合约 {row.contract} 部署后链上的代码与编译结果不同，已停止上链，请核查节点。")
    ChainContract.objects.get_or_create(
        address=receipt.contract,
        defaults={
            "name": row.contract,
            "code_sm3": sm3(code),
            "block_number": receipt.block,
            "active": True,
            "created_at": clock.now(),
        },
    )


def _refused(row: ChainWrite, reason: str, port: ChainPort) -> None:
    """The contract says no: it may be there already; else it is for a person."""
    if already_there(row=row, port=port):
        _close(row, CONFIRMED, error=reason)
    else:
        log.warning("the contract refuses %s: %s", row.request_id, reason)
        _close(row, REJECTED, code=reason or "Reverted", error=reason)


def _close(row: ChainWrite, state: str, *, code: str = "", error: str = "") -> None:
    row.state, row.error_code, row.error = state, code[:64], error[:_ERROR_CHARACTERS]
    row.confirmed_at = clock.now() if state == CONFIRMED else None
    row.save(update_fields=["state", "error_code", "error", "confirmed_at"])
    _tell_request(row)


def _tell_request(row: ChainWrite) -> None:
    EvidenceRequest.objects.filter(request_id=row.request_id).update(state=row.state)


def _later(row: ChainWrite, error: str) -> None:
    """Try a write again after a pause; after the last one it waits for a person (waste-chain §5)."""
    row.attempts += 1
    pause = RETRY_MINUTES[min(row.attempts - 1, len(RETRY_MINUTES) - 1)]
    row.state = DEAD if row.attempts >= MOST_TRIES else PENDING
    row.next_at, row.error = clock.now() + timedelta(minutes=pause), error[:_ERROR_CHARACTERS]
    row.save(update_fields=["attempts", "state", "next_at", "error"])
    _tell_request(row)
