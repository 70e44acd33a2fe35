"""Figures of applications (危险废物 第一部分 §10.1): how many, how long, how good, how much, what provinces reply.

Facts are stored with the case as it moves; wastes stand in lines, so that tonnes belong to their own code and way.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out import counted
from luban.items.hazwaste_transfer_out.assessed import assessment_of
from luban.items.hazwaste_transfer_out.clauses import CLAUSES
from luban.items.hazwaste_transfer_out.counted import yes
from luban.items.hazwaste_transfer_out.decision import consultation_skipped, decision_of
from luban.items.hazwaste_transfer_out.papers.reviewed import OVERALL
from luban.items.hazwaste_transfer_out.scoring import SCORING
from luban.items.hazwaste_transfer_out.statistics_columns import COLUMNS
from luban.kit.statistics import (
    Bands,
    Chapter,
    Count,
    Dimension,
    Distinct,
    Factors,
    Hits,
    Mean,
    Measure,
    Ratio,
    Share,
    Span,
    Statistics,
    Target,
)
from luban.kit.verdicts import Verdict
from luban.kit.view import CaseView
from luban.registers.hazardous_waste.modes import FAMILIES

BANDS = (
    ("100分及以上", Decimal(100)),
    ("90–99分", Decimal(90)),
    ("80–89分", Decimal(80)),
    ("60–79分", Decimal(60)),
    ("60分以下", None),
)
OURS = ("review", "decide", "decide_skipped", "decide_refused")
"""The office's own clocks; the other province's is counted with its replies."""


def facts_of(case: CaseView) -> Mapping[str, Any]:
    """What is stored with the case: by what to group it, its days, points, clauses and wastes."""
    form, found = case.form, assessment_of(case)
    generator, receiver = form.generator, form.receiver
    return {
        "district": generator.generator_adcode or "",
        "receiver_province": receiver.receiver_province or "",
        "receiver": f"{receiver.receiver_uscc or ''} {receiver.receiver_name or ''}".rstrip(),
        "generator": f"{generator.generator_uscc or ''} {generator.generator_name or ''}".rstrip(),
        "generator_uscc": generator.generator_uscc or "",
        "receiver_uscc": receiver.receiver_uscc or "",
        "carriers": [row.uscc for row in form.transport.carriers if row.uscc],
        "handler": counted.handlers(case),
        "compliance": OVERALL[found.overall] if found else "",
        "whitelist": yes(receiver.whitelist_declared),
        "exempt": yes(receiver.qualification_kind not in ("licence", None)),
        "skipped": yes(consultation_skipped(case)),
        "corrected": yes(counted.corrected(found)) if found else "",
        "reply": counted.reply_title(case),
        "failed_clauses": counted.judged(found, Verdict.FAIL),
        "doubtful_clauses": counted.judged(found, Verdict.DOUBT),
        "rows": _rows(case),
        **({"outcome": "granted"} if case.state == "decided" else {}),
        **counted.scores(found),
        **counted.days(case),
    }


def _rows(case: CaseView) -> list[dict[str, str]]:
    decided = decision_of(case) is not None
    return [
        {
            "category": row.hw_category or "",
            "code": row.waste_code or "",
            "mode": row.disposal_mode or "",
            "family": counted.family(row.disposal_mode),
            "applied_t": str(row.apply_t or 0),
            "approved_t": str(tonnes if decided else 0),
        }
        for row, tonnes in counted.approved_rows(case)
    ]


DIMENSIONS = (
    Dimension("district", "移出区"),
    Dimension("receiver_province", "接收省"),
    Dimension("family", "利用处置大类", of_rows=True, options=tuple(FAMILIES.items())),
    Dimension("category", "废物类别", of_rows=True),
    Dimension("code", "废物代码", of_rows=True),
    Dimension("mode", "利用处置方式", "hw_mode", of_rows=True),
    Dimension("receiver", "接收单位", labelled=True),
    Dimension("generator", "移出单位", labelled=True),
    Dimension("grade", "风险分级"),
    Dimension("compliance", "合规结论"),
    Dimension("reply", "复函结论"),
    Dimension("whitelist", "白名单"),
    Dimension("exempt", "豁免"),
    Dimension("skipped", "免商请"),
    Dimension("corrected", "人工修正"),
    Dimension("handler", "经办人", many=True, labelled=True),
)
CASES = Chapter(
    "cases",
    "办件",
    (
        Count("submitted", "提交", "submitted_on"),
        Count("accepted", "受理", "accepted_on"),
        Count("ended", "办结", "ended_on"),
        Count("granted", "批准", "decided_on", ("granted",)),
        Count("denied", "不予许可", "decided_on", ("denied",)),
        Count("refused", "不予受理", "closed_on", ("refused",)),
        Count("withdrawn", "撤回", "closed_on", ("withdrawn",)),
        Count("lapsed", "视为放弃", "closed_on", ("lapsed",)),
        Count("evaluated", "技术审查", "evaluated_on"),
        Distinct("generator_uscc", "移出单位", "accepted_on"),
        Distinct("receiver_uscc", "接收单位", "accepted_on"),
        Distinct("carriers", "运输单位", "accepted_on", many=True),
    ),
)
SPANS = Chapter(
    "spans",
    "时长",
    (
        Span("whole", "受理至制证", "accepted_on", "issued_on", OURS, whole=True),
        Span("accepting", "受理", "received_on", "accepted_on", ("accept", "accept_again")),
        Span("evaluating", "技术评估", "accepted_on", "evaluated_on", ("evaluate",)),
        Span("reviewing", "初步审核", "accepted_on", "reviewed_on", ("review",)),
        Span("replying", "外省复函", "consulted_on", "replied_on", ("reply",), ("supplement",)),
        Span("deciding", "决定", "decidable_on", "decided_on", OURS[1:]),
        Span("certifying", "制证", "decided_on", "issued_on"),
    ),
)
SCORES = Chapter(
    "scores",
    "评分",
    (
        Mean("total_mean", "平均总分", "evaluated_on", "total", "分"),
        Share("corrected_share", "人工修正", "evaluated_on", "corrected", (counted.YES,), count=True),
        Mean("moved_mean", "平均修正幅度", "evaluated_on", "moved", "分"),
        Bands("spread", "评分分布", "evaluated_on", "total", BANDS),
        Factors("factors", "各项均分", "evaluated_on", "points", tuple((f.code, f.title) for f in SCORING)),
    ),
    by="grade",
)
HITS = Chapter(
    "clauses",
    "合规条款",
    (
        Hits(
            "hits",
            "条款命中",
            "accepted_on",
            (("failed_clauses", "不符合"), ("doubtful_clauses", "存疑")),
            tuple((clause.id, clause.title) for clause in CLAUSES),
        ),
    ),
    by="compliance",
)
TONNES = Chapter(
    "tonnes",
    "转移量",
    (
        Measure("applied_t", "申请量", "吨", "accepted_on", of_rows=True),
        Measure("approved_t", "批准量", "吨", "decided_on", of_rows=True),
        Measure("actual_t", "实转量", "吨", "decided_on", True, "transfer_permits.moved", ("code", "mode")),
        Ratio("executed", "执行率", "actual_t", "approved_t"),
    ),
    by="code",
)
REPLIES = Chapter(
    "replies",
    "外省复函",
    (
        Span("replying", "外省复函", "consulted_on", "replied_on", ("reply",), ("supplement",)),
        Share("agreed", "同意转入", "replied_on", "reply", ("同意转入",), count=True),
        Share("partly", "部分同意", "replied_on", "reply", ("部分同意",), count=True),
    ),
    by="receiver_province",
)
STATISTICS = Statistics(
    facts=facts_of,
    dimensions=DIMENSIONS,
    measures=(),
    columns=COLUMNS,
    chapters=(CASES, SPANS, SCORES, HITS, TONNES, REPLIES),
    targets=(Target("hazwaste", "业务量达成", "target.hazwaste_year", ("granted", "denied")),),
    lines=lambda case: case.form.waste.wastes,
)
