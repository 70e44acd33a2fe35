"""Taking an act: once per request, on the case as it was read, never over what somebody else did meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.cases.act import Outcome
from luban.cases.models import Case
from luban.cases.models import Event as EventRow
from luban.cases.rows import event_of
from luban.cases.state import Event
from luban.kit.form import Section, field_specs
from luban.kit.process import Action
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.review.found import found_of
from luban.stages.review.options import own_actions, preset_of
from luban.stages.review.sight import case_of


class Overtaken(Refused):
    """The case moved while the page was open (409); `events` are what happened meanwhile."""

    def __init__(self, events: tuple[Event, ...]) -> None:
        last = events[-1] if events else None
        done = f"“{last.title}”已由{last.actor_name}于{last.at:%m月%d日 %H:%M}办理。" if last else ""
        super().__init__("OVERTAKEN", f"您打开页面后本件有了新的进展，刚才的操作没有提交。{done}")
        self.events = events


def decide(
    *, number: str, action: str, actor: Actor, values: Mapping[str, Any], request_id: str, seq: int
) -> Outcome:
    """Take `action` on the case as it stood at event `seq`.

    Raises Overtaken (409), Refused (403, 409 guard, 422 with findings); a repeated `request_id` changes nothing.
    """
    case_of(number=number, actor=actor)
    with transaction.atomic():
        row = Case.objects.select_for_update(of=("self",)).select_related("current").get(number=number)
        done = EventRow.objects.filter(case=row, request_id=request_id).exists()
        if not done and seq != row.seq:
            since = EventRow.objects.filter(case=row, seq__gt=seq).order_by("seq")
            raise Overtaken(tuple(event_of(e) for e in since))
        if not done:
            values = _with_derived(row, action, actor, values)
        return house.take(case_id=str(row.pk), action=action, by=actor, data=values, request_id=request_id)


def _with_derived(row: Case, code: str, actor: Actor, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the machine says stands beside what the official says, as of this very moment."""
    found = found_of(row)
    action = next((a for a, _ in own_actions(found=found, actor=actor) if a.code == code), None)
    if action is None or not _derived(action):
        return values
    said = preset_of(found=found, actor=actor, action=action)
    return {**values, **{name: said[name] for name in _derived(action) if name in said}}


def _derived(action: Action) -> tuple[str, ...]:
    data: type[Section] = action.data
    if action.preset is None:
        return ()
    return tuple(spec.name for spec in field_specs(data) if spec.meta.derived)
