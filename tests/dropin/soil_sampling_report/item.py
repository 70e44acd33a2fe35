"""土壤采样作业报告（虚构，仅供测试）: a firm reports the points it sampled; the district answers with a receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.acts import Correction, Reason
from luban.kit.conditions import when
from luban.kit.documents import Document, Licence, Number
from luban.kit.facts import Facts
from luban.kit.fields import Choice, Day, Km1, LongText, Text, Uscc, YesNo, field, table
from luban.kit.findings import Finding
from luban.kit.form import Form, Row, Section, missing_values, section
from luban.kit.guide import Guide, Option, Question
from luban.kit.item import Item
from luban.kit.materials import Material
from luban.kit.notice import Notice
from luban.kit.process import APPLICANT, SYSTEM, Desk, End, Go, Limit, Process, Return, Step, param
from luban.kit.rules import Rules, block, warn
from luban.kit.sharing import Tell
from luban.kit.statistics import Dimension, ExportColumn, Measure, Statistics
from luban.kit.view import CaseView


class Point(Row):
    """One sampling point."""

    name: Text = field("点位名称", max_len=20)
    depth_m: Km1 = field("深度", unit="米", gt=0)
    kind: Choice = field("样品", options=(("soil", "土壤"), ("water", "地下水")))


class Work(Section):
    """What was done."""

    firm_uscc: Uscc = field("统一社会信用代码", prefill=("account.uscc",), locked=True)
    site: Text = field("地块名称", max_len=60)
    county: Choice = field("所在区", options=(("310115", "浦东新区"), ("310113", "宝山区")))
    worked_on: Day = field("采样日期", reorder=False)
    hazardous: YesNo = field("涉及危险作业", required=False)
    measures: LongText = field("安全措施", required=when("hazardous"), shown=when("hazardous"))
    points: list[Point] = table("采样点", min_rows=1, max_rows=50)


class Report(Form):
    """The report."""

    work: Work = section("作业情况", of=Work, key="s1")


RULES = Rules()


@RULES.rule("SSR-00")
def filled(form: Report, facts: Facts, today: date) -> Iterator[Finding]:
    """Nothing required is blank."""
    for path, label in missing_values(form):
        yield block(path, f"请填写{label}。")


@RULES.rule("SSR-01", law="SSR.7")
def reported_in_time(form: Report, facts: Facts, today: date) -> Iterator[Finding]:
    """Late reports are taken, with a word."""
    days = facts.params.integer("ssr.report_days")
    if form.work.worked_on and (today - form.work.worked_on).days > days:
        yield warn("work.worked_on", f"采样已超过{days}日，请说明原因。")


@RULES.rule("SSR-02")
def own_firm(form: Report, facts: Facts, today: date) -> Iterator[Finding]:
    """Only for oneself."""
    if form.work.firm_uscc and form.work.firm_uscc != facts.applicant.uscc:
        yield block("work.firm_uscc", "报告单位必须与登录企业一致。")


def receipt_fields(case: CaseView) -> Mapping[str, Any]:
    """The receipt as a letter."""
    form: Report = case.form
    return {
        "form": "文书",
        "org": case.office.name,
        "number": case.document_number,
        "title": "土壤采样作业报告回执",
        "to": case.applicant_name,
        "body": [
            {"kind": "p", "text": f"你单位关于{form.work.site}的采样作业报告已收悉。"},
            {"kind": "p", "text": f"依据{case.cite('SSR.7')}，予以登记。"},
        ],
        "signer": case.office.name,
        "date": f"{case.today.year}年{case.today.month}月{case.today.day}日",
    }


def correction_fields(case: CaseView) -> Mapping[str, Any]:
    """What has to be corrected."""
    asked = case.last.data.get("items", ())
    return {
        **receipt_fields(case),
        "title": "补正告知书",
        "body": [{"kind": "p", "text": f"{n}. {one['problem']}"} for n, one in enumerate(asked, start=1)],
    }


def term(case: CaseView) -> tuple[date, date | None]:
    """The receipt holds to the end of the year."""
    return case.today, date(case.today.year, 12, 31)


def said(case: CaseView) -> Mapping[str, Any]:
    """A line on the firm's home page."""
    return {
        "uscc": case.applicant,
        "event": "LICENCE_CHANGED",
        "title": "回执已签发",
        "text": f"{case.number} 的回执已签发。",
        "at": case.last.at.isoformat(timespec="seconds"),
        "case_no": case.number,
    }


