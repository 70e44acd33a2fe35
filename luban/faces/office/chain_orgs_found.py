"""The organisations of the chain: what we wrote about each, and what its registry says of their accounts now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from luban.ledger.accounts import ADMIN
from luban.ledger.artefacts import REGISTRY, artefact
from luban.ledger.chain import ChainReplaced, check
from luban.ledger.connection import connect
from luban.ledger.models import ChainAccount, ChainContract, ChainWrite
from luban.ledger.port import Call, ChainUnavailable, Reverted
from luban.ledger.setup import HOME, HOME_NAME, PLATFORM_NAME
from luban.ledger.states import CANCELLED, CONFIRMED, DEAD, REJECTED
from luban.people.organisations import PROVINCES
from luban.stages.gateway.models import ChainApp
from luban.ui.words import Status

ROLES: Mapping[int, str] = {
    1: "管理组织与账户",
    2: "提交、更新表单",
    4: "业务处理与决定",
    8: "接收地复函、确认通知",
    16: "提出备案撤销",
    32: "审批备案撤销",
    64: "登记核验结果",
    128: "查询",
}
"""The role bits of the registry (waste-chain §4.1)."""
PLATFORM = "platform"
DONE = Status("已登记", "is-done", "circle-check")
UNDER_WAY = Status("登记中", "is-wait", "clock")
FAILED = Status("登记未成", "is-bad", "circle-x")
ABANDONED = Status("登记已放弃", "is-void", "ban")
ABSENT = Status("未登记", "is-void", "circle-dashed")
_WRITES: Mapping[str, tuple[str, str]] = {
    PLATFORM: ("", f"deploy:{REGISTRY}"),
    HOME: ("setup:home", "setup:ready"),
}
"""The writes that enter an organisation: the one that names its roles, the one that binds its account."""


@dataclass(frozen=True)
class Told:
    """What the registry says of an account: roles by bits, whether it may act; `known` False: it has no organisation."""

    known: bool
    roles: int = 0
    enabled: bool = False

    @property
    def words(self) -> str:
        """In Chinese."""
        if not self.known:
            return "链上没有查到"
        return "链上已启用" if self.enabled else "链上已停用"


@dataclass(frozen=True)
class OrgLine:
    """One organisation. `roles` are empty while nothing says them, `since` is when its account was bound."""

    region: str
    name: str
    state: Status
    address: str
    roles: tuple[str, ...]
    since: datetime | None
    told: Told | None

    @property
    def code(self) -> str:
        """Its region; a dash for the platform, which has none."""
        return self.region if self.region != PLATFORM else "—"

    @property
    def short(self) -> str:
        """The account's address as people compare it."""
        return f"{self.address[:10]}…{self.address[-6:]}" if self.address else ""

    @property
    def waits_for_a_person(self) -> bool:
        """Whether its writes stand among those that somebody must try again or give up."""
        return self.state is FAILED

    @property
    def astray(self) -> bool:
        """Whether we take it for entered and the chain does not know it or lets it do nothing."""
        return self.state is DONE and self.told is not None and not self.told.enabled


def organisations() -> tuple[tuple[OrgLine, ...], str]:
    """The platform, the city, the provinces that entered or have an application; and why the chain said nothing."""
    writes, accounts = _writes(), dict(ChainAccount.objects.values_list("name", "address"))
    entered = {name.split(":")[1] for name in writes if name.startswith("join:")}
    applying = set(ChainApp.objects.values_list("region", flat=True).distinct())
    provinces = [one for one in PROVINCES if one in entered | applying]
    named = [(PLATFORM, PLATFORM_NAME), (HOME, HOME_NAME), *((one, PROVINCES[one]) for one in provinces)]
    asked = {one: accounts[_account(one)] for one, _ in named if _account(one) in accounts}
    told, problem = _told(asked)
    return tuple(_line(one, name, writes, asked.get(one, ""), told.get(one)) for one, name in named), problem


def not_entered() -> dict[str, str]:
    """The provinces that may still enter: code → name."""
    writes = _writes()
    return {code: name for code, name in PROVINCES.items() if f"join:{code}:account" not in writes}


def role_words(roles: int) -> tuple[str, ...]:
    """Roles by their bits; bits nobody named as a number."""
    named = tuple(title for bit, title in ROLES.items() if roles & bit)
    rest = roles & ~sum(ROLES)
    return (*named, f"其他（{rest}）") if rest else named


def _account(region: str) -> str:
    return ADMIN if region == PLATFORM else region


def _names(region: str) -> tuple[str, str]:
    return _WRITES.get(region) or (f"join:{region}", f"join:{region}:account")


def _writes() -> dict[str, ChainWrite]:
    """The writes that enter organisations, by request id."""
    named = [name for pair in _WRITES.values() for name in pair if name]
    rows = ChainWrite.objects.filter(request_id__in=named)
    joining = ChainWrite.objects.filter(request_id__startswith="join:")
    return {row.request_id: row for row in (*rows, *joining)}


def _line(
    region: str, name: str, writes: Mapping[str, ChainWrite], address: str, told: Told | None
) -> OrgLine:
    first, last = (writes.get(one) for one in _names(region))
    stated = int(first.arguments.get("roles", 0)) if first else 0
    roles = told.roles if told and told.known else stated
    since = last.confirmed_at if last and last.state == CONFIRMED else None
    state = _state([one for one in (first, last) if one])
    return OrgLine(region, name, state, address, role_words(roles), since, told)


def _state(writes: Sequence[ChainWrite]) -> Status:
    states = {one.state for one in writes}
    if not states:
        return ABSENT
    if CANCELLED in states:
        return ABANDONED
    if states & {REJECTED, DEAD}:
        return FAILED
    return DONE if states == {CONFIRMED} else UNDER_WAY


def _told(accounts: Mapping[str, str]) -> tuple[dict[str, Told], str]:
    """What the registry says of these accounts, asked at once; a sentence instead when it cannot be asked."""
    contract = ChainContract.objects.filter(name=REGISTRY, active=True).values_list("address", flat=True)
    address = contract.first()
    if address is None:
        return {}, "组织登记合约还没有部署，以下按本平台的登记。"
    interface = artefact(REGISTRY).interface
    try:
        port = connect()
        check(port=port, contracts=False)
        answers = port.read_many(
            [Call(address, interface.call("orgOf", {"account": one})) for one in accounts.values()]
        )
    except (ChainUnavailable, Reverted):
        return {}, "区块链暂时读不到，以下按本平台的登记。"
    except ChainReplaced as alarm:
        return {}, f"{alarm}以下按本平台的登记。"
    return dict(zip(accounts, _decoded(answers), strict=True)), ""


def _decoded(answers: Sequence[bytes]) -> Iterator[Told]:
    for answer in answers:
        said: Mapping[str, Any] = artefact(REGISTRY).interface.result("orgOf", answer)
        known = bool(str(said["orgId"]).strip("0"))
        yield Told(known, int(said["roles"]), bool(said["enabled"]))
