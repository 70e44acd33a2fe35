"""The gallery's content: one example of every view object, grouped under headings. Everything is invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from luban.ui.face import Link
from luban.ui.flow import FlowArc, FlowStep, flow
from luban.ui.gallery_office import office_parts
from luban.ui.qr import qr
from luban.ui.route import Leg, route
from luban.ui.view import (
    ActBar,
    Answered,
    Button,
    CaseRow,
    Chart,
    Choice,
    Choices,
    CorrectionRow,
    Corrections,
    Crumbs,
    Empty,
    FindList,
    FindRow,
    Fix,
    Message,
    Note,
    NoticePanel,
    Pair,
    Pairs,
    Proof,
    ProofLine,
    Proofmark,
    SectionLink,
    SectionNav,
    Series,
    Source,
    TimeEntry,
    Timeline,
    Todo,
    Track,
    TrackStep,
    Verdict,
    lamp,
    status,
)
from luban.ui.words import WORDS

Part = tuple[str, tuple[object, ...]]


def parts(*, face: str) -> Iterator[Part]:
    """Headings with their examples: marks for both faces, then what the face's own pages use."""
    yield from _marks()
    yield from _pictures()
    if face == "office":
        yield from office_parts()
        return
    yield from _progress()
    yield from _guide()
    yield from _form()
    yield from _verify()


def _marks() -> Iterator[Part]:
    yield "状态", tuple(mark for words in WORDS.values() for mark in words.values())
    yield (
        "时限灯",
        (
            lamp(days_left=5, due=date(2026, 7, 21)),
            lamp(days_left=2),
            lamp(days_left=0),
            lamp(days_left=-1),
            lamp(days_left=3, paused=True, used=6),
            lamp(days_left=None),
        ),
    )
    yield "来源", tuple(Source(kind) for kind in Source.KINDS)
    yield "存证", (Proofmark("anchored", 1_284_552), Proofmark("waiting"), Proofmark("mismatch"))
    yield (
        "按钮",
        (
            Button("预检并提交", kind="primary", type="button"),
            Button("增加一行", kind="line", type="button", icon="plus"),
            Button("暂存", type="button"),
            Button("继续", kind="primary", disabled=True, why="读完须知才能继续"),
            Button("撤回申请", kind="link", type="button", confirm="撤回后本次申请终止，可以再来一单。"),
        ),
    )
    yield (
        "字段旁的话",
        (
            Message("最长 12 个月，最晚 2027-08-16。", fix=Fix("改为 2027-08-16", "plan_end", "2027-08-16")),
            Message("合同只到 2027-06-30，请补充续签协议，或缩短转移期限。", kind="warn"),
            Message("双方名称、数量与表单一致", kind="ok"),
        ),
    )


def _pictures() -> Iterator[Part]:
    yield (
        "整块说明",
        (
            Note(
                "已用 7 月 15 日的数据预填，并标为“未核验”。可以继续填写，恢复后自动核对。",
                "许可证库暂时连不上",
                "warn",
                "plug-off",
            ),
            Note("请不要关闭本页，联网后自动补存。", "网络断了", "bad", "cloud-off"),
            Note("9 项已从铭牌照片识别，请核对。", icon="scan"),
            Note("实际废物代码、数量与上面一致。", "检查时请核对：", "plain"),
        ),
    )
    yield (
        "空",
        (Empty("没有符合条件的办件", "当前筛选：环节“拟函”。", "search-off", Button("清除筛选", href="#")),),
    )
    yield "流程", (_flow(),)
    yield "路线", (_route(),)
    yield "进度", (_track(big=True),)
    yield (
        "图表",
        (
            Chart(
                "各月办件",
                "bar",
                ("4 月", "5 月", "6 月"),
                (Series("受理", (12, 18, 9)), Series("办结", (10, 15, None))),
                "件",
                "月份",
            ),
        ),
    )
    yield "二维码", (qr(content="http://127.0.0.1:8000/v/EXAMPLEexample0123456A", text="核验页二维码"),)


def _progress() -> Iterator[Part]:
    yield "位置", (Crumbs((("首页", "#"), ("危险废物跨省转移许可", "#")), "填写申请"),)
    yield (
        "待办",
        (
            Todo(
                "需要补正 2 处",
                "请在 8 月 12 日前提交。",
                Button("去补正", "primary", "#"),
                lamp(days_left=19),
                Link("查看告知书", "#"),
                True,
            ),
            Todo("运输单位变更 · 草稿", "已填 8/11 项，自动保存于 16:20。", Button("继续填写", "link", "#")),
        ),
    )
    yield (
        "办件",
        (
            CaseRow(
                "危险废物跨省转移许可（新办）",
                "202607130086",
                "#",
                _track(big=False),
                status(of="case", code="correcting"),
                "停表，补正后继续",
                Button("去补正", "primary", "#"),
            ),
        ),
    )
    yield (
        "补正",
        (
            Corrections(
                (
                    CorrectionRow(
                        "合同期限没有覆盖转移期限",
                        "合同到 2027-06-30；拟转移止日 2027-07-31。",
                        "上传续签协议，或把止日改到 2027-06-30 以前。",
                        "#",
                    ),
                    CorrectionRow(
                        "说明缺少盖章页",
                        "第 4 页应有接收单位公章。",
                        "盖章后重新扫描上传，可以用手机拍。",
                        "#",
                    ),
                ),
                "#",
                basis="补正告知书 沪示例补〔2026〕0058 号",
                links=(Link("查看", "#"),),
            ),
        ),
    )


