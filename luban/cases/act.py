"""`act`: the one function that changes a case, and `submit`, which begins one.

lock → already done? → allowed? → guard → data → move → register commands → save (event, columns, effects), all in
the caller's transaction. A repeated request id changes nothing and returns what stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol

from luban.cases.context import Context
from luban.cases.engine import advance, check_beginner, find_action, read_data, submission
from luban.cases.facts import resolve
from luban.cases.state import CaseState, Event, Move
from luban.cases.views import view_of
from luban.kit.assessment import KEY as ASSESSMENT
from luban.kit.assessment import assess
from luban.kit.canonical import canonical
from luban.kit.facts import Applicant, SealState
from luban.kit.findings import Finding
from luban.kit.form import Form, field_specs
from luban.kit.item import Item
from luban.kit.kept import texts_of
from luban.kit.materials import HandedIn, Materials, expected
from luban.kit.process import Action
from luban.kit.reading import dump_form, read_form
from luban.kit.refusal import Refused
from luban.kit.view import CaseView, LicenceView, Situation
from luban.people.actor import Actor
from luban.trust.digest import sm3

Record = Callable[..., None]


@dataclass(frozen=True)
class Loaded:
    """A case as the store holds it, locked for this act; `findings` and `files` are the current version's."""

    case: CaseState
    payload: Mapping[str, Any]
    events: tuple[Event, ...]
    findings: tuple[Finding, ...] = ()
    files: tuple[HandedIn, ...] = ()


class Store(Protocol):
    """Where cases are kept: memory or PostgreSQL."""

    def load(self, case_id: str) -> Loaded:
        """Lock and read a case. Raises LookupError when there is none."""

    def save(self, *, item: Item, move: Move, view: CaseView, payload: Mapping[str, Any] | None) -> None:
        """Keep the move: its event, the case's columns, a new version when `payload` is given, its effects."""

    def number(self, *, item: Item, adcode: str, day: date) -> str:
        """The next case number."""

    def new_case(self, *, item: Item, number: str) -> tuple[str, str]:
        """Id and evidence salt of a case about to begin."""

    def command(self, name: str) -> Record:
        """A register command by name, to run inside this transaction."""

    def licences(self, case_id: str) -> tuple[LicenceView, ...]:
        """The licences a case has by now, for the register commands of its act."""

    def keep_facts(self, texts: Mapping[str, bytes]) -> None:
        """Keep what an assessment looked at, by SM3; what is kept already stays as it is."""


@dataclass(frozen=True)
class Outcome:
    """What came of an act: the case as it stands, and whether the request had been carried out before."""

    case: CaseState
    view: CaseView | None
    repeated: bool = False


@dataclass(frozen=True)
class Filing:
    """An application ready to be filed: prechecked on the server, findings included."""

    form: Form
    applicant: Applicant
    findings: tuple[Finding, ...] = ()
    acknowledged: bool = False
    notes: str = ""
    copied_from: str = ""
    materials: Materials = field(default_factory=Materials)
    channel: str = "pc"
    sources: tuple[tuple[str, str], ...] = ()


def submit(
    *, store: Store, context: Context, item: Item, filing: Filing, by: Actor, now: datetime, request_id: str
) -> Outcome:
    """Begin a case. Raises Refused (422) when a finding blocks or warnings are not acknowledged."""
    check_beginner(item=item, applicant=filing.applicant.uscc, by=by)
    check_findings(filing)
    form, today = filing.form, now.date()
    number = store.number(item=item, adcode=item.place(form), day=today)
    case_id, salt = store.new_case(item=item, number=number)
    start = CaseState(
        id=case_id,
        number=number,
        item=item.code,
        state="draft",
        step="",
        version=1,
        applicant=filing.applicant.uscc,
        applicant_name=filing.applicant.name,
        handling_org=context.handling(item.handled_by(form)),
        submitted_on=today,
        salt=salt,
        copied_from=filing.copied_from,
        invited=item.invites(form) if item.invites else "",
    )
    move = submission(
        item=item,
        case=start,
        by=by,
        data=submission_data(filing),
        params=context.params(today, item.code),
        now=now,
        request_id=request_id,
        calendar=context.calendar,
    )
    return _keep(store, context, item, move, (), form, now, dump_form(form), filing, filing.materials)


def submission_data(filing: Filing) -> dict[str, Any]:
    """What the history keeps of a submission: the form's digest, the warnings taken note of, the files' digests."""
    return {
        "form": sm3(canonical(dump_form(filing.form)).encode()),
        "acknowledged": [f"{f.rule} {f.message}" for f in filing.findings],
        "notes": filing.notes,
        "channel": filing.channel,
        "materials": [
            {"code": f.code, "seq": f.seq, "binding": f.binding, "size": f.size, "sm3": f.sm3}
            for f in filing.materials.files
        ],
    }


