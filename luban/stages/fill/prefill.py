"""Prefill (智能预填): what is known already is not asked again.

The form names the sources of each field, best first: the firm's registration (`data_hub.*`), its discharge permit
(`permits_national.*`), the account (`account.*`), the day (`today.*`), the firm's last filed case (`previous`, the same
path of the same item, else of one of its family); while typing also the library of carriers (`carriers.*`) and the
register of licences (`licence.*`). `known_of` asks them, once, together and not for long; `fill` is pure and writes
down of every path where its value came from. A source that does not answer stops nobody: its fields are typed by hand
and marked `manual`, so that officials know what nobody has verified.
"""

from __future__ import annotations

import copy
import dataclasses
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from luban.cases.house import keys
from luban.cases.models import Case
from luban.cases.secrets import opened
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.form import FieldSpec, Form, form_spec, value_at
from luban.kit.item import Item
from luban.links.data_hub import client as data_hub
from luban.links.outcomes import Rejected, Unavailable
from luban.links.permits_national import client as permits_national
from luban.people.actor import Actor
from luban.registers.enterprises import shelf as enterprises
from luban.registers.enterprises.parts import EnterpriseFact
from luban.stages.fill.typed import blank, set_at

PATIENCE_SECONDS = 6.0
"""How long a person waits for all partners together before the form opens without them."""

DATA_HUB, PERMITS, PREVIOUS = data_hub.LINK.code, permits_national.LINK.code, "previous"
PARTNERS = (DATA_HUB, PERMITS)
FIRST_TIME = ("data_hub", "permits_national", "account", "today")
FIRM_WORDS = ("uscc", "name", "legal_rep", "reg_address", "status", "industry_code")
_IDENTITY = frozenset({"citizen_id"})
_askers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="prefill")


@dataclass(frozen=True)
class Known:
    """What the sources answered: values by source and name, the last filed payload, and who did not answer."""

    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    previous: Mapping[str, Any] = field(default_factory=dict)
    down: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A payload as far as it is known, and where each value came from."""

    payload: dict[str, Any]
    sources: dict[str, str]


def plain(value: Any) -> Any:
    """A value as a draft keeps it: days and decimals as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return list(value) if isinstance(value, tuple) else value


def known_of(*, item: Item, actor: Actor) -> Known:
    """Ask every source about the organisation the actor acts for. Never raises for a partner that is out."""
    own: dict[str, Mapping[str, Any]] = {
        "account": {
            "uscc": actor.subject,
            "organisation": actor.organisation_name or actor.name,
            "name": actor.name,
        },
        "today": {"year": clock.today().year, "date": clock.today().isoformat()},
    }
    asked, down = _ask(actor.subject) if actor.is_firm and _declares_partner(item) else ({}, ())
    return Known({**own, **asked}, last_filed(item=item, owner=actor.subject), down)


def _declares_partner(item: Item) -> bool:
    return any(
        source.partition(".")[0] in PARTNERS
        for section in form_spec(item.form).sections
        for spec in section.fields
        for source in spec.meta.prefill
    )


def _ask(uscc: str) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """The partners' answers, and those who did not give one in time."""
    waiting = {DATA_HUB: _askers.submit(_legal_person, uscc), PERMITS: _askers.submit(_permit, uscc)}
    until = time.monotonic() + PATIENCE_SECONDS
    found: dict[str, dict[str, Any]] = {}
    down: list[str] = []
    for link, answer in waiting.items():
        try:
            found[link] = answer.result(timeout=max(0.0, until - time.monotonic()))
        except (Unavailable, Rejected, TooSlow):
            down.append(link)
    return found, tuple(down)


def _legal_person(uscc: str) -> dict[str, Any]:
    told = data_hub.legal_person(uscc=uscc)
    return {} if told is None else {k: plain(v) for k, v in dataclasses.asdict(told).items()}


def _permit(uscc: str) -> dict[str, Any]:
    told = permits_national.discharge_permit(uscc=uscc)
    if told is None:
        return {}
    return {"class": told.permit_class, "number": told.permit_no, "valid_to": plain(told.valid_to)}


def remember(*, known: Known) -> None:
    """Keep what the registry said of the firm in the register of enterprises."""
    told = known.values.get(DATA_HUB) or {}
    if told.get("uscc"):
        words = {w: str(told.get(w) or "") for w in FIRM_WORDS}
        fact = EnterpriseFact(
            uscc=words["uscc"],
            name=words["name"],
            legal_rep=words["legal_rep"],
            reg_address=words["reg_address"],
            status=words["status"],
            industry_code=words["industry_code"],
            source=DATA_HUB,
        )
        enterprises.remember(enterprise=fact, at=clock.now())


