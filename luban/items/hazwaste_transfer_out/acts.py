"""What is said at the desks of an application: the evaluation, the experts, the other province's reply, advice.

Source: domain brief 危险废物 第一部分 §6, §7.7, §8.
"""

from __future__ import annotations

from luban.kit.fields import Choice, Code, Day, LongText, Text, Tonnes4, field, table
from luban.kit.form import Row, Section

CONCLUSIONS = (("agree", "同意转入"), ("partial", "部分同意"), ("disagree", "不同意转入"))
SUGGESTIONS = (("agree", "同意转移"), ("conditions", "同意，附条件"), ("disagree", "不予同意"))


class Evaluation(Section):
    """The institution's conclusion, beside the score sheet's own suggestion."""

    suggestion: Choice = field("评估建议", options=SUGGESTIONS)
    conclusion: LongText = field("评估意见", max_len=2000, wide=True)


class AskExperts(Section):
    """Why experts are asked; the applicant is told that their time does not count (行政许可法)."""

    reason: LongText = field("专家评审的理由和事项", max_len=1000, wide=True)


class ExpertsOpinion(Section):
    """What the experts said, written down by the institution."""

    opinion: LongText = field("专家评审意见", max_len=2000, wide=True)


class SentBack(Section):
    """Why a case goes back inside the office; the applicant does not see it."""

    opinion: LongText = field("退回意见", max_len=1000, wide=True)


class Disagreement(Section):
    """Why the waste should not leave."""

    opinion: LongText = field("不同意移出的事实和理由", max_len=2000, wide=True)


class ApprovedRow(Row):
    """What the other province agrees to of one waste; the way is asked for where a code goes in several."""

    waste_code: Code = field("废物代码")
    disposal_mode: Choice = field(
        "利用处置方式",
        dictionary="hw_mode",
        required=False,
        help="同一代码申请了几种方式的填写。",
    )
    approved_t: Tonnes4 = field("同意数量", unit="吨", ge=0)


class Reply(Section):
    """The other province's reply (危险废物转移管理办法第二十四条). A list of quantities is the whole of what it agrees to
    (批准内容 = 申请 ∩ 复函); without one it agrees to what was applied for."""

    conclusion: Choice = field("复函结论", options=CONCLUSIONS)
    reply_no: Text = field("复函文号", max_len=60)
    replied_on: Day = field("复函日期")
    approved: list[ApprovedRow] = table(
        "同意的数量（部分同意时填写）",
        max_rows=50,
        help="部分同意数量或者代码的，逐项填写同意的废物；没有列入的视为不同意。只限定期限的不填。",
    )
    valid_to: Day = field("同意的截止日期", required=False, help="复函限定期限的填写；不填按申请期限。")
    opinion: LongText = field("复函意见或理由", required=False, max_len=2000, wide=True)


class Reminder(Section):
    """What is said when the reply is late."""

    note: LongText = field("催办说明", required=False, max_len=500, wide=True)


class MoreWanted(Section):
    """What the other province wants to know before it answers."""

    opinion: LongText = field("要求补充的内容", max_len=1000, wide=True)


class Advice(Section):
    """The reviewer's advice on the decision."""

    opinion: LongText = field("审查意见", max_len=2000, wide=True)


class Decision(Section):
    """The decision to grant; its term is worked out on the day it is taken (§8) and kept with it."""

    valid_from: Day = field("批准有效期起", required=False, derived=True)
    valid_to: Day = field("批准有效期止", required=False, derived=True)
    opinion: LongText = field("审批意见", required=False, max_len=1000, wide=True)


class Denial(Section):
    """Why the permit is refused; the applicant reads it in the decision."""

    reason: LongText = field("不予许可的事实、理由和依据", max_len=2000, wide=True)
