"""Stored cases as their last assessment looked at them, a batch with two statements: the cases, and their kept facts.

The form is the version the assessment saw, the day the one it used, the facts those it named. Facts that many cases
share (all receivers of a region) are read and opened once and kept for the next batches of this process.
"""

from __future__ import annotations

import json
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from luban.cases.kept import envelopes, text_of
from luban.cases.rows import handed_in
from luban.cases.secrets import opened
from luban.kit.assessment import KEY
from luban.kit.facts import Applicant, Facts
from luban.kit.item import Item
from luban.kit.kept import NotKept, kept_names, value_of
from luban.kit.reading import read_form
from luban.stages.policy.again import CannotAssess, Looked
from luban.trust.envelope import EnvelopeBroken
from luban.trust.keys import KeyMissing, KeyProvider

_READ = """
SELECT c.id, c.number, c.applicant, c.applicant_name, c.submitted_on, said.day, said.facts, v.payload, v.materials
FROM cases_case c
LEFT JOIN LATERAL (
    SELECT e.version, e.data -> %(key)s ->> 'on' AS day, e.data -> %(key)s -> 'facts' AS facts
    FROM cases_event e WHERE e.case_id = c.id AND e.data ? %(key)s ORDER BY e.seq DESC LIMIT 1
) said ON true
LEFT JOIN cases_caseversion v ON v.case_id = c.id AND v.n = said.version
WHERE c.id = ANY(%(ids)s)
"""
FACTS_HELD = 4_000
NOT_YET = "还没有自动审查"
NOT_KEPT = "审查时没有留存取数（留存功能启用前的审查），请重新取数审查"
BROKEN = "留存的申请内容或取数无法打开，请先核验数据"


@dataclass
class FactShelf:
    """Facts by (facts class, field, digest), the latest asked for; one a process."""

    held: OrderedDict[tuple[type[Facts], str, str], Any]

    def put(self, key: tuple[type[Facts], str, str], value: Any) -> None:
        """Keep one, letting go of the one longest unused."""
        self.held[key] = value
        if len(self.held) > FACTS_HELD:
            self.held.popitem(last=False)


_shelf = FactShelf(OrderedDict())


def looked_at(
    *, item: Item, ids: Sequence[uuid.UUID], keys: KeyProvider
) -> dict[uuid.UUID, Looked | CannotAssess]:
    """Each case as its last assessment looked at it, or why that is not known. Two statements, however many cases."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"key": KEY, "ids": list(ids)})
        rows = [dict(zip(_NAMES, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["facts"] = _plain(row["facts"])
    _fetch(item.facts, (row["facts"] for row in rows if row["facts"]), keys)
    return {row["id"]: _looked(item, row, keys) for row in rows}


_NAMES = ("id", "number", "applicant", "applicant_name", "submitted_on", "day", "facts", "payload", "files")


def _plain(value: Any) -> Any:
    """A JSON column read outside the models comes as text."""
    return json.loads(value) if isinstance(value, str) else value


def _fetch(facts: type[Facts], named: Iterable[Mapping[str, str]], keys: KeyProvider) -> None:
    """Put on the shelf what these cases name and is not there yet."""
    known = kept_names(facts)
    wanted = {(facts, name, digest) for digests in named for name, digest in digests.items() if name in known}
    lacking = wanted - _shelf.held.keys()
    for key in wanted - lacking:
        _shelf.held.move_to_end(key)
    found = envelopes(digests={digest for _, _, digest in lacking}) if lacking else {}
    for key in lacking:
        if key[2] in found:
            _shelf.put(key, _value(facts, key[1], key[2], found[key[2]], keys))


def _value(facts: type[Facts], name: str, digest: str, envelope: bytes, keys: KeyProvider) -> Any:
    """The fact; what cannot be opened or read is NotKept, for this case alone."""
    try:
        return value_of(facts=facts, name=name, text=text_of(digest=digest, envelope=envelope, keys=keys))
    except NotKept as changed:
        return changed
    except (KeyMissing, EnvelopeBroken) as broken:
        return NotKept(str(broken))


def _looked(item: Item, row: Mapping[str, Any], keys: KeyProvider) -> Looked | CannotAssess:
    if row["day"] is None:
        return CannotAssess(NOT_YET)
    if row["facts"] is None:
        return CannotAssess(NOT_KEPT)
    keyed = {name: (item.facts, name, digest) for name, digest in row["facts"].items()}
    held = {name: _shelf.held[key] for name, key in keyed.items() if key in _shelf.held}
    try:
        payload = opened(form=item.form, payload=_plain(row["payload"]), keys=keys)
    except (KeyMissing, EnvelopeBroken):
        return CannotAssess(BROKEN)
    return Looked(
        number=row["number"],
        applicant=Applicant(row["applicant"], row["applicant_name"]),
        submitted_on=row["submitted_on"],
        day=date.fromisoformat(row["day"]),
        form=read_form(item.form, payload).form,
        files=tuple(handed_in(one) for one in _plain(row["files"])),
        given={name: value for name, value in held.items() if not isinstance(value, NotKept)},
    )
