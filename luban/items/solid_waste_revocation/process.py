"""How a revocation goes: the district's leader signs, the city reviews and decides, the licence falls at once.

R1 district_reviewer drafts, district_leader signs and reports (sign) → R2 city_reviewer reviews, city_director decides
(approve) → R3 the licence is revoked in the same transaction and the notice is sealed (seal); R4 a refusal leaves the
filing as it is; R5 the district may take it back until then. Before the report a case may be corrected; once reported
its form is fixed, as its digest is on the chain, and what the city asks for is told in a supplement of its own.
"""

from __future__ import annotations

from luban.kit.acts import Opinion, Reason
from luban.kit.fields import LongText, Text, field
from luban.kit.form import Section
from luban.kit.process import SYSTEM, Desk, End, Go, Limit, Process, Return, Step, param
from luban.kit.view import Situation

DISTRICT_REVIEWER = Desk("district_reviewer", at="handling")
DISTRICT_LEADER = Desk("district_leader", at="handling")
CITY_REVIEWER = Desk("city_reviewer", at="city")
CITY_DIRECTOR = Desk("city_director", at="city")

PROPOSING = ("submit", "resubmit", "sign", "reply", "endorse")
SAME_PERSON = "撤销申请的发起人与审批人不得为同一人。"
DRAFTER_SIGNS = "拟稿与签发不得为同一人，请由其他同志办理。"


class DistrictWords(Section):
    """What the district's leader sends back for."""

    reason: LongText = field("退回理由", max_len=1000, wide=True)


class Review(Section):
    """The city reviewer's finding."""

    opinion: LongText = field("审查意见", max_len=1000, wide=True)


class Decision(Section):
    """The city's opinion, printed in the notice."""

    opinion: LongText = field("市局意见", max_len=1000, wide=True)


class Supplement(Section):
    """What the district adds after the city asked."""

    answer: LongText = field(
        "补充说明",
        max_len=2000,
        wide=True,
        help="补充的证据请写明名称、文号、来源和存放处；已上报的申请表不再改动。",
    )
    sources: Text = field("证据材料名称", required=False, max_len=200)


def reviewer_does_not_decide(situation: Situation) -> str | None:
    """Who reviewed the case does not decide it (拟稿≠签发)."""
    reviewed = situation.case.latest("submit_review")
    if reviewed is not None and reviewed.actor == situation.by.account:
        return "审查与审批不得为同一人，请由其他同志办理。"
    return None


WITHDRAW = End(
    "withdraw",
    "撤回撤销申请",
    reaches="closed_withdrawn",
    data=Reason,
    records=("licences.release",),
    by=DISTRICT_REVIEWER,
    says="尚未报市局，撤回后原备案不变。",
)
RECALL = End(
    "recall",
    "撤回撤销申请",
    reaches="closed_withdrawn",
    data=Reason,
    records=("licences.release",),
    by=DISTRICT_REVIEWER,
    says="市局作出决定前可以撤回，撤回后原备案不变。",
)

SIGN = Step(
    "sign",
    "区局签发",
    DISTRICT_LEADER,
    actions=(
        Go(
            "sign",
            "签发报市局",
            to="review",
            reaches="accepted",
            marks=("reported",),
            makes=("revocation_application",),
            data=Opinion,
            apart_from=("submit", "resubmit"),
            apart_message=DRAFTER_SIGNS,
        ),
        Return("send_back", "退回修改", data=DistrictWords),
    ),
)
REVIEW = Step(
    "review",
    "市局审查",
    CITY_REVIEWER,
    actions=(Go("submit_review", "提请审批", to="approve", data=Review),),
)
APPROVE = Step(
    "approve",
    "市局审批",
    CITY_DIRECTOR,
    actions=(
        Go(
            "agree",
            "同意撤销",
            to="seal",
            marks=("revoked",),
            makes=("revocation_notice",),
            records=("licences.revoke",),
            data=Decision,
            when=reviewer_does_not_decide,
            apart_from=PROPOSING,
            apart_message=SAME_PERSON,
            says="同意后原备案立即失效，核验页即时显示“已撤销”。",
        ),
        End(
            "disagree",
            "不同意撤销",
            reaches="closed_denied",
            marks=("decided", "denied"),
            records=("licences.release",),
            data=Reason,
            when=reviewer_does_not_decide,
            apart_from=PROPOSING,
            apart_message=SAME_PERSON,
            says="撤销申请终止，原备案不变，区局可以再次发起。",
        ),
        Go("ask_more", "退回补充", to="supplement", data=Reason, pauses="supplement"),
    ),
)
SUPPLEMENT = Step(
    "supplement",
    "区局补充",
    DISTRICT_REVIEWER,
    actions=(Go("reply", "提交补充", to="endorse", data=Supplement),),
)
ENDORSE = Step(
    "endorse",
    "区局签发补充",
    DISTRICT_LEADER,
    actions=(
        Go(
            "endorse",
            "签发补充报市局",
            to="review",
            data=Opinion,
            resumes=True,
            apart_from=("reply",),
            apart_message=DRAFTER_SIGNS,
        ),
        Go("rework", "退回重写", to="supplement", data=DistrictWords),
    ),
)
SEAL = Step(
    "seal",
    "盖章",
    SYSTEM,
    actions=(
        End("issue", "签发撤销通知", reaches="closed_granted", marks=("decided", "granted"), by=SYSTEM),
    ),
    says="备案已经失效，正在加盖市局印章。",
)

PROCESS = Process(
    steps=(SIGN, REVIEW, APPROVE, SUPPLEMENT, ENDORSE, SEAL),
    limits=(
        Limit(
            "decision",
            "市局审批",
            param("revocation.review_days"),
            "wd",
            starts_on="reported",
            stops_on=("revoked", "decided"),
            paused_by=("supplement",),
        ),
    ),
    anytime=(
        (WITHDRAW, ("sign", "correct")),
        (RECALL, ("review", "approve", "supplement", "endorse")),
    ),
    submit_records=("licences.hold",),
    lapse_records=("licences.release",),
    corrects=DISTRICT_REVIEWER,
)
