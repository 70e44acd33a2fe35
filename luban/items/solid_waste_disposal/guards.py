"""What must hold before an act: pure, each gives its reason. Source: domain brief 一般固体废物 2A.6, 2A.7, waste-chain 4.5."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from luban.items.solid_waste_disposal.decision import (
    agreed,
    approved_qty,
    conclusion_of,
    drafted_term,
    proposal,
    reply_qty,
    suggestion,
)
from luban.items.solid_waste_disposal.nearby import OVERALL, lights, overall
from luban.kit.clock import wd_between
from luban.kit.findings import Severity
from luban.kit.view import Situation
from luban.registers.calendar.work import work_calendar

NOT_AGREED = "尚未取得接收地省级生态环境主管部门同意意见，不得批准。"
NO_TERM = "可核定期限为空，只能不予许可。"
MANUAL_END_USE = "SWC-27"
ONLINE = "consult.online_provinces"
WORDS = dict(OVERALL)


def sheet_preset(situation: Situation) -> Mapping[str, Any]:
    """The review sheet as it is first shown."""
    case = situation.case
    found = lights(case.form, params=case.params, committed_here=situation.facts.committed)
    whole = overall(found)
    return {f"auto_{name}": light for name, light in found.items()} | {
        "auto_overall": whole,
        "overall": whole,
    }


def sheet_complete(situation: Situation) -> str | None:
    """A changed conclusion has its reason; what a person must confirm has been concluded."""
    said, auto = situation.data, sheet_preset(situation)["auto_overall"]
    if said.overall not in WORDS:
        return "“综合”请选择常规、一般关注或重点审查。"
    if said.overall != auto and not said.overall_reason:
        return f"“综合”由“{WORDS[auto]}”改为“{WORDS[said.overall]}”，请填写改动理由。"
    warned = any(f.rule == MANUAL_END_USE and f.severity is Severity.WARN for f in situation.case.findings)
    if warned and not said.end_use_conclusion:
        return "末端方式须由审批人员人工确认，请填写人工确认结论。"
    return None


def district_help_on(situation: Situation) -> str | None:
    """The district is asked only where the parameter says so."""
    return None if situation.case.params.flag("district_help.on") else "未启用区局协查。"


def more_wanted(situation: Situation) -> str | None:
    """After acceptance the applicant is asked for more only when the receiving province wants it, once each time."""
    if conclusion_of(situation.case) != "need_more":
        return "接收地复函要求补充的，才能转企业补充说明。"
    after = [a.action for a in situation.case.acts]
    last = max(n for n, code in enumerate(after) if code in ("ask_more", "register_more"))
    return "本次要求补充的内容已转企业。" if "supplement" in after[last:] else None


def addressee_known(situation: Situation) -> str | None:
    """A letter needs an addressee: the receiving province's department is registered."""
    case = situation.case
    province = case.form.receiver.receiver_province_code
    known = case.offices.get(province or "")
    if known is None or not known.name:
        return f"没有{case.place(province)}生态环境主管部门的函件抬头，请先在机构台账登记，再发商请函。"
    return None


def on_paper(situation: Situation) -> str | None:
    """Provinces that answer online answer themselves (waste-chain 4.5: onBehalf only for others)."""
    case = situation.case
    province = case.form.receiver.receiver_province_code
    if province in case.params.codes(ONLINE):
        return f"{case.place(province)}已接入线上复函，请由其直接函复，不能代录。"
    return None


def reply_complete(situation: Situation) -> str | None:
    """A refusal says why; a partial agreement says of what; nobody agrees to more than was applied for."""
    said, form = situation.data, situation.case.form
    if said.conclusion == "disagree" and not said.opinion:
        return "不同意的，请填写理由。"
    limited = said.approved_qty_t is not None or said.valid_to is not None
    if said.conclusion == "agree_partial" and not limited:
        return "部分同意的，请填写同意的数量或者截止日期。"
    if said.conclusion != "agree_partial" and limited:
        return "同意的数量、截止日期只在部分同意时填写。"
    asked, end = form.waste.total_qty_t, form.contract.end_date
    if said.approved_qty_t is not None and said.approved_qty_t > asked:
        return f"同意的数量{said.approved_qty_t}吨超过申请量{asked}吨。"
    if said.valid_to is not None and end is not None and said.valid_to > end:
        return f"同意的截止日期{said.valid_to}晚于申请的结束日期{end}。"
    if said.replied_on > situation.case.today:
        return f"复函日期{said.replied_on}晚于今天，请核对。"
    return None


