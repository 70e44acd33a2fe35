"""What the chain says of records, and what is on its way there: for reads, and for the checks before a write.

The chain is read straight from the node. What waits in the outbox counts as done here, so that a caller may push one
write after another without waiting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from luban.ledger.arguments import ENTRY_CALLS, FORM_CALLS, Last, last_entry
from luban.ledger.artefacts import RECORDS
from luban.ledger.chain import NotDeployed, address, call_data, read_many
from luban.ledger.connection import connect
from luban.ledger.models import ChainWrite
from luban.ledger.port import ChainPort, ChainUnavailable, Reverted
from luban.ledger.states import CANCELLED, PENDING, REJECTED, SENT
from luban.ledger.writes import Write
from luban.stages.gateway.asking import GatewayError, refused_by_contract

OURS = "gw:"
"""How the ids of other provinces' writes begin."""
READS = {"UF": "getFiling", "UR": "getRevocation", "DF": "getForm", "DC": "getCase"}
VERSION_READS = {"UF": "getVersion", "DF": "getFormVersion"}


@dataclass(frozen=True)
class Form:
    """A form as it will stand: newest version, that version's digest, its plain core."""

    version: int
    digest: str
    core: Mapping[str, Any]


@dataclass(frozen=True)
class Course:
    """A case as it will stand: its last entry, form version and plain core, the key of its form."""

    last: Last
    form_version: int
    form_key: str
    core: Mapping[str, Any]


def chain() -> ChainPort:
    """The chain. Raises GatewayError (50301)."""
    try:
        return connect()
    except ChainUnavailable as missing:
        raise GatewayError(50301, "区块链暂不可访问，请稍后再试。") from missing


def ask(*, contract: str, function: str, **arguments: Any) -> dict[str, Any]:
    """What a contract answers. Raises GatewayError (50301, or the contract's)."""
    return ask_many([(contract, function, arguments)])[0]


def ask_many(asked: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Several answers. Raises GatewayError (50301, or a contract's)."""
    try:
        return read_many(port=chain(), asked=asked)
    except Reverted as refusal:
        raise refused_by_contract(refusal.reason) from refusal
    except (ChainUnavailable, NotDeployed) as outage:
        raise GatewayError(50301, "区块链暂不可访问，请稍后再试。") from outage


def live(record_key: str) -> QuerySet[ChainWrite]:
    """The writes of a record that are, or will be, on the chain."""
    dead = Q(state=CANCELLED) | Q(state=REJECTED, request_id__startswith=OURS)
    return ChainWrite.objects.filter(record_key=record_key).exclude(dead)


def form_of(*, record: str, record_key: str) -> Form:
    """A form by its writes, else by the chain. Raises GatewayError (40401, 50301)."""
    row = (
        live(record_key)
        .filter(function__in=FORM_CALLS, contract=RECORDS[record])
        .order_by("-version")
        .first()
    )
    if row is not None:
        return Form(row.version, row.digest, row.arguments.get("core") or {})
    told = ask(contract=RECORDS[record], function=READS[record], key=record_key)
    if not told["found"]:
        raise GatewayError(40401, "没有该记录，请核对主键。")
    if record == "UR":
        kept = told["record"]
        return Form(1, kept["stored"]["ev"]["formDigest"], kept)
    return Form(told["version"], told["latest"]["ev"]["formDigest"], told["core"])


def course_of(*, record_key: str) -> Course:
    """A case by its writes, else by the chain. Raises GatewayError (40401, 50301)."""
    rows = list(live(record_key).filter(contract=RECORDS["DC"], function__in=ENTRY_CALLS).order_by("version"))
    if rows:
        begun = [row for row in rows if "core" in row.arguments]
        if begun:
            newest, end = begun[-1], rows[-1]
            return Course(
                last_entry(seq=end.version, function=end.function, arguments=end.arguments),
                int(newest.arguments["formVersion"]),
                str(begun[0].arguments.get("formKey", "")),
                newest.arguments["core"],
            )
    told = ask(contract=RECORDS["DC"], function="getCase", key=record_key)
    if not told["found"]:
        raise GatewayError(40401, "没有该办件，请核对主键。")
    kept, latest = told["record"], told["latest"]
    last = Last(told["seq"], told["status"], latest["entryHash"])
    return Course(last, kept["formVersion"], kept["formKey"], kept["core"])


def exists(*, record: str, record_key: str) -> bool:
    """Whether a record is, or will be, there, as far as the outbox knows."""
    calls = FORM_CALLS if record != "DC" else ENTRY_CALLS
    return live(record_key).filter(contract=RECORDS[record], function__in=calls).exists()


def group_of(*, record_keys: Sequence[str], otherwise: str) -> str:
    """The group in which writes of these records already go."""
    rows = ChainWrite.objects.filter(record_key__in=[key for key in record_keys if key])
    return rows.order_by("id").values_list("group", flat=True).first() or otherwise


def let_go(group: str) -> None:
    """What the contracts refused of other provinces' writes is told by its receipt and holds nothing up."""
    rows = ChainWrite.objects.filter(group=group, state=REJECTED, request_id__startswith=OURS)
    rows.update(state=CANCELLED)


def rehearse(write: Write) -> None:
    """Ask the contract whether it would take the write, when nothing before it waits and the chain can be asked.

    Raises GatewayError with the contract's reason.
    """
    before = Q(group=write.group) | (Q(record_key=write.needs) if write.needs else Q())
    if ChainWrite.objects.filter(before, state__in=(PENDING, SENT)).exists():
        return
    try:
        data = call_data(contract=write.contract, function=write.function, arguments=write.arguments)
        connect().gas_for(sender=address(write.account), to=address(write.contract), data=data)
    except Reverted as refusal:
        raise refused_by_contract(refusal.reason) from refusal
    except (ChainUnavailable, NotDeployed):
        return
    except (ValueError, LookupError) as mistake:
        raise GatewayError(40001, "参数不合合约的要求，请核对各字段的类型和取值。") from mistake