def check_findings(filing: Filing) -> None:
    """Refuse a filing that blocks, or whose warnings nobody acknowledged."""
    blocking = tuple(f for f in filing.findings if f.blocks)
    if blocking:
        message = f"还有{len(blocking)}处须改正，改好后才能提交：{blocking[0].message}"
        raise Refused("PRECHECK", message, status=422, findings=filing.findings)
    if any(f.severity == "warn" for f in filing.findings) and not filing.acknowledged:
        raise Refused(
            "ACKNOWLEDGE", "有提醒事项，请核实后勾选“已核实”再提交。", status=422, findings=filing.findings
        )


def act(
    *,
    store: Store,
    context: Context,
    item_of: Callable[[str], Item],
    case_id: str,
    action: str,
    by: Actor,
    data: Mapping[str, Any],
    now: datetime,
    request_id: str,
    filing: Filing | None = None,
) -> Outcome:
    """Take an action on a case; `filing` comes with a resubmission. Raises LookupError."""
    loaded = store.load(case_id)
    if any(e.request_id == request_id for e in loaded.events):
        return Outcome(loaded.case, None, repeated=True)
    item = item_of(loaded.case.item)
    found = find_action(item=item, case=loaded.case, action=action, by=by)
    form = filing.form if filing else read_form(item.form, loaded.payload).form
    if filing is not None:
        check_findings(filing)
        data = {}
        if item.invites is not None:
            loaded = replace(loaded, case=replace(loaded.case, invited=item.invites(form)))
    materials = filing.materials if filing else Materials(expected(item.materials, form), loaded.files)
    here = partial(_here, item, loaded, form, materials, context, now, by)
    read = read_data(found, _with_derived(found, data, here))
    more: dict[str, Any] = submission_data(filing) if filing else {}
    if found.when is not None or found.assesses:
        more |= _said_here(store, found, here(read))
    move = advance(
        item=item,
        case=loaded.case,
        action=found,
        by=by,
        data=read,
        params=context.params(loaded.case.accepted_on or now.date(), item.code),
        now=now,
        request_id=request_id,
        calendar=context.calendar,
        more=more,
    )
    payload = dump_form(form) if filing else None
    return _keep(store, context, item, move, loaded.events, form, now, payload, filing, materials)


def _with_derived(
    action: Action, data: Mapping[str, Any], here: Callable[[Any], Situation]
) -> Mapping[str, Any]:
    """The act's words with what the machine says in its derived fields, as of this very moment."""
    derived = [spec.name for spec in field_specs(action.data) if spec.meta.derived]
    if action.preset is None or not derived:
        return data
    said = action.preset(here(None))
    return {**data, **{name: said[name] for name in derived if name in said}}


def _said_here(store: Store, action: Action, here: Situation) -> dict[str, Any]:
    """Ask the guard, then the machine where the act assesses; what the event keeps of it. Raises Refused (409).

    The event names the facts the machine looked at by their digests; the store keeps them (docs/adr/0015).
    """
    refusal = action.when(here) if action.when is not None else None
    if refusal:
        raise Refused("GUARD", refusal)
    if not action.assesses:
        return {}
    said = assess(item=here.item, form=here.case.form, facts=here.facts, today=here.case.law_day)
    texts = texts_of(here.facts)
    digests = {name: sm3(text) for name, text in texts.items()}
    store.keep_facts({digests[name]: text for name, text in texts.items()})
    return {ASSESSMENT: {**said, "facts": digests}}


def _here(
    item: Item,
    loaded: Loaded,
    form: Form,
    materials: Materials,
    context: Context,
    now: datetime,
    by: Actor,
    data: Any,
) -> Situation:
    """What guards see at the moment of the act."""
    view = view_of(
        item=item,
        case=loaded.case,
        form=form,
        events=loaded.events,
        context=context,
        today=now.date(),
        findings=loaded.findings,
        materials=materials,
    )
    return situation(item=item, view=view, data=data, by=by, context=context)


def situation(*, item: Item, view: CaseView, data: Any, by: Actor, context: Context) -> Situation:
    """What guards and presets see of a case; facts are resolved only when one asks for them, and are those of the day
    whose law applies to the case (vocabulary 5.7)."""

    def facts() -> Any:
        return resolve(
            item=item,
            form=view.form,
            context=context,
            day=view.law_day,
            applicant=Applicant(view.applicant, view.applicant_name),
            materials=view.materials,
            seal=SealState(signed=True),
            number=view.number,
            submitted_on=view.submitted_on,
        )

    return Situation(view, data, by, facts, item)


def _keep(
    store: Store,
    context: Context,
    item: Item,
    move: Move,
    events: tuple[Event, ...],
    form: Form,
    now: datetime,
    payload: Mapping[str, Any] | None,
    filing: Filing | None,
    materials: Materials,
) -> Outcome:
    view = view_of(
        item=item,
        case=move.after,
        form=form,
        events=(*events, move.event),
        context=context,
        today=now.date(),
        findings=filing.findings if filing else (),
        materials=materials,
        licences=store.licences(move.after.id) if move.records and move.before.seq else (),
    )
    for name in move.records:
        store.command(name)(view=view, at=now)
    wanted = tuple(one for one in move.effects if one.when is None or one.when(view))
    store.save(item=item, move=replace(move, effects=wanted), view=view, payload=payload)
    return Outcome(move.after, view)
