"""A case judged again: a moved threshold moves the grade, a changed row the points, nothing changed moves nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from config.discovery import discover
from luban.cases.shipped import shipped_context
from luban.items.hazwaste_transfer_out.tests.samples import sample_1, sample_2, sample_3
from luban.kit import registry
from luban.kit.book import BookError
from luban.kit.item import Item
from luban.kit.kept import kept_names, texts_of, value_of
from luban.registers.book.shipped import all_specs, shipped, shipped_books
from luban.stages.policy.again import CannotAssess, Difference, Looked, compared, said_of
from luban.stages.policy.supposed import DraftRow, Supposed, supposed
from luban.stages.policy.tally import added, read_tally, tally_of

TODAY = date(2026, 12, 1)
CODE = "hazwaste_transfer_out"


@pytest.fixture(scope="module", autouse=True)
def _items_stand() -> None:
    discover()


def item() -> Item:
    return registry.get(CODE)


def looked(sample: Callable[..., Any]) -> Looked:
    """A sample of the brief as its assessment would have kept it."""
    form, facts, day = sample()
    kind, texts = type(facts), texts_of(facts)
    given = {name: value_of(facts=kind, name=name, text=texts[name]) for name in kept_names(kind)}
    return Looked(
        number="",
        applicant=facts.applicant,
        submitted_on=day,
        day=day,
        form=form,
        files=facts.materials.files,
        given=given,
    )


def row(register: str, key: str, *, removes: bool = False, **cells: str) -> DraftRow:
    """A row that ships, with other cells."""
    spec, standing = all_specs()[register], shipped(register).at(TODAY).get(key)
    assert standing is not None, key
    return DraftRow(register, key, {**spec.texts(standing), **cells}, removes)


def tried(*rows: DraftRow, sample: Callable[..., Any] = sample_1) -> Difference:
    now = shipped_context(today=TODAY)
    books = supposed(books=now.books, specs=all_specs(), rows=rows)
    then = shipped_context(today=TODAY, books=books)
    return compared(item=item(), case=looked(sample), now=now, then=then)


def parameter(key: str, value: str) -> DraftRow:
    return row("parameters", f"{key}|{CODE}", value=value)


def test_the_machine_says_again_what_the_sample_says_of_itself() -> None:
    now = shipped_context(today=TODAY)
    for sample, total, grade in (
        (sample_1, 93, "低风险"),
        (sample_2, 41, "高风险"),
        (sample_3, 89, "低风险"),
    ):
        said = said_of(item=item(), case=looked(sample), context=now)
        assert (said.total, said.grade, said.provisional) == (total, grade, False)


def test_a_threshold_moved_moves_the_grade_and_no_points() -> None:
    found = tried(parameter("hwt.score.low", "95"))
    assert (found.before.grade, found.after.grade) == ("低风险", "中风险")
    assert (found.before.total, found.after.total) == (93, 93)
    assert found.before.suggestion != found.after.suggestion
    assert not found.factors
    assert not found.clauses


def test_a_threshold_moved_a_little_leaves_the_grade() -> None:
    assert not tried(parameter("hwt.score.low", "93")).changed
    assert tried(parameter("hwt.score.low", "94")).changed


def test_a_row_of_the_table_changed_moves_the_points_of_its_factor() -> None:
    band = shipped("score_bands").at(TODAY).get(f"{CODE}|A1|3")
    assert band is not None
    assert band["points"] == 6
    found = tried(row("score_bands", band.key, points="1"))
    assert found.factors == (("A1", 6, 1),)
    assert (found.before.total, found.after.total) == (93, 88)


def test_a_row_taken_away_leaves_the_points_missing() -> None:
    found = tried(row("score_bands", f"{CODE}|A1|3", removes=True))
    assert found.factors == (("A1", 6, None),)
    assert found.after.provisional


def test_nothing_changed_moves_nothing() -> None:
    for sample in (sample_1, sample_2, sample_3):
        same = tried(parameter("hwt.score.low", "80"), sample=sample)
        assert not same.changed
        assert not same.clauses


def test_a_changed_row_holds_on_every_day_whatever_the_days_of_others() -> None:
    spec, book = all_specs()["parameters"], shipped("parameters")
    key = f"hwt.score.low|{CODE}"
    standing = book.at(TODAY).get(key)
    assert standing is not None
    changed = spec.entry({**spec.texts(standing), "value": "85"})
    laid = Supposed(book, [changed])
    for day in (date(2020, 1, 1), date(2026, 3, 2), date(2030, 1, 1)):
        found = laid.at(day).get(key)
        assert found is not None
        assert found["value"] == "85"
        assert len(laid.at(day).rows) == len(book.at(day).rows)


def test_cells_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(BookError):
        supposed(
            books=shipped_books(), specs=all_specs(), rows=[row("score_bands", f"{CODE}|A1|1", points="x")]
        )


def test_a_fact_that_was_not_kept_leaves_the_case_out_and_nobody_is_asked() -> None:
    case = looked(sample_1)
    case = Looked(**{**vars(case), "given": {k: v for k, v in case.given.items() if k != "tracks"}})
    with pytest.raises(CannotAssess, match="没有留存"):
        said_of(item=item(), case=case, context=shipped_context(today=TODAY))


def test_a_parameter_no_rule_can_work_with_leaves_the_case_out_and_says_which_side() -> None:
    with pytest.raises(CannotAssess, match="试算方案"):
        tried(parameter("hwt.score.low", "八十"))


def test_batches_add_up_and_survive_being_kept() -> None:
    found = [
        tried(parameter("hwt.score.low", "90"), sample=sample) for sample in (sample_1, sample_2, sample_3)
    ]
    every: list[Difference | str] = [*found, "还没有自动审查"]
    whole = tally_of(every)
    assert (whole.assessed, whole.same, whole.changed, whole.left_out) == (3, 2, 1, 1)
    assert whole.moved == 1
    assert whole.grades[("低风险", "中风险")] == 1
    assert whole.grades[("高风险", "高风险")] == 1
    assert whole.before == {("低风险", 93): 1, ("高风险", 41): 1, ("低风险", 89): 1}
    assert whole.ordered_grades == ("低风险", "中风险", "高风险")
    assert read_tally(whole.as_json()) == whole
    apart = [tally_of([one]).as_json() for one in every]
    assert added(apart) == whole
