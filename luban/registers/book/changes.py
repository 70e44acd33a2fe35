"""Editing a register: one official proposes with a reason, another approves; nothing changes the past.

An edit takes effect today at the earliest, a parameter's tomorrow, so that a case keeps what held on its day. Every
proposal is checked as the spreadsheet would be and again when it is approved. Registers that need no second person
(``two_persons=False``) take the proposal at once. Only a register administrator may do either.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from luban.kit.book import Book, BookError, BookSpec, Entry, Problem
from luban.kit.clock import clock
from luban.people.actor import Actor
from luban.people.genuine import all_genuine
from luban.people.organisations import CITY
from luban.registers.book.current import current, forget
from luban.registers.book.models import Change, ChangeState, Row
from luban.registers.book.shipped import spec_of

EDITOR = "register_admin"
LEAST_REASON = 4


class ChangeRefused(ValueError):
    """An edit that cannot be made now; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """A proposal and what became of it, as the office shows it. ``data`` are text cells by column code."""

    id: int
    register: str
    key: str
    data: Mapping[str, str]
    from_day: date
    to_day: date | None
    removes: bool
    reason: str
    state: str
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime
    approved_by: str
    approved_by_name: str
    decided_at: datetime | None
    decision_reason: str
    batch: uuid.UUID | None


def propose(*, register: str, data: Mapping[str, str], by: Actor, reason: str) -> ChangeRecord:
    """Propose a row (text cells by column code; an empty 生效日 means the earliest day).

    Raises BookError for bad cells, ChangeRefused when the actor, the reason or an open proposal forbids it.
    """
    spec = spec_of(register)
    _editor(by)
    checked, problems = checked_rows(spec=spec, rows={0: data})
    if problems:
        raise BookError(spec.title, problems)
    return _store(spec, checked[0], removes=False, by=by, reason=reason, batch=None)


def propose_together(
    *, register: str, rows: Mapping[int, Mapping[str, str]], by: Actor, reason: str
) -> tuple[ChangeRecord, ...]:
    """Propose several rows (by line number) as one batch; they may refer to each other. All or none; raises as propose."""
    spec = spec_of(register)
    _editor(by)
    checked, problems = checked_rows(spec=spec, rows=rows)
    if problems:
        raise BookError(spec.title, problems)
    batch = uuid.uuid4()
    with transaction.atomic():
        return tuple(
            _store(spec, cells, removes=False, by=by, reason=reason, batch=batch) for cells in checked
        )


def propose_removal(
    *, register: str, key: str, by: Actor, reason: str, from_day: date | None = None
) -> ChangeRecord:
    """Propose that a key ends from a day on (default: the earliest). Raises BookError, ChangeRefused."""
    spec = spec_of(register)
    _editor(by)
    if not spec.removable:
        raise ChangeRefused(f"{spec.title}的条目被程序引用，不能删除；如不再使用，请改其内容或“启用”一栏。")
    standing = current(register).at(from_day or earliest(spec)).get(key)
    if standing is None:
        raise ChangeRefused(f"{spec.title}中没有“{key}”，无需删除。")
    cells = spec.texts(standing) | {"from": (from_day or earliest(spec)).isoformat(), "to": ""}
    if problems := _too_early(spec, spec.entry(cells), 0):
        raise BookError(spec.title, problems)
    return _store(spec, cells, removes=True, by=by, reason=reason, batch=None)


def approve(*, change_ids: Sequence[int], by: Actor) -> tuple[ChangeRecord, ...]:
    """Approve proposals, all or none; the approver is never the proposer. Raises ChangeRefused, BookError."""
    _editor(by)
    with transaction.atomic():
        changes = _open_changes(change_ids, by)
        for register in sorted({change.register for change in changes}):
            _check_again(spec_of(register), [change for change in changes if change.register == register])
        return tuple(_enact(change, by) for change in changes)


def reject(*, change_ids: Sequence[int], by: Actor, reason: str) -> tuple[ChangeRecord, ...]:
    """Send proposals back with a reason; the proposer may take back his own. Raises ChangeRefused."""
    _editor(by)
    said = _said(reason)
    with transaction.atomic():
        changes = _open_changes(change_ids, None)
        for change in changes:
            change.state, change.decided_at, change.decision_reason = ChangeState.REJECTED, clock.now(), said
            if change.proposed_by != by.account:
                change.approved_by, change.approved_by_name = by.account, by.name
            change.save()
        return tuple(record(change) for change in changes)


def history(*, register: str, key: str = "", limit: int = 200) -> tuple[ChangeRecord, ...]:
    """Proposals of a register (or of one key), newest first: who, when, what, why."""
    found = Change.objects.filter(register=register, **({"key": key} if key else {})).order_by("-id")[:limit]
    return tuple(record(change) for change in found)


def waiting(*, register: str = "", limit: int = 200) -> tuple[ChangeRecord, ...]:
    """Proposals that wait for a second person, oldest first."""
    found = Change.objects.filter(state=ChangeState.PROPOSED, **({"register": register} if register else {}))
    return tuple(record(change) for change in found.order_by("id")[:limit])


def earliest(spec: BookSpec) -> date:
    """The first day on which an edit of this register may take effect."""
    return clock.today() + timedelta(days=1 if spec.future_only else 0)


