"""What an act does to a case, as a pure function.

allowed? → apart from whom? → guard → data complete? → move, mark, pause, time, plan effects, chain the event.
The same code runs behind the office, behind `luban try` and in every test; the stores only keep what it returns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from luban.cases.desks import organisation_of, with_party
from luban.cases.limits import days_of
from luban.cases.nodes import STANDARD
from luban.cases.state import CaseState, Event, Move, Planned, Timer
from luban.kit.canonical import canonical
from luban.kit.choices import offers, unlisted
from luban.kit.clock import Pause, Unit, WorkCalendar, due_date
from luban.kit.findings import Finding, Severity
from luban.kit.form import FieldSpec, Section, field_specs
from luban.kit.item import Item
from luban.kit.parameters import ParametersOnDay
from luban.kit.process import APPLICANT_STEP, SYSTEM, Action, After, Desk, Return
from luban.kit.reading import dump_form, read_model
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.trust.digest import sm3

GENESIS = "0" * 64


def may_act(*, desk: Desk, by: Actor, case: CaseState) -> bool:
    """Whether this person works that desk of this case."""
    if desk.at == "system":
        return by.role == SYSTEM.role
    if desk.at == "own":
        if by.organisation != case.applicant:
            return False
        return by.role == desk.role or (by.role == "agent" and case.item in by.items)
    return by.role == desk.role and by.organisation == organisation_of(desk=desk, case=case)


def find_action(*, item: Item, case: CaseState, action: str, by: Actor) -> Action:
    """The action as declared at the case's step, if this person may take it. Raises Refused."""
    for found, desk in item.process.actions_at(case.step) if not case.closed else ():
        if found.code == action:
            if not may_act(desk=desk, by=by, case=case):
                raise Refused("NOT_YOUR_DESK", f"“{found.title}”不在您的岗位权限内。", status=403)
            check_apart(found, case, by)
            return found
    title = "本件已办结，" if case.closed else f"本件现在“{item.process.step(case.step).title}”环节，"
    raise Refused("NOT_AT_THIS_STEP", f"{title}不能再进行这一操作。请刷新页面查看最新进展。")


def check_beginner(*, item: Item, applicant: str, by: Actor) -> None:
    """Refuse when this person may not begin a case of the item for that applicant."""
    desk = item.begun_by
    roles = {desk.role, "agent"} if desk.at == "own" and item.code in by.items else {desk.role}
    if by.organisation != applicant or by.role not in roles:
        raise Refused("NOT_YOUR_DESK", f"您的岗位不能发起“{item.title}”。", status=403)


def check_apart(action: Action, case: CaseState, by: Actor) -> None:
    """Refuse when the same account took an action this one must be apart from."""
    if any(case.actors.get(code) == by.account for code in action.apart_from):
        raise Refused("SAME_PERSON", action.apart_message)


def read_data(action: Action, data: Mapping[str, Any]) -> Section:
    """The act's own small form, complete. Raises Refused (422) with every fault."""
    reading = read_model(action.data, data)
    faults = list(reading.faults)
    faults += [
        Finding("FORM", Severity.BLOCK, name, "没有这一项，请刷新页面后重试。") for name in reading.unknown
    ]
    faults += missing_data(reading.form)
    faults += _unlisted_of(reading.form)
    if faults:
        raise Refused("INCOMPLETE", faults[0].message, status=422, findings=tuple(faults))
    return reading.form


def missing_data(data: Section) -> list[Finding]:
    """Blanks in an act's data that must be filled."""
    faults: list[Finding] = []
    for spec in field_specs(type(data)):
        value = getattr(data, spec.name)
        if spec.is_table:
            if len(value) < spec.meta.min_rows:
                faults.append(_blank(spec.name, spec.meta.label))
            for n, row in enumerate(value):
                faults += [
                    _blank(f"{spec.name}[{n}].{cell.name}", f"第{n + 1}行{cell.meta.label}")
                    for cell in spec.rows
                    if cell.meta.required is True and getattr(row, cell.name) in (None, "")
                ]
        elif spec.meta.required is True and value in (None, "", []):
            faults.append(_blank(spec.name, spec.meta.label))
    return faults


def _unlisted_of(data: Section) -> list[Finding]:
    """Choices of an act's data that are not among those its declaration offers."""
    faults: list[Finding] = []
    for spec in field_specs(type(data)):
        value = getattr(data, spec.name)
        for n, row in enumerate(value) if spec.is_table else ():
            for cell in spec.rows:
                faults += _unlisted(f"{spec.name}[{n}].{cell.name}", cell, getattr(row, cell.name))
        if not spec.is_table:
            faults += _unlisted(spec.name, spec, value)
    return faults


def _unlisted(path: str, spec: FieldSpec, value: Any) -> list[Finding]:
    if spec.kind.name != "choice" or spec.meta.dictionary or offers(spec.meta, value, {}):
        return []
    return [unlisted(path, spec.meta.label, value)]


def _blank(path: str, label: str) -> Finding:
    return Finding("FORM", Severity.BLOCK, path, f"请填写{label}。")


