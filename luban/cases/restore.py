"""Putting back what stands in a case's rows: beside the acts the only writer of them (docs/adr/0030).

Somebody else proves what a version said (sections, salt); here its rows are made to say it again. Values that agree stay
as they are stored, to the byte, so that the row's own code fits again wherever no secret had to be sealed anew. What
neither that proof nor the history can vouch for is never given a new code: then there is a `problem` and nothing is
written. The history gets no entry, for nothing was done to the case.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luban.cases.engine import GENESIS, chain
from luban.cases.models import Case, CaseVersion
from luban.cases.secrets import indexes, opened, sealed
from luban.cases.state import Event
from luban.cases.store import history
from luban.kit import registry
from luban.kit.canonical import NotCanonical, canonical
from luban.kit.refusal import Refused
from luban.people.genuine import touched
from luban.tables.fixed import read
from luban.trust.digest import sm3
from luban.trust.envelope import EnvelopeBroken
from luban.trust.keys import KeyProvider

BACKUP = "不能在这里恢复，请由运维从备份恢复（luban restore）。"
WRITTEN = ("index", "materials", "payload")
SEALED_ANEW = frozenset({"payload", "index"})
"""Columns of a version that may differ from its code once all is put back: a secret's new envelope, its blind index."""


@dataclass(frozen=True)
class Change:
    """One value that would be put back: where (`waste.total_qty_t`), what stands there, what would (None: nothing)."""

    path: str
    now: Any
    then: Any


@dataclass(frozen=True)
class Mended:
    """The two rows as they would be, what changes in them, and why they cannot be written (Chinese, "": they can).

    `recoded`: the version needs a new code, for a secret of it was sealed anew; of columns that neither the history nor
    another proof vouches for only the old code's tags said that they are as they were.
    """

    row: Case
    version: CaseVersion
    events: tuple[Event, ...]
    changes: tuple[Change, ...]
    files: tuple[Change, ...]
    salt: bool
    problem: str
    recoded: bool = False

    @property
    def different(self) -> bool:
        """Whether anything would be written."""
        return bool(self.changes or self.files or self.salt)


def would_be(
    *, case_id: str, n: int, sections: Mapping[str, Any], salt: str, keys: KeyProvider, lock: bool = False
) -> Mended:
    """The rows of the n-th version as they would be with the proven sections (JSON values by their names in the form) and
    the salt of the case; nothing is written. `lock` keeps both rows until the transaction ends. Raises LookupError.
    """
    row, version = _rows(case_id, n, " FOR UPDATE" if lock else "")
    events = history(row.pk)
    lost_salt, row.salt = row.salt != salt, salt
    form = registry.get(row.item).form
    changes: list[Change] = []
    plain = opened(form=form, payload=version.payload, keys=keys, lenient=True)
    payload = dict(version.payload)
    for name, then in sections.items():
        payload[name] = _put(payload.get(name), plain.get(name), then, name, changes)
    version.payload = sealed(form=form, payload=payload, keys=keys)
    said = submitted(events, n)
    handed_in = said.data.get("materials") if said else None
    version.materials, files, lacking = _materials(version.materials, handed_in)
    problem = lacking or _unproven(row, version, events, said, keys)
    recoded = not problem and touched(version) is not None
    return Mended(row, version, events, tuple(changes), files, lost_salt, problem, recoded)


def put_back(*, mended: Mended) -> None:
    """Write the rows with their codes, in the caller's transaction. Raises Refused (409) when there is a problem."""
    if mended.problem:
        raise Refused("NOT_RESTORABLE", mended.problem)
    if mended.salt:
        mended.row.save(update_fields=["salt"])
    if mended.changes or mended.files:
        mended.version.save(update_fields=list(WRITTEN))


def submitted(events: Sequence[Event], n: int) -> Event | None:
    """The event that handed the n-th version in: it keeps the digests of its form and of its files."""
    return next((one for one in events if one.version == n and one.data.get("form")), None)


def leaves(change: Change) -> Iterator[Change]:
    """A change value by value: rows and fields that came or went, each on its own."""
    now, then, path = change.now, change.then, change.path
    if isinstance(now, dict) or isinstance(then, dict):
        here, there = _dict(now), _dict(then)
        for name in [*here, *(n for n in there if n not in here)]:
            yield from leaves(Change(f"{path}.{name}", here.get(name), there.get(name)))
    elif _is_table(now) or _is_table(then):
        rows, before = _list(now), _list(then)
        for n in range(max(len(rows), len(before))):
            row, other = _nth(rows, n), _nth(before, n)
            yield from leaves(Change(f"{path}[{n}]", row, other))
    elif not _same(now, then):
        yield change


