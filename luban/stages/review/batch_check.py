"""Before a batch begins: which of the cases chosen may be taken, to whom their letters go, why the rest is struck out.

The guards of the act are asked as they will be asked when it is taken; a guard that wants the act's words is heard
then. All cases are read in a handful of statements, however many they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from luban.cases.context import Context
from luban.cases.engine import may_act
from luban.cases.house import context, keys
from luban.cases.models import BatchLine, Case, CaseVersion
from luban.cases.models import Event as EventRow
from luban.cases.rows import event_of, finding_of, handed_in, state_of
from luban.cases.secrets import opened
from luban.cases.views import view_of
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.documents import Letter
from luban.kit.item import Item
from luban.kit.materials import Materials, expected
from luban.kit.process import Action, Batch
from luban.kit.reading import read_form
from luban.kit.view import CaseView
from luban.people.actor import Actor
from luban.registers.licences.models import Licence
from luban.registers.licences.shelf import fact
from luban.stages.review.options import closed_because

NOT_HERE = "不在这一环节或岗位。"
ANOTHER = "不是同一事项同一环节的办件，请另行批量办理。"
DONE = "done"


@dataclass(frozen=True)
class Candidate:
    """A case chosen: whom its letter goes to (key and name, "" without a letter), why it is struck out ("" if not)."""

    row: Case
    key: str = ""
    addressee: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class Group:
    """The cases that may be taken and go to one addressee."""

    key: str
    addressee: str
    rows: tuple[Case, ...]


@dataclass(frozen=True)
class Checked:
    """What was found: the act and its item, every case chosen, whether letters may be merged and were drafted so."""

    item: Item
    action: Action
    candidates: tuple[Candidate, ...]
    mergeable: bool = False
    drafted_together: bool = False

    @property
    def open(self) -> tuple[Candidate, ...]:
        """The cases that may be taken."""
        return tuple(c for c in self.candidates if not c.why_not)

    @property
    def struck(self) -> tuple[Candidate, ...]:
        """The cases that are struck out."""
        return tuple(c for c in self.candidates if c.why_not)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The cases that may be taken, by addressee, in the order of their keys."""
        found: dict[tuple[str, str], list[Case]] = defaultdict(list)
        for one in self.open:
            found[one.key, one.addressee].append(one.row)
        return tuple(Group(*which, tuple(rows)) for which, rows in sorted(found.items()))


def letter_of(*, item: Item, action: Action) -> Letter | None:
    """The letter a batch of the act is about; None when it is about none."""
    code = action.batch.document if isinstance(action.batch, Batch) else ""
    return item.document(code).letter if code else None


def check(*, rows: Sequence[Case], action: Action, actor: Actor) -> Checked:
    """Ask of each case whether the act may be taken on it now. `action` is declared at the step of one of them."""
    first = next(row for row in rows if _declares(row, action))
    item, letter = registry.get(first.item), letter_of(item=registry.get(first.item), action=action)
    alike = [row for row in rows if (row.item, row.step) == (first.item, first.step)]
    within = context()
    views = {view.number: view for view in views_of(rows=alike, within=within)}
    candidates = tuple(_asked(row, views.get(row.number), action, actor, letter, within) for row in rows)
    mergeable = letter is not None and letter.together is not None
    return Checked(item, action, candidates, mergeable, mergeable and _drafted_together(alike))


def _declares(row: Case, action: Action) -> bool:
    process = registry.get(row.item).process
    return row.closed_on is None and any(found is action for found, _ in process.actions_at(row.step))


def _asked(
    row: Case,
    view: CaseView | None,
    action: Action,
    actor: Actor,
    letter: Letter | None,
    within: Context,
) -> Candidate:
    if not _declares(row, action):
        return Candidate(row, why_not=NOT_HERE)
    if view is None:
        return Candidate(row, why_not=ANOTHER)
    item, state = registry.get(row.item), state_of(row)
    desk = next(desk for found, desk in item.process.actions_at(row.step) if found is action)
    if not may_act(desk=desk, by=actor, case=state):
        return Candidate(row, why_not=NOT_HERE)
    key, addressee = letter.to(view) if letter else ("", "")
    why_not = closed_because(item=item, state=state, view=view, action=action, actor=actor, within=within)
    return Candidate(row, key, addressee, why_not)


def _drafted_together(rows: Sequence[Case]) -> bool:
    """Whether the letters of some of these were put forward to be merged."""
    drafted = BatchLine.objects.filter(case__in=[row.pk for row in rows], state=DONE)
    return drafted.exclude(group="").exists()


def views_of(*, rows: Sequence[Case], within: Context) -> Iterator[CaseView]:
    """Each case as of now, secrets in plain, as guards see it; four statements for all of them."""
    pks = [row.pk for row in rows]
    versions = {v.pk: v for v in CaseVersion.objects.filter(pk__in=[row.current_id for row in rows])}
    events: dict[Any, list[EventRow]] = defaultdict(list)
    for event in EventRow.objects.filter(case_id__in=pks).order_by("case_id", "seq"):
        events[event.case_id].append(event)
    licences: dict[str, list[Licence]] = defaultdict(list)
    for licence in Licence.objects.filter(case_id__in=[str(pk) for pk in pks]).order_by("id"):
        licences[licence.case_id].append(licence)
    for row in rows:
        yield _view(row, versions[row.current_id], events[row.pk], licences[str(row.pk)], within)


def _view(
    row: Case,
    version: CaseVersion,
    events: Sequence[EventRow],
    licences: Sequence[Licence],
    within: Context,
) -> CaseView:
    item = registry.get(row.item)
    form = read_form(item.form, opened(form=item.form, payload=version.payload, keys=keys())).form
    files = tuple(handed_in(f) for f in version.materials)
    return view_of(
        item=item,
        case=state_of(row),
        form=form,
        events=tuple(event_of(e) for e in events),
        context=within,
        today=clock.today(),
        materials=Materials(expected(item.materials, form), files),
        findings=tuple(finding_of(f) for f in version.findings),
        licences=tuple(fact(one).as_view(verify_base=within.verify_base) for one in licences),
    )
