"""A service item (事项): the title page that binds its parts, and the check that they fit together.

`assemble` is called once when items are discovered. It names every misspelt law, parameter, dictionary, document,
step or path, so that an item either stands whole or the house does not start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from luban.kit.documents import Document
from luban.kit.facts import Facts, needs_of
from luban.kit.form import FieldSpec, Form, SectionSpec, field_specs, form_spec
from luban.kit.guide import Guide
from luban.kit.kept import faults as unkept
from luban.kit.laws import Laws
from luban.kit.materials import Material
from luban.kit.notice import Notice
from luban.kit.parameters import Parameters
from luban.kit.process import APPLICANT, Action, Batch, Desk, Param, Process
from luban.kit.rules import Rules
from luban.kit.scores import TOTAL_SHIFT, Scoring
from luban.kit.sharing import Evidence, Hear, Tell
from luban.kit.statistics import Statistics
from luban.kit.verdicts import Clauses


class ItemFault(ValueError):
    """An item whose parts do not fit; every fault is named."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One service item.

    `prefix` starts its case numbers; `place(form)` is the region code in them; `handled_by(form)` names the handling
    organisation, best first (the first enabled one takes the case); `invites(form)` names the organisation outside the
    city that has a word in the case (a province); `begun_by` is who starts a case; `reorder` is `latest_granted`, `chosen` or empty; `headline(form)` is one line for lists; `requirements` are the numbers of the
    procurement's requirement list it fulfils.
    """

    code: str
    title: str
    short: str
    prefix: str
    family: str
    statute: tuple[str, ...]
    requirements: tuple[int, ...]
    form: type[Form]
    rules: Rules
    process: Process
    place: Callable[[Any], str]
    handled_by: Callable[[Any], tuple[str, ...]]
    headline: Callable[[Any], str]
    facts: type[Facts] = Facts
    documents: tuple[Document, ...] = ()
    materials: tuple[Material, ...] = ()
    notice: Notice | None = None
    guide: Guide | None = None
    sharing: tuple[Tell, ...] = ()
    hears: tuple[Hear, ...] = ()
    evidence: Evidence | None = None
    statistics: Statistics | None = None
    clauses: Clauses | None = None
    scoring: Scoring | None = None
    begun_by: Desk = APPLICANT
    invites: Callable[[Any], str] | None = None
    reorder: str = ""
    promise: str = ""
    result: str = ""
    applicants: str = ""
    starts_from: Callable[[Any], Mapping[str, Any]] | None = None
    proposes: tuple[tuple[str, str], ...] = ()
    number_template: str = "{prefix}-{adcode}-{yyyyMMdd}-{4}"
    opened_on: date = date(2026, 1, 1)
    folder: Path = field(default_factory=Path)

    def document(self, code: str) -> Document:
        """The document of that code; KeyError otherwise."""
        for document in self.documents:
            if document.code == code:
                return document
        raise KeyError(code)

    def material(self, code: str) -> Material:
        """The material of that code; KeyError otherwise."""
        for material in self.materials:
            if material.code == code:
                return material
        raise KeyError(code)


def assemble(item: Item, *, laws: Laws, parameters: Parameters, dictionaries: frozenset[str]) -> None:
    """Check that the parts of an item fit; raises ItemFault naming everything that does not."""
    faults = [
        *item.process.faults(),
        *_guest_faults(item),
        *_document_faults(item),
        *(f"unknown law {law}" for law in _laws_of(item) if law not in laws),
        *(f"unknown parameter {key}" for key in _params_of(item) if not parameters.knows(key, item.code)),
        *_form_faults(item, dictionaries),
        *_need_faults(item),
        *(unkept(item.facts) if item.clauses is not None or item.scoring is not None else ()),
        *_message_faults(item),
    ]
    if faults:
        raise ItemFault(f"item {item.code} does not fit together: " + "; ".join(dict.fromkeys(faults)))


def _actions(process: Process) -> Iterator[Action]:
    for step in process.steps:
        yield from step.actions
    yield from (action for action, _ in process.anytime)


def _guest_faults(item: Item) -> Iterator[str]:
    if item.invites is None and any(desk.at == "invited" for desk in item.process.desks):
        yield "a desk is for whom the item invites, and it invites nobody"


def _document_faults(item: Item) -> Iterator[str]:
    codes = {d.code for d in item.documents}
    made = {code for a in _actions(item.process) for code in a.makes}
    made |= {*item.process.lapse_makes, *item.process.submit_makes}
    yield from (f"process makes unknown document {code}" for code in sorted(made - codes))
    yield from _letter_faults(item, codes)
    for material in item.materials:
        if material.generated and material.generated not in codes:
            yield f"material {material.code} is generated as unknown document {material.generated}"
    for document in item.documents:
        if not document.template.startswith("official") and not _template(item, document).exists():
            yield f"document {document.code} has no template {document.template}"


def _letter_faults(item: Item, codes: set[str]) -> Iterator[str]:
    for action in _actions(item.process):
        if isinstance(action.batch, Batch) and action.batch.document not in {"", *codes}:
            yield f"batch of {action.code} follows unknown document {action.batch.document}"
    told, clocks = {(t.link, t.name, t.part) for t in item.sharing}, {c.code for c in item.process.limits}
    for document in item.documents:
        letter = document.letter
        if letter is None:
            continue
        if letter.message not in told:
            yield f"letter {document.code} leaves by unknown message {letter.message}"
        if letter.clock and letter.clock not in clocks:
            yield f"letter {document.code} is answered by unknown limit {letter.clock}"
        if letter.together and (document.decides or document.licence):
            yield f"letter {document.code} decides a case or is a licence: it cannot be merged"


def _template(item: Item, document: Document) -> Path:
    return item.folder / "documents" / f"{document.template}.typ"


def _laws_of(item: Item) -> Iterator[str]:
    yield from item.statute
    for rule in (*item.rules, *(item.clauses or ())):
        yield from rule.law
    for point in item.notice.points if item.notice else ():
        yield from (part.split("}")[0] for part in point.split("{law:")[1:])


def _params_of(item: Item) -> Iterator[str]:
    if item.notice:
        yield item.notice.seconds.key
    process = item.process
    if item.scoring is not None:
        yield TOTAL_SHIFT
        yield from (d.floor for d in item.scoring.dimensions if d.floor)
    values: list[int | Param] = [process.correction_days, *(limit.n for limit in process.limits)]
    values += [limit.extension for limit in process.limits]
    values += [timer.days for step in process.steps for timer in step.timers]
    yield from (value.key for value in values if isinstance(value, Param))


def _form_faults(item: Item, dictionaries: frozenset[str]) -> Iterator[str]:
    spec = form_spec(item.form)
    specs: list[tuple[str, tuple[FieldSpec, ...]]] = [(s.name, s.fields) for s in spec.sections]
    specs += [(f"act {a.code}", field_specs(a.data)) for a in _actions(item.process)]
    for owner, fields in specs:
        for found in _all_fields(fields):
            if found.meta.dictionary and found.meta.dictionary not in dictionaries:
                yield f"{owner}.{found.name}: unknown dictionary {found.meta.dictionary}"
    for material in item.materials:
        if material.per and not _is_path(spec.sections, material.per):
            yield f"material {material.code}: unknown table {material.per}"


def _need_faults(item: Item) -> Iterator[str]:
    spec = form_spec(item.form)
    for name, need in needs_of(item.facts).items():
        for path in need.keys.values():
            if not _is_path(spec.sections, path):
                yield f"fact {name}: unknown path {path}"


def _message_faults(item: Item) -> Iterator[str]:
    known = item.process.names
    waits = [(f"message {t.link}.{t.name}", t.on) for t in item.sharing]
    waits += [
        (f"evidence {a.record}.{a.call}", a.on) for a in (item.evidence.attests if item.evidence else ())
    ]
    for what, names in waits:
        yield from (f"{what} waits for unknown {name}" for name in names if name not in known)
    steps, papers = {step.code for step in item.process.steps}, {paper.code for paper in item.documents}
    for heard in item.hears:
        what = f"message {heard.link}.{heard.name}"
        yield from (f"{what} is awaited at unknown step {step}" for step in heard.steps if step not in steps)
        if heard.document not in papers:
            yield f"{what} answers unknown document {heard.document}"


def _is_path(sections: tuple[SectionSpec, ...], path: str) -> bool:
    names = path.split(".")
    fields = next((s.fields for s in sections if s.name == names[0]), None)
    for name in names[1:]:
        found = next((f for f in fields or () if f.name == name), None)
        if found is None:
            return False
        fields = found.rows
    return fields is not None


def _all_fields(fields: tuple[FieldSpec, ...]) -> Iterator[FieldSpec]:
    for found in fields:
        yield found
        yield from _all_fields(found.rows)
