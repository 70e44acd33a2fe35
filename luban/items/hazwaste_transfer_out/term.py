"""How long a permit may run: pure arithmetic over days, used by the rules and by whatever prints or grants the term.

Source: domain brief 危险废物 第一部分 §5 (X-02, X-14, X-26), L9, 3.4 plan_months.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from luban.kit.clock import add_months
from luban.kit.parameters import ParametersOnDay
from luban.registers.exemptions.parts import PointToPoint

DAY = timedelta(days=1)
MONTHS = "hwt.permit_months"


def longest_end(*, start: date, params: ParametersOnDay) -> date:
    """The last day a permit from `start` may have: twelve months less a day (X-02)."""
    return add_months(start, params.integer(MONTHS)) - DAY


def point_to_point(form: Any, facts: Any) -> Iterator[tuple[int, PointToPoint]]:
    """The point-to-point records the rows name, with the number of the row (from 0)."""
    if form.receiver.qualification_kind != "exempt_p2p":
        return
    known = {record.p2p_no: record for record in facts.p2p}
    for n, row in enumerate(form.waste.wastes):
        record = known.get(row.p2p_no or "")
        if record is not None:
            yield n, record


def approval_end(form: Any, facts: Any) -> date | None:
    """The last day that could be approved as applied for (`E`): the earliest of twelve months, the end applied for, the
    receiver's licence and the point-to-point records; None while no first day is stated."""
    start, plan, receiver = form.plan.plan_start, form.plan, form.receiver
    if start is None:
        return None
    ends: list[date | None] = [longest_end(start=start, params=facts.params), plan.plan_end]
    if receiver.qualification_kind == "licence":
        ends.append(receiver.licence_valid_to)
    ends += [record.valid_to for _, record in point_to_point(form, facts)]
    return min(end for end in ends if end is not None)


def in_months(*, start: date | None, end: date | None) -> str | None:
    """A term in words, `11个月又31天`: whole months after the first day, then the days left, the last one included."""
    if start is None or end is None or start > end:
        return None
    months = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, months) > end:
        months -= 1
    days = (end - add_months(start, months)).days + 1
    return f"{months}个月又{days}天" if months else f"{days}天"
