"""Every item a firm begins, on its own example: guided, typed into pages, papers handed in, sealed, submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from luban.cases import house
from luban.cases.house import context, prefills
from luban.kit import registry
from luban.kit.clock import ZONE, clock
from luban.kit.form import form_spec
from luban.kit.item import Item
from luban.kit.process import APPLICANT
from luban.people.actor import Actor
from luban.stages.fill import countersign, drafts, files, filing, sign, typed
from luban.stages.fill.views import DraftView
from luban.stages.trial import read_cases
from luban.stages.trial.book import CaseEntry
from luban.stages.trial.house import context_for
from luban.stages.trial.registers import in_memory

pytestmark = pytest.mark.django_db


def begun_by_firms() -> list[str]:
    return [item.code for item in registry.all_items() if item.begun_by == APPLICANT]


def ready_answers(item: Item, answers: dict[str, Any]) -> dict[str, Any] | None:
    """Answers that lead to the item: the first options that do."""
    if item.guide is None:
        return {}
    day = clock.today()
    state = item.guide.state(answers, day=day, params=context().params(day, item.code))
    if state.ready:
        return answers
    for option in state.next.options if state.next else ():
        given: Any = [option.value] if state.next and state.next.many else option.value
        found = ready_answers(item, {**answers, state.next.code: given}) if state.next else None
        if found is not None:
            return found
    return None


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value


def type_in(item: Item, draft: DraftView, actor: Actor, form: dict[str, Any]) -> DraftView:
    """Post every section as its page would; what a registry locked is left as it is."""
    for section in form_spec(item.form).sections:
        given = {
            name: value
            for name, value in plain(form.get(section.name, {})).items()
            if not (section.field(name).meta.locked and draft.sources.get(f"{section.name}.{name}"))
        }
        posted = typed.posted_from(spec=section, values=given)
        values = typed.payload_from(spec=section, posted=posted)
        draft = drafts.save_section(
            draft_id=draft.id, actor=actor, revision=draft.revision, section=section.name, values=values
        )
    return draft


def example_of(item: Item, firm: str) -> CaseEntry:
    """The item's first written case, told of this firm."""
    text = (item.folder / "tests" / "cases.yaml").read_text(encoding="utf-8")
    return read_cases(text.replace(read_cases(text)[0].applicant.uscc, firm))[0]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Item, CaseEntry], None]]:
    """Lets registers answer what an example says they know."""

    def tell(item: Item, entry: CaseEntry) -> None:
        if entry.facts:
            known = context_for(item=item, entry=entry, registers=in_memory(item=item, entry=entry)).providers
            providers, commands = house.offers()
            monkeypatch.setattr(house, "offers", lambda: ({**providers, **known}, commands))
            house.forget()

    yield tell
    house.forget()


@pytest.mark.parametrize("code", begun_by_firms())
def test_the_example_goes_all_the_way(
    code: str,
    me: Actor,
    seal_service: Any,
    pdf: Callable[..., bytes],
    told: Callable[[Item, CaseEntry], None],
) -> None:
    item = registry.get(code)
    entry = example_of(item, me.subject)
    told(item, entry)
    case = {"today": entry.today, "form": entry.form}
    with clock.at(datetime.combine(case["today"], time(10), ZONE)):
        answers = ready_answers(item, {})
        assert answers is not None
        opened = clock.now() - timedelta(minutes=5)
        draft = drafts.start(item=item, actor=me, answers=answers, notice_opened_at=opened)
        draft = type_in(item, draft, me, case["form"])
        checked = filing.precheck(draft=draft, actor=me)
        for slot in checked.materials.slots:
            if slot.required and not slot.material.generated:
                files.hand_in(
                    draft_id=draft.id,
                    actor=me,
                    code=slot.material.code,
                    binding=slot.binding,
                    filename="扫描件.pdf",
                    data=pdf(1 + ord(slot.material.code[-1]) % 7),
                )
        assert sign.paper(draft_id=draft.id, actor=me).startswith(b"%PDF")
        signed = countersign.sign_all(draft_id=draft.id, actor=me)
        checked = filing.precheck(draft=signed, actor=me)
        assert [f"{f.rule} {f.path} {f.message}" for f in checked.blocking] == []
        outcome = filing.submit(
            draft_id=draft.id, actor=me, acknowledged=True, notes="已核实", request_id="once"
        )
        assert outcome.case.state == "submitted"
        again = drafts.start(item=item, actor=me, answers=answers, notice_opened_at=opened)
        known = list(again.sources.values())
        kept = ("previous", *prefills())
        assert sum(source in kept for source in known) > len(known) // 2
