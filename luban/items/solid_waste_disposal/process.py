"""How an application goes (一般固体废物 2A.6): accept, review, consult the receiving province, draft, check, sign, seal.

D2 accept → D3 review → D4 letter, sign_letter → D5 consult → D6 draft → D7 check → D8 sign → D9 seal. A case nobody has
taken up after the days of the law counts as accepted on the day it was received. Marks follow the chain's states
(waste-chain 4.5): reviewing, consulted, replied, deciding, redrafting.
"""

from __future__ import annotations

from luban.items.solid_waste_disposal import acts, guards
from luban.items.solid_waste_disposal.desks import DIRECTOR, DRAFTED, PROVINCE, REVIEWER, WINDOW
from luban.items.solid_waste_disposal.process_decision import CHECK, DRAFT, EXTEND, SEAL, SEAL_DENIAL, SIGN
from luban.kit.acts import Correction, Reason
from luban.kit.process import SYSTEM, After, End, Go, Limit, Process, Return, Stay, Step, param

ACCEPT_DAYS = param("permit.accept_days")
BEFORE_ACCEPTANCE = ("other",)
"""Only what stands still before acceptance touches these clocks; the item knows no such reason (vocabulary 5.2)."""

STANDS_STILL = ("consultation", "tech_evaluation", "supplement")

ACCEPT = Step(
    "accept",
    "受理",
    WINDOW,
    actions=(
        Go("accept", "受理", to="review", reaches="accepted", makes=("acceptance_notice",)),
        Return(
            "correct",
            "补正",
            data=Correction,
            makes=("correction_notice",),
            says="一次告知全部须补正的内容，企业补正后回到本环节。",
        ),
        End("refuse", "不予受理", reaches="closed_refused", data=Reason, makes=("refusal_notice",)),
        End(
            "not_ours",
            "不在职权范围",
            reaches="closed_refused",
            data=Reason,
            makes=("not_ours_notice",),
            says="写明应当向哪个机关申请。",
        ),
        Go(
            "deem_accepted",
            "逾期视为受理",
            to="review",
            reaches="accepted",
            dated_by=("submitted", "resubmitted"),
            makes=("acceptance_notice",),
            by=SYSTEM,
        ),
    ),
    timers=(After(ACCEPT_DAYS, act="deem_accepted", unit="wd"),),
    says="五个工作日内未处理的，自收到材料之日起即为受理。",
)
REVIEW = Step(
    "review",
    "材料审查",
    REVIEWER,
    actions=(
        Go(
            "submit_review",
            "提交审查表",
            to="letter",
            data=acts.ReviewSheet,
            preset=guards.sheet_preset,
            marks=("reviewing",),
            when=guards.sheet_complete,
        ),
    ),
    says="就近与必要性等级由系统给出，只作提示。",
)
LETTER = Step(
    "letter",
    "拟商请函",
    REVIEWER,
    actions=(
        Go("draft_letter", "送签商请函", to="sign_letter", when=guards.addressee_known),
        Go(
            "ask_evaluation",
            "转技术评估",
            to="evaluate",
            data=acts.AskEvaluation,
            makes=("evaluation_notice",),
            pauses="tech_evaluation",
        ),
        Stay(
            "district_opinion",
            "登记区局协查意见",
            data=acts.DistrictOpinion,
            when=guards.district_help_on,
        ),
        Return(
            "supplement",
            "转企业补充说明",
            reaches="",
            data=Correction,
            makes=("supplement_notice",),
            pauses="supplement",
            when=guards.more_wanted,
            says="接收地要求补充的转企业说明，企业补充期间停表，补充后再次商请。",
        ),
    ),
    says="批准前须商请接收地省级生态环境主管部门。",
)
EVALUATE = Step(
    "evaluate",
    "技术评估",
    REVIEWER,
    actions=(Go("record_evaluation", "登记评估意见", to="letter", data=acts.Evaluation, resumes=True),),
    says="技术评估不计入期限。",
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
            when=guards.addressee_known,
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
            to="draft",
            data=acts.Reply,
            marks=("replied",),
            when=guards.reply_complete,
            resumes=True,
        ),
        Go("ask_more", "要求补充", to="letter", data=acts.MoreWanted, marks=("replied",), resumes=True),
        Go(
            "register_reply",
            "代录纸质复函",
            to="draft",
            data=acts.PaperReply,
            preset=guards.on_behalf,
            marks=("replied",),
            when=guards.paper_reply_complete,
            resumes=True,
            by=REVIEWER,
        ),
        Go(
            "register_more",
            "代录要求补充的复函",
            to="letter",
            data=acts.PaperMoreWanted,
            preset=guards.on_behalf,
            marks=("replied",),
            when=guards.on_paper,
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
    ),
    says="等待接收地复函，期间停表。",
)
WITHDRAW = End(
    "withdraw",
    "撤回",
    reaches="closed_withdrawn",
    resumes=True,
    when=guards.no_letter_out,
    says="撤回后本件终止，可以再来一单。",
)
WITHDRAW_CONSULTED = End(
    "withdraw_consulted",
    "连同商请函撤回",
    reaches="closed_withdrawn",
    resumes=True,
    when=guards.letter_out,
    makes=("withdrawal_letter",),
    says="撤回后本件终止，系统向接收地发撤回商请函。",
)
UNDECIDED = ("review", "letter", "evaluate", "sign_letter", "consult")
DECIDING = ("draft", "check", "sign")

PROCESS = Process(
    steps=(
        ACCEPT,
        REVIEW,
        LETTER,
        EVALUATE,
        SIGN_LETTER,
        CONSULT,
        DRAFT,
        CHECK,
        SIGN,
        SEAL,
        SEAL_DENIAL,
    ),
    limits=(
        Limit(
            "accept",
            "受理",
            ACCEPT_DAYS,
            "wd",
            "submitted",
            stops_on=("accepted", "correcting"),
            paused_by=BEFORE_ACCEPTANCE,
        ),
        Limit(
            "accept_again",
            "补正后受理",
            ACCEPT_DAYS,
            "wd",
            "resubmitted",
            stops_on=("accepted", "correcting"),
            paused_by=BEFORE_ACCEPTANCE,
        ),
        Limit(
            "promise",
            "承诺办结",
            param("permit.promise_days"),
            "wd",
            "accepted",
            stops_on=("decided",),
            paused_by=STANDS_STILL,
            extended_by="extended",
            extension=param("permit.extend_days"),
        ),
        Limit(
            "legal",
            "法定办结",
            param("permit.legal_days"),
            "wd",
            "accepted",
            stops_on=("decided",),
            paused_by=STANDS_STILL,
            extended_by="extended",
            extension=param("permit.extend_days"),
        ),
        Limit(
            "reply",
            "接收地复函",
            param("consult.reply_days"),
            "wd",
            "consulted",
            stops_on=("replied",),
            paused_by=("supplement",),
        ),
    ),
    anytime=(
        (WITHDRAW, ("accept", "correct", *UNDECIDED)),
        (WITHDRAW_CONSULTED, ("correct", *UNDECIDED)),
        (EXTEND, (*UNDECIDED, *DECIDING)),
    ),
)
