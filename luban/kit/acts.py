"""What an official says when acting: small forms, drawn and checked like any other."""

from __future__ import annotations

from luban.kit.fields import LongText, Text, field, table
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
