"""An evidence request: the record's key and the digests of waste-chain §2, made from the case as of an event.

Plain fields (class A) travel as they are; the form's sections, the attachments and the decision only as digests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from luban.kit.canonical import canonical
from luban.kit.form import form_spec
from luban.kit.item import Item
from luban.kit.sharing import Attest, Evidence
from luban.kit.view import CaseView
from luban.ledger.digests import (
    Attachment,
    RecordKind,
    attachments_root,
    form_digest,
    record_key,
    section_digest,
    section_salt,
)

ORIGIN = "310000"


@dataclass(frozen=True)
class EvidenceRequest:
    """One write to the chain, ready for the ledger."""

    record: str
    call: str
    record_key: str
    schema: str
    version: int
    form_digest: str
    section_digests: Mapping[str, str]
    attachments_root: str
    body: Mapping[str, Any]
    occurred_at: int


def declared(item: Item) -> Evidence:
    """The item's evidence declaration. Raises LookupError when it has none."""
    if item.evidence is None:
        raise LookupError(f"{item.code} puts nothing in evidence")
    return item.evidence


def attest_of(*, item: Item, name: str) -> Attest:
    """The declaration behind `record.call`. Raises LookupError."""
    for attest in item.evidence.attests if item.evidence else ():
        if f"{attest.record}.{attest.call}" == name:
            return attest
    raise LookupError(f"{item.code} attests nothing called {name}")


def attachments(view: CaseView) -> tuple[Attachment, ...]:
    """The files of a case, in the order in which their digests stand on the chain.

    The chain knows a file by its material and number only: where a material is handed in for every row of a table, its
    files are numbered through, row after row.
    """
    files = sorted((f for f in view.materials.files if f.sm3), key=lambda f: (f.code, f.binding or 0, f.seq))
    by_row = {f.code for f in files if f.binding is not None}
    found: list[Attachment] = []
    for code, same in groupby(files, key=lambda f: f.code):
        for n, file in enumerate(same, start=1):
            found.append(Attachment(code, n if code in by_row else file.seq, file.size, file.sm3))
    return tuple(found)


def section_texts(*, item: Item, view: CaseView) -> dict[str, str]:
    """The canonical text of each section, by its key on the chain."""
    return {key: canonical(content) for key, content in _sections(item, view).items()}


def request(*, item: Item, name: str, view: CaseView, lenient: bool = False) -> EvidenceRequest:
    """The evidence request of an event; `lenient`: of a row that may be altered so far that its body cannot be made."""
    attest = attest_of(item=item, name=name)
    evidence = declared(item)
    number = evidence.number(view) if evidence.number else view.number
    key = record_key(kind=cast(RecordKind, attest.record), origin=ORIGIN, number=number)
    sections = _sections(item, view)
    root = attachments_root(attachments(view))
    version = 1 if evidence.single_version else view.version
    digests = _digests(view, sections)
    whole = form_digest(
        schema=evidence.schema, key=key, version=version, sections=list(digests.values()), root=root
    )
    return EvidenceRequest(
        record=attest.record,
        call=attest.call,
        record_key=key,
        schema=evidence.schema,
        version=version,
        form_digest=whole,
        section_digests=digests,
        attachments_root=root,
        body=_body(attest, view, lenient),
        occurred_at=int(view.last.at.timestamp() * 1000),
    )


def _body(attest: Attest, view: CaseView, lenient: bool) -> Mapping[str, Any]:
    try:
        return attest.body(view)
    except (ValueError, TypeError, AttributeError, ArithmeticError, LookupError):
        if not lenient:
            raise
        return {}


def _sections(item: Item, view: CaseView) -> dict[str, Any]:
    """Section contents by digest key, as Python values with their fixed decimal places."""
    evidence = declared(item)
    known = {s.name for s in form_spec(item.form).sections}
    return {
        key: getattr(view.form, name).model_dump(mode="python")
        for name, key in evidence.sections
        if name in known
    }


def _digests(view: CaseView, sections: Mapping[str, Any]) -> dict[str, str]:
    return {
        key: section_digest(
            section=key, salt=section_salt(record_salt=view.evidence_salt, section=key), content=content
        )
        for key, content in sections.items()
    }
