"""Values that cannot be: each is said beside its field, stays as typed, and keeps the application from being filed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.html import escape

from luban.cases.models import Case, Draft, Event
from luban.kit.fields import MOST_DIGITS
from luban.registers.book.models import Change
from tests.bad_input.browsing import hidden, save, says_what_to_do, words
from tests.matrix.world import World

pytestmark = pytest.mark.xdist_group("bad_values")
As = Callable[[str], Client]

MISTYPED = {
    "number with letters": ("source.annual_generation_t", "12.5x", "数字"),
    "number of hell": ("source.annual_generation_t", "1e99", "数字"),
    "not a number": ("source.annual_generation_t", "NaN", "数字"),
    "negative amount": ("source.annual_generation_t", "-5", "不能小于"),
    "day that is none": ("contract.contract_start", "2026-02-30", "日期"),
    "day in words": ("contract.contract_start", "三月一日", "日期"),
    "year out of range": ("source.filing_year", "1999", "不能小于"),
    "wrong check digit of a firm": ("receiver.receiver_uscc", "91320583MA2TL5E47X", "校验"),
    "firm's code too short": ("receiver.receiver_uscc", "9132058", "校验"),
    "mobile number": ("generator.agent_mobile", "12345", "手机"),
    "unknown region": ("source.origin_county_code", "999999", "区县"),
    "unknown choice": ("generator.applicant_type", "emperor", "不在可选范围"),
    "unknown method": ("end_use.utilisation_method", "UM77", "不在可选范围"),
    "unknown special area": ("source.special_area", "<b>", "不在可选范围"),
    "neither yes nor no": ("source.storage_protected", "maybe", "是"),
    "more words than fit": ("end_use.product_name", "品" * 101, "最多"),
    "control characters": ("end_use.product_name", "颗\x01粒", "控制字符"),
    "longitude of nowhere": ("source.origin_lng", "999", "不能大于"),
}


CHOSEN = {
    "source.origin_county_code",
    "generator.applicant_type",
    "end_use.utilisation_method",
    "source.special_area",
    "source.storage_protected",
}
"""Answers that are chosen; what is not offered cannot be shown as chosen."""


@pytest.mark.parametrize("case", MISTYPED)
def test_a_mistyped_value_is_said_beside_its_field_and_stays(case: str, as_: As, world: World) -> None:
    path, typed, said = MISTYPED[case]
    firm = as_("suxin")
    answer = save(firm, world.draft, {path: typed})
    assert answer.status_code == 200, words(answer)[:400]
    page = words(firm.get(f"/fill/{world.draft}/"))
    message = said_beside(page, path)
    assert said in message
    if path not in CHOSEN:
        assert escape(typed) in page
    says_what_to_do(
        firm.post(f"/fill/{world.draft}/submit/", {"request_id": case, "acknowledged": "1"}), 409, 422
    )


def said_beside(page: str, path: str) -> str:
    """The message beside a field of a form page; '' when nothing is said there."""
    found = re.search(rf'id="f-{re.escape(path.replace(".", "-"))}-m".*?<span>(.*?)</span>', page, re.DOTALL)
    return found[1] if found else ""


def test_more_than_a_form_holds_is_refused_and_the_draft_stays(as_: As, world: World) -> None:
    firm, path = as_("suxin"), "source.process_description"
    assert save(firm, world.draft, {path: "修边时产生的边角料"}).status_code == 200
    before = Draft.objects.get(pk=world.draft)
    says_what_to_do(save(firm, world.draft, {path: "x" * 2_100_000}), 413)
    says_what_to_do(save(firm, world.draft, {path: "长" * 1_800_000}), 400)
    says_what_to_do(save(firm, world.draft, {path: "长", **{f"x{n}": "1" for n in range(20_001)}}), 400)
    after = Draft.objects.get(pk=world.draft)
    assert (after.payload, after.revision) == (before.payload, before.revision)


@pytest.mark.parametrize(
    "given",
    [
        {"submit_review.source_verdict": "maybe"},
        {"submit_review.source_verdict": "pass\x00"},
        {"submit_review.no_such_answer": "pass"},
        {},
    ],
    ids=lambda given: next(iter(given), "nothing")[-16:],
)
def test_a_verdict_that_is_none_is_not_recorded(given: dict[str, str], as_: As, world: World) -> None:
    official, page = as_("pudong_reviewer"), f"/office/cases/{world.number}/"
    act = {"action": "accept", "request_id": "a", "seq": str(world.seq)}
    assert official.post(f"{page}act/", act).status_code == 302
    review = {"action": "submit_review", "request_id": "b", "seq": str(world.seq + 1)}
    text = says_what_to_do(official.post(f"{page}act/", {**review, **given}), 422)
    assert 'name="submit_review.source_verdict"' in text
    assert not Event.objects.filter(case__number=world.number, action="submit_review").exists()


def test_an_act_and_a_step_that_do_not_exist_change_nothing(as_: As, world: World) -> None:
    official, page = as_("pudong_reviewer"), f"/office/cases/{world.number}/act/"
    for action, seq, statuses in (
        ("explode", world.seq, (403, 409)),
        ("confirm", world.seq, (403, 409)),
        ("issue", world.seq, (403, 409)),
        ("accept", world.seq + 7, (409,)),
        ("accept", 10**MOST_DIGITS, (400,)),
    ):
        answer = official.post(page, {"action": action, "request_id": action, "seq": str(seq)})
        says_what_to_do(answer, *statuses)
    assert Case.objects.get(number=world.number).seq == world.seq


def test_a_correction_of_nothing_or_of_nowhere_is_refused(as_: As, world: World) -> None:
    official, page = as_("pudong_reviewer"), f"/office/cases/{world.number}/act/"
    act = {"action": "correct", "request_id": "c", "seq": str(world.seq)}
    for marks in (
        {},
        {"correct.items[0].path": "waste.wastes[0].waste_code", "correct.items[0].problem": "  "},
        {"correct.items[²].path": "waste", "correct.items[99999999999].problem": "x"},
        {"correct.items[0].path": "../../etc/passwd", "correct.items[0].problem": "x" * 5000},
    ):
        says_what_to_do(official.post(page, {**act, **marks}), 409, 422)
    assert Case.objects.get(number=world.number).seq == world.seq


def test_a_register_takes_no_cell_that_cannot_be(as_: As, world: World) -> None:
    admin = as_("city_register")
    page = f"/office/registers/{world.register}/edit/"
    fields = re.findall(r'name="(c\.\w+)"', words(admin.get(page)))
    nonsense = dict.fromkeys(fields, "不是日期")
    text = says_what_to_do(admin.post(page, {**nonsense, "reason": "测试坏输入"}), 422)
    assert "不是日期" in text
    says_what_to_do(admin.post(page, {}), 422)
    assert not Change.objects.exists()


def test_a_guide_takes_only_answers_it_offers(as_: As, world: World) -> None:
    visitor, page = as_("suxin"), "/items/solid_waste_utilisation/"
    for given in ({}, {"question": "nobody_asked"}, {"question": "kind", "answer": "emperor"}):
        says_what_to_do(visitor.post(f"{page}answer/", given), 422)
    says_what_to_do(visitor.post(f"{page}start/", {}), 409)


def test_a_row_that_is_not_there_is_not_removed(as_: As, world: World) -> None:
    firm, page = as_("suxin"), f"/fill/{world.draft}/"
    for row, path in (("7", "waste.wastes"), ("0", "waste.nothing"), ("0", ""), ("-1", "waste.wastes")):
        given = {**hidden(firm, page), "_op": "remove", "_row": row, "_path": path}
        says_what_to_do(firm.post(f"{page}rows/", given, headers={"HX-Request": "true"}), 409, 422)