def _guide() -> Iterator[Part]:
    yield "办理经过", (_timeline(),)
    yield (
        "须知",
        (
            NoticePanel(
                ("未经批准不得转移。", "申请期限最长 12 个月。"), 10, "/notice/", "《危险废物转移管理办法》"
            ),
        ),
    )
    yield (
        "情形导引",
        (
            Answered(1, "接收单位在上海市吗？", "不在，在浙江省", "#", Source("prefill", "法人库")),
            Choices(
                "again",
                "2　这次是续办吗？",
                (
                    Choice("y", "是，续办", "2026-09-30 到期，余量 41 吨", on=True),
                    Choice("n", "不是，第一次转给这家单位"),
                ),
                "同一接收单位、同一废物代码以前批过，就算续办。",
            ),
        ),
    )


def _form() -> Iterator[Part]:
    yield (
        "各节与预检",
        (
            SectionNav(
                (
                    SectionLink("移出单位", "#s1", "19/19 已预填", "ok"),
                    SectionLink("转移的废物", "#s2", "2 行 · 1 处提醒", "warn", current=True),
                    SectionLink("转移计划", "#s3", "1 处须改", "bad"),
                    SectionLink("材料", "#s4", "3/4 份"),
                )
            ),
            FindList(
                (
                    FindRow("warn", "第 2 行数量超过管理计划余量", "二 废物 · 第 2 行", "#r2"),
                    FindRow("block", "结束日期超过 12 个月", "三 转移计划 · 拟转移止日", "#plan_end"),
                ),
                41,
                "刚刚更新",
            ),
        ),
    )


def _verify() -> Iterator[Part]:
    yield (
        "核验",
        (
            Verdict("ok", "有效", "该批准决定有效，期限至 2027 年 7 月 31 日。"),
            Verdict("void", "已撤销", "该批准决定已被撤销，不得据此转移。"),
            Verdict("old", "已过期", "该批准决定已于 2027 年 7 月 31 日到期。"),
            Pairs(
                (Pair("文号", "沪示例许〔2026〕0187 号"), Pair("移出单位", "上海示例微电子有限公司")), "cert"
            ),
            Proof(
                (
                    ProofLine("内容没有被改过", "文件的“指纹”与发证当天记在链上的完全一致。"),
                    ProofLine("确由发证机关签发", "电子印章有效。"),
                ),
                "9f3c51d08e27b46a0c1f77e2d95b34a86610f2c4ab395de107b8e94c2f60d18a",
                "区块 1,291,046",
                (Link("下载 PDF", "#"),),
            ),
        ),
    )
    yield (
        "底部操作条",
        (
            ActBar(
                (Button("上一节", type="button"), Button("预检并提交", "primary")),
                "已自动保存 10:42:08",
                True,
            ),
        ),
    )


def _flow() -> object:
    steps = (
        FlowStep("accept", "受理", "07-14 完成", "done"),
        FlowStep("rules", "合规审查", "不合规", "done"),
        FlowStep("review", "初步审核", "现在这里", "now"),
        FlowStep("letter", "拟函签发"),
        FlowStep("consult", "等待复函", "停表 10 日", paused=True),
        FlowStep("decide", "审查决定", "5 日"),
        FlowStep("approve", "审批", "处长、局领导"),
        FlowStep("deliver", "制证送达"),
    )
    return flow(
        steps=steps,
        arcs=(
            FlowArc("review", "accept", "退回补充说明"),
            FlowArc("review", "approve", "不同意移出：直接送审批"),
        ),
    )


def _route() -> object:
    return route(
        legs=(
            Leg("浦东新区", "外高桥码头", "road", Decimal("32.5"), "G1503 上海绕城高速"),
            Leg("外高桥码头", "南通港", "ship", Decimal(118), "长江口航道", ("江苏",)),
            Leg("南通港", "南通崇川区", "road", Decimal(12)),
        )
    )


def _track(*, big: bool) -> Track:
    return Track(
        (
            TrackStep("提交", "done", "7 月 1 日"),
            TrackStep("受理", "done", "7 月 2 日"),
            TrackStep("浙江征询", "now", "停表，7 月 22 日前", "hold"),
            TrackStep("决定", note="5 个工作日"),
            TrackStep("发证"),
        ),
        big,
    )


def _timeline() -> Timeline:
    return Timeline(
        (
            TimeEntry("补正提交后继续受理", "接下来", "受理时限接着算，还剩 3 个工作日。", "next"),
            TimeEntry(
                "通知补正，时限停表",
                "7 月 15 日 15:20",
                "市局受理窗口：两处需要补正。",
                "stop",
                (Link("补正告知书", "#"),),
                Proofmark("anchored"),
            ),
            TimeEntry("系统预检通过，3 条提醒", "7 月 13 日 09:40", kind="machine"),
            TimeEntry("签章并提交", "7 月 13 日 09:38", "经办人 林**，使用单位电子印章。"),
        )
    )