def advance(
    *,
    item: Item,
    case: CaseState,
    action: Action,
    by: Actor,
    data: Section,
    params: ParametersOnDay,
    now: datetime,
    request_id: str,
    calendar: WorkCalendar,
    more: Mapping[str, Any] | None = None,
) -> Move:
    """The case after the act. The caller has checked rights, guard and data; `more` is what the event keeps besides."""
    today = now.date()
    to_step = _target(item, case, action)
    marks = _marks(case, action, to_step)
    state = action.reaches or (case.state if case.step != APPLICANT_STEP else _state_before(case))
    day = _dated(case, action, today)
    after = replace(
        case,
        state=state,
        step=to_step,
        version=case.version + (action.code == "resubmit"),
        accepted_on=day if "accepted" in marks else case.accepted_on,
        marks=case.marks + tuple((mark, day) for mark in marks),
        pauses=_pauses(case, action, today),
        timers=_timers(item, to_step, state, params, today, calendar)
        if to_step != case.step
        else case.timers,
        returned_from=case.step if isinstance(action, Return) else case.returned_from,
        actors={**case.actors, action.code: by.account},
    )
    if state.startswith("closed_"):
        after = replace(after, timers=())
    return _moved(item, case, after, action, by, {**dump_form(data), **(more or {})}, marks, now, request_id)


def _dated(case: CaseState, action: Action, today: date) -> date:
    """The day the act's marks carry."""
    return max((day for mark, day in case.marks if mark in action.dated_by), default=today)


def _state_before(case: CaseState) -> str:
    """The state a corrected case takes up again."""
    return "accepted" if case.accepted_on else "submitted"


def _target(item: Item, case: CaseState, action: Action) -> str:
    if action.code == "resubmit":
        return case.returned_from or item.process.first.code
    return action.to or case.step


def _marks(case: CaseState, action: Action, to_step: str) -> tuple[str, ...]:
    marks = [*action.marks]
    if action.reaches:
        marks.append(action.reaches)
    if action.code == "resubmit":
        marks.append("supplemented" if case.accepted_on else "resubmitted")
    if action.pauses:
        marks.append("paused")
    if action.resumes and any(pause.end is None for pause in case.pauses):
        marks.append("resumed")
    if to_step != case.step or action.reaches:
        marks.append("moved")
    return tuple(marks)


def _pauses(case: CaseState, action: Action, today: date) -> tuple[Pause, ...]:
    pauses = case.pauses
    if action.resumes:
        pauses = tuple(replace(p, end=today) if p.end is None else p for p in pauses)
    if action.pauses:
        pauses += (Pause(today, None, action.pauses),)
    return pauses


def _timers(
    item: Item, step: str, state: str, params: ParametersOnDay, today: date, calendar: WorkCalendar
) -> tuple[Timer, ...]:
    if state.startswith("closed_"):
        return ()
    return tuple(
        Timer(timer.act, _after(timer, params, today, calendar)) for timer in item.process.step(step).timers
    )


def _after(timer: After, params: ParametersOnDay, today: date, calendar: WorkCalendar) -> date:
    days = days_of(timer.days, params)
    if timer.unit == "cd":
        return today + timedelta(days=days)
    return due_date(start=today, n=days, unit=cast(Unit, timer.unit), calendar=calendar) or today


def submission(
    *,
    item: Item,
    case: CaseState,
    by: Actor,
    data: Mapping[str, Any],
    params: ParametersOnDay,
    now: datetime,
    request_id: str,
    calendar: WorkCalendar,
) -> Move:
    """The first event of a case: it is submitted and waits at the first step."""
    marks = ("submitted", "moved")
    after = replace(
        case,
        state="submitted",
        step=item.process.first.code,
        marks=tuple((mark, now.date()) for mark in marks),
        timers=_timers(item, item.process.first.code, "submitted", params, now.date(), calendar),
        actors={"submit": by.account},
        head=GENESIS,
    )
    submit = Action(
        "submit", "提交申请", makes=item.process.submit_makes, records=item.process.submit_records
    )
    start = replace(case, head=GENESIS, seq=0)
    return _moved(item, start, after, submit, by, data, marks, now, request_id)


def _moved(
    item: Item,
    before: CaseState,
    after: CaseState,
    action: Action,
    by: Actor,
    data: Mapping[str, Any],
    marks: tuple[str, ...],
    now: datetime,
    request_id: str,
) -> Move:
    event = chain(
        Event(
            seq=before.seq + 1,
            at=now,
            actor=by.account,
            actor_name=by.name,
            role=by.role,
            action=action.code,
            title=action.title,
            from_step=before.step,
            to_step=after.step,
            state=after.state,
            version=after.version,
            data={**data, "_marks": list(marks)},
            prev=before.head,
            digest="",
            request_id=request_id,
        )
    )
    after = replace(after, seq=event.seq, head=event.digest, parties=with_party(item, after))
    return Move(before, after, event, _effects(item, after, action, marks), action.records)


DIGESTED = tuple(one.name for one in dataclasses.fields(Event) if one.name not in {"digest", "prev"})


def chain(event: Event) -> Event:
    """The event with its digest."""
    body = {name: getattr(event, name) for name in DIGESTED}
    return replace(event, digest=event_digest(prev=event.prev, body=body))


def event_digest(*, prev: str, body: Mapping[str, object]) -> str:
    """SM3(previous digest ‖ canonical JSON of the event's `DIGESTED` values), 64 hexadecimal characters."""
    return sm3((prev + canonical(body)).encode())


def _effects(item: Item, case: CaseState, action: Action, marks: tuple[str, ...]) -> tuple[Planned, ...]:
    happened = {action.code, *marks}
    effects = [
        Planned("document", code, f"document:{case.id}", about={"document": code}) for code in action.makes
    ]
    effects += [
        Planned(
            "share",
            tell.name,
            f"{tell.link}:{case.id}",
            tell.link,
            {"part": tell.part} if tell.part else {},
            tell.when,
        )
        for tell in (*STANDARD, *item.sharing)
        if happened & set(tell.on)
    ]
    if item.evidence is not None:
        effects += [
            Planned("evidence", f"{attest.record}.{attest.call}", f"evidence:{case.id}")
            for attest in item.evidence.attests
            if happened & set(attest.on)
        ]
    return tuple(effects)
