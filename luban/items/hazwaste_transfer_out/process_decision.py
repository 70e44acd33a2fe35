"""The end of the way (危险废物 第一部分 §6, T08–T12): advise, approve, the bureau's leader, certify, seal, archive."""

from __future__ import annotations

from luban.items.hazwaste_transfer_out import acts, guards
from luban.items.hazwaste_transfer_out.decision import decision_preset
from luban.items.hazwaste_transfer_out.desks import (
    BUREAU_LEADER,
    DIRECTOR,
    DRAFTED,
    DROP,
    RESERVE,
    REVIEWER,
    WINDOW,
)
from luban.items.hazwaste_transfer_out.papers.letters import PERMIT
from luban.kit.acts import Opinion
from luban.kit.process import SYSTEM, Batch, End, Go, Step

PERMITS = Batch("ZZ{yyyyMMdd}{3}", document=PERMIT)
"""批量制证 (§8)."""

ADVISE = Step(
    "advise",
    "审查建议",
    REVIEWER,
    actions=(
        Go("advise_grant", "建议批准", to="approve", data=acts.Advice, when=guards.may_advise_grant),
        Go("advise_deny", "建议不予许可", to="approve", data=acts.Disagreement),
        Go(
            "review_again",
            "退回初步审核",
            to="review",
            data=acts.SentBack,
            when=guards.no_reply_yet,
        ),
    ),
    says="根据复函提出审查建议。",
)
APPROVE = Step(
    "approve",
    "审批",
    DIRECTOR,
    actions=(
        Go(
            "approve",
            "批准",
            to="certify",
            data=acts.Decision,
            preset=decision_preset,
            when=guards.may_grant_alone,
            records=RESERVE,
            apart_from=("advise_grant", "agree", "agree_skip"),
            apart_message=DRAFTED,
            says="批准时占用接收单位的能力和豁免额度。",
        ),
        Go("to_leader", "报局领导审批", to="leader", data=Opinion),
        Go("send_back", "退回", to="advise", data=acts.SentBack),
    ),
)
LEADER = Step(
    "leader",
    "局领导审批",
    BUREAU_LEADER,
    actions=(
        Go(
            "leader_approve",
            "批准",
            to="certify",
            data=acts.Decision,
            preset=decision_preset,
            when=guards.may_grant,
            records=RESERVE,
        ),
        Go(
            "leader_deny",
            "不予许可",
            to="seal_denial",
            data=acts.Denial,
            when=guards.may_deny,
            makes=("denial_decision",),
        ),
        Go("leader_return", "退回", to="approve", data=acts.SentBack),
    ),
)
CERTIFY = Step(
    "certify",
    "制证",
    REVIEWER,
    actions=(
        Go(
            "certify",
            "制发批准决定",
            to="seal",
            makes=("permit",),
            when=guards.may_certify,
            batch=PERMITS,
            says="系统编号、排版、盖章，盖章成功即为作出决定。",
        ),
    ),
    says="已批准，待制证。",
)
SEAL = Step(
    "seal",
    "盖章",
    SYSTEM,
    actions=(
        Go(
            "issue",
            "制证完成",
            to="archive",
            reaches="decided",
            marks=("granted", "licensed"),
            records=RESERVE,
            makes=("circular",),
        ),
    ),
    says="系统正在编号、盖章、制证。",
)
SEAL_DENIAL = Step(
    "seal_denial",
    "盖章",
    SYSTEM,
    actions=(End("issue", "盖章完成", reaches="closed_denied", marks=("decided", "denied"), records=DROP),),
    says="系统正在盖章。",
)
ARCHIVE = Step(
    "archive",
    "归档",
    WINDOW,
    actions=(
        End(
            "archive",
            "归档",
            reaches="closed_granted",
            marks=("archived",),
            batch=True,
            says="归档后把许可要素共享给业务系统。",
        ),
    ),
    says="通报已发出，核对后归档。",
)
