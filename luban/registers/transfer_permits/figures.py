"""What the permits of a firm or of a receiver come to: history, counts, tonnes committed. Pure.

Source: domain brief 危险废物 §7.1 (hist, cap, npermit), §7.6 (B1, C2, C4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from luban.kit.clock import add_months
from luban.registers.transfer_permits.parts import TAKES_ROOM, Pending, Permit

HUNDREDTH = Decimal("0.01")
SAME_CODE, WHOLE_GENERATOR, WHOLE_RECEIVER = "generator_same_code", "generator_all", "receiver_all"
SCOPES = (SAME_CODE, WHOLE_GENERATOR, WHOLE_RECEIVER)
"""The choices of `c4_scope`. The caller hands in the permits of the generator or of the receiver accordingly."""


class History(NamedTuple):
    """Permits over or used up, share of their tonnes that went (percent, two places), manifests that went wrong."""

    n: int
    rate: Decimal
    abnormal: int


def history(
    *,
    permits: Iterable[Permit],
    receiver: str | None,
    code: str | None,
    accepted_on: date,
    months: int = 24,
) -> History:
    """What became of a generator's permits for one receiver and code that began within `months` before acceptance.

    The window is [accepted_on − months, accepted_on) by the first day of the permit. Number and rate are those of
    permits that are over or used up; a manifest that went wrong counts whether or not its permit still runs.
    """
    opens = add_months(accepted_on, -months)
    within = [
        permit
        for permit in permits
        if permit.receiver_uscc == receiver and permit.row(code) and opens <= permit.valid_from < accepted_on
    ]
    ended = [permit for permit in within if _ended(permit, code, accepted_on)]
    over = [row for permit in ended for row in permit.rows if row.code == code]
    approved = sum((row.approved_t for row in over), Decimal(0))
    gone = sum((row.transferred_t for row in over), Decimal(0))
    rate = (gone / approved * 100 if approved else Decimal(0)).quantize(HUNDREDTH, ROUND_HALF_UP)
    return History(len(ended), rate, sum(permit.abnormal for permit in within))


def _ended(permit: Permit, code: str | None, day: date) -> bool:
    rows = [row for row in permit.rows if row.code == code]
    return permit.status == "issued" and (permit.valid_to < day or all(not row.left for row in rows))


def count_permits(
    *,
    permits: Iterable[Permit],
    code: str | None,
    day: date,
    scope: str = SAME_CODE,
    without: Collection[str] = (),
) -> int:
    """How many permits are in force on `day`, by `scope`; `without` are permit or case numbers not to count.

    Raises ValueError for a scope nobody declared.
    """
    if scope not in SCOPES:
        raise ValueError(f"c4_scope {scope!r} is none of {', '.join(SCOPES)}")
    return sum(
        permit.in_force(day) and (scope != SAME_CODE or permit.row(code) is not None)
        for permit in permits
        if not {permit.permit_no, permit.case_no} & set(without)
    )


def capacity_key(licence_no: str, group: str) -> str:
    """The name of what a row draws on: `licence_no|group of licence lines`."""
    return f"{licence_no}|{group}"


def committed(*, permits: Iterable[Permit], day: date) -> Mapping[str, Decimal]:
    """Tonnes approved and not yet received, by `capacity_key`, of the permits that stand on `day`."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for permit in permits:
        if permit.standing(day):
            for row in permit.rows:
                found[capacity_key(permit.receiver_licence_no, row.capacity_group)] += row.left
    return dict(found)


def claimed(
    *, permits: Iterable[Permit], pending: Iterable[Pending], day: date, but: str = ""
) -> Mapping[str, Decimal]:
    """Tonnes of everybody's commitments on `day`, by `capacity_key`: permits that stand and applications under way,
    those of case `but` left out. An application whose permit is reserved already counts once."""
    known = [permit for permit in permits if not but or permit.case_no != but]
    found = defaultdict(Decimal, committed(permits=known, day=day))
    decided = {permit.case_no for permit in known if permit.standing(day)}
    for one in pending:
        if one.case_no != but and one.case_no not in decided:
            for row in one.rows:
                found[capacity_key(one.receiver_licence_no, row.capacity_group)] += row.approved_t
    return dict(found)


def drawn(*, permits: Iterable[Permit]) -> Mapping[str, Decimal]:
    """Tonnes drawn on each point-to-point record: all that was approved, and of a permit withdrawn what had gone."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for permit in permits:
        if permit.status == "superseded":
            continue
        for row in permit.rows:
            if row.p2p_no:
                found[row.p2p_no] += row.approved_t if permit.status in TAKES_ROOM else row.transferred_t
    return dict(found)
