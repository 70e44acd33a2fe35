"""The book of notices: what each province was notified of, whether it arrived, was confirmed, was acted on (§8.4).

A notice is entered when its event is read; a delivery makes it `pushed`, a confirmation `acked`, the record's moving on
`handled` where something was asked. A province outside the chain is told by letter: the letter the case itself sends is
looked for, and where it sends none the notice waits for an official, who writes down how it was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from luban.kit.clock import clock
from luban.ledger.digests import organisation_id
from luban.ledger.setup import has_joined, membership
from luban.ledger.writes import Write, enqueue
from luban.stages.chain.wake import wake
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.subscriptions.body import day_of, last_day, occurred_at
from luban.stages.subscriptions.envelope import status_after
from luban.stages.subscriptions.events import ACKNOWLEDGED, KINDS, Notice, Told
from luban.stages.subscriptions.models import (
    ACKED,
    CHAIN,
    CREATED,
    HANDLED,
    LETTER,
    LETTER_GENERATED,
    LETTER_SENT,
    PUSHED,
    ChainNotice,
)
from luban.stages.subscriptions.notice_kinds import SETTLED_BY_MOVING, NoticeKind, kind_of, kind_on
from luban.stages.subscriptions.reading import Subject

REGIONS = {organisation_id(region=f"{n}0000"): f"{n}0000" for n in range(11, 83)}
"""Provinces by the id of their organisation."""
HOME = 310_000


def enter(*, told: Told, subject: Subject | None) -> int:
    """Enter an event's notices, and settle what the event settles; returns how many notices are new."""
    if told.event.event_type == ACKNOWLEDGED:
        _confirmed(told)
        return 0
    status = status_after(told)
    if status is not None and told.event.record_key:
        _moved_on(told)
    rows = [_chain_row(told, one, subject) for one in told.notices if one.org in REGIONS]
    if subject is not None and status is not None:
        rows += _letter_rows(told, status, subject)
    made = 0
    for row in rows:
        made += ChainNotice.objects.get_or_create(key=row.key, defaults=_columns(row))[1]
    return made


def _columns(row: ChainNotice) -> dict[str, object]:
    names = [f.name for f in ChainNotice._meta.concrete_fields if f.name not in ("id", "key")]
    return {name: getattr(row, name) for name in names}


def _row(told: Told, kind: NoticeKind, region: str, subject: Subject | None) -> ChainNotice:
    return ChainNotice(
        event_id=told.event.event_id,
        contract=told.event.contract,
        record_key=told.event.record_key,
        notice_seq=0,
        notice_type=kind.number,
        region=region,
        case_no=subject.number if subject else "",
        action_required=kind.action_required,
        due_on=last_day(number=kind.number, since=day_of(occurred_at(told))),
        channel=CHAIN,
        state=CREATED,
        created_at=clock.now(),
    )


def _chain_row(told: Told, notice: Notice, subject: Subject | None) -> ChainNotice:
    row = _row(told, kind_of(notice.number), REGIONS[notice.org], subject)
    row.notice_seq = notice.seq
    row.key = f"{KINDS.get(told.event.contract, '')}:{row.record_key}:{notice.seq}"
    return row


def _letter_rows(told: Told, status: int, subject: Subject) -> Iterator[ChainNotice]:
    """Notices to provinces outside the chain, of our own records only: others' records are theirs to tell of."""
    kind = kind_on(event_type=told.event.event_type, status=status)
    core = subject.core
    if kind is None or core.get("originProvince") != HOME:
        return
    transit = core.get("transitProvinces")
    named = [core.get("destProvince")] if "dest" in kind.parties else []
    named += list(transit) if "transit" in kind.parties and isinstance(transit, Sequence) else []
    for region in dict.fromkeys(str(one) for one in named if one):
        if not has_joined(region=region):
            row = _row(told, kind, region, subject)
            row.channel, row.key = LETTER, f"letter:{told.event.event_id}:{region}"
            yield row


def _moved_on(told: Told) -> None:
    open_ones = ChainNotice.objects.filter(
        record_key=told.event.record_key, action_required__in=SETTLED_BY_MOVING, handled_at__isnull=True
    )
    open_ones.exclude(event_id=told.event.event_id).update(state=HANDLED, handled_at=clock.now())


def _confirmed(told: Told) -> None:
    args = told.event.args
    rows = ChainNotice.objects.filter(record_key=told.event.record_key, contract=told.event.contract)
    rows = rows.filter(notice_seq=int(args["noticeSeq"]), region=REGIONS.get(str(args["partyOrg"]), ""))
    rows.filter(acked_at__isnull=True).update(acked_at=clock.now())
    rows.exclude(state=HANDLED).update(state=ACKED)


def pushed(*, event_id: str, region: str) -> None:
    """A delivery of the event arrived at an application of the province."""
    rows = ChainNotice.objects.filter(event_id=event_id, region=region, channel=CHAIN)
    rows.filter(pushed_at__isnull=True).update(pushed_at=clock.now())
    rows.filter(state=CREATED).update(state=PUSHED)


def acknowledge(*, caller: Caller, event_id: str) -> datetime:
    """The province confirms the notice of an event: noted at once, written on the chain by its account.

    Returns when it was confirmed first. Raises GatewayError (40301, 40401).
    """
    caller.need("read:party")
    with transaction.atomic():
        rows = ChainNotice.objects.select_for_update().filter(event_id=event_id, channel=CHAIN)
        row = rows.filter(region=caller.region).first()
        if row is None:
            raise GatewayError(40401, "本省没有这个事件的通知，请核对事件编号。")
        if row.acked_at is None:
            row.acked_at = clock.now()
            row.state = HANDLED if row.state == HANDLED else ACKED
            row.save(update_fields=["acked_at", "state"])
            enqueue(_on_chain(row))
            wake()
    return row.acked_at


def _on_chain(row: ChainNotice) -> Write:
    return Write(
        request_id=f"ack:{row.key}",
        group=f"ack:{row.key}",
        account=row.region,
        contract=row.contract,
        function="acknowledge",
        arguments={"key": row.record_key, "noticeSeq": row.notice_seq},
        needs=membership(region=row.region),
    )


def of_case(*, case_no: str) -> tuple[ChainNotice, ...]:
    """The notices of a case, oldest first."""
    return tuple(ChainNotice.objects.filter(case_no=case_no).order_by("id"))


def to_be_told() -> QuerySet[ChainNotice]:
    """Notices by letter that have not gone out, oldest first."""
    return ChainNotice.objects.filter(channel=LETTER, state__in=(CREATED, LETTER_GENERATED)).order_by("id")


def letter_found(*, notice_id: int, letter: str, sent: bool) -> None:
    """The case's own letter to the province was found; `sent`: the channel has it."""
    state = LETTER_SENT if sent else LETTER_GENERATED
    values = {"state": state, "letter": letter[:200]} | ({"pushed_at": clock.now()} if sent else {})
    to_be_told().filter(pk=notice_id).update(**values)


def told_by_hand(*, notice_id: int, how: str) -> bool:
    """An official writes down how a province outside the chain was told; False when it was settled already."""
    return bool(
        to_be_told()
        .filter(pk=notice_id)
        .update(state=LETTER_SENT, letter=how.strip()[:200], pushed_at=clock.now())
    )
