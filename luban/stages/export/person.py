"""What the platform holds about a person (个人信息保护法 §45): found by an exact number, in cases and in drafts.

Cases are found by the blind index of their secrets; nothing is searched in plain. What is given are the sections in
which the number stands, with the secrets of that person in plain and everybody else's masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from luban.cases.models import CaseVersion, Draft
from luban.cases.secrets import EVERYWHERE, mask, opened
from luban.kit import registry
from luban.people.genuine import genuine
from luban.trust import ring
from luban.trust.envelope import blind_index, blind_indexes

MOST_DRAFTS = 5_000


def held_about(*, value: str) -> Iterator[Mapping[str, Any]]:
    """Every case version, then every draft, that holds the number `value` in a secret field. Raises RowTouched, KeyMissing."""
    keys = ring.keys()
    wanted = blind_indexes(value=value, field=EVERYWHERE, keys=keys)
    rows = CaseVersion.objects.filter(index__overlap=list(wanted)).select_related("case")
    for row in rows.order_by("case__number", "n").iterator(chunk_size=100):
        genuine(row)
        case = row.case
        yield {
            "kind": "case",
            "number": case.number,
            "item": registry.get(case.item).title,
            "version": row.n,
            "applicant": case.applicant_name,
            "submitted_at": row.submitted_at.isoformat(),
            "sections": _sections(case.item, row.payload, wanted[0]),
        }
    for draft in Draft.objects.filter(submitted_as="").order_by("pk")[:MOST_DRAFTS]:
        found = _sections(draft.item, draft.payload, wanted[0])
        if found:
            yield {
                "kind": "draft",
                "number": "",
                "item": registry.get(draft.item).title,
                "version": draft.revision,
                "applicant": draft.owner_name,
                "submitted_at": draft.updated_at.isoformat(),
                "sections": found,
            }


def _sections(item: str, payload: Mapping[str, Any], wanted: str) -> dict[str, Any]:
    """The parts of a payload in which the number stands."""
    plain = opened(form=registry.get(item).form, payload=payload, keys=ring.keys())
    found = {}
    for name, section in plain.items():
        shown = _shown(section, payload.get(name), wanted)
        if shown is not None:
            found[name] = shown
    return found


def _shown(plain: Any, stored: Any, wanted: str) -> Any:
    """A section or a row when the number stands in it, others' secrets masked; None when it does not."""
    if isinstance(plain, list):
        rows = [_shown(p, s, wanted) for p, s in zip(plain, stored or plain, strict=False)]
        kept = [row for row in rows if row is not None]
        return kept or None
    if not isinstance(plain, dict):
        return None
    stored = stored if isinstance(stored, dict) else {}
    out: dict[str, Any] = {}
    hit = False
    for name, value in plain.items():
        if isinstance(value, list | dict) and not _secret(stored.get(name)):
            below = _shown(value, stored.get(name), wanted)
            hit = hit or below is not None
            if below is not None:
                out[name] = below
            continue
        if _secret(stored.get(name)) and isinstance(value, str):
            same = blind_index(value=value, field=EVERYWHERE, keys=ring.keys()) == wanted
            hit, out[name] = hit or same, value if same else mask(value)
            continue
        out[name] = value
    return out if hit else None


def _secret(stored: Any) -> bool:
    return isinstance(stored, dict) and set(stored) == {"$sm4"}
