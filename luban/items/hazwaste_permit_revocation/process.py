"""How a permit ends: review, the director, and for a revocation the bureau's leader; the permit falls with the decision.

E1 a reviewer begins it → E2 another reviewer looks into it (review) → E3 the director (approve): cancels, or reports a
revocation to the leader → E4 the leader revokes (leader) → E5 the decision is sealed (seal). Who began or reviewed a
case takes no part in deciding it, and the director who reported it is not its leader. Until then the permit holds.
Source: 危险废物跨省转移业务说明 第一部分 §6 (撤销经 审查→处长→局领导；证照与二维码状态即时变更), §8 D-13.
"""

from __future__ import annotations

from luban.items.hazwaste_permit_revocation.form import CANCEL, REVOKE
from luban.kit.acts import Opinion, Reason
from luban.kit.fields import LongText, field
from luban.kit.form import Section
from luban.kit.process import SYSTEM, Desk, End, Go, Limit, Process, Return, Step, param
from luban.kit.view import Situation

REVIEWER = Desk("city_reviewer", at="city")
DIRECTOR = Desk("city_director", at="city")
LEADER = Desk("city_leader", at="city")

BEGUN, REVIEWED, REPORTED = ("submit", "resubmit"), ("submit_review", "review_again"), ("to_leader",)
DECIDED_BY_OTHERS = "发起、审查与审批不得为同一人，请由其他同志办理。"
REVOKES = ("licences.revoke", "transfer_permits.revoke")
CANCELS = ("licences.cancel", "transfer_permits.cancel")
FREES = ("licences.release",)
PAPERS = ("approval_sheet", "end_decision")


class Review(Section):
    """The reviewer's finding."""

    opinion: LongText = field("审查意见", max_len=1000, wide=True)


class SentBack(Section):
    """What is sent back for, inside the office."""

    reason: LongText = field("退回意见", max_len=1000, wide=True)


class Decision(Section):
    """The deciding words, printed in the decision."""

    opinion: LongText = field("审批意见", max_len=1000, wide=True)


def only_cancelled(situation: Situation) -> str | None:
    """The director cancels alone; a revocation goes to the leader."""
    kind = situation.case.form.grounds.kind
    return None if kind == CANCEL else "撤销许可须报局领导审批，请选择“报局领导审批”。"


def only_revoked(situation: Situation) -> str | None:
    """Only a revocation goes to the leader."""
    kind = situation.case.form.grounds.kind
    return None if kind == REVOKE else "注销由处长审批，请选择“同意注销”。"


def _disagree(code: str, apart_from: tuple[str, ...]) -> End:
    return End(
        code,
        "不同意",
        reaches="closed_denied",
        marks=("denied",),
        records=FREES,
        data=Reason,
        apart_from=apart_from,
        apart_message=DECIDED_BY_OTHERS,
        says="本件终止，原许可不变。",
    )


WITHDRAW = End(
    "withdraw",
    "撤回",
    reaches="closed_withdrawn",
    data=Reason,
    records=FREES,
    by=REVIEWER,
    says="作出决定前可以撤回，撤回后原许可不变。",
)
REVIEW = Step(
    "review",
    "审查",
    REVIEWER,
    actions=(
        Go(
            "submit_review",
            "提请审批",
            to="approve",
            reaches="accepted",
            marks=("reviewing",),
            data=Review,
            apart_from=BEGUN,
            apart_message="发起与审查不得为同一人，请由其他同志办理。",
        ),
        Return("send_back", "退回修改", data=SentBack),
    ),
)
APPROVE = Step(
    "approve",
    "处长审批",
    DIRECTOR,
    actions=(
        Go(
            "agree_cancel",
            "同意注销",
            to="seal",
            marks=("cancelled",),
            makes=PAPERS,
            records=CANCELS,
            data=Decision,
            when=only_cancelled,
            apart_from=(*BEGUN, *REVIEWED),
            apart_message=DECIDED_BY_OTHERS,
            says="同意后原许可立即失效，核验页即时显示“已注销”。",
        ),
        Go(
            "to_leader",
            "报局领导审批",
            to="leader",
            data=Opinion,
            when=only_revoked,
            apart_from=(*BEGUN, *REVIEWED),
            apart_message=DECIDED_BY_OTHERS,
        ),
        Go("return_review", "退回审查", to="rework", data=SentBack),
        _disagree("disagree", (*BEGUN, *REVIEWED)),
    ),
)
REWORK = Step(
    "rework",
    "重新审查",
    REVIEWER,
    actions=(
        Go(
            "review_again",
            "提请审批",
            to="approve",
            data=Review,
            apart_from=BEGUN,
            apart_message="发起与审查不得为同一人，请由其他同志办理。",
        ),
    ),
)
DECIDE = Step(
    "leader",
    "局领导审批",
    LEADER,
    actions=(
        Go(
            "agree_revoke",
            "同意撤销",
            to="seal",
            marks=("revoked",),
            makes=PAPERS,
            records=REVOKES,
            data=Decision,
            apart_from=(*BEGUN, *REVIEWED, *REPORTED),
            apart_message=DECIDED_BY_OTHERS,
            says="同意后原许可立即失效，核验页即时显示“已撤销”。",
        ),
        Go("return_director", "退回处长", to="approve", data=SentBack),
        _disagree("leader_disagree", (*BEGUN, *REVIEWED, *REPORTED)),
    ),
)
SEAL = Step(
    "seal",
    "盖章",
    SYSTEM,
    actions=(End("issue", "盖章完成", reaches="closed_granted", marks=("decided", "granted"), by=SYSTEM),),
    says="许可已经失效，正在加盖市局印章。",
)

PROCESS = Process(
    steps=(REVIEW, APPROVE, REWORK, DECIDE, SEAL),
    limits=(
        Limit(
            "decision",
            "审查审批",
            param("revocation.review_days"),
            "wd",
            starts_on="accepted",
            stops_on=("revoked", "cancelled", "denied"),
        ),
    ),
    anytime=((WITHDRAW, ("review", "approve", "rework", "leader", "correct")),),
    submit_records=("licences.hold",),
    lapse_records=FREES,
    corrects=REVIEWER,
)