def paper_reply_complete(situation: Situation) -> str | None:
    """The same for a reply recorded on the province's behalf."""
    return on_paper(situation) or reply_complete(situation)


def on_behalf(situation: Situation) -> Mapping[str, Any]:
    """Recorded by the city."""
    return {"recorded_on_behalf": True}


def may_remind(situation: Situation) -> str | None:
    """The n-th reminder goes out on the n-th day of the parameter at the earliest."""
    case = situation.case
    sent = next((n for n in range(len(case.acts) - 1, -1, -1) if case.acts[n].action == "sign_letter"), None)
    if sent is None:
        return "还没有发出商请函。"
    days = [int(day) for day in case.params.codes("consult.remind_days")]
    done = sum(1 for act in case.acts[sent:] if act.action == "remind")
    after = days[min(done, len(days) - 1)]
    passed = _workdays(case.acts[sent].at.date(), case.today, situation)
    return None if passed >= after else f"商请后第{after}个工作日起可以催办（现为第{passed}个）。"


def _workdays(a: date, b: date, situation: Situation) -> int:
    return wd_between(a=a, b=b, calendar=work_calendar(situation.facts.calendar))


def may_draft_grant(situation: Situation) -> str | None:
    """No approval without agreement; never more or longer than could be; smaller or shorter with a reason."""
    return next(_draft_faults(situation), None)


def _draft_faults(situation: Situation) -> Iterator[str]:
    case, said = situation.case, situation.data
    if not agreed(case):
        yield NOT_AGREED
        return
    most = suggestion(situation)
    if most.empty:
        yield NO_TERM
        return
    if said is None:
        return
    limit = reply_qty(case)
    if limit is not None and said.approved_qty_t > limit:
        yield f"核定量{said.approved_qty_t}吨不得大于复函同意的数量{limit}吨。"
    if said.approved_qty_t > most.qty_t:
        yield f"核定量{said.approved_qty_t}吨不得大于建议核定量{most.qty_t}吨，只能改小。"
    if said.valid_from < most.valid_from or said.valid_to > most.valid_to:
        yield f"核定有效期不得超出{most.valid_from}至{most.valid_to}，只能缩短。"
    if said.valid_from > said.valid_to:
        yield "核定有效期起不得晚于止。"
    as_suggested = (said.approved_qty_t, said.valid_from, said.valid_to)
    if as_suggested != (most.qty_t, most.valid_from, most.valid_to) and not said.change_reason:
        yield "核定量或者有效期与建议不同，请填写改动理由。"


def may_grant(situation: Situation) -> str | None:
    """The leader grants what was drafted, while the province agrees and a day and the room are left."""
    case = situation.case
    if not agreed(case):
        return NOT_AGREED
    if proposal(case) != "grant":
        return "拟稿为不予许可，如不同意请退回重新拟稿。"
    term = drafted_term(case)
    if term is None or term[0] > term[1]:
        return f"{NO_TERM}请退回重新拟稿。"
    return _room_left(situation)


def _room_left(situation: Situation) -> str | None:
    drafted, most = approved_qty(situation.case), suggestion(situation).qty_t
    if drafted > most:
        return f"拟核定量{drafted}吨已超过现在可核定的{most}吨，请退回重新拟稿。"
    return None


def may_deny(situation: Situation) -> str | None:
    """A refusal follows its draft."""
    return None if proposal(situation.case) == "deny" else "拟稿为准予许可，如不同意请退回重新拟稿。"


def extended_once(situation: Situation) -> str | None:
    """The term is prolonged only once (行政许可法第四十二条)."""
    return "期限只能延长一次。" if situation.case.latest("extend") else None


def letter_out(situation: Situation) -> str | None:
    """Whether there is a letter to take back."""
    return None if situation.case.latest("sign_letter") else "还没有发出商请函，请直接撤回。"


def no_letter_out(situation: Situation) -> str | None:
    """Whoever withdraws after the letter went out takes the letter back too."""
    sent = situation.case.latest("sign_letter")
    return "已经向接收地发出商请函，请选择“连同商请函撤回”。" if sent else None
