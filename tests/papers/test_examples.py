"""Every item a firm begins, on its own example, from the submission to the end: numbered, sealed, in force, untouched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from luban.cases import house
from luban.cases.models import Case, Document, Event
from luban.cases.rows import state_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.process import APPLICANT
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.people.directory import install_bureaus
from luban.registers.licences.models import Licence
from luban.stages.integrity.check import check_all
from luban.stages.trial import Result, read_cases, try_cases
from luban.stages.trial.book import CaseEntry, StepEntry
from luban.stages.trial.house import context_for
from luban.stages.trial.play import actor_for, play
from luban.stages.trial.registers import in_memory
from tests.papers.walk import SealService

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture(params=[item.code for item in registry.all_items() if item.begun_by == APPLICANT])
def item(request: pytest.FixtureRequest) -> Item:
    return registry.get(request.param)


@pytest.fixture
def example(item: Item) -> CaseEntry:
    return read_cases(item.folder / "tests" / "cases.yaml")[0]


@pytest.fixture
def told(item: Item, example: CaseEntry, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Registers answer what the example says they know."""
    if example.facts:
        memory = in_memory(item=item, entry=example)
        known = context_for(item=item, entry=example, registers=memory).providers
        providers, commands = house.offers()
        monkeypatch.setattr(house, "offers", lambda: ({**providers, **known}, commands))
        house.forget()
    yield
    house.forget()


def acts_before_the_seal(said: Result) -> int:
    """How many acts persons take before the system first issues a decision."""
    taken = [line["act"] for line in said.timeline if line["act"] != "submit"]
    return taken.index("issue") if "issue" in taken else len(taken)


def seal_papers(case: str, line: StepEntry) -> None:
    """What the worker does on the day of an act."""
    with clock.at(line.on):
        worker.drain(lane=f"document:{case}")


@pytest.mark.usefixtures("told")
def test_the_example_ends_as_the_trial_said(
    item: Item, example: CaseEntry, seal_service: SealService
) -> None:
    install_bureaus()
    said = try_cases(item=item, cases=[example])[0]
    before = acts_before_the_seal(said)
    first, rest = example.timeline[:before], example.timeline[before:]
    case = play(item=item, entry=example.model_copy(update={"timeline": first})).case_id
    seal_papers(case, example.timeline[before - 1])
    if rest:
        play_on(item, case, rest)
    row = Case.objects.get(pk=case)
    assert (row.state, row.step) == (said.state, said.step)
    acts = [event.action for event in Event.objects.filter(case=row).order_by("seq")]
    assert acts == [line["act"] for line in said.timeline]
    papers = list(Document.objects.filter(case=row).order_by("event_seq").values_list("code", "number"))
    assert sorted(papers) == sorted((paper["code"], paper["number"]) for paper in said.documents)
    assert set(Licence.objects.values_list("number", flat=True)) >= set(said.licences)
    assert check_all().faults == ()
    assert Effect.objects.filter(case=case, kind="document", done_at__isnull=True).count() == 0


def play_on(item: Item, case: str, rest: list[StepEntry]) -> None:
    """The acts after the decision was sealed."""
    for n, line in enumerate(rest):
        with clock.at(line.on):
            by = actor_for(item=item, case=state_of(Case.objects.get(pk=case)), by=line.by)
            house.take(case_id=case, action=line.act, by=by, data=line.data, request_id=f"on-{n}")
        seal_papers(case, line)
