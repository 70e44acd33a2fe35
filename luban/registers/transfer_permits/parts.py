"""A permit and an application under way as others see them: plain and frozen. Tonnes have four decimal places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

STORED = {
    "reserved": "已决定待制证",
    "issued": "有效",
    "superseded": "已变更",
    "revoked": "已撤销",
    "cancelled": "已注销",
}
"""The states a permit is stored in. A reserved one is decided and not sealed yet: it takes room, and nobody may use it."""

TAKES_ROOM = frozenset({"reserved", "issued"})


@dataclass(frozen=True, kw_only=True)
class PermitRow:
    """A waste of a permit: approved and, by the manifests, gone. `capacity_group` is the group of licence lines (or
    the line) whose capacity it takes, `p2p_no` the point-to-point record whose quota it takes."""

    code: str
    mode: str
    approved_t: Decimal
    transferred_t: Decimal = Decimal(0)
    capacity_group: str = ""
    p2p_no: str = ""
    name: str = ""

    @property
    def left(self) -> Decimal:
        """Approved and not gone yet."""
        return max(self.approved_t - self.transferred_t, Decimal(0))


@dataclass(frozen=True, kw_only=True)
class Permit:
    """A permit, latest version; `status` as in `STORED`; `abnormal`: manifests that went wrong; `token` of its licence."""

    permit_no: str
    generator_uscc: str
    receiver_uscc: str
    valid_from: date
    valid_to: date
    version: int = 1
    case_no: str = ""
    receiver_licence_no: str = ""
    receiver_name: str = ""
    receiver_province: str = ""
    status: str = "issued"
    status_on: date | None = None
    abnormal: int = 0
    token: str = ""
    rows: tuple[PermitRow, ...] = ()

    def __post_init__(self) -> None:
        if self.status not in STORED:
            raise ValueError(f"{self.permit_no}: {self.status} is not a state of a permit")

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day and something of it is left."""
        return self.status == "issued" and self.valid_from <= day <= self.valid_to and bool(self.left)

    def standing(self, day: date) -> bool:
        """Whether it still takes room: not withdrawn, not over, something left."""
        return self.status in TAKES_ROOM and day <= self.valid_to and bool(self.left)

    @property
    def left(self) -> Decimal:
        """Tonnes of all rows not gone yet."""
        return sum((row.left for row in self.rows), Decimal(0))

    def row(self, code: str | None) -> PermitRow | None:
        """The row of a code."""
        return next((row for row in self.rows if row.code == code), None)


@dataclass(frozen=True, kw_only=True)
class Pending:
    """An application that has been submitted and not been decided. `rows` are what it asks of which licence, known
    where it is handed in and counted from there; who only looks for repetitions gets none."""

    case_no: str
    receiver_uscc: str
    codes: tuple[str, ...] = ()
    receiver_licence_no: str = ""
    rows: tuple[PermitRow, ...] = ()
