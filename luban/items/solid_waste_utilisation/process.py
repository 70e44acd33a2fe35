"""How a filing goes: the district receives, reviews and confirms; the seal makes the filing (一般固体废物 2B.6).

U2 accept → U3 review → U4 confirm → U5 seal. The applicant may withdraw until the leader has decided; a case returned
for correction lapses after the days of the parameter.
"""

from __future__ import annotations

from luban.items.solid_waste_utilisation.review import ReviewSheet, preset, sheet_complete
from luban.kit.acts import Correction, Opinion, Reason
from luban.kit.fields import LongText, field
from luban.kit.form import Section
from luban.kit.process import SYSTEM, Desk, End, Go, Limit, Process, Return, Step, param
from luban.kit.view import Situation

REVIEWER = Desk("district_reviewer", at="handling")
LEADER = Desk("district_leader", at="handling")
APART = "审核与签发不得为同一人，请由其他同志办理。"


class SentBack(Section):
    """Why the leader sends it back; stays inside the office."""

    opinion: LongText = field("退回意见", max_len=1000, wide=True)


def term_not_over(situation: Situation) -> str | None:
    """Guard: a filing that would end before it begins is not confirmed."""
    end = situation.case.form.contract.end_date
    if end and end < situation.case.today:
        return f"转移结束日期{end}已过，不能确认备案，请退回或者不予备案。"
    return None


ACCEPT = Step(
    "accept",
    "接收",
    REVIEWER,
    actions=(
        Go("accept", "接收", to="review", reaches="accepted", makes=("acceptance_notice",)),
        Return(
            "correct",
            "补正",
            data=Correction,
            makes=("correction_notice",),
            says="一次告知全部须补正的内容，企业补正后回到本环节。",
        ),
        End("refuse", "不予接收", reaches="closed_refused", data=Reason, makes=("refusal_notice",)),
    ),
)
REVIEW = Step(
    "review",
    "审核",
    REVIEWER,
    actions=(
        Go(
            "submit_review",
            "提请确认",
            to="confirm",
            data=ReviewSheet,
            preset=preset,
            when=sheet_complete,
        ),
    ),
    says="逐项判断源头、过程、末端。",
)
CONFIRM = Step(
    "confirm",
    "确认",
    LEADER,
    actions=(
        Go(
            "confirm",
            "确认备案",
            to="seal",
            data=Opinion,
            makes=("filing_receipt",),
            when=term_not_over,
            apart_from=("submit_review",),
            apart_message=APART,
            says="确认后生成备案号和电子批复证照，通报接收地。",
        ),
        Go("send_back", "退回", to="review", data=SentBack),
        Go(
            "reject",
            "不予备案",
            to="seal_rejection",
            data=Reason,
            makes=("rejection_decision",),
            apart_from=("submit_review",),
            apart_message=APART,
        ),
    ),
)
SEAL = Step(
    "seal",
    "制证",
    SYSTEM,
    actions=(
        End(
            "issue",
            "制证完成",
            reaches="closed_granted",
            marks=("decided", "granted", "licensed"),
            makes=("report_letter",),
        ),
    ),
    says="系统正在编号、盖章、制证。",
)
SEAL_REJECTION = Step(
    "seal_rejection",
    "盖章",
    SYSTEM,
    actions=(End("issue", "盖章完成", reaches="closed_denied", marks=("decided", "denied")),),
    says="系统正在盖章。",
)

WITHDRAW = End("withdraw", "撤回", reaches="closed_withdrawn", says="撤回后本件终止，可以再来一单。")

PROCESS = Process(
    steps=(ACCEPT, REVIEW, CONFIRM, SEAL, SEAL_REJECTION),
    limits=(
        Limit(
            "receive",
            "接收",
            param("filing.receive_days"),
            "wd",
            starts_on="submitted",
            stops_on=("accepted", "correcting"),
        ),
        Limit(
            "receive_again",
            "补正后接收",
            param("filing.receive_days"),
            "wd",
            starts_on="resubmitted",
            stops_on=("accepted", "correcting"),
        ),
        Limit(
            "promise",
            "审核确认",
            param("filing.promise_days"),
            "wd",
            starts_on="accepted",
            stops_on=("decided",),
        ),
    ),
    anytime=((WITHDRAW, ("accept", "correct", "review", "confirm")),),
)
