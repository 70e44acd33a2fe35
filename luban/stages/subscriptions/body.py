"""The envelope of an event for one reader, made anew each time: the plain core to all it is told to, sections by sight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from luban.cases import house
from luban.kit.clock import ZONE
from luban.ledger.models import ChainBinding, ChainWrite
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.subscriptions.audience import Reader
from luban.stages.subscriptions.contents import form_digest_of, seen
from luban.stages.subscriptions.envelope import About, Due, Shown, envelope, text
from luban.stages.subscriptions.events import Told
from luban.stages.subscriptions.notice_kinds import due_at, kind_of
from luban.stages.subscriptions.reading import Subject, subjects, told_of


def body_of(
    *,
    event_id: str,
    reader: Reader,
    scope: str,
    include_sections: bool,
    replay: bool,
    missed_before: Sequence[str] = (),
) -> bytes:
    """The body of a callback about an event. Raises LookupError when there is no such event."""
    told = told_of(event_id=event_id)
    if told is None:
        raise LookupError(f"no event {event_id}")
    made = made_for(
        told=told,
        caller=reader.caller,
        include_sections=include_sections,
        replay=replay,
        missed_before=missed_before,
    )
    return text(made)


def made_for(
    *,
    told: Told,
    caller: Caller,
    include_sections: bool,
    replay: bool = False,
    missed_before: Sequence[str] = (),
    about: Mapping[str, Subject] | None = None,
) -> dict[str, Any]:
    """The envelope of an event for an application."""
    key = told.event.record_key
    subject = (subjects(keys=[key]) if about is None else about).get(key)
    occurred = occurred_at(told)
    return envelope(
        told=told,
        about=About(
            chain_id=chain_id(),
            occurred_at=occurred,
            core=dict(subject.core) if subject else {},
            form_digest=form_digest_of(told=told, subject=subject) if subject else "",
        ),
        shown=_shown(told, subject, caller) if include_sections and subject else Shown(),
        due=_due(told, caller, occurred),
        replay=replay,
        missed_before=missed_before,
    )


def _shown(told: Told, subject: Subject, caller: Caller) -> Shown:
    try:
        return seen(caller=caller, told=told, subject=subject)
    except GatewayError:
        return Shown()


def _due(told: Told, caller: Caller, occurred: int) -> Due | None:
    notice = told.notice_for(caller.org_id)
    if notice is None:
        return None
    return Due(notice, caller.region, last_day(number=notice.number, since=day_of(occurred)))


def last_day(*, number: int, since: date) -> date | None:
    """The last day of a reply to a notice of that type, by the calendar as it is known now."""
    return due_at(kind=kind_of(number), since=since, calendar=house.context().calendar)


def day_of(milliseconds: int) -> date:
    """The day in Shanghai."""
    return datetime.fromtimestamp(milliseconds / 1000, ZONE).date()


def occurred_at(told: Told) -> int:
    """The business time of the change, as it was written; the block's own time where the writer is not ours."""
    event = told.event
    rows = ChainWrite.objects.filter(record_key=event.record_key, tx_hash=event.tx_hash)
    written = rows.values_list("arguments", flat=True).first()
    return next(_moments([event.args, written or {}]), event.at)


def _moments(arguments: Any) -> Iterator[int]:
    if isinstance(arguments, Mapping):
        if arguments.get("occurredAt"):
            yield int(arguments["occurredAt"])
        arguments = list(arguments.values())
    for value in arguments if isinstance(arguments, list) else ():
        yield from _moments(value)


def chain_id() -> str:
    """The chain's number, as it enters the ids of events."""
    return str(ChainBinding.objects.filter(pk=1).values_list("chain_id", flat=True).first() or "")
