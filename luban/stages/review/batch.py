"""One act on many cases: each stands or falls by itself, and every outcome is said.

What stands here is done within the request; an act declared with a `Batch` is kept and worked off by a job (`batch_book`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from luban.cases.engine import may_act
from luban.cases.models import Case
from luban.cases.rows import state_of
from luban.kit import registry
from luban.kit.process import Action, Batch
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.stages.review.decide import decide
from luban.stages.review.sight import cases_in_reach

MOST = 100
"""Cases of an act taken within the request; a batch that is kept says its own."""

READ = 1000


@dataclass(frozen=True)
class BatchLine:
    """What came of one case."""

    number: str
    applicant: str
    done: bool
    message: str


def batch_actions(*, rows: Iterable[Case], actor: Actor) -> tuple[tuple[Action, str], ...]:
    """The acts that may be taken on many of these rows at once, with the step they belong to (`<item>:<step>`)."""
    found: dict[tuple[str, str], tuple[Action, str]] = {}
    for row in rows:
        for action in _batchable(row, actor):
            key = f"{row.item}:{row.step}"
            found.setdefault((key, action.code), (action, key))
    return tuple(found.values())


def _batchable(row: Case, actor: Actor) -> tuple[Action, ...]:
    if row.closed_on is not None:
        return ()
    state, process = state_of(row), registry.get(row.item).process
    return tuple(
        action
        for action, desk in process.actions_at(row.step)
        if action.batch and may_act(desk=desk, by=actor, case=state)
    )


def most_at(*, step: str) -> int:
    """How many cases a batch of the step (`<item>:<step>`) may have; 0 where none is kept."""
    item, _, code = step.partition(":")
    try:
        actions = registry.get(item).process.actions_at(code)
    except (registry.UnknownItem, KeyError):
        return 0
    return max((a.batch.at_most for a, _ in actions if isinstance(a.batch, Batch)), default=0)


def chosen(*, numbers: Sequence[str], actor: Actor, action: str) -> tuple[tuple[Case, ...], Action]:
    """The cases chosen and the act. Raises Refused (422) when none was chosen, too many, or the act is not theirs."""
    if not numbers:
        raise Refused("NONE_CHOSEN", "还没有选择办件，请先勾选再批量办理。", status=422)
    wanted = {n.replace("\x00", "") for n in numbers[:READ]}
    rows = tuple(cases_in_reach(actor).filter(number__in=wanted).order_by("due_on", "number"))
    found = next((a for row in rows for a in _batchable(row, actor) if a.code == action), None)
    if found is None:
        raise Refused("NOT_IN_BATCH", "所选办件现在不能批量进行这一操作，请刷新清单后重试。")
    most = found.batch.at_most if isinstance(found.batch, Batch) else MOST
    if len(numbers) > most:
        raise Refused("TOO_MANY", f"一次最多批量办理{most}件，请分批。", status=422)
    return rows, found


def take_many(
    *, rows: Sequence[Case], action: str, actor: Actor, values: Mapping[str, Any], request_id: str
) -> tuple[BatchLine, ...]:
    """Take `action` on each; `request_id` (at most 28 characters) makes a second click harmless."""
    return tuple(_take(row, action, actor, values, f"{request_id}:{row.number}") for row in rows)


def _take(row: Case, action: str, actor: Actor, values: Mapping[str, Any], request_id: str) -> BatchLine:
    if action not in {a.code for a in _batchable(row, actor)}:
        return BatchLine(row.number, row.applicant_name, False, "不在这一环节或岗位，没有办理。")
    try:
        decide(
            number=row.number,
            action=action,
            actor=actor,
            words=lambda _: values,
            request_id=request_id,
            seq=row.seq,
        )
    except Refused as refused:
        return BatchLine(row.number, row.applicant_name, False, refused.message)
    except PermissionDenied as denied:
        return BatchLine(row.number, row.applicant_name, False, str(denied))
    return BatchLine(row.number, row.applicant_name, True, "已办理。")
