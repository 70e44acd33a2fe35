"""The automatic review on an official's page, with an item no file of the house knows: what the machine says, what
persons say beside it, and who may say it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from luban.cases import house
from luban.cases.models import Case, Event
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.people import demo
from luban.people.actor import Actor
from luban.people.models import Account
from luban.people.signing import SEEN_KEY
from luban.registers.book import changes
from luban.stages.trial import read_cases, try_cases
from luban.stages.trial.play import play

CASES = Path(__file__).parent / "dropin" / "noise_review_trial" / "cases.yaml"
REASON = "现场核验打桩机已经更换"
REVIEWER = Actor("pudong_reviewer", "示例浦东审查甲", "district_reviewer", "310115", "", "310115")
OFFICER, SUPERVISOR, LEADER = "tech_officer", "tech_supervisor", "pudong_leader"
EDITOR = Actor("city_register", "示例台账甲", "register_admin", "310000", "", "310000")
SECOND = Actor("city_register2", "示例台账乙", "register_admin", "310000", "", "310000")


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    house.forget()
    with clock.at("2026-03-02T10:00"):
        yield
    house.forget()


@pytest.fixture
def item(drop_in: Callable[[str], Item]) -> Item:
    return drop_in("noise_review_trial")


@pytest.fixture
def accepted(item: Item, db: None) -> Callable[..., Case]:
    """A case accepted, judged and scored; keywords change its form."""
    demo.load()
    written = read_cases(CASES)[0]

    def accept(**work: Any) -> Case:
        form = copy.deepcopy(written.form)
        form["work"] |= work
        entry = written.model_copy(update={"timeline": [], "form": form})
        case = play(item=item, entry=entry).case_id
        house.take(case_id=case, action="accept", by=REVIEWER, data={}, request_id="accept")
        return Case.objects.get(pk=case)

    return accept


def as_(name: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(username=name))
    session = client.session
    session[SEEN_KEY] = clock.now().timestamp()
    session.save()
    return client


def page(case: Case, who: str, what: str = "") -> str:
    return as_(who).get(f"/office/cases/{case.number}/{what}").content.decode()


def said(case: Case, who: str, action: str, seq: int | None = None, **words: Any) -> Any:
    """Post an act as the row's form does."""
    now = Case.objects.get(pk=case.pk)
    data = {
        "action": action,
        "request_id": f"{action}-{now.seq}",
        "seq": str(now.seq if seq is None else seq),
    }
    data |= {f"{action}.{name}": value for name, value in words.items()}
    return as_(who).post(f"/office/cases/{case.number}/act/", data)


def row(shown: str, spot: str) -> str:
    """The row of a clause or a factor, as text."""
    _, _, rest = shown.partition(f'id="{spot}"')
    own = re.split(r'</article>|<li class="lb-factor|<h3 class="lb-factor-head|class="lb-rows', rest)[0]
    return re.sub(r"<[^>]+>|\s+", "", own)


def test_the_written_case_comes_as_written(item: Item) -> None:
    assert [r.differences for r in try_cases(item=item, cases=read_cases(CASES))] == [[]]


def test_the_page_shows_verdicts_and_points_with_their_grounds(accepted: Callable[..., Case]) -> None:
    shown = page(accepted(), OFFICER)
    for words in ("机器审查", "总体存疑", "存疑 2", "通过 1", "还有 2 条存疑待处置"):
        assert words in shown
    level = row(shown, "rule-NR-01")
    for words in (
        "昼间场界噪声72.5分贝，限值70分贝",
        "《施工噪声示例规定》第五条",
        "限值（分贝）70",
        "昼间场界噪声72.5分贝",
    ):
        assert words in level
    assert "夜间作业是" in row(shown, "rule-NR-03")
    for words in ("14 + 0 = 14", "中风险", "建议：同意，附条件", "下限 6（竖线）"):
        assert words in shown
    strength = row(shown, "factor-A1")
    for words in (
        "2/10",
        "打桩机101.5分贝",
        "大于95分贝，2分（第3档）",
        "第1行声源强度6分",
        "第2行声源强度2分计入",
    ):
        assert words in strength
    assert re.search(r'<rect class="v" width="20\.0"', shown)
    assert "style=" not in shown.partition("<main")[2]


def test_who_has_no_desk_reads_and_finds_no_form(accepted: Callable[..., Case]) -> None:
    case = accepted()
    shown = page(case, "pudong_reviewer")
    assert "打桩机 101.5" in re.sub(r"</?b>", "", shown)
    assert "lb-rowform" not in shown
    assert said(case, "pudong_reviewer", "score", factor="A1", points="9", reason=REASON).status_code == 403


