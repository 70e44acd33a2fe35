"""The gallery's office half: what an official's pages are made of. Everything is invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from luban.ui.face import Link
from luban.ui.view import (
    Ask,
    Bar,
    Batch,
    Button,
    CaseHead,
    Cell,
    Column,
    DataTable,
    Decide,
    DecideOption,
    Filter,
    FilterField,
    LampBox,
    LampBoxes,
    LookRow,
    MarkButton,
    NextSteps,
    Note,
    Pager,
    PointsBox,
    ReasonBox,
    Revision,
    RowForm,
    RuleRow,
    RuleRows,
    Said,
    ScoreGroup,
    ScoreRow,
    ScoreTable,
    Status,
    TableRow,
    Views,
    ViewTab,
    lamp,
    status,
)


def office_parts() -> Iterator[tuple[str, tuple[object, ...]]]:
    """Headings with their examples."""
    yield (
        "办件头",
        (
            CaseHead(
                "上海示例新材料有限公司 · 危险废物跨省转移许可（新办）",
                "202607130052",
                status(of="case", code="accepted"),
                (("从", "上海金山"), ("废物", "900-039-49 废活性炭，30 吨"), ("运距", "2,050 千米")),
                (Link("待我处理", "#"),),
                "初步审核",
                (Button("打印卷宗", type="button", icon="printer", small=True),),
            ),
        ),
    )
    yield (
        "事由条",
        (
            Ask(
                "3",
                "个工作日\n7 月 21 日（周二）前",
                "请作出初步审核决定：是否同意移出",
                "受理于 7 月 14 日，法定 5 个工作日，已用 2 个。机器建议不予同意；还有 1 条存疑等您确认。",
                Button("去作决定", "primary", "#decide"),
            ),
        ),
    )
    yield "合规逐条", (_rules(),)
    yield "评分", (_scores(),)
    yield "决定", (_decide(), NextSteps((("arrow-right", "送固废处处长审批"), ("link", "决定的指纹上链"))))
    yield (
        "清单",
        (
            LampBoxes(
                (
                    LampBox(lamp(days_left=-1), "1", "#"),
                    LampBox(lamp(days_left=1), "4", "#", True),
                    LampBox(lamp(days_left=8), "15", "#"),
                )
            ),
            Views((ViewTab("全部待办", "#", current=True), ViewTab("今明两天到期", "#", "4")), "#"),
            Filter(
                (
                    FilterField("q", "查找", "search", placeholder="单位、办件号、废物代码", wide=True),
                    FilterField("step", "环节", options=(("", "全部"), ("letter", "拟函"))),
                ),
                export_href="#",
            ),
            _table(),
            Batch((Button("批量拟征询函", "plain", type="button", icon="mail-forward"),), "都在“拟函”环节"),
            Pager("按期限从近到远，本页 2 件", next_href="#", keys=True),
        ),
    )


def _row_form(spot: str, buttons: tuple[tuple[str, str], ...], **more: Any) -> RowForm:
    reason = ReasonBox("理由", "", "不少于 10 字，写明核实的事实。")
    return RowForm("/act/", "say", "0" * 24, 7, spot, buttons, reason=reason, **more)


def _rules() -> RuleRows:
    return RuleRows(
        (
            RuleRow("CR-01", "接收资质", "pass", "许可证在有效期内。", "《危险废物转移管理办法》第二十六条"),
            RuleRow(
                "CR-05",
                "接收能力",
                "doubt",
                "已接收 27,800 + 本次 30 = 29,330 吨，占核准 30,000 吨的 97.8%。",
                "接收单位许可证核准规模",
                values=(("已接收", "27,800 吨"), ("本次", "30 吨")),
                forms=(
                    _row_form("say-CR-05", (("pass", "确认符合"), ("fail", "确认不符合")), choice="say.d"),
                ),
                form_title="处置这一条",
                small="待您处置，须写理由",
            ),
            RuleRow(
                "CR-07",
                "就近原则",
                "fail",
                "长三角有 2 家单位具备能力，剩余合计 1,860 吨，多于本次 30 吨。",
                "《危险废物转移管理办法》第三条",
                said=(
                    Said(
                        status(of="rule", code="overridden", word="同意放行"),
                        "两家单位均函告不接收此类废物。",
                        "周**（处长）",
                        "07-15 10:20",
                    ),
                ),
                mark=MarkButton("plan.reason", "不符合就近原则"),
            ),
        )
    )


def _scores() -> ScoreTable:
    rows = (
        ScoreRow(
            "A1",
            "运输距离",
            "0",
            "10",
            Bar(0, 10),
            "2,050 千米",
            band="超过 1,500 千米，0 分（第 6 档）",
            forms=(
                _row_form("say-A1", (("", "保存并重算"),), points=PointsBox("", "0—10 的整数"), strong=True),
            ),
            form_title="修正",
        ),
        ScoreRow(
            "A2",
            "车辆轨迹",
            "4",
            "6",
            Bar(2, 6, was=4),
            "3 车中 1 车 10 天未上报",
            auto="2",
            said=Said(None, "现场核验近 3 日轨迹连续", "许**（技术评估经办）", "07-15 16:48"),
        ),
        ScoreRow(
            "A3",
            "危险特性",
            "",
            "8",
            Bar(0, 8),
            "名录没有这一代码的危险特性，请补充鉴别报告。",
            missing=True,
            looks=(LookRow("第 1 行", "缺数", "没有危险特性", led=True),),
        ),
    )
    return ScoreTable(
        (ScoreGroup("A 运输风险", "4", "30", Bar(4, 30, floor=12), rows, "12", below=True),),
        "41 + 0 = 41",
        Status("高风险", "", "gauge"),
        "不予同意",
        ("总分 41 分，低于 60 分。",),
        (Note("缺少数据：A3 危险特性。现为暂定分。", kind="warn"),),
        revisions=(
            Revision("2026-07-15 16:48", "许**（技术评估经办）", "A2 车辆轨迹：2 → 4", "39 → 41", "现场核验"),
        ),
    )


def _decide() -> Decide:
    return Decide(
        "/act/",
        (
            DecideOption("agree", "同意移出，发函征询", why_not="CR-07 不通过，先“申请覆盖”"),
            DecideOption("deny", "不同意移出", "机器建议。送处长审批，出《不予许可决定书》", True),
            DecideOption("return", "退回申请人补充说明", "停表，本件还可用 1 次"),
        ),
        "00000000-0000-4000-8000-000000000000",
        lamp(days_left=3),
        opinion="经审核，不符合就近原则，建议不同意移出。",
        opinion_source="由审查结果起草，请改定",
        opinion_help="申请人会看到这段话。",
        phrases=("不符合就近原则", "能力不足"),
        notes=(Note("提交前，请确认 CR-05 一条存疑。", kind="warn"),),
    )


def _table() -> DataTable:
    columns = (
        Column("剩余工作日", sort="ascending"),
        Column("单位 · 办件号"),
        Column("内容"),
        Column("数量（吨）", right=True),
        Column("状态"),
    )
    rows = tuple(
        TableRow(
            (
                Cell(view=lamp(days_left=left, due=date(2026, 7, day))),
                Cell(firm, number, "#"),
                Cell("HW12 900-252-12 → 苏", tag="高风险" if left < 0 else ""),
                Cell(tonnes),
                Cell(view=status(of="case", code="accepted")),
            ),
            number,
            number,
        )
        for left, day, firm, number, tonnes in (
            (-1, 15, "上海示例涂装有限公司", "202607090118", "48"),
            (6, 24, "上海示例电镀有限公司", "202607100023", "210"),
        )
    )
    return DataTable("待我处理的办件，按期限从近到远", columns, rows, select="case")
