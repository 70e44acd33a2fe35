"""What is said at the desks of an approval: the review sheet, the evaluation, the reply, the draft of the decision.

Fields named `auto_…` are the machine's, filled in the moment the act is taken; what a person says stands beside them
with a reason where it differs. Source: domain brief 一般固体废物 2A.6, 2A.7.
"""

from __future__ import annotations

from luban.items.solid_waste_disposal.nearby import LIGHTS, OVERALL
from luban.kit.fields import Choice, Day, LongText, Text, Tonnes3, YesNo, field
from luban.kit.form import Section

CONCLUSIONS = (("agree", "同意"), ("agree_partial", "部分同意"), ("disagree", "不同意"))
EVALUATIONS = (("pass", "通过"), ("conditions", "有条件通过"), ("fail", "不通过"))


class ReviewSheet(Section):
    """审查表: how near and how necessary, and what a person concludes of ends the matrix leaves to one."""

    auto_distance: Choice = field("距离等级", options=LIGHTS, required=False, derived=True)
    auto_transit: Choice = field("途经等级", options=LIGHTS, required=False, derived=True)
    auto_capacity: Choice = field("能力等级", options=LIGHTS, required=False, derived=True)
    auto_necessity: Choice = field("必要性等级", options=LIGHTS, required=False, derived=True)
    auto_overall: Choice = field("综合（自动）", options=OVERALL, required=False, derived=True)
    overall: Choice = field("综合", options=OVERALL)
    overall_reason: LongText = field("改动理由", required=False, max_len=500, help="与自动判断不同的必填。")
    end_use_conclusion: LongText = field(
        "末端方式人工确认结论",
        required=False,
        max_len=500,
        wide=True,
        help="末端方式判断为“需人工确认”的必填。",
    )
    opinion: LongText = field("审查意见", max_len=2000, wide=True)


class AskEvaluation(Section):
    """Why an evaluation is asked for; the applicant is told that its time does not count."""

    reason: LongText = field("技术评估的理由和事项", max_len=1000, wide=True)


class Evaluation(Section):
    """What the institution or the experts concluded, written down by the reviewer."""

    conclusion: Choice = field("评估结论", options=EVALUATIONS)
    evaluator: Text = field("评估机构或者专家", max_len=200)
    opinion: LongText = field("评估意见", max_len=2000, wide=True)


class DistrictOpinion(Section):
    """What the district of the site says when it is asked."""

    opinion: LongText = field("区局协查意见", max_len=2000, wide=True)


class SentBack(Section):
    """Why a case goes back inside the office; the applicant does not see it."""

    opinion: LongText = field("退回意见", max_len=1000, wide=True)


class Reply(Section):
    """The receiving province's reply: what it agrees to."""

    conclusion: Choice = field("复函结论", options=CONCLUSIONS)
    reply_no: Text = field("复函文号", max_len=60)
    replied_on: Day = field("复函日期")
    approved_qty_t: Tonnes3 = field(
        "同意的数量", unit="吨", required=False, gt=0, help="部分同意、核减数量的填写；不填按申请量。"
    )
    valid_to: Day = field("同意的截止日期", required=False, help="部分同意、缩短期限的填写；不填按申请期限。")
    opinion: LongText = field("复函意见或理由", required=False, max_len=2000, wide=True)


class PaperReply(Reply):
    """A reply that came on paper, recorded on the province's behalf."""

    recorded_on_behalf: YesNo = field("代录", required=False, derived=True)
    scan_ref: Text = field("复函扫描件归档号", max_len=80, help="扫描件在收文系统的编号。")


class MoreWanted(Section):
    """What the receiving province wants to know before it answers."""

    opinion: LongText = field("要求补充的内容", max_len=1000, wide=True)


class PaperMoreWanted(MoreWanted):
    """The same, come on paper."""

    recorded_on_behalf: YesNo = field("代录", required=False, derived=True)
    scan_ref: Text = field("复函扫描件归档号", max_len=80, help="扫描件在收文系统的编号。")


class Reminder(Section):
    """What is said when the reply is late."""

    note: LongText = field("催办说明", required=False, max_len=500, wide=True)


class GrantDraft(Section):
    """拟批复: what the machine suggests, and what is drafted; smaller or shorter with a reason, never the other way."""

    auto_qty_t: Tonnes3 = field("建议核定量", unit="吨", required=False, derived=True)
    auto_from: Day = field("建议有效期起", required=False, derived=True)
    auto_to: Day = field("建议有效期止", required=False, derived=True)
    approved_qty_t: Tonnes3 = field("核定量", unit="吨", gt=0)
    valid_from: Day = field("核定有效期起")
    valid_to: Day = field("核定有效期止")
    change_reason: LongText = field(
        "改动理由", required=False, max_len=500, wide=True, help="核定量改小或者期限缩短的必填。"
    )
    opinion: LongText = field("拟批复意见", max_len=2000, wide=True)


class DenialDraft(Section):
    """拟不予许可; the applicant reads the reason in the decision."""

    reason: LongText = field("不予许可的事实、理由和依据", max_len=2000, wide=True)


class Granting(Section):
    """The leader's word; the term as it stands on that day is kept with it."""

    valid_from: Day = field("核定有效期起", required=False, derived=True)
    valid_to: Day = field("核定有效期止", required=False, derived=True)
    opinion: LongText = field("签发意见", required=False, max_len=1000, wide=True)


class Extension(Section):
    """Why more time is needed; the applicant is told (行政许可法第四十二条)."""

    reason: LongText = field("延长期限的理由", max_len=1000, wide=True, help="申请人会看到这段话。")