def test_a_doubt_is_settled_in_its_row_and_both_words_stay(accepted: Callable[..., Case]) -> None:
    case = accepted()
    shown = page(case, OFFICER)
    assert 'name="settle.disposal" value="confirm_pass"' in shown
    assert 'value="override"' not in shown
    answer = said(
        case, OFFICER, "settle", clause="NR-01", disposal="confirm_pass", reason="监测报告复核未超过限值"
    )
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("#rule-NR-01")
    level = row(page(case, OFFICER), "rule-NR-01")
    for words in (
        "存疑",
        "确认符合",
        "监测报告复核未超过限值",
        "示例评估经办（技术评估经办）",
        "03-0210:00",
        "改变处置",
    ):
        assert words in level
    said(case, OFFICER, "settle", clause="NR-01", disposal="confirm_fail", reason="再次监测仍然超过限值")
    changed = page(case, OFFICER)
    assert "总体不通过" in changed
    assert "此前的意见：" in row(changed, "rule-NR-01")


def test_a_fail_is_overridden_by_the_leader_alone(accepted: Callable[..., Case]) -> None:
    case = accepted(distance_m="30")
    assert "处置这一条" not in row(page(case, OFFICER), "rule-NR-02")
    said(case, OFFICER, "conclude", opinion="")
    short = said(case, LEADER, "override", clause="NR-02", disposal="override", reason="设置隔声屏障后可行")
    assert short.status_code == 409
    shown = short.content.decode()
    assert "请填写理由（不少于20字）" in row(shown, "rule-NR-02")
    assert "设置隔声屏障后可行" in row(shown, "rule-NR-02")
    assert re.search(r'<details class="lb-say" open><summary>处置这一条', shown)
    long = "已设置三米隔声屏障并书面承诺夜间停工，影响可控"
    assert said(case, LEADER, "override", clause="NR-02", disposal="override", reason=long).status_code == 302
    overridden = row(page(case, LEADER), "rule-NR-02")
    assert "不通过" in overridden
    assert "同意放行" in overridden
    assert long in overridden


def test_points_are_corrected_in_their_row_with_the_total(accepted: Callable[..., Case]) -> None:
    case = accepted()
    answer = said(case, OFFICER, "score", factor="A1", points="6", reason=REASON)
    assert answer.headers["Location"].endswith("#factor-A1")
    shown = page(case, OFFICER)
    strength = row(shown, "factor-A1")
    for words in ("自动分2→修正后6/10", "人工修正", REASON, "示例评估经办"):
        assert words in strength
    assert "18 + 0 = 18" in shown
    for words in ("修正与复核记录", "A1 声源强度：2 → 6", "14 → 18"):
        assert words in shown
    taken_back = said(case, OFFICER, "score", factor="A1", points="", reason="更换的证明材料不足，恢复")
    assert taken_back.status_code == 302
    shown = page(case, OFFICER)
    assert "14 + 0 = 14" in shown
    assert "6 → 2，撤销修正" in shown


@pytest.mark.parametrize(
    ("factor", "points", "reason", "status", "message"),
    [
        ("A1", "11", REASON, 409, "声源强度得分应为0至10的整数。"),
        ("D1", "3", REASON, 409, "低噪声设备只能为0或5。"),
        ("A1", "6", "理由不足十个字符", 409, "请填写修正理由（不少于10字）。"),
        ("A1", "2", REASON, 409, "修正值与当前得分相同。"),
        ("A1", "六分", REASON, 422, "这里要填整数。"),
        ("A1", "6", "", 422, "请填写修正理由。"),
    ],
)
def test_a_refused_correction_comes_back_in_its_row_as_typed(
    accepted: Callable[..., Case], factor: str, points: str, reason: str, status: int, message: str
) -> None:
    case = accepted()
    answer = said(case, OFFICER, "score", factor=factor, points=points, reason=reason)
    assert answer.status_code == status
    shown = answer.content.decode()
    mine = row(shown, f"factor-{factor}")
    assert message in mine
    assert reason in mine
    assert shown.count("autofocus") == 1
    if factor == "A1":
        assert f'value="{points}"' in shown
    assert "没有提交" not in shown.partition('id="decide"')[2]
    assert Event.objects.filter(case=case).count() == 2


def test_a_missing_figure_is_said_to_be_missing_until_the_register_has_it(
    accepted: Callable[..., Case],
) -> None:
    case = accepted(grid="G9")
    shown = page(case, OFFICER)
    background = row(shown, "factor-A2")
    for words in ("缺数", "噪声图没有网格G9的背景值", "请补数后重新评分，或者人工给分", "给分"):
        assert words in background
    assert "暂定：" in shown
    assert "现在不能选：评分缺少数据（区域背景）" in shown
    fill_in("G9", "60")
    assert said(case, OFFICER, "rerun").status_code == 302
    shown = page(case, OFFICER)
    assert "背景噪声60分贝" in row(shown, "factor-A2")
    assert "重新取数重算（第 2 次）" in shown
    assert "暂定" not in shown.partition('id="score"')[2].partition('id="findings"')[0]


