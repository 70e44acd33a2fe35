"""Clauses judge, the worst counts; persons settle doubts and override what may be overridden, nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from luban.kit.verdicts import (
    Clauses,
    Disposal,
    Disposed,
    Verdict,
    doubts,
    fails,
    judge,
    overall,
    passes,
    settled,
)

CLAUSES = Clauses()


@CLAUSES.clause("Q-1", "方式", law="SWL.1")
def by_row(form, facts, today):
    for n, row in enumerate(form):
        path = f"rows[{n}]"
        yield {"bad": fails, "odd": doubts}.get(row, passes)(f"第{n + 1}行{row}。", path, row=row)


@CLAUSES.clause("Q-2", "豁免", overridable=True)
def only_when_asked(form, facts, today):
    if facts:
        yield doubts("待补证明")


def words(*rows, facts=None):
    return judge(CLAUSES, rows, facts, date(2026, 3, 2))


def test_the_worst_row_is_the_clauses_verdict_and_all_rows_as_bad_are_told():
    (told,) = words("good", "bad", "odd", "bad")
    assert (told.rule, told.title, told.law) == ("Q-1", "方式", ("SWL.1",))
    assert told.verdict is Verdict.FAIL
    assert told.reason == "第2行bad；第4行bad。"
    assert told.path == "rows[1]"
    assert told.evidence == {"row": "bad"}


def test_a_clause_that_yields_nothing_does_not_apply():
    assert [one.rule for one in words("good")] == ["Q-1"]
    assert [one.rule for one in words("good", facts=True)] == ["Q-1", "Q-2"]


@pytest.mark.parametrize(
    ("verdict", "disposal", "becomes"),
    [
        ("odd", Disposal.CONFIRM_PASS, Verdict.PASS),
        ("odd", Disposal.CONFIRM_FAIL, Verdict.FAIL),
        ("odd", Disposal.OVERRIDE, Verdict.DOUBT),
        ("bad", Disposal.OVERRIDE, Verdict.PASS),
        ("bad", Disposal.CONFIRM_PASS, Verdict.FAIL),
        ("good", Disposal.CONFIRM_FAIL, Verdict.PASS),
    ],
)
def test_a_doubt_is_settled_a_fail_overridden_and_nothing_else(verdict, disposal, becomes):
    assert settled(words(verdict), [Disposed("Q-1", disposal, "核实过")]) == {"Q-1": becomes}


def test_the_latest_word_counts():
    said = [Disposed("Q-1", Disposal.CONFIRM_FAIL, "a"), Disposed("Q-1", Disposal.CONFIRM_PASS, "b")]
    assert settled(words("odd"), said) == {"Q-1": Verdict.PASS}


def test_overall_is_the_worst_and_pass_when_nothing_applies():
    assert overall([Verdict.PASS, Verdict.FAIL, Verdict.DOUBT]) is Verdict.FAIL
    assert overall([]) is Verdict.PASS


def test_a_clause_is_declared_once():
    with pytest.raises(ValueError, match="Q-1"):
        CLAUSES.clause("Q-1", "again")(by_row)
