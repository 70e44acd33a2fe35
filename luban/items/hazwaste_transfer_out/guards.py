"""What must hold before an act: pure, each gives its reason. Source: domain brief 危险废物 第一部分 §6, §7.2–7.4, §8."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out.decision import (
    consultation_skipped,
    granted_term,
    leader_reasons,
    open_fails,
    proposal,
    reply_of,
    skips_consultation,
    term_of,
)
from luban.kit.assessment import doubts_settled
from luban.kit.clock import wd_between
from luban.kit.view import Situation
from luban.registers.calendar.work import work_calendar

REMIND_AFTER = "hwt.remind_after_days"


def may_agree(situation: Situation) -> str | None:
    """Agreeing to the transfer: every doubt settled, no fail left standing."""
    if refusal := doubts_settled(situation):
        return refusal
    if fails := open_fails(situation):
        return f"合规审查有不符合的条款：{'、'.join(fails)}，不能同意移出；请退回补充，或者不同意移出。"
    return None


def may_skip_consultation(situation: Situation) -> str | None:
    """No consultation is needed only where the white list says so (7.4)."""
    if refusal := may_agree(situation):
        return refusal
    if not skips_consultation(situation):
        return "没有命中免商请的白名单条目，须向接受地发商请函。"
    return None


def asked_once(situation: Situation) -> str | None:
    """A supplement is asked for only once after acceptance, unless the other province wants it."""
    asked = sum(1 for act in situation.case.acts if act.action == "supplement")
    wanted = sum(1 for act in situation.case.acts if act.action == "ask_more")
    return None if asked <= wanted else "受理后要求补充说明只能一次，请在现有材料上作出审查意见。"


def reply_complete(situation: Situation) -> str | None:
    """A partial agreement says what of; a refusal says why; nobody agrees to more than was applied for."""
    said, form = situation.data, situation.case.form
    if said.conclusion == "disagree" and not said.opinion:
        return "不同意转入的，请填写理由。"
    if said.conclusion == "partial" and not said.approved and said.valid_to is None:
        return "部分同意的，请填写同意的数量或者截止日期。"
    return _beyond_application(said.approved, form.waste.wastes)


def may_correct_reply(situation: Situation) -> str | None:
    """Only a reply that was given is corrected, and like a reply it must be complete."""
    if reply_of(situation.case) is None:
        return "接受地还没有复函，无从更正。"
    return reply_complete(situation)


def _beyond_application(agreed: list[Any], wastes: list[Any]) -> str | None:
    """What is wrong with the rows agreed to: not applied for, one way of several not named, more than applied for."""
    asked: dict[tuple[str, str], Decimal] = {}
    for row in wastes:
        key = row.waste_code, row.disposal_mode
        asked[key] = asked.get(key, Decimal(0)) + (row.apply_t or Decimal(0))
    for n, row in enumerate(agreed, start=1):
        of_code = [key for key in asked if row.waste_code == key[0] and row.disposal_mode in (None, key[1])]
        if not of_code:
            return f"第{n}行废物代码{row.waste_code}（方式{row.disposal_mode or '不限'}）不在申请之内。"
        if len(of_code) > 1:
            ways = "、".join(way for _, way in of_code)
            return f"第{n}行废物代码{row.waste_code}申请了几种方式（{ways}），请填写同意的方式。"
        if row.approved_t > asked[of_code[0]]:
            return f"第{n}行同意数量{row.approved_t}吨超过申请数量{asked[of_code[0]]}吨。"
    return None


def may_remind(situation: Situation) -> str | None:
    """A reminder goes out once the province's term is over."""
    case = situation.case
    signed = case.latest("sign_letter")
    after = case.params.integer(REMIND_AFTER)
    calendar = work_calendar(situation.facts.calendar)
    days = wd_between(a=signed.at.date(), b=case.today, calendar=calendar) if signed else 0
    return None if days >= after else f"外省复函期限未满，第{after}个工作日起可以发催办函（现为第{days}个）。"


def may_grant_alone(situation: Situation) -> str | None:
    """The director decides alone unless something asks for the bureau's leader."""
    if proposal(situation.case) != "grant":
        return "审查建议为不予许可，须报局领导审批。"
    reasons = leader_reasons(situation)
    return f"须报局领导审批：{'；'.join(reasons)}。" if reasons else term_left(situation)


def may_deny(situation: Situation) -> str | None:
    """A refusal follows the advice to refuse, or the other province's."""
    return None if proposal(situation.case) == "deny" else "审查建议为批准，如不同意请退回重新审查。"


def may_grant(situation: Situation) -> str | None:
    """The leader grants what was proposed to be granted."""
    if proposal(situation.case) != "grant":
        return "审查建议为不予许可，如不同意请退回重新审查。"
    return term_left(situation)


def may_advise_grant(situation: Situation) -> str | None:
    """Nobody advises to grant what the other province refused, or was not asked about without the white list."""
    reply = reply_of(situation.case)
    if reply is None and not consultation_skipped(situation.case):
        return "还没有商请接受地，不能建议批准，请退回初步审核。"
    if reply is not None and reply["conclusion"] == "disagree":
        return "接受地复函不同意转入，不能建议批准。"
    return term_left(situation)


def no_reply_yet(situation: Situation) -> str | None:
    """Only what was never put to the other province goes back to the review from here."""
    return None if reply_of(situation.case) is None else "接受地已经复函，请根据复函提出审查建议。"


def addressee_known(situation: Situation) -> str | None:
    """A letter needs an addressee (§8, fact 19): the receiving province's department is registered and enabled."""
    case = situation.case
    province = case.form.receiver.receiver_province
    known = case.offices.get(province or "")
    if known is None or not known.name:
        return f"没有{case.place(province)}生态环境主管部门的函件抬头，请先在机构台账登记，再发商请函。"
    return None


def letter_ready(situation: Situation) -> str | None:
    """A letter is put forward and signed (§8 批量征询函): no fail is open, the evaluation is in, the addressee is known."""
    if fails := open_fails(situation):
        return f"合规审查有不符合的条款：{'、'.join(fails)}，不能发商请函；请退回审核。"
    if situation.case.latest("submit_evaluation") is None:
        return "技术评估机构还没有提交评估结论，不能发商请函；请退回审核。"
    return addressee_known(situation)


def letter_out(situation: Situation) -> str | None:
    """Whether there is a letter to take back."""
    return None if situation.case.latest("sign_letter") else "还没有发出商请函，请直接撤回。"


def no_letter_out(situation: Situation) -> str | None:
    """Whoever withdraws after the letter went out takes the letter back too."""
    sent = situation.case.latest("sign_letter")
    return "已经向接受地发出商请函，请选择“撤回（同时撤回商请函）”。" if sent else None


def may_certify(situation: Situation) -> str | None:
    """The permit approved still has days to run when its paper is made (§8)."""
    term = term_of(situation.case)
    if term is None:
        return "没有批准期限，不能制证，请退回审批。"
    first, last = term
    if last < first or last < situation.case.today:
        return f"批准期限为空（{first}至{last}），请申请人调整转移日期。"
    return None


def term_left(situation: Situation) -> str | None:
    """The permit must hold at least one day (§8)."""
    first, last = granted_term(situation)
    return None if last >= first else f"批准期限为空（{first}至{last}），请申请人调整转移日期。"
