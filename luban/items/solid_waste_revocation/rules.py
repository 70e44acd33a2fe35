"""Prechecks of a revocation, one per clause of R1 (solid-waste.md 2B.6).

SWR-00 blanks · SWR-01 the filing and its copied values · SWR-02 own bureau · SWR-03 still filed · SWR-04 not over ·
SWR-05 no other revocation in flight · SWR-06 length of the facts · SWR-07 evidence · SWR-08 the firm was heard or told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from luban.items.solid_waste_revocation.facts import RevocationFacts
from luban.items.solid_waste_revocation.form import (
    EVIDENCE_REASONS,
    FILING_ITEM,
    HEARING_REASONS,
    OTHER,
    RevocationForm,
    copied_values,
)
from luban.kit.clock import wd_between
from luban.kit.findings import Finding
from luban.kit.form import missing_values
from luban.kit.rules import Rules, block
from luban.registers.calendar.work import work_calendar
from luban.registers.dictionary.terms import label
from luban.registers.licences.decisions import EXPIRED, REASONS, ended, in_flight
from luban.registers.licences.status import status_on

RULES = Rules(version="2026-1")
FACTS_LENGTH, FACTS_LENGTH_OTHER = 20, 50
NUMBER = "target.filing_no"


@RULES.rule("SWR-00")
def complete(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """Everything asked is answered."""
    for path, name in missing_values(form):
        yield block(path, f"请填写{name}。")


@RULES.rule("SWR-01", law="SHSW.FILING")
def filing_is_known(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """The register has the filing, and what is copied from it is what it says."""
    target, licence = form.target, facts.licence
    if target.filing_no is None:
        return
    if licence is None:
        yield block(NUMBER, f"备案台账中没有“{target.filing_no}”，请核对备案号。")
    elif licence.item != FILING_ITEM:
        yield block(
            NUMBER, f"“{licence.number}”不是一般固体废物跨省转移利用备案，不能在此撤销。", item=licence.item
        )
    elif target.model_dump() != copied_values(licence):
        message = "原备案信息与备案台账不一致，请在该备案的办件页点“发起撤销”，由系统重新带出。"
        yield block(NUMBER, message, filing_no=licence.number)


@RULES.rule("SWR-02", law="SHSW.FILING")
def own_bureau(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """Only the bureau that filed it proposes its revocation."""
    licence = facts.licence
    own = facts.applicant.organisation or facts.applicant.uscc
    if licence is not None and licence.office != own:
        bureau = licence.office_name or licence.office
        yield block(NUMBER, f"该备案由{bureau}办理，不属本局，请由该局发起撤销。", office=licence.office)


@RULES.rule("SWR-03")
def still_filed(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """A filing that was already revoked (or withdrawn, cancelled …) is not revoked again."""
    licence = facts.licence
    if licence is not None and licence.status != "issued":
        yield block(NUMBER, ended(licence), status=licence.status)


@RULES.rule("SWR-04")
def not_over(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """A filing whose term is over needs no revocation."""
    licence = facts.licence
    if licence is not None and status_on(licence, today).code == "expired":
        yield block(NUMBER, EXPIRED, valid_to=licence.valid_to)


@RULES.rule("SWR-05")
def none_in_flight(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """One revocation at a time."""
    licence = facts.licence
    if licence is not None and licence.pending_by not in ("", facts.number):
        yield block(NUMBER, in_flight(licence.pending_by), pending_by=licence.pending_by)


@RULES.rule("SWR-06")
def facts_are_told(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """The facts are written out: 20 signs, 50 when the reason is 其他."""
    told, other = form.grounds.facts, form.grounds.reason_code == OTHER
    if told is None:
        return
    length = len("".join(told.split()))
    if other and length < FACTS_LENGTH_OTHER:
        message = f"撤销事由为“其他”的，事实与依据不少于{FACTS_LENGTH_OTHER}字。"
        yield block("grounds.facts", message, length=length)
    elif length < FACTS_LENGTH:
        yield block("grounds.facts", f"事实与依据不少于{FACTS_LENGTH}字。", length=length)


@RULES.rule("SWR-07")
def evidence_is_there(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """R2, R4 and R5 rest on at least one piece of evidence."""
    reason = form.grounds.reason_code
    if reason in EVIDENCE_REASONS and any(facts.materials.missing()):
        said = label(facts.terms, REASONS, reason)
        yield block("materials.E01", f"以“{said}”为由撤销的，须至少上传1份证据。", reason=reason)


@RULES.rule("SWR-08")
def firm_was_heard(form: RevocationForm, facts: RevocationFacts, today: date) -> Iterator[Finding]:
    """R2 and R4: the firm was heard, or was told and has had its working days."""
    grounds = form.grounds
    path, told = "grounds.notice_given_on", grounds.notice_given_on
    if grounds.statement_heard:
        return
    if told is not None and told > today:
        yield block(path, "告知企业日期不得晚于今天。", told=told)
    elif grounds.reason_code in HEARING_REASONS:
        days = facts.params.integer("revocation.statement_days")
        passed = wd_between(a=told, b=today, calendar=work_calendar(facts.calendar)) if told else 0
        if passed < days:
            said = label(facts.terms, REASONS, grounds.reason_code)
            message = f"以“{said}”为由撤销的，须已听取企业陈述申辩，或者告知企业满{days}个工作日。"
            yield block(path, message, told=told, passed=passed)
