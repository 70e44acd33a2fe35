"""One trial from application to the last day looked at.

precheck → submit → the timeline, firing timers on their days → what jobs would do (documents, messages, evidence) →
licences on the days looked at → comparison with what was expected.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, cast

from luban.cases.act import Filing, act, submit
from luban.cases.desks import organisation_of
from luban.cases.limits import limits_of
from luban.cases.memory import MemoryStore
from luban.cases.state import CaseState
from luban.kit.clock import ZONE
from luban.kit.facts import Applicant, SealState
from luban.kit.item import Item
from luban.kit.materials import HandedIn, expected
from luban.kit.process import APPLICANT_STEP, Desk
from luban.kit.reading import read_form
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.registers.licences.memory import MemoryLicences
from luban.stages.precheck.check import Checked, check
from luban.stages.trial.assessed import assessed
from luban.stages.trial.book import CaseEntry, StepEntry, TrialFault, put_at
from luban.stages.trial.effects import Performed, perform, seen
from luban.stages.trial.expect import differences
from luban.stages.trial.house import context_for
from luban.stages.trial.model import Result, Trial
from luban.stages.trial.registers import in_memory
from luban.stages.trial.report import finding_row, limit_row

MORNING, NOON = time(9, 0), time(10, 0)


def try_cases(*, item: Item, cases: list[CaseEntry]) -> list[Result]:
    """Run every case. Raises TrialFault for unknown fields, facts or acts."""
    return [_run(item, entry) for entry in cases]


def _run(item: Item, entry: CaseEntry) -> Result:
    registers = in_memory(item=item, entry=entry)
    context = context_for(item=item, entry=entry, registers=registers)
    commands = {name: command for memory in registers.values() for name, command in memory.commands().items()}
    if strange := sorted(item.process.commands - commands.keys()):
        raise TrialFault(f"records names what no register offers: {', '.join(strange)}")
    licences = cast(MemoryLicences, registers["licences"])
    counters = dict(entry.facts.get("numbers", {}))
    store = MemoryStore(counters=counters, commands=commands, licences_of=licences.views_of)
    result = Result(entry.name)
    who = entry.applicant
    applicant = Applicant(who.uscc, who.name, organisation=who.organisation or who.uscc)
    trial = Trial(item, entry, context, store, licences, applicant, copy.deepcopy(entry.form), result)
    checked = _check(trial, entry.today)
    _say_precheck(result, checked)
    if not checked.blocking and _submit(trial, checked):
        for line in entry.timeline:
            _timers(trial, line.on)
            _line(trial, line)
        _look(trial)
        result.registers = {name: rows for name, memory in registers.items() if (rows := memory.shown())}
    result.differences = differences(result, entry.expect, {rule.id for rule in item.rules})
    return result


def _files(trial: Trial, form: Any) -> tuple[HandedIn, ...]:
    entry = trial.entry
    if entry.materials == "none":
        return ()
    if entry.materials == "complete":
        slots = [s for s in expected(trial.item.materials, form) if s.required]
        return tuple(
            HandedIn(s.material.code, f"{s.title}.pdf", binding=s.binding, size=1000, check="pass")
            for s in slots
            if s.material.code not in entry.without
        )
    return tuple(HandedIn(**f.model_dump()) for f in entry.materials)


def _check(trial: Trial, day: date, number: str = "", submitted_on: date | None = None) -> Checked:
    entry, item = trial.entry, trial.item
    reading = read_form(item.form, trial.payload)
    if reading.unknown:
        raise TrialFault(f"case {entry.name}: the form has no field {', '.join(reading.unknown)}")
    sign = entry.sign
    return check(
        item=item,
        payload=trial.payload,
        context=trial.context,
        day=day,
        applicant=trial.applicant,
        files=_files(trial, reading.form),
        seal=SealState(sign.mode, sign.signed, sign.unchanged),
        sources=entry.sources,
        number=number,
        submitted_on=submitted_on,
    )


def _say_precheck(result: Result, checked: Checked) -> None:
    result.findings = [finding_row(f) for f in checked.findings]
    result.passed = checked.passed
    result.derived = _derived(checked.form)


def _derived(form: Any) -> dict[str, Any]:
    """Fields the form computes, by path (top level of each section)."""
    values: dict[str, Any] = {}
    for name, section in form.model_dump(mode="json").items():
        for key, value in section.items():
            meta = type(getattr(form, name)).model_fields[key].json_schema_extra
            if getattr(meta, "derived", False):
                values[f"{name}.{key}"] = value
    return values


def _filing(trial: Trial, checked: Checked) -> Filing:
    return Filing(
        form=checked.form,
        applicant=trial.applicant,
        findings=checked.findings,
        acknowledged=trial.entry.acknowledge,
        materials=checked.materials,
    )


def _at(day: date, moment: time = NOON) -> datetime:
    return datetime.combine(day, moment, tzinfo=ZONE)


def _submit(trial: Trial, checked: Checked) -> bool:
    entry = trial.entry
    role, account = _who(entry.by or trial.item.begun_by.role)
    organisation = trial.applicant.organisation
    by = Actor(account, account, role, organisation, trial.applicant.name, organisation[:6])
    try:
        outcome = submit(
            store=trial.store,
            context=trial.context,
            item=trial.item,
            filing=_filing(trial, checked),
            by=by,
            now=_at(entry.today, MORNING),
            request_id="submit",
        )
    except Refused as refused:
        trial.result.refused.append(_refusal(entry.today, "submit", refused))
        return False
    trial.case_id = outcome.case.id
    trial.result.submitted = True
    trial.result.numbers["case_no"] = outcome.case.number
    _after(trial, entry.today, "submit")
    return True


def _who(by: str) -> tuple[str, str]:
    role, _, account = by.partition("/")
    return role, account or role


def _actor(trial: Trial, by: str, case: CaseState) -> Actor:
    role, account = _who(by)
    if role == "system":
        return Actor.system()
    desks = [desk for _, desk in trial.item.process.actions_at(case.step)]
    desk = next((d for d in desks if d.role == role), _away(role))
    organisation = organisation_of(desk=desk, case=case)
    return Actor(account, account, role, organisation, organisation, organisation[:6])


def _away(role: str) -> Desk:
    """Where somebody sits who has no desk at this step."""
    own = role in {"applicant", "agent"}
    return Desk(role, at="own" if own else "city" if role.startswith("city_") else "handling")


def _line(trial: Trial, line: StepEntry) -> None:
    case = trial.store.load(trial.case_id).case
    declared = {a.code for s in trial.item.process.steps for a, _ in trial.item.process.actions_at(s.code)}
    declared |= {a.code for a, _ in trial.item.process.actions_at(APPLICANT_STEP)}
    if line.act not in declared:
        raise TrialFault(f"case {trial.entry.name}: no action is called {line.act}")
    if line.change and line.act != "resubmit":
        raise TrialFault(f"case {trial.entry.name}: only resubmit can change the form, not {line.act}")
    filing = None
    if line.act == "resubmit":
        for path, value in line.change.items():
            put_at(trial.payload, path, value)
        checked = _check(trial, line.on, case.number, case.submitted_on)
        _say_precheck(trial.result, checked)
        filing = _filing(trial, checked)
    _take(trial, line.on, line.act, _actor(trial, line.by, case), line.data, filing)


def _take(
    trial: Trial, day: date, action: str, by: Actor, data: Mapping[str, Any], filing: Filing | None = None
) -> None:
    try:
        act(
            store=trial.store,
            context=trial.context,
            item_of=lambda _: trial.item,
            case_id=trial.case_id,
            action=action,
            by=by,
            data=data,
            now=_at(day),
            request_id=f"{action}-{len(trial.result.timeline)}",
            filing=filing,
        )
    except Refused as refused:
        trial.result.refused.append(_refusal(day, action, refused))
        return
    _after(trial, day, action)


def _refusal(day: date, action: str, refused: Refused) -> dict[str, Any]:
    return {
        "on": day.isoformat(),
        "act": action,
        "code": refused.code,
        "status": refused.status,
        "message": refused.message,
    }


def _after(trial: Trial, day: date, action: str) -> None:
    case = trial.store.load(trial.case_id).case
    trial.result.timeline.append(
        {"on": day.isoformat(), "act": action, "state": case.state, "step": case.step}
    )
    _say_case(trial, case, day)
    pending, trial.store.effects = trial.store.effects, []
    made = [perform(trial=trial, case_id=c, seq=seq, planned=planned, day=day) for c, seq, planned in pending]
    for done in made:
        _say_effect(trial.result, done)
    if any(done.decides for done in made):
        _take(trial, day, "issue", Actor.system(), {})


def _say_case(trial: Trial, case: CaseState, day: date) -> None:
    result = trial.result
    result.state, result.step = case.state, case.step
    params = trial.context.params(case.accepted_on or case.submitted_on, trial.item.code)
    clocks = limits_of(process=trial.item.process, case=case, params=params, calendar=trial.context.calendar)
    result.limits = [limit_row(c) for c in clocks]
    view = seen(trial=trial, case_id=trial.case_id, seq=case.seq, day=day)
    result.verdicts, result.scores = assessed(item=trial.item, view=view)


def _say_effect(result: Result, done: Performed) -> None:
    if done.document:
        result.documents.append(done.document)
        if done.document["number"]:
            result.numbers[done.document["code"]] = done.document["number"]
    if done.message:
        result.messages.append(done.message)
    if done.evidence:
        result.evidence.append(done.evidence)
        result.digests[done.evidence["name"]] = done.evidence["form_digest"]


def _timers(trial: Trial, until: date) -> None:
    case = trial.store.load(trial.case_id).case
    for timer in case.timers:
        if timer.on < until:
            _take(trial, timer.on, timer.act, Actor.system(), {})


def _look(trial: Trial) -> None:
    for day in trial.entry.look_at:
        _timers(trial, day)
        for number, status in trial.licences.on(day).items():
            trial.result.licences.setdefault(number, {})[day.isoformat()] = status
