"""What is known of a case when it is decided: the reply, what was proposed, the term, whether the leader must decide.

Pure readings of the case and its facts. Source: domain brief 危险废物 第一部分 §6, §7.4, §8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from luban.items.hazwaste_transfer_out import readings
from luban.items.hazwaste_transfer_out.term import approval_end, longest_end
from luban.kit.assessment import current
from luban.kit.verdicts import Disposal, Verdict
from luban.kit.view import Act, CaseView, Situation

REPLIES = ("reply", "register_reply", "correct_reply")
GRANTS = ("approve", "leader_approve")
PROPOSES = {"advise_grant": "grant", "advise_deny": "deny", "disagree": "deny"}
LEADER_TONNES, LEADER_SCORE, NEIGHBOURS = "hwt.leader.tonnes", "hwt.leader.score", "hwt.region"


def reply_of(case: CaseView) -> Mapping[str, Any] | None:
    """The other province's latest reply."""
    return next((act.data for act in reversed(case.acts) if act.action in REPLIES), None)


def proposal(case: CaseView) -> str:
    """What was proposed last: grant, deny, or "" before anybody did."""
    return next((PROPOSES[act.action] for act in reversed(case.acts) if act.action in PROPOSES), "")


def consultation_skipped(case: CaseView) -> bool:
    """Whether the last word on agreeing was that no consultation is needed."""
    words = ("agree", "agree_skip", "disagree")
    return next((act.action for act in reversed(case.acts) if act.action in words), "") == "agree_skip"


def decision_of(case: CaseView) -> Act | None:
    """The act that granted; None before anybody did."""
    return next((act for act in reversed(case.acts) if act.action in GRANTS), None)


def term_of(case: CaseView) -> tuple[date, date] | None:
    """First and last day as granted; None before anybody did."""
    decided = decision_of(case)
    if decided is None or not (decided.data.get("valid_from") and decided.data.get("valid_to")):
        return None
    first, last = (date.fromisoformat(str(decided.data[name])) for name in ("valid_from", "valid_to"))
    return first, last


def open_fails(situation: Situation) -> tuple[str, ...]:
    """The titles of clauses that fail after what persons said."""
    found = current(item=situation.item, view=situation.case)
    if found is None:
        return ()
    return tuple(one.title for one in found.judged if found.verdicts[one.rule] is Verdict.FAIL)


def skipping_entry(situation: Situation) -> Any:
    """The white list's entry that makes a consultation unnecessary (7.4), or None."""
    hit = readings.whitelisted_by(situation.case.form, situation.facts, situation.case.law_day)
    return next((entry for entry in hit if entry.skip_consultation), None)


def skips_consultation(situation: Situation) -> bool:
    """Whether the case need not be put to the other province."""
    return skipping_entry(situation) is not None


def granted_term(situation: Situation) -> tuple[date, date]:
    """First and last day of the permit if it were decided today (§8); the last may come before the first: no term."""
    case, facts = situation.case, situation.facts
    form = case.form
    first = max(form.plan.plan_start or case.today, case.today)
    ends = [longest_end(start=first, params=facts.params), approval_end(form, facts), form.plan.plan_end]
    reply = reply_of(case)
    if reply is not None and reply.get("valid_to"):
        ends.append(date.fromisoformat(reply["valid_to"]))
    elif reply is None and (entry := skipping_entry(situation)) and entry.simplified_max_days:
        ends.append(first + timedelta(days=entry.simplified_max_days - 1))
    return first, min(end for end in ends if end is not None)


def decision_preset(situation: Situation) -> Mapping[str, Any]:
    """The term as the decision keeps it."""
    first, last = granted_term(situation)
    return {"valid_from": first, "valid_to": last}


def leader_reasons(situation: Situation) -> tuple[str, ...]:
    """Why the bureau's leader has to decide (§6); nothing: the director decides."""
    return tuple(_leader_reasons(situation))


def _leader_reasons(situation: Situation) -> Iterator[str]:
    case, params = situation.case, situation.case.params
    form = case.form
    if proposal(case) == "deny":
        yield "建议不予许可"
    found = current(item=situation.item, view=case)
    if found is not None and found.sheet is not None and found.sheet.total < params.integer(LEADER_SCORE):
        yield f"总分{found.sheet.total}低于{params.integer(LEADER_SCORE)}分"
    most = params.decimal(LEADER_TONNES)
    if form.plan.total_t is not None and form.plan.total_t >= most:
        yield f"申请总量{form.plan.total_t}吨不低于{most}吨"
    families = {readings.family_of(row.disposal_mode, situation.facts) for row in form.waste.wastes}
    if form.receiver.receiver_province not in params.codes(NEIGHBOURS) and "D" in families:
        yield "转移到长三角以外处置"
    if any(one.disposal is Disposal.OVERRIDE for one in (found.disposed if found else ())):
        yield "有被放行的不符合条款"
