"""Saving what is typed: one section at a time, rows of tables, and whose word stands.

What a source filled in and locked cannot be changed; two people at one section are told of each other (`Clash`); every
value remembers where it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from luban.cases.house import prefills
from luban.cases.models import Draft
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.findings import Finding, Severity
from luban.kit.form import FieldSpec, SectionSpec, form_spec
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.links.registry import title as link_title
from luban.people.actor import Actor
from luban.stages.fill import desk, lookups, rows
from luban.stages.fill.clash import Clash, clash
from luban.stages.fill.known import PARTNERS
from luban.stages.fill.prefill import Filled
from luban.stages.fill.typed import MANUAL, TYPED, leaves, merged
from luban.stages.fill.views import ClashingValue, DraftView

SOURCE_TITLES = {
    "account": "登录账号",
    "previous": "上次办件",
    "carriers": "运输单位库",
    "licence": "证照台账",
    "guide": "情形导引",
    "computed": "系统计算",
}


def save_section(
    *, draft_id: str, actor: Actor, revision: int, section: str, values: Mapping[str, Any]
) -> DraftView:
    """Lay one section's values (see `typed.payload_from`) over what is stored.

    Raises Refused: 409 Clash when the section was changed after `revision`, 422 LOCKED for values that came from a
    source, 409 ALREADY_SUBMITTED, 404/403. Values that are stored already change nothing, whatever the revision.
    """
    with transaction.atomic():
        row, item = desk.open_for_change(draft_id=draft_id, actor=actor)
        spec = _section(item, section)
        payload, sources = desk.payload_of(row, item), desk.sources_of(row)
        before = payload.get(section) if isinstance(payload.get(section), dict) else {}
        after = merged(specs=spec.fields, stored=before or {}, posted=values)
        changed = _changed(spec, before or {}, after)
        if after == (before or {}):
            return desk.view(row, item)
        if desk.changed_since(row, section=section, revision=revision):
            raise _clash(row, item, spec, changed, before or {}, after, values)
        _require_unlocked(item, changed, sources)
        sources = _sourced(changed, sources, spec, after, desk.down_of(row))
        filled = Filled({**payload, section: after}, sources)
        applicant = Applicant(row.owner, row.owner_name, account=actor.account, organisation=row.owner)
        filled = lookups.complete(item=item, filled=filled, changed=changed, applicant=applicant)
        desk.put_in(row, item, filled, section=section)
        desk.touch(row, actor=actor, at=clock.now())
    return desk.view(row, item)


def _section(item: Item, name: str) -> SectionSpec:
    try:
        return form_spec(item.form).section(name)
    except KeyError:
        raise Refused("UNKNOWN_FIELD", "没有这一节，请刷新页面后继续填写。", status=422) from None


def _changed(spec: SectionSpec, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, FieldSpec]:
    """The fields whose answers differ, by path."""
    old = {
        path: (cell, value)
        for path, cell, value in leaves(specs=spec.fields, values=before, prefix=spec.name)
    }
    new = {
        path: (cell, value) for path, cell, value in leaves(specs=spec.fields, values=after, prefix=spec.name)
    }
    both = {**old, **new}
    return {
        path: cell
        for path, (cell, _) in both.items()
        if str(old.get(path, ("", None))[1]) != str(new.get(path, ("", None))[1])
    }


def _clash(
    row: Draft,
    item: Item,
    spec: SectionSpec,
    changed: Iterable[str],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    posted: Mapping[str, Any],
) -> Clash:
    theirs = {path: value for path, _, value in leaves(specs=spec.fields, values=before, prefix=spec.name)}
    mine = {path: value for path, _, value in leaves(specs=spec.fields, values=after, prefix=spec.name)}
    label = form_spec(item.form).label
    values = tuple(ClashingValue(p, label(p), mine.get(p), theirs.get(p)) for p in changed)
    return clash(item=item, theirs=desk.view(row, item), mine=posted, values=values)


def _require_unlocked(item: Item, changed: Mapping[str, FieldSpec], sources: Mapping[str, str]) -> None:
    """Refuse (422) changes of locked values that a source gave (common vocabulary §5.1)."""
    label = form_spec(item.form).label
    faults = []
    for path, cell in changed.items():
        source = sources.get(path, TYPED)
        if cell.meta.locked and source not in (TYPED, MANUAL):
            name = source_title(source)
            message = f"{label(path)}来自{name}，不能修改；如有误请先在{name}更正。"
            faults.append(Finding("LOCKED", Severity.BLOCK, path, message))
    if faults:
        raise Refused("LOCKED", faults[0].message, status=422, findings=tuple(faults))


def source_title(source: str) -> str:
    """What a source is called in a sentence."""
    offered = prefills().get(source)
    return SOURCE_TITLES.get(source) or (offered.title if offered else link_title(link=source))


def _sourced(
    changed: Mapping[str, FieldSpec],
    sources: Mapping[str, str],
    spec: SectionSpec,
    after: Mapping[str, Any],
    down: tuple[str, ...],
) -> dict[str, str]:
    """Sources after a change by hand: `manual` where a source should have answered and could not."""
    answered = {path for path, _, _ in leaves(specs=spec.fields, values=after, prefix=spec.name)}
    result = {path: source for path, source in sources.items() if path not in changed}
    for path, cell in changed.items():
        asked = {source.partition(".")[0] for source in cell.meta.prefill} & set(PARTNERS)
        if path in answered:
            unverified = asked and (cell.meta.locked or asked & set(down))
            result[path] = MANUAL if unverified else TYPED
    return result


def edit_rows(
    *, draft_id: str, actor: Actor, revision: int, path: str, op: str, row: int | None = None
) -> DraftView:
    """Add, remove or copy a row of the table at `path`; a new row stands last. `row` counts from 0.

    Files handed in for a removed row go with it, those of later rows move up. Raises Refused as `save_section`.
    """
    with transaction.atomic():
        draft, item = desk.open_for_change(draft_id=draft_id, actor=actor)
        section = path.partition(".")[0]
        filled = Filled(desk.payload_of(draft, item), desk.sources_of(draft))
        after = rows.edited(item=item, filled=filled, path=path, op=op, row=row)
        if desk.changed_since(draft, section=section, revision=revision):
            raise clash(item=item, theirs=desk.view(draft, item), mine={})
        if op == "remove":
            rows.rebind(draft=draft, item=item, path=path, gone=row or 0)
        desk.put_in(draft, item, after, section=section)
        desk.touch(draft, actor=actor, at=clock.now())
    return desk.view(draft, item)
