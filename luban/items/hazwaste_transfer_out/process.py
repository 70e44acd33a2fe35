"""How an application goes (危险废物 第一部分 §6): accept and let the machine judge, evaluate, review, consult the other
province, advise, decide, certify, archive.

T02 accept → T03b evaluate (T03c experts) → T04 review → T05 letter → T06 sign_letter → T07 consult → T08 advise →
T09 approve (leader) → T10 certify, seal → T12 archive. The machine's review (T03a) is part of accepting: the same act
writes its verdicts and points into the history. Inside the office a case is sent back; only the applicant corrects.
"""

from __future__ import annotations

from luban.items.hazwaste_transfer_out import acts, guards
from luban.items.hazwaste_transfer_out.desks import (
    DIRECTOR,
    DRAFTED,
    DROP,
    EVALUATOR,
    PROVINCE,
    REVIEWER,
    SUPERVISOR,
    WINDOW,
)
from luban.items.hazwaste_transfer_out.papers.letters import CONSULTATION
from luban.items.hazwaste_transfer_out.process_decision import (
    ADVISE,
    APPROVE,
    ARCHIVE,
    CERTIFY,
    LEADER,
    SEAL,
    SEAL_DENIAL,
)
from luban.kit.acts import (
    Correction,
    DoubtSettled,
    FailOverridden,
    Reason,
    ScoreCorrection,
    SecondLook,
)
from luban.kit.assessment import correction_allowed, disposal_allowed, may_conclude
from luban.kit.prechecked import CODE as PRECHECKED
from luban.kit.process import SYSTEM, After, Batch, End, Go, Limit, Process, Return, Stay, Step, param

ACCEPT = Step(
    "accept",
    "受理",
    WINDOW,
    actions=(
        Go(
            "accept",
            "受理",
            to="evaluate",
            reaches="accepted",
            marks=("reviewing",),
            assesses=True,
            makes=("acceptance_notice", "compliance_sheet"),
            says="受理后系统即时作出合规审查和自动评分。",
        ),
        Return(
            "correct",
            "补正",
            data=Correction,
            makes=("correction_notice",),
            says="一次告知全部须补正的内容，企业补正后回到本环节。",
        ),
        End(
            "refuse",
            "不予受理",
            reaches="closed_refused",
            data=Reason,
            makes=("refusal_notice",),
            records=DROP,
        ),
    ),
)
EVALUATE = Step(
    "evaluate",
    "技术评估",
    EVALUATOR,
    actions=(
        Go(
            "submit_evaluation",
            "提交评估结论",
            to="review",
            data=acts.Evaluation,
            marks=("evaluated",),
            when=may_conclude,
            makes=("evaluation_report",),
        ),
        Stay("correct_score", "修正得分", data=ScoreCorrection, when=correction_allowed),
        Stay(
            "second_look",
            "复核修正",
            data=SecondLook,
            by=SUPERVISOR,
            apart_from=("correct_score",),
            apart_message="修正与复核不得为同一人，请由评估负责人办理。",
        ),
        Stay("reassess", "重新取数重算", assesses=True, makes=("compliance_sheet",)),
        Go(
            "ask_experts",
            "转专家评审",
            to="experts",
            data=acts.AskExperts,
            marks=("experts_asked",),
            makes=("expert_notice",),
            pauses="expert_review",
        ),
    ),
    says="核对自动评分，必要时修正并写明理由。",
)
EXPERTS = Step(
    "experts",
    "专家评审",
    EVALUATOR,
    actions=(
        Go(
            "expert_opinion",
            "登记专家意见",
            to="evaluate",
            data=acts.ExpertsOpinion,
            marks=("experts_heard",),
            resumes=True,
        ),
    ),
    says="专家评审不计入期限。",
)
REVIEW = Step(
    "review",
    "初步审核",
    REVIEWER,
    actions=(
        Go("agree", "同意移出，拟商请函", to="letter", data=acts.Advice, when=guards.may_agree),
        Go(
            "agree_skip",
            "同意移出，免商请",
            to="advise",
            data=acts.Advice,
            marks=("skipped",),
            when=guards.may_skip_consultation,
        ),
        Go("disagree", "不同意移出", to="approve", data=acts.Disagreement, marks=("disagreed",)),
        Stay("confirm_clause", "确认存疑条款", data=DoubtSettled, when=disposal_allowed),
        Stay("override_clause", "放行不符合条款", data=FailOverridden, when=disposal_allowed, by=DIRECTOR),
        Go("return_evaluation", "退回评估", to="evaluate", data=acts.SentBack),
        Return(
            "supplement",
            "要求补充说明",
            reaches="",
            data=Correction,
            makes=("supplement_notice",),
            pauses="supplement",
            when=guards.asked_once,
            says="企业补充期间停表，补充后回到本环节。",
        ),
    ),
    says="逐条确认存疑条款，决定是否同意移出。",
)
LETTERS = Batch("ZX{yyyyMMdd}{3}", document=CONSULTATION)
"""批量征询函 (§8)."""

