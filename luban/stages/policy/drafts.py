"""A draft set: a name, an item, a period, and rows of registers as they might be. It never takes effect by itself.

Its rows pass the same checks as a real edit, standing together. Once the trial has started the set stays as it is; a
copy is a new set. Only the city's register administrators touch it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from luban.kit import registry
from luban.kit.book import BookError, BookSpec, Entry, Problem
from luban.kit.clock import clock
from luban.kit.facts import needs_of
from luban.kit.item import Item
from luban.kit.kept import BOOK
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.organisations import CITY
from luban.registers.book.changes import EDITOR, checked_rows
from luban.registers.book.current import current
from luban.registers.book.shipped import all_specs
from luban.stages.policy.models import Change, Trial
from luban.stages.policy.supposed import DraftRow

DRAFT, RUNNING, DONE, CANCELLED = "draft", "running", "done", "cancelled"
MOST_CHANGES = 200
LONGEST_TITLE = 60
ALWAYS = ("parameters", "dictionary")
"""Registers every item reads besides those its facts name."""


def assessed_items() -> tuple[Item, ...]:
    """The items that have an automatic review."""
    found = (i for i in registry.all_items() if i.clauses is not None or i.scoring is not None)
    return tuple(sorted(found, key=lambda item: item.code))


def item_of(code: str) -> Item:
    """The item of that code, if it has an automatic review. Raises Refused (422)."""
    found = next((item for item in assessed_items() if item.code == code), None)
    if found is None:
        raise Refused("NO_ITEM", "请选择有自动审查或者评分的事项。", status=422)
    return found


def registers_of(item: Item) -> tuple[BookSpec, ...]:
    """The dated registers whose rows bear on the item's review: those it reads row by row, parameters first."""
    named = (need.provider for need in needs_of(item.facts).values())
    books = (provider.removeprefix(BOOK) for provider in named if provider.startswith(BOOK))
    specs = all_specs()
    return tuple(specs[code] for code in dict.fromkeys((*ALWAYS, *books)) if code in specs)


def spec_for(*, item: Item, register: str) -> BookSpec:
    """A register of the item's. Raises Refused (404)."""
    found = next((spec for spec in registers_of(item) if spec.code == register), None)
    if found is None:
        raise Refused("NO_REGISTER", "这个台账不影响所选事项的自动审查，请选择列出的台账。", status=404)
    return found


def bears_on(*, item: Item, row: Entry) -> bool:
    """Whether a row is for this item or for all."""
    return row.data.get("item") in (None, "", item.code)


def require_editor(by: Actor) -> None:
    """Raises Refused (403) for everybody but the city's register administrators."""
    if by.role != EDITOR or by.organisation != CITY:
        raise Refused(
            "NOT_EDITOR", "只有市局的台账与参数管理员可以做政策试算，请切换角色或联系管理员。", status=403
        )


def create(*, title: str, item: str, since: date | None, until: date | None, by: Actor) -> uuid.UUID:
    """Begin a set; returns its id. Raises Refused (403, 422)."""
    require_editor(by)
    said, chosen = title.strip(), item_of(item)
    if not said:
        raise Refused("NO_TITLE", "请给方案起个名字，例如“低风险起点由80改为85”。", status=422)
    if len(said) > LONGEST_TITLE:
        raise Refused("LONG_TITLE", f"方案名称不能超过{LONGEST_TITLE}个字，现为{len(said)}个字。", status=422)
    if since is None or until is None:
        raise Refused("NO_PERIOD", "请填写受理日期的起止，例如上一年度。", status=422)
    if since > until:
        raise Refused("BAD_PERIOD", f"受理起始日{since}晚于截止日{until}，请更正。", status=422)
    row = Trial.objects.create(
        title=said,
        account=by.account,
        account_name=by.name,
        item=chosen.code,
        since=since,
        until=until,
        state=DRAFT,
        created_at=clock.now(),
    )
    return row.pk


def locked(trial_id: uuid.UUID, *, state: str) -> Trial:
    """The trial's row, locked, in that state. Raises Refused (404, 409)."""
    row = Trial.objects.select_for_update().filter(pk=trial_id).first()
    if row is None:
        raise Refused("NO_TRIAL", "没有这个试算方案，请回到政策试算重新选择。", status=404)
    if row.state != state:
        words = {DRAFT: "方案已经开始试算，不能再改；如需调整请复制为新方案。", RUNNING: "试算不在进行中。"}
        raise Refused("NOT_NOW", words.get(state, "试算还没有完成，请完成后再操作。"))
    return row


