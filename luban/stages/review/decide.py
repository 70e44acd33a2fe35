"""Taking an act: once per request, on the case as it was read, never over what somebody else did meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.cases.act import Outcome
from luban.cases.engine import find_action
from luban.cases.models import Case
from luban.cases.models import Event as EventRow
from luban.cases.rows import event_of, state_of
from luban.cases.state import Event
from luban.cases.store import lock
from luban.kit import registry
from luban.kit.process import Action
from luban.kit.refusal import Refused
from luban.people.access import refusal, require_sight
from luban.people.actor import Actor

Words = Callable[[Action], Mapping[str, Any]]


class Overtaken(Refused):
    """The case moved while the page was open (409); `events` are what happened meanwhile."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        last = events[-1] if events else None
        done = f"“{last.title}”已由{last.actor_name}于{last.at:%m月%d日 %H:%M}办理。" if last else ""
        super().__init__("OVERTAKEN", f"您打开页面后本件有了新的进展，刚才的操作没有提交。{done}")
        self.events = events


def decide(*, number: str, action: str, actor: Actor, words: Words, request_id: str, seq: int) -> Outcome:
    """Take `action` on the case as it stood at event `seq`; `words(action)` reads what the actor says with it.

    Raises Overtaken (409), Refused (403, 409 guard, 422 with findings), whatever `words` raises; a repeated
    `request_id` changes nothing.
    """
    with transaction.atomic():
        row = _locked(number, actor)
        if seq != row.seq:
            since = tuple(event_of(e) for e in EventRow.objects.filter(case=row, seq__gt=seq).order_by("seq"))
            if any(event.request_id == request_id for event in since):
                return Outcome(state_of(row), None, repeated=True)
            raise Overtaken(since)
        declared = find_action(item=registry.get(row.item), case=state_of(row), action=action, by=actor)
        return house.take(
            case_id=str(row.pk),
            action=action,
            by=actor,
            data=words(declared),
            request_id=request_id,
            locked=row,
        )


def _locked(number: str, actor: Actor) -> Case:
    """The row, if it is in sight. Raises what `people.access.refusal` says."""
    try:
        row = lock(number=number.replace("\x00", ""))
    except Case.DoesNotExist:
        raise refusal(actor) from None
    require_sight(
        actor,
        applicant=row.applicant,
        handling_org=row.handling_org,
        parties=row.parties,
        item=row.item,
    )
    return row
