"""Load the demonstration's cases into a house that has none yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from luban.cases import house
from luban.cases.models import Case, Draft
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.materials import Slot, expected
from luban.people.actor import Actor
from luban.people.models import Account
from luban.people.signing import actor_of
from luban.stages.demo.written import DemoCase, read_demo
from luban.stages.fill import countersign, drafts, files, filing
from luban.stages.fill.recognise import stated_of
from luban.stages.fill.typed import applied
from luban.trust.typeset import typeset

FILE = "demo.yaml"
SAMPLE = Path("trust") / "typst" / "sample.typ"
READ_FOR = timedelta(minutes=10)


def load() -> list[str]:
    """File every item's demonstration cases, once: a house that holds a case or a draft is left alone.

    Returns a line for each. Raises Refused when a case as written cannot be filed today.
    """
    if Case.objects.exists() or Draft.objects.exists():
        return []
    lines = []
    for item in registry.all_items():
        path = item.folder / FILE
        if path.is_file():
            lines += [_show(item, case) for case in read_demo(source=path, today=clock.today())]
    return lines


def _show(item: Item, case: DemoCase) -> str:
    """Bring one case as far as it is written to go; what to say of it."""
    actor = actor_named(case.account)
    draft = drafts.start(
        item=item,
        actor=actor,
        answers=case.answers,
        notice_opened_at=clock.now() - READ_FOR,
        values=_stated(case.form),
    )
    _hand_in(draft.id, item, actor)
    if case.until == "draft":
        return f"{case.name}：{case.account} 的草稿"
    countersign.sign_all(draft_id=draft.id, actor=actor)
    filed = filing.submit(
        draft_id=draft.id, actor=actor, acknowledged=True, notes="演示数据", request_id=f"demo-{draft.id}"
    ).case
    for n, one in enumerate(case.timeline):
        by = actor_named(one.by)
        house.take(case_id=filed.id, action=one.act, by=by, data=one.data, request_id=f"demo-{draft.id}-{n}")
    return f"{case.name}：{filed.number}"


def actor_named(username: str) -> Actor:
    """The actor of a demonstration account."""
    return actor_of(Account.objects.get(username=username))


def _hand_in(draft_id: str, item: Item, actor: Actor) -> None:
    """Put a sample into every slot that must be filled."""
    payload = drafts.read(draft_id=draft_id, actor=actor).payload
    form = applied(item.form, payload)[1]
    for slot in expected(item.materials, form):
        if slot.required and not slot.material.generated:
            files.hand_in(
                draft_id=draft_id,
                actor=actor,
                code=slot.material.code,
                binding=slot.binding,
                filename=f"{slot.title}.pdf",
                data=sample(slot=slot, stated=stated_of(slot.material, form, slot.binding)),
            )


def sample(*, slot: Slot, stated: Mapping[str, Any]) -> bytes:
    """A PDF that says what it stands for and carries what it should carry."""
    lines = [_words(name, value) for name, value in stated.items() if value not in (None, "")]
    return typeset(
        template=Path(__file__).parents[2] / SAMPLE,
        data={
            "title": slot.title,
            "lines": ["本页为演示用的示例材料，所载内容如下。", *slot.material.words, *lines],
        },
        at=clock.now().replace(microsecond=0),
    )


def _words(name: str, value: Any) -> str:
    many = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"{many}{'吨' if name.endswith('_t') else ''}"


def _stated(form: Mapping[str, Any]) -> dict[str, Any]:
    """Path and value of every field and table of a form."""
    return {f"{section}.{name}": value for section, fields in form.items() for name, value in fields.items()}