LETTER = Step(
    "letter",
    "拟商请函",
    REVIEWER,
    actions=(
        Go(
            "draft_letter",
            "送签商请函",
            to="sign_letter",
            when=guards.letter_ready,
            batch=LETTERS,
        ),
        Go("back_to_review", "退回审核", to="review", data=acts.SentBack),
    ),
    says="向接受地省级生态环境主管部门发商请函。",
)
SIGN_LETTER = Step(
    "sign_letter",
    "签发商请函",
    DIRECTOR,
    actions=(
        Go(
            "sign_letter",
            "签发商请函",
            to="consult",
            marks=("consulted",),
            makes=("consultation_letter",),
            pauses="consultation",
            when=guards.letter_ready,
            batch=LETTERS,
            apart_from=("draft_letter",),
            apart_message=DRAFTED,
        ),
        Go("return_letter", "退回", to="letter", data=acts.SentBack),
    ),
)
CONSULT = Step(
    "consult",
    "等待复函",
    PROVINCE,
    actions=(
        Go(
            "reply",
            "函复",
            to="advise",
            data=acts.Reply,
            marks=("replied",),
            when=guards.reply_complete,
            resumes=True,
        ),
        Go("ask_more", "要求补充", to="review", data=acts.MoreWanted, marks=("replied",), resumes=True),
        Go(
            "register_reply",
            "登记纸质复函",
            to="advise",
            data=acts.Reply,
            marks=("replied",),
            when=guards.reply_complete,
            resumes=True,
            by=REVIEWER,
        ),
        Stay(
            "remind",
            "发催办函",
            data=acts.Reminder,
            makes=("reminder_letter",),
            when=guards.may_remind,
            by=REVIEWER,
        ),
        Stay("reply_notice", "提醒：外省尚未复函", by=SYSTEM),
    ),
    timers=(After(param("hwt.reply_notice_after"), act="reply_notice", unit="wd"),),
    says="等待接受地复函，期间停表。",
)
CORRECT_REPLY = Go(
    "correct_reply",
    "更正复函",
    to="advise",
    data=acts.Reply,
    when=guards.may_correct_reply,
    by=PROVINCE,
    says="决定作出前更正复函的，退回审查建议环节重新提出建议。",
)
WITHDRAW = End(
    "withdraw",
    "撤回",
    reaches="closed_withdrawn",
    resumes=True,
    records=DROP,
    when=guards.no_letter_out,
    says="撤回后本件终止，可以再来一单。",
)
WITHDRAW_CONSULTED = End(
    "withdraw_consulted",
    "撤回（同时撤回商请函）",
    reaches="closed_withdrawn",
    resumes=True,
    records=DROP,
    when=guards.letter_out,
    makes=("withdrawal_letter",),
    says="撤回后本件终止，系统向接受地发撤回商请函。",
)
BACK_FROM_CONSULTING = ("correct", "evaluate", "experts", "review", "letter", "sign_letter")
"""Steps a case may come to again when the other province asked for more: by then a letter is out."""

UNDECIDED = ("advise", "approve", "leader")
"""Steps reached with a letter or without one (no consultation needed, or not agreed to)."""

PROCESS = Process(
    steps=(
        ACCEPT,
        EVALUATE,
        EXPERTS,
        REVIEW,
        LETTER,
        SIGN_LETTER,
        CONSULT,
        ADVISE,
        APPROVE,
        LEADER,
        CERTIFY,
        SEAL,
        SEAL_DENIAL,
        ARCHIVE,
    ),
    limits=(
        Limit(
            "accept", "受理", param("hwt.accept_days"), "wd", "submitted", stops_on=("accepted", "correcting")
        ),
        Limit(
            "accept_again",
            "补正后受理",
            param("hwt.accept_days"),
            "wd",
            "resubmitted",
            stops_on=("accepted", "correcting"),
        ),
        Limit(
            "review",
            "初步审核",
            param("hwt.review_days"),
            "wd",
            "accepted",
            stops_on=("consulted", "skipped", "disagreed"),
            paused_by=("expert_review", "supplement"),
        ),
        Limit(
            "evaluate",
            "技术评估",
            param("hwt.evaluation_days"),
            "wd",
            "accepted",
            stops_on=("evaluated", "disagreed"),
            paused_by=("expert_review", "supplement"),
        ),
        Limit(
            "experts",
            "专家评审",
            param("hwt.expert_days"),
            "wd",
            "experts_asked",
            stops_on=("experts_heard",),
            paused_by=("supplement",),
        ),
        Limit(
            "reply",
            "外省复函",
            param("hwt.reply_days"),
            "wd",
            "consulted",
            stops_on=("replied",),
            paused_by=("supplement",),
        ),
        Limit("decide", "决定", param("hwt.decide_days"), "wd", "replied", stops_on=("decided",)),
        Limit(
            "decide_skipped",
            "决定",
            param("hwt.decide_days"),
            "wd",
            "skipped",
            stops_on=("decided", "consulted", "disagreed"),
        ),
        Limit(
            "decide_refused",
            "决定",
            param("hwt.decide_days"),
            "wd",
            "disagreed",
            stops_on=("decided", "consulted", "skipped"),
        ),
        Limit("archive", "归档", param("hwt.archive_days"), "wd", "decided", stops_on=("archived",)),
    ),
    anytime=(
        (WITHDRAW, ("accept", *BACK_FROM_CONSULTING, *UNDECIDED)),
        (CORRECT_REPLY, UNDECIDED),
        (WITHDRAW_CONSULTED, ("consult", *BACK_FROM_CONSULTING, *UNDECIDED)),
    ),
    submit_makes=(PRECHECKED,),
    submit_records=("transfer_permits.apply",),
    lapse_records=DROP,
)
