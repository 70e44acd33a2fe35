"""What a document will say, before it is typeset: pure, so a trial shows the same words the paper will carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from luban.kit.documents import Document
from luban.kit.item import Item
from luban.kit.view import CaseView, Office


@dataclass(frozen=True)
class LicenceTerms:
    """A licence about to come into force: its term, the public lines, the quantities registers keep."""

    title: str
    valid_from: date
    valid_to: date | None
    shows: tuple[tuple[str, str], ...]
    quantity: Mapping[str, Any]
    number: str


@dataclass(frozen=True)
class Composed:
    """A document's number, its data for the template, who seals it, and the licence it is (if any)."""

    document: Document
    number: str
    fields: Mapping[str, Any]
    sealed_by: Office | None
    licence: LicenceTerms | None
    cases: int = 1


def compose(
    *,
    item: Item,
    document: Document,
    view: CaseView,
    number: str,
    verify_url: str = "",
    licence_number: str = "",
    together: tuple[CaseView, ...] = (),
) -> Composed:
    """Fill a document for a case as of the event that asked for it; a licence without a number of its own bears the
    paper's. `together` are the cases of a merged letter."""
    bears = licence_number or number
    seen = replace(view, document_number=number, licence_number=bears, verify_url=verify_url)
    licence = None
    if document.licence is not None:
        valid_from, valid_to = document.licence.term(seen)
        licence = LicenceTerms(
            document.licence.title,
            valid_from,
            valid_to,
            document.licence.shows(seen),
            document.licence.quantity(seen) if document.licence.quantity else {},
            bears,
        )
    office = {"handling": seen.office, "city": seen.city}.get(document.seal) or seen.offices.get(
        document.seal
    )
    if together and document.letter is not None and document.letter.together is not None:
        all_seen = tuple(replace(one, document_number=number, verify_url=verify_url) for one in together)
        return Composed(document, number, document.letter.together(all_seen), office, None, len(all_seen))
    return Composed(document, number, document.fields(seen), office, licence)