DISTRICT, LEADER = Desk("district_reviewer"), Desk("district_leader")
PROCESS = Process(
    limits=(Limit("answer", "答复", param("ssr.answer_days"), "wd", "submitted", ("accepted",)),),
    steps=(
        Step(
            "check",
            "核对",
            DISTRICT,
            actions=(
                Go("accept", "接收", to="sign", reaches="accepted"),
                Return("correct", "补正", data=Correction, makes=("correction_notice",)),
                End("refuse", "不予接收", reaches="closed_refused", data=Reason),
            ),
        ),
        Step(
            "sign",
            "签发",
            LEADER,
            actions=(
                Go("confirm", "签发", to="seal", makes=("receipt",), apart_from=("accept",)),
                Go("send_back", "退回", to="check"),
            ),
        ),
        Step(
            "seal",
            "制发",
            SYSTEM,
            actions=(
                End(
                    "issue",
                    "制发",
                    reaches="closed_granted",
                    marks=("decided", "granted", "licensed"),
                ),
            ),
        ),
    ),
    anytime=((End("withdraw", "撤回", reaches="closed_withdrawn", by=APPLICANT), ("check", "correct")),),
)

ITEM = Item(
    code="soil_sampling_report",
    title="土壤采样作业报告",
    short="采样报告",
    prefix="TSB",
    family="测试事项",
    statute=("SSR.7",),
    requirements=(),
    form=Report,
    rules=RULES,
    process=PROCESS,
    place=lambda form: form.work.county or "310000",
    handled_by=lambda form: (form.work.county or "310115",),
    headline=lambda form: f"{form.work.site}，{len(form.work.points)}个采样点",
    documents=(
        Document("correction_notice", "补正告知书", fields=correction_fields),
        Document(
            "receipt",
            "土壤采样作业报告回执",
            fields=receipt_fields,
            number=Number("SSR-{adcode}-{year}-{4}", parts=lambda case: {"adcode": case.office.adcode}),
            licence=Licence(
                "采样作业回执",
                term=term,
                shows=lambda case: (("报告单位", case.applicant_name), ("地块", case.form.work.site)),
            ),
            decides=True,
        ),
    ),
    materials=(Material("P01", "现场照片", kinds=("jpg", "png"), max_mb=5, required=when("work.hazardous")),),
    notice=Notice("1", param("ssr.notice_seconds"), points=("依据{law:SSR.7}，采样后应及时报告。",)),
    guide=Guide(
        questions=(
            Question(
                "Q1",
                "地块在哪里？",
                options=(
                    Option("in", "本市"),
                    Option("out", "外地", stops="请向地块所在地报告。"),
                ),
            ),
        )
    ),
    sharing=(Tell("one_net", "enterprise_message", on=("licensed",), body=said),),
    statistics=Statistics(
        facts=lambda case: {
            "county": case.form.work.county or "",
            "points": len(case.form.work.points),
            "depth": str(sum((p.depth_m or Decimal(0) for p in case.form.work.points), Decimal(0))),
        },
        dimensions=(Dimension("county", "所在区"),),
        measures=(Measure("points", "采样点", "个"),),
        columns=(ExportColumn("地块", lambda case: case.form.work.site),),
    ),
    reorder="chosen",
    promise="1 个工作日",
    result="回执",
    applicants="采样单位",
)