def fill_in(grid: str, level: str) -> None:
    """The noise map learns a grid's figure, as an official enters it and another approves."""
    line = {
        "dictionary": "noise_background",
        "code": grid,
        "name": level,
        "enabled": "是",
        "from": "2026-03-02",
    }
    made = changes.propose(register="dictionary", data=line, by=EDITOR, reason="按补测结果登记")
    changes.approve(change_ids=[made.id], by=SECOND)
    house.forget()


def test_a_second_run_asks_to_keep_a_correction_or_take_the_machines_points(
    accepted: Callable[..., Case],
) -> None:
    case = accepted()
    said(case, OFFICER, "score", factor="A2", points="4", reason="现场背景噪声测值为五十七分贝")
    fill_in("G1", "58")
    said(case, OFFICER, "rerun")
    shown = page(case, OFFICER)
    assert "自动分由6变为3，请确认保留修正，或者采用自动分" in row(shown, "factor-A2")
    assert "现在不能选：重新评分后自动分有变化（区域背景）" in shown
    assert "撤销修正，采用自动分（3 分）" in shown
    kept = said(case, OFFICER, "score", factor="A2", points="4", reason="现场背景噪声测值为五十七分贝")
    assert kept.status_code == 302
    assert "请确认保留修正" not in page(case, OFFICER)


def test_a_great_correction_waits_for_the_supervisor(accepted: Callable[..., Case]) -> None:
    case = accepted()
    assert "现在不需要您办理" in page(case, SUPERVISOR)
    said(case, OFFICER, "score", factor="A1", points="10", reason=REASON)
    shown = page(case, OFFICER)
    assert "首次自动评分 14 分，现为 22 分，分级有变化，须由评估负责人复核同意" in shown
    assert "现在不能选：修正后总分或者分级变化较大" in shown
    assert "say-look_again" not in shown
    assert "say-look_again" in page(case, SUPERVISOR)
    assert "去逐项办理" in page(case, SUPERVISOR)
    assert said(case, SUPERVISOR, "look_again", opinion="同意修正").status_code == 302
    shown = page(case, OFFICER)
    assert "修正后的得分已由示例评估负责人（技术评估复核）于 03-02 10:00 复核同意" in shown
    assert said(case, OFFICER, "conclude", opinion="").status_code == 302


def test_of_two_evaluators_the_second_is_told_what_the_first_did(accepted: Callable[..., Case]) -> None:
    case = accepted()
    said(case, OFFICER, "score", factor="A1", points="6", reason=REASON)
    answer = said(
        case,
        OFFICER,
        "settle",
        seq=2,
        clause="NR-03",
        disposal="confirm_pass",
        reason="已经查看公告并电话核实",
    )
    assert answer.status_code == 409
    shown = answer.content.decode()
    for words in (
        "评分表、审查结果已被他人更新，请刷新。",
        "“评分修正”已由示例评估经办于",
        "您的“处置存疑”没有生效",
        REASON,
        "已经查看公告并电话核实",
        "#rule-NR-03",
    ):
        assert words in shown


def test_the_dossier_holds_both_and_the_applicant_sees_neither(accepted: Callable[..., Case]) -> None:
    case = accepted()
    said(case, OFFICER, "score", factor="A1", points="6", reason=REASON)
    dossier = page(case, OFFICER, "dossier/")
    for words in ("机器审查", "NR-01", "评分", "18 + 0 = 18", REASON):
        assert words in dossier
    assert "lb-rowform" not in dossier
    firm = as_("suxin")
    shown = firm.get(f"/cases/{case.number}/").content.decode()
    assert case.number in shown
    for words in ("机器审查", "NR-01", "适用分档", REASON, "存疑", "修正", "评估经办"):
        assert words not in shown


def test_the_page_stays_cheap(accepted: Callable[..., Case]) -> None:
    case = accepted()
    said(case, OFFICER, "score", factor="A1", points="6", reason=REASON)
    client = as_(OFFICER)
    address = f"/office/cases/{case.number}/"
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    assert len(seen) <= 15, [q["sql"] for q in seen]


def test_the_item_stands_in_the_portal_like_any_other(item: Item, db: None) -> None:
    demo.load()
    assert as_("suxin").get(f"/items/{item.code}/").status_code == 200
