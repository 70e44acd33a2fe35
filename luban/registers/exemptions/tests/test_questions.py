"""What a general exemption asks of an application, and that its answers are the ones the judgement reads (§7.5, §12.11)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from luban.registers.book.shipped import shipped
from luban.registers.exemptions.judge import Asked, general_eval, usable
from luban.registers.exemptions.parts import Exemption
from luban.registers.exemptions.questions import GENERATOR, RECEIVER, answers_of, questions
from luban.registers.exemptions.reading import records_of, rules_of

DAY = date(2026, 7, 20)
RULES = rules_of(book=shipped("exemption_rules").at(DAY))
RECORDS = records_of(book=shipped("p2p_exemptions").at(DAY), receiver="91310112MA1GC05Q3B")


def test_one_question_for_each_condition_of_the_line_and_for_each_end() -> None:
    asked = questions(rules=RULES, code="900-249-08")
    assert [one.key for one in asked] == [
        "EX-01.opened",
        "EX-01.no_drip",
        "EX-01.baled",
        "EX-01.use",
        GENERATOR,
        RECEIVER,
    ]
    assert asked[0].text == "EX-01 封口已打开"
    assert asked[-1].text == "接受人近3年无较大及以上突发环境事件或重特大安全生产事故"
    assert RECEIVER not in [q.key for q in questions(rules=RULES, code="900-249-08", receiver_known=True)]


@pytest.mark.parametrize("code", ["398-004-22", "900-052-31", "900-041-49", ""])
def test_a_code_no_line_frees_across_provinces_is_asked_nothing(code: str) -> None:
    assert questions(rules=RULES, code=code) == ()


def test_a_category_and_several_lines_of_a_code_are_asked_alike() -> None:
    asked = questions(rules=RULES, code="398-007-34", receiver_known=True)
    assert [one.key for one in asked] == ["EX-03.only_corrosive", "EX-03.use", GENERATOR]


def _drums(**said: str) -> Exemption:
    asked = questions(rules=RULES, code="900-249-08")
    answers = answers_of((one.key, said.get(one.key.rpartition(".")[2], "yes")) for one in asked)
    ends = (answers[GENERATOR], answers[RECEIVER])
    about = Asked(
        code="900-249-08",
        provinces=("310000", "330000"),
        day=DAY,
        family="R",
        tonnes=Decimal(1),
        answers=answers,
        accident_free=ends,
    )
    return general_eval(asked=about, rules=RULES).exemption


def test_answers_are_judged_met_not_met_not_known() -> None:
    assert _drums() is Exemption.EXEMPT_GENERAL
    assert _drums(baled="no") is Exemption.NOT_EXEMPT
    assert _drums(baled="unknown") is Exemption.UNDETERMINED
    assert _drums(accident_free="") is Exemption.UNDETERMINED


def test_of_two_answers_to_one_question_the_no_counts() -> None:
    assert answers_of([("a", "no"), ("a", "yes"), (None, "yes"), ("b", "yes")]) == {"a": False, "b": True}


def test_a_record_may_be_used_while_it_runs_and_something_is_left() -> None:
    (record,) = [one for one in RECORDS if one.generator_uscc == "91330206MA2AGH61X2"]
    ends = {"generator": record.generator_uscc, "receiver": record.receiver_uscc, "code": record.waste_code}
    assert usable(records=RECORDS, **ends, day=DAY) == (record,)
    assert usable(records=RECORDS, **{**ends, "code": "900-249-08"}, day=DAY) == ()
    assert usable(records=RECORDS, **ends, day=date(2027, 7, 1)) == ()
    assert usable(records=(replace(record, used_t=record.quota_t),), **ends, day=DAY) == ()
