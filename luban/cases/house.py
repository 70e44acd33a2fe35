"""The running house around a case: registers as of now, keys, objects, and the transactions acts run in.

Faces and workers come through here: `take` an action, `file_case` a new one, `view_at` a case as of one event.
"""

from __future__ import annotations

import importlib
import pkgutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.db import transaction

from luban import registers
from luban.cases.act import Filing, Outcome, act, submit
from luban.cases.context import Context
from luban.cases.models import Case, CaseVersion, Document
from luban.cases.rows import finding_of, handed_in, state_of
from luban.cases.secrets import opened
from luban.cases.shipped import shipped_context
from luban.cases.state import Event
from luban.cases.store import DatabaseStore, history, version_then
from luban.cases.views import view_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.daily import Daily
from luban.kit.item import Item
from luban.kit.materials import Materials, expected
from luban.kit.prefill import Prefill
from luban.kit.reading import read_form
from luban.kit.view import CaseView, Office
from luban.people.actor import Actor
from luban.people.directory import organisations_that_act
from luban.people.genuine import reads_unchecked
from luban.registers.book.current import books
from luban.registers.licences import shelf
from luban.tables.fixed import read
from luban.trust import ring
from luban.trust.keys import KeyProvider
from luban.trust.objects import Objects

OFFICES_KEPT = 30.0  # seconds a process may act on the organisations it last read
_last: list[Any] = []
_signing: list[Any] = []


def forget() -> None:
    """Read everything anew at the next act (tests, after organisations were edited in this process)."""
    _last.clear()
    _signing.clear()


def _offices() -> dict[str, Office]:
    if not _signing or time.monotonic() - _signing[0] > OFFICES_KEPT:
        read = organisations_that_act()
        _signing[:] = [
            time.monotonic(),
            {o.code: Office(o.code, o.name, o.adcode, o.seal_code) for o in read},
        ]
    offices: dict[str, Office] = _signing[1]
    return offices


@cache
def offers() -> tuple[dict[str, Callable[..., Any]], dict[str, Callable[..., None]]]:
    """What all registers offer: facts by name, commands by name (each register's `offers` module)."""
    providers: dict[str, Callable[..., Any]] = {}
    commands: dict[str, Callable[..., None]] = {}
    for module in _offering():
        providers.update(module.PROVIDERS)
        commands.update(module.COMMANDS)
    return providers, commands


@cache
def prefills() -> dict[str, Prefill]:
    """What registers fill in of forms, by the source a field names."""
    found: dict[str, Prefill] = {}
    for module in _offering():
        found.update(getattr(module, "PREFILL", {}))
    return found


@cache
def figures() -> dict[str, Callable[[], Any]]:
    """What registers say for statistics, by the source a measure names: {case number: {key of a line: values}}."""
    found: dict[str, Callable[[], Any]] = {}
    for module in _offering():
        found.update(getattr(module, "FIGURES", {}))
    return found


@cache
def dailies() -> tuple[Daily, ...]:
    """What registers do every day (`DAILY` of their `offers` modules)."""
    return tuple(work for module in _offering() for work in getattr(module, "DAILY", ()))


def _offering() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(registers.__path__):
        if Path(registers.__path__[0], found.name, "offers.py").exists():
            yield importlib.import_module(f"luban.registers.{found.name}.offers")


def context() -> Context:
    """Registers, organisations and register facts as of now: one small query; rebuilt only after an edit."""
    held = books()
    signing = _offices()
    key = (clock.today(), tuple(id(book) for book in held.values()), id(signing))
    if _last and _last[0] == key:
        made: Context = _last[1]
        return made
    made = replace(
        shipped_context(today=clock.today(), books=held),
        offices=signing,
        verify_base=f"{settings.LUBAN_PUBLIC_URL}/v/",
        providers=offers()[0],
    )
    _last[:] = [key, made]
    return made


def store(
    *,
    within: Context,
    sources: Mapping[str, str] | None = None,
    channel: str = "pc",
    locked: Case | None = None,
) -> DatabaseStore:
    """The database store of one transaction."""
    return DatabaseStore(within, offers()[1], keys(), sources, channel, locked)