def last_filed(*, item: Item, owner: str) -> dict[str, Any]:
    """The latest payload the owner filed for this item, or else for one of its family; empty when none."""
    family = [other.code for other in registry.all_items() if other.family == item.family]
    rows = Case.objects.filter(applicant=owner, item__in={item.code, *family}).select_related("current")
    latest = list(rows.order_by("-submitted_on", "-updated_at")[:20])
    row = next((r for r in latest if r.item == item.code), latest[0] if latest else None)
    if row is None:
        return {}
    return opened(form=registry.get(row.item).form, payload=row.current.payload, keys=keys())


def fill(*, form: type[Form], known: Known, over: Filled | None = None) -> Filled:
    """Fill every blank from its best source that has an answer. `over` (what is there already) is kept. Pure."""
    payload = copy.deepcopy(over.payload) if over else {}
    sources = dict(over.sources) if over else {}
    for section in form_spec(form).sections:
        values = payload.setdefault(section.name, {})
        for spec in section.fields:
            path = f"{section.name}.{spec.name}"
            if spec.meta.derived or not blank(values.get(spec.name)):
                continue
            if spec.is_table:
                _fill_rows(spec, path, values, sources, known)
                continue
            for source, value in _answers(spec, path, known):
                values[spec.name], sources[path] = value, source
                break
    return Filled(payload, sources)


def _answers(spec: FieldSpec, path: str, known: Known) -> Iterator[tuple[str, Any]]:
    for declared in spec.meta.prefill:
        source, _, name = declared.partition(".")
        if source == PREVIOUS:
            value = value_at(known.previous, path) if copies(spec) else None
        else:
            value = known.values.get(source, {}).get(name)
        if not blank(value):
            yield "computed" if source == "today" else source, copy.deepcopy(value)


def _fill_rows(
    spec: FieldSpec, path: str, values: dict[str, Any], sources: dict[str, str], known: Known
) -> None:
    rows = value_at(known.previous, path)
    wanted = copies(spec) and any(PREVIOUS in cell.meta.prefill for cell in spec.rows)
    if wanted and isinstance(rows, list) and rows:
        values[spec.name] = [copied_row(spec.rows, row) for row in rows]
        for n, row in enumerate(values[spec.name]):
            sources |= dict.fromkeys(_paths(spec.rows, row, f"{path}[{n}]"), PREVIOUS)


def copies(spec: FieldSpec) -> bool:
    """Whether a new application may take this from an old one: never pledges, identity numbers, computed values."""
    meta = spec.meta
    return meta.reorder and not (meta.derived or meta.commitment or spec.kind.name in _IDENTITY)


def copied_row(specs: tuple[FieldSpec, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a row that is copied, nested tables included."""
    found: dict[str, Any] = {}
    for spec in specs:
        value = row.get(spec.name)
        if blank(value) or not copies(spec):
            continue
        if spec.is_table and isinstance(value, list):
            found[spec.name] = [copied_row(spec.rows, inner) for inner in value if isinstance(inner, dict)]
        else:
            found[spec.name] = copy.deepcopy(value)
    return found


def copied(*, form: type[Form], payload: Mapping[str, Any]) -> Filled:
    """What a new application takes over from a filed one: every field that copies, marked `previous`."""
    whole: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for section in form_spec(form).sections:
        values = payload.get(section.name)
        if isinstance(values, Mapping):
            whole[section.name] = copied_row(section.fields, values)
            sources |= dict.fromkeys(_paths(section.fields, whole[section.name], section.name), PREVIOUS)
    return Filled(whole, sources)


def _paths(specs: tuple[FieldSpec, ...], values: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for spec in specs:
        value, path = values.get(spec.name), f"{prefix}.{spec.name}"
        if value is None:
            continue
        if spec.is_table:
            for n, row in enumerate(value):
                yield from _paths(spec.rows, row, f"{path}[{n}]")
        else:
            yield path


def put_values(*, form: type[Form], into: Filled, values: Mapping[str, Any], source: str) -> Filled:
    """Lay values (path → value) over what is filled. Raises KeyError for a path the form has not."""
    payload, sources = copy.deepcopy(into.payload), dict(into.sources)
    spec = form_spec(form)
    for path, value in values.items():
        spec.find(path)
        if not blank(value) and set_at(payload, path, plain(value)):
            sources[path] = source
    return Filled(payload, sources)