def put(*, trial_id: uuid.UUID, register: str, cells: Mapping[str, str], by: Actor) -> str:
    """Put a row into the set, new or in place of one; returns its key. `cells` are texts by column code.

    Raises BookError for what the real editor would refuse, Refused (403, 404, 409, 422).
    """
    require_editor(by)
    with transaction.atomic():
        trial = locked(trial_id, state=DRAFT)
        spec = spec_for(item=item_of(trial.item), register=register)
        checked = _checked(trial, spec, {**cells, "from": "", "to": ""})
        key = spec.key_of(checked)
        standing = current(register).at(clock.today()).get(key)
        if standing is not None and spec.entry(checked).data == standing.data:
            raise BookError(spec.title, [Problem(0, "", "与现行内容相同，无需列入方案，请修改后再保存。")])
        _keep(trial, register, key, checked, removes=False)
    return key


def end(*, trial_id: uuid.UUID, register: str, key: str, by: Actor) -> None:
    """Put the end of a row into the set. Raises Refused (403, 404, 409, 422)."""
    require_editor(by)
    with transaction.atomic():
        trial = locked(trial_id, state=DRAFT)
        spec = spec_for(item=item_of(trial.item), register=register)
        standing = current(register).at(clock.today()).get(key)
        if standing is None:
            raise Refused("NO_ROW", f"{spec.title}中没有“{key[:60]}”，无需删除。", status=404)
        if not spec.removable:
            raise Refused("KEEP_ROW", f"{spec.title}的条目被程序引用，不能删除，只能修改。", status=422)
        _keep(trial, register, key, spec.texts(standing), removes=True)


def drop(*, trial_id: uuid.UUID, register: str, key: str, by: Actor) -> None:
    """Take a row out of the set again; one that is not in it changes nothing. Raises Refused (403, 404, 409)."""
    require_editor(by)
    with transaction.atomic():
        trial = locked(trial_id, state=DRAFT)
        trial.changes.filter(register=register, key=key).delete()


def _checked(trial: Trial, spec: BookSpec, cells: Mapping[str, str]) -> dict[str, str]:
    """The row as it would be proposed, checked together with the set's other rows of its register."""
    key = spec.key_of(cells)
    others = trial.changes.filter(register=spec.code, removes=False).exclude(key=key).order_by("id")
    rows = {0: cells, **{n: other.cells for n, other in enumerate(others, start=1)}}
    checked, problems = checked_rows(spec=spec, rows=rows)
    if problems:
        raise BookError(spec.title, [Problem(0, p.column, p.message) for p in problems])
    return {**checked[0], "from": "", "to": ""}


def _keep(trial: Trial, register: str, key: str, cells: Mapping[str, str], *, removes: bool) -> None:
    others = trial.changes.exclude(register=register, key=key)
    if others.count() >= MOST_CHANGES:
        raise Refused("TOO_MANY", f"一个方案最多改{MOST_CHANGES}行，请分成几个方案试算。", status=422)
    kept = {**cells, "from": "", "to": ""}
    Change.objects.update_or_create(
        trial=trial, register=register, key=key, defaults={"cells": kept, "removes": removes}
    )


def rows_of(trial_id: uuid.UUID) -> tuple[DraftRow, ...]:
    """The set's rows, in the order they were put in."""
    found = Change.objects.filter(trial_id=trial_id).order_by("id")
    return tuple(DraftRow(row.register, row.key, row.cells, row.removes) for row in found)


def copied(*, trial_id: uuid.UUID, by: Actor) -> uuid.UUID:
    """A new set with the same rows, item and period; returns its id. Raises Refused (403, 404)."""
    require_editor(by)
    with transaction.atomic():
        old = Trial.objects.filter(pk=trial_id).first()
        if old is None:
            raise Refused("NO_TRIAL", "没有这个试算方案，请回到政策试算重新选择。", status=404)
        title = f"{old.title[: LONGEST_TITLE - 3]}（改）"
        new = create(title=title, item=old.item, since=old.since, until=old.until, by=by)
        Change.objects.bulk_create(
            Change(trial_id=new, register=row.register, key=row.key, cells=row.cells, removes=row.removes)
            for row in old.changes.order_by("id")
        )
    return new


def discard(*, trial_id: uuid.UUID, by: Actor) -> None:
    """Delete a set that was never tried. Raises Refused (403, 404, 409)."""
    require_editor(by)
    with transaction.atomic():
        locked(trial_id, state=DRAFT).delete()