def _rows(case_id: str, n: int, lock: str) -> tuple[Case, CaseVersion]:
    try:
        key = uuid.UUID(case_id)
    except ValueError as unknown:
        raise LookupError(case_id) from unknown
    cases = read(Case, where=f't."id" = %s{lock}', given=[key])
    versions = read(CaseVersion, where=f't."case_id" = %s AND t."n" = %s{lock}', given=[key, n])
    if not cases or not versions:
        raise LookupError(case_id)
    return cases[0], versions[0]


def _put(stored: Any, plain: Any, then: Any, path: str, changes: list[Change]) -> Any:
    """What is to be stored so that it says `then`: what says it already stays as it is stored."""
    if _same(plain, then):
        return stored
    if isinstance(stored, dict) and isinstance(plain, dict) and isinstance(then, dict):
        return _fields(stored, plain, then, path, changes)
    if _as_long(stored, plain, then):
        triples = zip(stored, plain, then, strict=True)
        return [_put(s, p, t, f"{path}[{n}]", changes) for n, (s, p, t) in enumerate(triples)]
    changes.append(Change(path, plain, then))
    return copy.deepcopy(then)


def _fields(
    stored: dict[str, Any], plain: dict[str, Any], then: dict[str, Any], path: str, changes: list[Change]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in [*stored, *(n for n in then if n not in stored)]:
        where = f"{path}.{name}"
        if name in then:
            found[name] = _put(stored.get(name), plain.get(name), then[name], where, changes)
        elif _same(plain.get(name), None):
            found[name] = stored[name]  # an empty answer, which the digest leaves out
        else:
            changes.append(Change(where, plain[name], None))
    return found


def _same(one: Any, other: Any) -> bool:
    """Whether two values count as one in a digest."""
    try:
        return canonical({"v": one}) == canonical({"v": other})
    except (NotCanonical, RecursionError):
        return False


def _materials(
    rows: list[Any], handed_in: Sequence[Mapping[str, Any]] | None
) -> tuple[list[Any], tuple[Change, ...], str]:
    """The list of files as it was handed in: its digests from the history, everything else from the row."""
    if handed_in is None:
        return rows, (), ""
    known = {_file(row): row for row in rows}
    made, changes, lacking = [], [], ""
    for entry in handed_in:
        name, row = _file(entry), known.pop(_file(entry), None)
        if row is None:
            lacking = lacking or f"附件清单缺少“{name}”一行，存证只证明内容、不含文件名等；{BACKUP}"
            continue
        digests = {"sm3": entry["sm3"], "size": entry["size"]}
        if any(row.get(key) != value for key, value in digests.items()):
            changes.append(Change(name, row.get("sm3"), entry["sm3"]))
        made.append({**row, **digests})
    changes += [Change(name, row.get("sm3"), None) for name, row in known.items()]
    return made, tuple(changes), lacking


def _file(row: Mapping[str, Any]) -> str:
    binding = row.get("binding")
    return f"{row.get('code')}-{row.get('seq')}{'' if binding is None else f'（第{binding}行）'}"


def _unproven(
    row: Case, version: CaseVersion, events: tuple[Event, ...], said: Event | None, keys: KeyProvider
) -> str:
    """What the rows as they would be still say that nothing vouches for; "" when all is proven."""
    if not _holds(row, events):
        return f"办件经过的摘要不相接，经过被改动过，没有完好的依据；{BACKUP}"
    found = touched(row)
    if found is not None:
        return f"办件登记行另有改动（{_columns(found.columns)}），链上没有它的存证；{BACKUP}"
    form = registry.get(row.item).form
    if said is None or not _as_handed_in(form, version, said, keys):
        return f"申请内容另有不在链上的部分被改动，与提交时的摘要不符；{BACKUP}"
    found = touched(version)
    if found is not None and "index" in found.columns:
        version.index = indexes(form=form, payload=version.payload, keys=keys)
    if found is None or (found.columns and set(found.columns) <= SEALED_ANEW):
        return ""
    others = tuple(sorted(set(found.columns) - SEALED_ANEW))
    return f"申请版本行另有改动（{_columns(others)}），链上没有它的存证；{BACKUP}"


def _holds(row: Case, events: tuple[Event, ...]) -> bool:
    last = GENESIS
    for n, event in enumerate(events, start=1):
        if event.seq != n or event.prev != last or chain(event).digest != event.digest:
            return False
        last = event.digest
    return (len(events), last) == (row.seq, row.head)


def _as_handed_in(form: Any, version: CaseVersion, said: Event, keys: KeyProvider) -> bool:
    try:
        plain = opened(form=form, payload=version.payload, keys=keys)
        return bool(sm3(canonical(plain).encode()) == said.data["form"])
    except (EnvelopeBroken, NotCanonical):
        return False


def _columns(names: tuple[str, ...]) -> str:
    return f"列：{'、'.join(names)}" if names else "无法判断是哪一列"


def _as_long(*lists: Any) -> bool:
    return all(isinstance(one, list) for one in lists) and len({len(one) for one in lists}) == 1


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _nth(rows: list[Any], n: int) -> Any:
    return rows[n] if n < len(rows) else None
