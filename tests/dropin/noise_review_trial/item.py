"""施工噪声评审（虚构，仅供测试）: a firm asks to work near dwellings; the machine judges three clauses and scores four
factors, an institution corrects the scores with reasons, its supervisor looks again, the district decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from luban.kit.acts import (
    Correction,
    DoubtSettled,
    FailOverridden,
    Opinion,
    Reason,
    ScoreCorrection,
    SecondLook,
)
from luban.kit.assessment import correction_allowed, disposal_allowed, doubts_settled, may_conclude
from luban.kit.book import BookOnDay
from luban.kit.facts import Facts, need
from luban.kit.fields import Choice, Code, Km1, Text, Uscc, Whole, YesNo, field, table
from luban.kit.findings import Finding
from luban.kit.form import Form, Row, Section, missing_values, section
from luban.kit.item import Item
from luban.kit.process import Desk, End, Go, Process, Return, Stay, Step
from luban.kit.rules import Rules, block
from luban.kit.scores import Bands, Dimension, Grading, Points, Scoring, Sheet, missing
from luban.kit.verdicts import Clauses, Judged, doubts, fails, passes


class Source(Row):
    """A machine that makes noise."""

    name: Text = field("声源", max_len=20)
    source_db: Km1 = field("声源强度", unit="分贝", gt=0)


class Work(Section):
    """What is going to be done where."""

    firm_uscc: Uscc = field("统一社会信用代码", prefill=("account.uscc",), locked=True)
    site: Text = field("工地名称", max_len=60)
    county: Choice = field("所在区", options=(("310115", "浦东新区"), ("310113", "宝山区")))
    grid: Code = field("噪声图网格", max_len=10)
    level_db: Km1 = field("昼间场界噪声", unit="分贝", gt=0)
    distance_m: Whole = field("与最近住宅的距离", unit="米")
    night_work: YesNo = field("夜间作业", required=False)
    quiet_machines: YesNo = field("全部采用低噪声设备", required=False)
    sources: list[Source] = table("声源清单", min_rows=1, max_rows=20)


class Request(Form):
    """The request."""

    work: Work = section("施工情况", of=Work, key="s1")


@dataclass(frozen=True, kw_only=True)
class ReviewFacts(Facts):
    """The bands by which points are given."""

    bands: BookOnDay = need("book.score_bands")

    def of(self) -> Bands:
        """The bands of this item."""
        return Bands(self.item, self.bands)


RULES = Rules()
CLAUSES = Clauses()


@RULES.rule("NRT-00")
def filled(form: Request, facts: Facts, today: date) -> Iterator[Finding]:
    """Nothing required is blank."""
    for path, label in missing_values(form):
        yield block(path, f"请填写{label}。")


@CLAUSES.clause("NR-01", "场界噪声", law="NRT.5")
def level(form: Request, facts: Facts, today: date) -> Iterator[Judged]:
    """Under the limit, a little over it, far over it."""
    limit, most = facts.params.integer("nrt.limit_db"), facts.params.integer("nrt.most_db")
    found = form.work.level_db or 0
    says = f"昼间场界噪声 {found} 分贝，限值 {limit} 分贝。"
    judged = passes if found <= limit else doubts if found <= most else fails
    yield judged(says, "work.level_db", level_db=found, limit_db=limit)


@CLAUSES.clause("NR-02", "与住宅的距离", law=("NRT.5", "NRT.6"), overridable=True)
def distance(form: Request, facts: Facts, today: date) -> Iterator[Judged]:
    """Far enough from the nearest dwelling."""
    found, least = form.work.distance_m or 0, facts.params.integer("nrt.least_m")
    judged = passes if found >= least else fails
    yield judged(
        f"距最近住宅 {found} 米，要求不小于 {least} 米。", "work.distance_m", distance_m=found, least_m=least
    )


@CLAUSES.clause("NR-03", "夜间作业", law="NRT.6")
def night(form: Request, facts: Facts, today: date) -> Iterator[Judged]:
    """Work at night has to be announced, which a person makes sure of."""
    if form.work.night_work:
        yield doubts("拟夜间作业，须核实是否已公告附近居民。", "work.night_work", night_work=True)
    else:
        yield passes("不在夜间作业。", "work.night_work", night_work=False)


def grade(sheet: Sheet, params: Any) -> Grading:
    """Low risk from 20 points on unless a dimension is under its floor; high risk under 12."""
    below = tuple(f"{code} 维度低于下限。" for code in sheet.below)
    if sheet.total < params.integer("nrt.high_below"):
        return Grading("high", "高风险", "不予同意", (f"总分 {sheet.total} 分。", *below))
    if sheet.below or sheet.total < params.integer("nrt.low_from"):
        return Grading("mid", "中风险", "同意，附条件", (f"总分 {sheet.total} 分。", *below))
    return Grading("low", "低风险", "同意")


SCORING = Scoring(
    dimensions=(
        Dimension("A", "声源", 16, floor="nrt.floor_a"),
        Dimension("B", "影响", 10),
        Dimension("D", "加分", 5, bonus=True),
    ),
    grade=grade,
)


@SCORING.factor("A1", "声源强度", dimension="A", most=10)
def strength(form: Request, facts: ReviewFacts, today: date) -> Iterator[Points]:
    """Machine by machine; the loudest decides."""
    for n, source in enumerate(form.work.sources):
        band = facts.of().of("A1", value=source.source_db)
        why = f"{source.name} {source.source_db} 分贝"
        yield Points(
            band.points, why, {"source_db": source.source_db}, band.id, f"work.sources[{n}].source_db"
        )


@SCORING.factor("A2", "区域背景", dimension="A", most=6)
def background(form: Request, facts: ReviewFacts, today: date) -> Iterator[Points]:
    """From the noise map, where the map covers the place."""
    found = facts.terms.get(f"noise_background|{form.work.grid}")
    if found is None:
        yield missing(f"噪声图没有网格 {form.work.grid} 的背景值，由市局监测处补测。", grid=form.work.grid)
        return
    band = facts.of().of("A2", value=int(found["name"]))
    yield Points(
        band.points, f"背景噪声 {found['name']} 分贝", {"background_db": int(found["name"])}, band.id
    )


@SCORING.factor("B1", "距离", dimension="B", most=10)
def far(form: Request, facts: ReviewFacts, today: date) -> Iterator[Points]:
    """The farther the better."""
    band = facts.of().of("B1", value=form.work.distance_m or 0)
    yield Points(band.points, f"{form.work.distance_m} 米", {"distance_m": form.work.distance_m}, band.id)


@SCORING.factor("D1", "低噪声设备", dimension="D", most=5, allowed=(0, 5))
def quiet(form: Request, facts: ReviewFacts, today: date) -> Iterator[Points]:
    """All machines are quiet ones."""
    yield Points(
        5 if form.work.quiet_machines else 0, "全部采用" if form.work.quiet_machines else "没有全部采用"
    )


REVIEWER, LEADER = Desk("district_reviewer"), Desk("district_leader")
EVALUATOR = Desk("tech_officer", at="assigned", of="TECH-HW")
SUPERVISOR = Desk("tech_supervisor", at="assigned", of="TECH-HW")
PROCESS = Process(
    steps=(
        Step(
            "check",
            "受理",
            REVIEWER,
            actions=(
                Go("accept", "受理", to="assess", reaches="accepted", assesses=True),
                Return("correct", "补正", data=Correction),
            ),
        ),
        Step(
            "assess",
            "技术评估",
            EVALUATOR,
            actions=(
                Stay("rerun", "重新取数重算", assesses=True),
                Stay("score", "评分修正", data=ScoreCorrection, when=correction_allowed),
                Stay("settle", "处置存疑", data=DoubtSettled, when=disposal_allowed),
                Stay(
                    "look_again",
                    "复核同意",
                    data=SecondLook,
                    by=SUPERVISOR,
                    apart_from=("score",),
                    apart_message="修正与复核不得为同一人。",
                ),
                Go("conclude", "提交评估", to="decide", data=Opinion, when=may_conclude),
            ),
        ),
        Step(
            "decide",
            "决定",
            LEADER,
            actions=(
                Stay("settle_late", "处置存疑", data=DoubtSettled, when=disposal_allowed),
                Stay("override", "同意放行", data=FailOverridden, when=disposal_allowed),
                Go("send_back", "退回评估", to="assess", data=Opinion),
                End(
                    "agree",
                    "同意",
                    reaches="closed_granted",
                    marks=("decided", "granted"),
                    when=doubts_settled,
                ),
                End("deny", "不予同意", reaches="closed_denied", marks=("decided", "denied"), data=Reason),
            ),
        ),
    ),
)

ITEM = Item(
    code="noise_review_trial",
    title="施工噪声评审（虚构）",
    short="噪声评审",
    prefix="ZSP",
    family="测试事项",
    statute=("NRT.5",),
    requirements=(),
    form=Request,
    rules=RULES,
    clauses=CLAUSES,
    scoring=SCORING,
    facts=ReviewFacts,
    process=PROCESS,
    place=lambda form: form.work.county or "310000",
    handled_by=lambda form: (form.work.county or "310115",),
    headline=lambda form: f"{form.work.site}，{len(form.work.sources)} 台设备",
    promise="虚构",
    result="评审意见",
    applicants="施工单位",
)
