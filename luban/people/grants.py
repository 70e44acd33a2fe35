"""The table of rights in force: the shipped one with the security administrator's changes, kept in rows with codes.

A process reads the one row of the state at most once in ``settings.LUBAN_PERMISSIONS_FRESH`` seconds and trusts what it
knows meanwhile: a check of a right costs no statement, and a change reaches every process (web and workers) within
those seconds; the process that made it knows at once. A row's code is computed only when the row differs from what
was read before.

When the row was touched, is gone though changes were made, or is older than the history, nothing that was given is in
force and everything that was ever taken (by the row or by any genuine change) is away: the narrower of all readings.
The alarm sounds; rights are changed again only after the rows were restored.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.conf import settings
from django.db import transaction

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.genuine import Alarm, RowTouched, genuine, sound, touched
from luban.people.grant_models import PermissionChange, PermissionState
from luban.people.rights import MANAGE, SHIPPED, Change, Rights, permission_of, problem_of, rights_of
from luban.people.roles import title_of
from luban.people.trail import audit

STATE = 1
FRESH_SECONDS = 3.0
REASON = 200
Raw = tuple[object, ...]
_lock = Lock()


@dataclass(frozen=True, slots=True)
class _Held:
    """What this process knows: when it asked, the row as read (None: there is none), what it means."""

    asked: float
    raw: Raw | None
    rights: Rights


_held: list[_Held] = []


def current() -> Rights:
    """The table in force, at most so many seconds old. Raises KeyMissing when a changed row cannot be looked at."""
    held = _held[0] if _held else None
    fresh = getattr(settings, "LUBAN_PERMISSIONS_FRESH", FRESH_SECONDS)
    if held is not None and time.monotonic() - held.asked < fresh:
        return held.rights
    state = PermissionState.objects.filter(pk=STATE).first()
    raw = None if state is None else _raw(state)
    same = held is not None and held.raw == raw
    rights = held.rights if held is not None and same else _meant(state)
    with _lock:
        _held[:] = [_Held(time.monotonic(), raw, rights)]
    return rights


def forget() -> None:
    """Read again at the next question."""
    with _lock:
        _held.clear()


def _raw(state: PermissionState) -> Raw:
    return (state.version, repr(state.given), repr(state.taken), state.changed_at, state.mac)


def _meant(state: PermissionState | None) -> Rights:
    newest = PermissionChange.objects.order_by("-version").values_list("version", flat=True).first() or 0
    if state is None:
        return _narrowed(None, ("version",)) if newest else SHIPPED
    try:
        genuine(state)
    except RowTouched:
        return _narrowed(state, ())
    if newest != state.version:
        return _narrowed(state, ("version",))
    return rights_of(version=state.version, given=_pairs(state.given), taken=_pairs(state.taken))


def _narrowed(state: PermissionState | None, columns: tuple[str, ...]) -> Rights:
    """Nothing given, everything taken that anybody genuine ever took and did not give back."""
    if columns:
        sound(Alarm(PermissionState._meta.db_table, "权限表", columns))
    taken: set[tuple[str, str]] = set()
    for change in PermissionChange.objects.order_by("version"):
        if touched(change) is None:
            pair = (change.right, change.role)
            taken = taken - {pair} if change.gives else taken | {pair}
    taken |= set(_pairs(state.taken) if state else ())
    return rights_of(version=state.version if state else 0, taken=taken, narrowed=True)


def _pairs(listed: object) -> Iterable[tuple[str, str]]:
    """Pairs out of JSON that somebody may have written by hand."""
    if not isinstance(listed, list):
        return []
    return [(str(p[0]), str(p[1])) for p in listed if isinstance(p, list) and len(p) == 2]


def change(*, made: Change, reason: str, seen: int, by: Actor, ip: str = "") -> int:
    """Make one change; returns the table's new version. `seen` is the version the person decided on.

    Raises Refused: not the security administrator (403), changed meanwhile (409), no reason or not allowed (400); and
    RowTouched (409), for nothing is built on a touched row.
    """
    reason = reason.strip()[:REASON]
    if by.role not in current().of(MANAGE):
        raise Refused("NOT_YOURS", "只有安全管理员可以调整权限。", status=403)
    if not reason:
        raise Refused("NO_REASON", "请填写调整理由，理由会记入调整记录和审计日志。", status=400)
    with transaction.atomic():
        state = _locked()
        _check(state, made, seen)
        version = _written(state, made)
        PermissionChange.objects.create(
            version=version,
            at=state.changed_at,
            account=by.account[:64],
            right=made.right,
            role=made.role,
            gives=made.gives,
            reason=reason,
        )
        audit(
            actor=by,
            action="permission.give" if made.gives else "permission.take",
            target=f"permission:{made.right}:{made.role}",
            detail={
                "right": permission_of(made.right).title,
                "role": title_of(made.role),
                "reason": reason,
                "version": version,
            },
            ip=ip,
        )
        transaction.on_commit(forget)
    forget()
    return version


def _locked() -> PermissionState:
    """The row of the state, locked; made when nothing was ever changed."""
    state, _ = PermissionState.objects.select_for_update().get_or_create(
        pk=STATE, defaults={"version": 0, "changed_at": clock.now()}
    )
    return genuine(state)


def _check(state: PermissionState, made: Change, seen: int) -> None:
    newest = PermissionChange.objects.order_by("-version").values_list("version", flat=True).first() or 0
    if newest != state.version:
        alarm = Alarm(PermissionState._meta.db_table, "权限表", ("version",))
        sound(alarm)
        raise RowTouched(alarm)
    if seen != state.version:
        raise Refused("OVERTAKEN", "权限表刚被调整过，请刷新页面看清最新情况后再调整。", status=409)
    now = rights_of(version=state.version, given=_pairs(state.given), taken=_pairs(state.taken))
    problem = problem_of(made, rights=now)
    if problem:
        raise Refused("NOT_ALLOWED", problem, status=400)


def _written(state: PermissionState, made: Change) -> int:
    """The state after the change: only what differs from the shipped table is kept."""
    pair, as_shipped = (made.right, made.role), made.role in permission_of(made.right).roles
    given, taken = set(_pairs(state.given)), set(_pairs(state.taken))
    given.discard(pair)
    taken.discard(pair)
    if made.gives and not as_shipped:
        given.add(pair)
    if not made.gives and as_shipped:
        taken.add(pair)
    state.version += 1
    state.given, state.taken = [list(p) for p in sorted(given)], [list(p) for p in sorted(taken)]
    state.changed_at = clock.now()
    state.save()
    return state.version


@dataclass(frozen=True, slots=True)
class Made:
    """A change as the history shows it; `problem` when its row was touched."""

    version: int
    change: Change
    account: str
    at: datetime
    reason: str
    problem: bool


def history(*, limit: int = 200) -> tuple[Made, ...]:
    """The latest changes, newest first."""
    return tuple(
        Made(
            row.version,
            Change(row.right, row.role, row.gives),
            row.account,
            row.at,
            row.reason,
            touched(row) is not None,
        )
        for row in PermissionChange.objects.all()[:limit]
    )
