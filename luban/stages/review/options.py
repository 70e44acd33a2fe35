"""The acts that stand open to an official at a case: which, why not, what happens then, what they begin with.

A guard that needs no words of the act is asked at once, so that a closed act says why; one that reads the act's words
is asked again when they are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from luban.cases.act import situation
from luban.cases.context import Context
from luban.cases.engine import check_apart, may_act
from luban.cases.state import CaseState
from luban.kit.acts import Correction
from luban.kit.item import Item
from luban.kit.process import APPLICANT_STEP, Action, Desk, Return
from luban.kit.refusal import Refused
from luban.kit.view import CaseView
from luban.people.actor import Actor
from luban.people.roles import title_of
from luban.stages.review.found import Found

RESUBMIT = "resubmit"
STATES = "case_state"
"""The dictionary of the states of a case."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One act. `why_not` is empty when it may be taken; `consequences` say what follows; `preset` fills its form."""

    action: Action
    why_not: str = ""
    consequences: tuple[str, ...] = ()
    preset: Mapping[str, Any] = field(default_factory=dict)

    @property
    def marks(self) -> bool:
        """Whether it returns the case with a list of what to correct."""
        return asks_for_marks(self.action)


def asks_for_marks(action: Action) -> bool:
    """Whether the act returns the case with a list of what to correct."""
    return isinstance(action, Return) and issubclass(action.data, Correction)


class _AsksForWords(Exception):
    """A guard has looked at the act's own words."""


class _NoWords:
    """Stands where the act's data will be, and tells when somebody looks."""

    def __getattr__(self, name: str) -> Any:
        raise _AsksForWords(name)


def options_of(*, found: Found, actor: Actor) -> tuple[Option, ...]:
    """The acts of the actor's desk at this case, in order of declaration; correcting itself goes through a draft."""
    return tuple(_option(found, actor, action) for action, _ in own_actions(found=found, actor=actor))


def own_actions(*, found: Found, actor: Actor) -> tuple[tuple[Action, Desk], ...]:
    """The declared acts whose desk the actor fills."""
    if found.state.closed:
        return ()
    return tuple(
        (action, desk)
        for action, desk in found.item.process.actions_at(found.row.step)
        if action.code != RESUBMIT and may_act(desk=desk, by=actor, case=found.state)
    )


def corrects(*, found: Found, actor: Actor) -> bool:
    """Whether the actor is the one who has to correct the case (items that officials begin)."""
    desk = found.item.process.corrects
    return found.correcting and may_act(desk=desk, by=actor, case=found.state)


def _option(found: Found, actor: Actor, action: Action) -> Option:
    preset = preset_of(found=found, actor=actor, action=action)
    return Option(
        action=action,
        why_not=_why_not(found, actor, action),
        consequences=consequences_of(item=found.item, view=found.view, action=action),
        preset=preset,
    )


def preset_of(*, found: Found, actor: Actor, action: Action) -> Mapping[str, Any]:
    """What the act's form begins with, drafted from the case."""
    if action.preset is None:
        return {}
    here = situation(item=found.item, view=found.view, data=None, by=actor, context=found.within)
    return action.preset(here)


def _why_not(found: Found, actor: Actor, action: Action) -> str:
    return closed_because(
        item=found.item, state=found.state, view=found.view, action=action, actor=actor, within=found.within
    )


def closed_because(
    *, item: Item, state: CaseState, view: CaseView, action: Action, actor: Actor, within: Context
) -> str:
    """Why the act may not be taken now; empty when it may, or when its guard waits for the act's words."""
    try:
        check_apart(action, state, actor)
    except Refused as refused:
        return refused.message
    if action.when is None:
        return ""
    here = situation(item=item, view=view, data=_NoWords(), by=actor, context=within)
    try:
        return action.when(here) or ""
    except _AsksForWords:
        return ""


def consequences_of(*, item: Item, view: CaseView, action: Action) -> tuple[str, ...]:
    """What happens after an act, one sentence each, without full stops: they are joined by the reader."""
    lines = [action.says.rstrip("。")] if action.says else []
    if action.to == APPLICANT_STEP:
        lines.append("送申请人补正" if item.process.corrects.at == "own" else "退回发起岗位修改")
    elif action.to:
        step = item.process.step(action.to)
        lines.append(
            f"转到“{step.title}”" + ("，由系统办理" if step.system else f"，{title_of(step.desk.role)}办理")
        )
    if action.reaches.startswith("closed_"):
        lines.append(f"本件办结：{view.term(STATES, action.reaches)}")
    for code in action.makes:
        lines.append(f"生成《{item.document(code).title}》，由系统盖章")
    if action.pauses:
        lines.append("办理时限停表")
    if action.resumes:
        lines.append("办理时限继续计算")
    return tuple(dict.fromkeys(lines))


def waits_for(found: Found) -> str:
    """Where the case is, for those who have nothing to do at it."""
    row, step = found.row, found.view.step_title
    if found.state.closed:
        outcome = found.view.term(STATES, row.state)
        return "本件已办结。" if outcome == "已办结" else f"本件已办结（{outcome}）。"
    if not row.desk_org:
        return f"本件在“{step}”环节，由系统办理，不需要人工操作。"
    if found.correcting and found.item.process.corrects.at == "own":
        return "本件正由申请人补正，提交后回到退回的环节。"
    place = found.within.office(row.desk_org).name
    return f"本件在“{step}”环节，由{place}（{title_of(row.desk)}）办理。"
