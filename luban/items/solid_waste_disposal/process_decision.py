"""The end of the way (一般固体废物 2A.6, D6–D9): draft, check, sign, seal; and the one extension of the term."""

from __future__ import annotations

from luban.items.solid_waste_disposal import acts, guards
from luban.items.solid_waste_disposal.decision import draft_preset, granting_preset
from luban.items.solid_waste_disposal.desks import DIRECTOR, DRAFTED, LEADER, REVIEWER
from luban.kit.acts import Opinion
from luban.kit.process import SYSTEM, End, Go, Stay, Step

DRAFT = Step(
    "draft",
    "拟函",
    REVIEWER,
    actions=(
        Go(
            "draft_grant",
            "拟批复",
            to="check",
            data=acts.GrantDraft,
            preset=draft_preset,
            marks=("deciding",),
            when=guards.may_draft_grant,
            says="核定量和期限由系统建议，可以改小、缩短并写明理由，不能改大、延长。",
        ),
        Go("draft_deny", "拟不予许可", to="check", data=acts.DenialDraft, marks=("deciding",)),
    ),
    says="根据复函拟批复或者拟不予许可。",
)
CHECK = Step(
    "check",
    "审核",
    DIRECTOR,
    actions=(
        Go(
            "agree_draft",
            "同意，报局领导签发",
            to="sign",
            data=Opinion,
            apart_from=("draft_grant", "draft_deny"),
            apart_message=DRAFTED,
        ),
        Go("return_draft", "退回", to="draft", data=acts.SentBack, marks=("redrafting",)),
    ),
)
SIGN = Step(
    "sign",
    "签发",
    LEADER,
    actions=(
        Go(
            "grant",
            "准予许可",
            to="seal",
            data=acts.Granting,
            preset=granting_preset,
            when=guards.may_grant,
            makes=("permit",),
            apart_from=("draft_grant", "draft_deny", "agree_draft"),
            apart_message=DRAFTED,
            says="签发后系统编号、盖章、制证，送达申请人，抄送接收地和移出地区局。",
        ),
        Go(
            "deny",
            "不予许可",
            to="seal_denial",
            data=Opinion,
            when=guards.may_deny,
            makes=("denial_decision",),
            apart_from=("draft_grant", "draft_deny", "agree_draft"),
            apart_message=DRAFTED,
        ),
        Go("return_sign", "退回重新拟稿", to="draft", data=acts.SentBack, marks=("redrafting",)),
    ),
)
SEAL = Step(
    "seal",
    "制证",
    SYSTEM,
    actions=(End("issue", "制证完成", reaches="closed_granted", marks=("decided", "granted", "licensed")),),
    says="系统正在编号、盖章、制证。",
)
SEAL_DENIAL = Step(
    "seal_denial",
    "盖章",
    SYSTEM,
    actions=(End("issue", "盖章完成", reaches="closed_denied", marks=("decided", "denied")),),
    says="系统正在盖章。",
)
EXTEND = Stay(
    "extend",
    "批准延长期限",
    by=LEADER,
    data=acts.Extension,
    marks=("extended",),
    makes=("extension_notice",),
    when=guards.extended_once,
    says="只能延长一次，理由告知申请人。",
)
