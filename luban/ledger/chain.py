"""The bound chain: is it still the one we wrote to, where do the contracts stand, what do they answer.

A chain that was replaced (another first block, a height that went back, a block we had seen that is another one now, a
contract whose code is not ours) raises ChainReplaced: nothing is written to it, nothing read from it counts, and the
binding keeps the alarm until the right chain answers again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from django.db import transaction

from luban.kit.clock import clock
from luban.ledger.artefacts import artefact
from luban.ledger.models import ChainAccount, ChainBinding, ChainContract
from luban.ledger.port import Block, Call, ChainPort
from luban.ledger.setup import named_address
from luban.trust.digest import sm3

log = logging.getLogger(__name__)


class ChainReplaced(RuntimeError):
    """The chain that answers is not the one this house is bound to; the message is Chinese and says how it shows."""


class NotDeployed(LookupError):
    """The contract has no address yet."""


def check(*, port: ChainPort, contracts: bool = True) -> Block:
    """The newest block of the bound chain; binds it at the first call. Raises ChainReplaced, ChainUnavailable.

    `contracts`: also whether the code of every contract is ours; once at the beginning of a run is enough.
    """
    head = port.head()
    binding = ChainBinding.objects.filter(pk=1).first()
    if binding is None:
        binding = _bind(port, head)
    problem = _problem(port, binding, head) or (_code_problem(port) if contracts else "")
    if problem:
        _note_alarm(problem, lasting=False)
        raise ChainReplaced(problem)
    if binding.alarm:
        if binding.alarms[-1]["lasting"]:
            raise ChainReplaced(binding.alarm)
        _clear_alarm()
    if head.number > binding.seen_number:
        ChainBinding.objects.filter(pk=1, seen_number__lt=head.number).update(
            seen_number=head.number, seen_hash=head.hash
        )
    return head


def alarm() -> str:
    """The standing alarm; empty when all is well."""
    binding = ChainBinding.objects.filter(pk=1).first()
    return binding.alarm if binding else ""


def sound_alarm(problem: str) -> NoReturn:
    """Stop all writing until a person has looked (`acknowledge_alarm`). Raises ChainReplaced."""
    _note_alarm(problem, lasting=True)
    raise ChainReplaced(problem)


def acknowledge_alarm(*, by: str, reason: str) -> None:
    """A person has looked and lets writing go on; who and why stay with the alarm."""
    _clear_alarm(f"{by}：{reason}")


def address(name: str) -> str:
    """Address of a contract in use, or of an account. Raises NotDeployed."""
    found = ChainContract.objects.filter(name=name, active=True).values_list("address", flat=True).first()
    found = found or ChainAccount.objects.filter(name=name).values_list("address", flat=True).first()
    if found is None:
        raise NotDeployed(name)
    return found


def call_data(*, contract: str, function: str, arguments: Mapping[str, Any]) -> bytes:
    """The bytes of a call, or of a deployment when `function` is empty. Raises NotDeployed, ArgumentMissing."""
    given = {
        name: address(named) if (named := named_address(value)) is not None else value
        for name, value in arguments.items()
    }
    made = artefact(contract)
    if not function:
        return made.bytecode + made.interface.construction(given)
    return made.interface.call(function, given)


def read(*, port: ChainPort, contract: str, function: str, **arguments: Any) -> dict[str, Any]:
    """What a contract answers, by name. Raises NotDeployed, Reverted, ChainUnavailable."""
    return read_many(port=port, asked=[(contract, function, arguments)])[0]


def read_many(
    *, port: ChainPort, asked: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> list[dict[str, Any]]:
    """Several answers in as few requests as the chain allows."""
    calls = [
        Call(address(contract), call_data(contract=contract, function=function, arguments=arguments))
        for contract, function, arguments in asked
    ]
    return [
        artefact(contract).interface.result(function, answer)
        for (contract, function, _), answer in zip(asked, port.read_many(calls), strict=True)
    ]


def touched_contracts(*, port: ChainPort) -> tuple[str, ...]:
    """The contracts in use whose code on the chain is not what was deployed."""
    rows = ChainContract.objects.filter(active=True).order_by("id")
    return tuple(row.name for row in rows if sm3(port.code(row.address)) != row.code_sm3)


def _bind(port: ChainPort, head: Block) -> ChainBinding:
    identity = port.identity()
    made, _ = ChainBinding.objects.get_or_create(
        pk=1,
        defaults={
            "chain_id": identity.chain_id,
            "genesis": identity.genesis,
            "seen_number": head.number,
            "seen_hash": head.hash,
            "bound_at": clock.now(),
        },
    )
    return made


def _problem(port: ChainPort, binding: ChainBinding, head: Block) -> str:
    identity = port.identity()
    if (identity.chain_id, identity.genesis) != (binding.chain_id, binding.genesis):
        return (
            f"连接的区块链不是登记的那条：链号 {identity.chain_id}、创世块 {identity.genesis[:18]}…，"
            f"登记的是 {binding.chain_id}、{binding.genesis[:18]}…。已停止上链，请核对节点地址或恢复原节点。"
        )
    if head.number < binding.seen_number:
        return (
            f"区块高度倒退：现为 {head.number}，曾见到 {binding.seen_number}。"
            "已停止上链，请核对节点是否由旧备份恢复。"
        )
    seen = head if head.number == binding.seen_number else port.block(binding.seen_number)
    if seen is None or seen.hash != binding.seen_hash:
        return f"第 {binding.seen_number} 块与曾见到的不同，链上历史被改写。已停止上链，请联系链的管理方。"
    return ""


def _code_problem(port: ChainPort) -> str:
    touched = touched_contracts(port=port)
    return f"合约代码与部署时不同：{'、'.join(touched)}。已停止上链，请联系链的管理方。" if touched else ""


def _note_alarm(problem: str, *, lasting: bool) -> None:
    log.error("chain alarm: %s", problem)
    with transaction.atomic():
        locked = ChainBinding.objects.select_for_update().get(pk=1)
        if locked.alarm == problem:
            return
        entry = {"at": clock.now().isoformat(), "text": problem, "lasting": lasting, "cleared": ""}
        locked.alarm, locked.alarms = problem, [*locked.alarms, entry]
        locked.save(update_fields=["alarm", "alarms"])


def _clear_alarm(note: str = "") -> None:
    with transaction.atomic():
        locked = ChainBinding.objects.select_for_update().get(pk=1)
        if not locked.alarm:
            return
        log.warning("chain alarm is over: %s", locked.alarm)
        last = {**locked.alarms[-1], "cleared": clock.now().isoformat(), "note": note}
        locked.alarm, locked.alarms = "", [*locked.alarms[:-1], last]
        locked.save(update_fields=["alarm", "alarms"])
