"""What an official says when acting: small forms, drawn and checked like any other."""

from __future__ import annotations

from luban.kit.fields import Choice, Code, LongText, Text, Whole, field, table
from luban.kit.form import Row, Section


class Nothing(Section):
    """The action needs no words."""


class Opinion(Section):
    """An opinion that stays inside the office."""

    opinion: LongText = field("意见", required=False, max_len=1000, wide=True)


class Reason(Section):
    """A reason the applicant will read."""

    reason: LongText = field("理由", max_len=2000, wide=True, help="申请人会看到这段话，请写明事实和依据。")


class CorrectionItem(Row):
    """One thing to correct: the field or material, what is wrong, on what ground."""

    path: Text = field("位置", max_len=120)
    problem: LongText = field("问题", max_len=500)
    basis: Text = field("依据", required=False, max_len=200)


class Correction(Section):
    """All that has to be corrected, told once (行政许可法第三十二条)."""

    items: list[CorrectionItem] = table("补正事项", min_rows=1, max_rows=50)
    note: LongText = field("补充说明", required=False, max_len=1000, wide=True)


class ScoreCorrection(Section):
    """A person's points for one factor of the score sheet; no points: the machine's count again."""

    factor: Code = field("评分项")
    points: Whole = field("修正后得分", required=False, help="留空表示撤销修正，恢复自动得分。")
    reason: LongText = field("修正理由", max_len=500, wide=True, help="不少于10字，写明核实的事实。")


class ClauseDisposal(Section):
    """A person's word to one clause of the review: a doubt is settled, a fail overridden by whoever may."""

    clause: Code = field("审查条款")
    disposal: Choice = field(
        "处置",
        options=(
            ("confirm_pass", "确认符合"),
            ("confirm_fail", "确认不符合"),
            ("override", "同意放行"),
        ),
    )
    reason: LongText = field("理由", max_len=500, wide=True)


class DoubtSettled(ClauseDisposal):
    """For a desk that settles doubts and may not override: the guard `disposal_allowed` takes these two words only."""

    disposal: Choice = field("处置", options=(("confirm_pass", "确认符合"), ("confirm_fail", "确认不符合")))


class FailOverridden(ClauseDisposal):
    """For whoever may let a case pass in spite of a fail, and nothing else."""

    disposal: Choice = field("处置", options=(("override", "同意放行"),))


class SecondLook(Section):
    """Another person agrees to the corrected points."""

    opinion: LongText = field("复核意见", required=False, max_len=500, wide=True)