def keys() -> KeyProvider:
    """The keys of this house."""
    return ring.keys()


@cache
def objects() -> Objects:
    """The object store: files by the SM3 of their content, SM4-enveloped at rest."""
    return Objects(Path(settings.LUBAN_VAR) / "objects", keys())


def take(
    *,
    case_id: str,
    action: str,
    by: Actor,
    data: Mapping[str, Any],
    request_id: str,
    filing: Filing | None = None,
    sources: Mapping[str, str] | None = None,
    locked: Case | None = None,
) -> Outcome:
    """Take an action on a case in one transaction, or in the caller's when it holds the `locked` row.

    Raises Refused, LookupError.
    """
    now_context = context()
    with transaction.atomic() if locked is None else nullcontext():
        return act(
            store=store(within=now_context, sources=sources, locked=locked),
            context=now_context,
            item_of=registry.get,
            case_id=case_id,
            action=action,
            by=by,
            data=data,
            now=clock.now(),
            request_id=request_id,
            filing=filing,
        )


def file_case(
    *,
    item: Item,
    filing: Filing,
    by: Actor,
    request_id: str,
    sources: Mapping[str, str] | None = None,
) -> Outcome:
    """Begin a case; call inside the transaction that closes its draft. Raises Refused."""
    now_context = context()
    with transaction.atomic(savepoint=False):
        return submit(
            store=store(within=now_context, sources=sources, channel=filing.channel),
            context=now_context,
            item=item,
            filing=filing,
            by=by,
            now=clock.now(),
            request_id=request_id,
        )


def view_at(*, case_id: str | uuid.UUID, seq: int | None = None, within: Context | None = None) -> CaseView:
    """A case as of event `seq` (the last one when None), with the files and findings of the version it had then.

    Raises LookupError when there is no such case.
    """
    try:
        (row,) = read(Case, where='t."id" = %s', given=[uuid.UUID(str(case_id))])
    except ValueError as missing:
        raise LookupError(str(case_id)) from missing
    events = history(row.pk)
    last = next((e for e in events if e.seq == seq), events[-1])
    version = version_then(case_id=row.pk, n=last.version)
    return _view(row, events, last.seq, version, within or context())


def view_with(*, row: Case, version: CaseVersion, events: tuple[Event, ...], seq: int) -> CaseView:
    """A case as of event `seq`, had it these rows: nothing of them is read. Raises RowTouched."""
    return _view(row, events, seq, version, context())


def numbered_by(*, case_id: str, seq: int) -> dict[str, str]:
    """The numbers of a case's papers asked for up to event `seq`, the latest of each code; void ones left out."""
    papers = Document.objects.filter(case_id=case_id, event_seq__lte=seq).exclude(number="")
    kept = papers.exclude(state="void").order_by("event_seq")
    return dict(kept.values_list("code", "number"))


def _view(row: Case, events: tuple[Any, ...], seq: int, version: CaseVersion, within: Context) -> CaseView:
    item = registry.get(row.item)
    last = next(e for e in events if e.seq == seq)
    state = state_of(row)
    if seq != state.seq:
        accepted = state.accepted_on if any(e.at.date() == state.accepted_on for e in events[:seq]) else None
        state = replace(
            state,
            state=last.state,
            step=last.to_step,
            version=last.version,
            seq=seq,
            head=last.digest,
            accepted_on=accepted,
        )
    payload = opened(form=item.form, payload=version.payload, keys=keys(), lenient=reads_unchecked())
    form = read_form(item.form, payload).form
    files = tuple(handed_in(f) for f in version.materials)
    return view_of(
        item=item,
        case=state,
        form=form,
        events=events,
        context=within,
        today=last.at.date(),
        materials=Materials(expected(item.materials, form), files),
        findings=tuple(finding_of(f) for f in version.findings),
        licences=tuple(
            found.as_view(verify_base=within.verify_base) for found in shelf.of_case(case_id=str(row.pk))
        ),
    )