def checked_rows(
    *, spec: BookSpec, rows: Mapping[int, Mapping[str, str]]
) -> tuple[list[dict[str, str]], list[Problem]]:
    """Proposed rows by line number, complete with 生效日, and everything that is wrong with them.

    They are checked by type, by day and by the register's own rule, which sees them standing together.
    """
    entries: dict[int, Entry] = {}
    problems: list[Problem] = []
    for number, data in rows.items():
        cells = {code: str(value).strip() for code, value in data.items()}
        cells["from"] = cells.get("from") or earliest(spec).isoformat()
        try:
            entry = spec.entry(cells, row=number)
        except BookError as error:
            problems += error.problems
            continue
        entries[number] = entry
        problems += _too_early(spec, entry, number)
    problems += _broken(spec, entries)
    return [spec.texts(entry) for entry in entries.values()], sorted(problems, key=lambda p: p.row)


def _broken(spec: BookSpec, entries: Mapping[int, Entry]) -> list[Problem]:
    """What the register's own rule says of the rows, seen against the register on their first day with all of them."""
    if spec.check is None:
        return []
    book = current(spec.code)
    together = Book(spec.code, book.rows, (*book.edited, *entries.values()))
    found: list[Problem] = []
    for number, entry in entries.items():
        day = entry.from_ or earliest(spec)
        said = spec.check(entry, book.at(day).get(entry.key), together.at(day))
        found += [Problem(number, "", message) for message in said]
    return found


def _too_early(spec: BookSpec, entry: Entry, row: int) -> list[Problem]:
    first = earliest(spec)
    if entry.from_ is None or entry.from_ >= first:
        return []
    return [Problem(row, "生效日", f"最早为{first}（已办的件保留原值），请更正或留空。")]


def _check_again(spec: BookSpec, changes: Sequence[Change]) -> None:
    """What was right when proposed may be wrong by now: the day has come, the parent is gone."""
    problems = checked_rows(spec=spec, rows={c.id: c.data for c in changes if not c.removes})[1]
    for change in changes:
        if change.removes:
            problems += _too_early(spec, spec.entry(change.data), change.id)
    if problems:
        said = [Problem(0, p.column, p.message) for p in problems]
        raise BookError(f"{spec.title}的修改已不能生效，请退回后重新提出：", said)


def _editor(by: Actor) -> None:
    if by.role != EDITOR or by.organisation != CITY:
        raise ChangeRefused("只有市局的台账与参数管理员可以修改台账，请切换角色或联系管理员。")


def _said(reason: str) -> str:
    said = reason.strip()
    if len(said) < LEAST_REASON:
        raise ChangeRefused(f"请写明理由（不少于{LEAST_REASON}个字）。")
    return said


def _store(
    spec: BookSpec,
    cells: Mapping[str, str],
    *,
    removes: bool,
    by: Actor,
    reason: str,
    batch: uuid.UUID | None,
) -> ChangeRecord:
    entry = spec.entry(cells)
    values: dict[str, Any] = {
        "register": spec.code,
        "key": entry.key,
        "data": dict(cells),
        "from_day": entry.from_,
        "to_day": entry.to,
        "removes": removes,
        "reason": _said(reason),
        "batch": batch,
        "state": ChangeState.PROPOSED,
        "proposed_by": by.account,
        "proposed_by_name": by.name,
        "proposed_at": clock.now(),
        "approved_by": "",
        "approved_by_name": "",
        "decision_reason": "",
    }
    try:
        with transaction.atomic():
            change = Change.objects.create(**values)
            return record(change) if spec.two_persons else _enact(change, None)
    except IntegrityError as error:
        if "book_one_open_change_a_key" not in str(error):
            raise
        raise ChangeRefused(f"“{entry.key}”已有一条修改待复核，请先复核或退回它。") from error


def _open_changes(change_ids: Sequence[int], approver: Actor | None) -> list[Change]:
    changes = list(all_genuine(Change.objects.select_for_update().filter(id__in=change_ids).order_by("id")))
    if not changes or len(changes) != len(set(change_ids)):
        raise ChangeRefused("没有找到要处理的修改，请刷新后再试。")
    if any(change.state != ChangeState.PROPOSED for change in changes):
        raise ChangeRefused("其中有修改已处理过，请刷新后再试。")
    if approver is not None and any(change.proposed_by == approver.account for change in changes):
        raise ChangeRefused("提出人与复核人不得为同一人，请由另一位管理员复核。")
    return changes


def _enact(change: Change, approver: Actor | None) -> ChangeRecord:
    """Turn a locked proposal into a row and mark the register as edited."""
    change.state, change.decided_at = ChangeState.APPROVED, clock.now()
    if approver is not None:
        change.approved_by, change.approved_by_name = approver.account, approver.name
    change.save()
    row = Row.objects.create(
        register=change.register, key=change.key, data=change.data, removed=change.removes, change=change
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO book_version (register, number) VALUES (%s, %s) "
            "ON CONFLICT (register) DO UPDATE SET number = EXCLUDED.number",
            [change.register, row.id],
        )
    forget()
    transaction.on_commit(forget)
    return record(change)


def record(change: Change) -> ChangeRecord:
    """The change as plain facts."""
    names = ChangeRecord.__dataclass_fields__
    return ChangeRecord(**{name: getattr(change, name) for name in names})
