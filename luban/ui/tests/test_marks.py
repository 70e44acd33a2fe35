"""Deadline lamps, buttons, names, figures: the small things every page says the same way."""

from datetime import date
from decimal import Decimal

import pytest

from luban.ui.face import NavItem, mark_current, masked_name
from luban.ui.templatetags import lb
from luban.ui.view import Bar, Button, Proof, ProofLine, Proofmark, lamp


@pytest.mark.parametrize(
    ("days", "css", "text"),
    [
        (5, "", "剩 5 个工作日"),
        (3, "", "剩 3 个工作日"),
        (2, "is-soon", "剩 2 个工作日"),
        (0, "is-soon", "今日到期"),
        (-1, "is-over", "超期 1 个工作日"),
        (None, "is-none", "不计时"),
    ],
)
def test_a_lamp_says_days_in_words_and_changes_shape(days, css, text):
    shown = lamp(days_left=days)
    assert (shown.css, shown.text) == (css, text)


def test_a_stopped_clock_says_so_and_for_how_long():
    assert lamp(days_left=-3, paused=True, used=6).text == "停表 6 日"
    assert lamp(days_left=3, paused=True).css == "is-pause"


def test_a_lamp_names_the_day():
    assert lamp(days_left=1, due=date(2026, 7, 17)).small == "07-17 前"


def test_a_dead_button_must_say_why():
    with pytest.raises(ValueError, match="without saying why"):
        Button("提交决定", disabled=True)


def test_only_the_longest_matching_link_is_current():
    nav = (NavItem("首页", "/"), NavItem("办件", "/cases/"), NavItem("草稿", "/cases/drafts/"))
    assert [i.current for i in mark_current(items=nav, path="/cases/drafts/7")] == [False, False, True]
    assert [i.current for i in mark_current(items=nav, path="/cases/9")] == [False, True, False]
    desk = (NavItem("待办", "/office/"), NavItem("办件", "/office/cases/"))
    assert not any(i.current for i in mark_current(items=desk, path="/office/settings/", home="/office/"))
    assert mark_current(items=desk, path="/office/", home="/office/")[0].current
    assert [i.current for i in mark_current(items=nav, path="/elsewhere/")] == [False, False, False]


def test_names_are_masked():
    assert masked_name("林晓明") == "林**"
    assert masked_name("") == ""


def test_figures_are_bold_but_codes_are_not():
    said = lb.figures("CR-07：剩余合计 1,860 吨，占 97.8%，代码 900-039-49，到 2026-10-20。")
    assert "<b>1,860 吨</b>" in said
    assert "<b>97.8%</b>" in said
    assert "900-039-49" in said
    assert "2026-10-20" in said
    assert "CR-07" in said


def test_figures_stand_whole_between_words():
    assert "里程<b>92.5千米</b>" in lb.figures("公路里程92.5千米（不超过200千米）")
    assert "占用率<b>39.33%</b>" in lb.figures("占用率39.33%")
    assert "<b>87</b>+<b>2</b>=<b>89</b>" in lb.figures("总分87+2=89")
    assert (
        lb.figures("398-005-22行、HW22、R4、第1行、2025年版、2030-12-31")
        == "398-005-22行、HW22、R4、第1行、2025年版、2030-12-31"
    )


def test_figures_escape_what_people_typed():
    assert "<script>" not in lb.figures("<script>alert(1)</script> 3 吨")


def test_quantities_have_commas_and_no_idle_zeros():
    assert lb.qty(Decimal("12345.6000")) == "12,345.6"
    assert lb.qty(Decimal(100)) == "100"
    assert lb.qty(None) == "—"


@pytest.mark.parametrize(
    ("number", "word"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一")]
)
def test_sections_are_numbered_in_chinese(number, word):
    assert lb.ordinal(number) == word


def test_days_have_their_weekday():
    assert lb.day_words(date(2026, 7, 21)) == "7 月 21 日（周二）"


def test_a_score_bar_never_leaves_its_frame():
    assert Bar(15, 10).width == "100.0"
    assert Bar(-1, 10).width == "0.0"
    assert Bar(1, 0).width == "0.0"


def test_proof_is_good_only_when_everything_is():
    good, waiting = ProofLine("一", ""), ProofLine("二", "", "wait")
    assert Proof((good,)).good
    assert Proof((good, waiting)).waiting
    assert not Proof((good, waiting, ProofLine("三", "", "bad"))).waiting


def test_the_public_is_told_of_records_not_of_hashes():
    assert Proofmark("anchored", 1_284_552).words == "已存证，区块 1,284,552"
    assert Proofmark("waiting").words == "待上链"
