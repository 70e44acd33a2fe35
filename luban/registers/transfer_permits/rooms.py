"""Which licence lines and records a permit draws on, and whether there is room left. Pure.

The licence of the receiver and the point-to-point records are those of the registers on the day of the decision. What
they do not know has no limit here: the compliance review has looked at it already. Source: domain brief 危险废物 §1.2
(licence_scope), §7.2 CR-05, §7.5 (p2p_eval 4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from luban.kit.book import BookOnDay
from luban.kit.refusal import Refused
from luban.registers.exemptions.parts import PointToPoint
from luban.registers.exemptions.reading import records_of
from luban.registers.hazardous_waste.modes import family
from luban.registers.receivers.assembly import receivers_of
from luban.registers.receivers.capacity import group_of, room
from luban.registers.receivers.cover import scope_cover
from luban.registers.receivers.parts import Licence
from luban.registers.transfer_permits.figures import capacity_key, committed, drawn
from luban.registers.transfer_permits.parts import Pending, Permit, PermitRow

RECEIVERS, LICENCES, SCOPES, PENALTIES = (
    "receivers",
    "receiver_licences",
    "licence_scopes",
    "receiver_penalties",
)
P2P, MODES = "p2p_exemptions", "hw_modes"
BOOKS = (RECEIVERS, LICENCES, SCOPES, PENALTIES, P2P, MODES)
Books = Mapping[str, BookOnDay]
QUANTUM = Decimal("0.0001")
NOTHING = Decimal(0)


def taken(*, asked: Permit, others: Iterable[Permit], books: Books, day: date) -> Permit:
    """The permit with the group of lines each row draws on. Refused (409), with figures, when there is not room enough.

    `others` are the permits of other cases that draw on the same licence or the same records.
    """
    licence = _licence(asked.receiver_uscc, asked.receiver_licence_no, books)
    permit = replace(asked, rows=tuple(_grouped(row, licence, books) for row in asked.rows))
    known = tuple(others)
    if licence is not None:
        _refuse_full(permit, licence, committed(permits=known, day=day))
    records = records_of(book=books[P2P], receiver=asked.receiver_uscc, drawn=drawn(permits=known))
    _refuse_over_quota(permit, {record.p2p_no: record for record in records})
    return permit


def placed(*, asked: Pending, books: Books) -> Pending:
    """An application with the group of lines each row would draw on."""
    licence = _licence(asked.receiver_uscc, asked.receiver_licence_no, books)
    return replace(asked, rows=tuple(_grouped(row, licence, books) for row in asked.rows))


def _licence(uscc: str, number: str, books: Books) -> Licence | None:
    receivers = receivers_of(
        receivers=books[RECEIVERS],
        licences=books[LICENCES],
        scopes=books[SCOPES],
        penalties=books[PENALTIES],
    )
    receiver = receivers.get(uscc)
    return receiver.licence(number) if receiver else None


def _grouped(row: PermitRow, licence: Licence | None, books: Books) -> PermitRow:
    """The row with its group; one already stated is kept, one no line speaks of stays blank."""
    if row.capacity_group or licence is None:
        return row
    _, scope = scope_cover(
        licence=licence, code=row.code, mode=row.mode, family=family(book=books[MODES], code=row.mode)
    )
    return replace(row, capacity_group=group_of(licence=licence, scope=scope)) if scope else row


def _refuse_full(permit: Permit, licence: Licence, by_others: Mapping[str, Decimal]) -> None:
    for group, tonnes in _asked(permit, lambda row: row.capacity_group).items():
        before = by_others.get(capacity_key(licence.licence_no, group), NOTHING)
        held = room(licence=licence, group=group, committed=before)
        if held.capacity is None:
            continue
        whole = held.received + held.committed + tonnes
        if whole > held.capacity:
            lines = [s.category for s in licence.scopes if group_of(licence=licence, scope=s) == group]
            message = (
                f"接收单位许可证{licence.licence_no}（{'、'.join(dict.fromkeys(lines))}）能力不足："
                f"已接收{_t(held.received)}＋已批未收{_t(held.committed)}＋本次{_t(tonnes)}＝{_t(whole)}吨，"
                f"超过核准{_t(held.capacity)}吨，多出{_t(whole - held.capacity)}吨，请核减批准数量后再决定。"
            )
            raise Refused("CAPACITY", message)


def _refuse_over_quota(permit: Permit, records: Mapping[str, PointToPoint]) -> None:
    for number, tonnes in _asked(permit, lambda row: row.p2p_no).items():
        record = records.get(number)
        if record is not None and tonnes > record.left:
            message = (
                f"点对点豁免剩余额度{_t(max(record.left, NOTHING))}吨不足：{number}许可总量{_t(record.quota_t)}吨，"
                f"已用{_t(record.used_t)}吨，本次{_t(tonnes)}吨，请核减批准数量后再决定。"
            )
            raise Refused("QUOTA", message)


def _asked(permit: Permit, key: Callable[[PermitRow], str]) -> Mapping[str, Decimal]:
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in permit.rows:
        found[key(row)] += row.left
    return found


def _t(tonnes: Decimal) -> str:
    return format(tonnes.quantize(QUANTUM), "f")
