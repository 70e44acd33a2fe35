"""Prechecks of the end of a permit (危险废物跨省转移业务说明 第一部分 §6 撤销/注销).

HWR-00 blanks · HWR-01 the permit and its copied values · HWR-02 own bureau · HWR-03 still stands · HWR-04 not over ·
HWR-05 nothing else in flight · HWR-06 length of the facts · HWR-07 evidence · HWR-08 the firm was heard or told ·
HWR-09 the day of the holder's request. What the brief leaves open (length, evidence, hearing) is 默认.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from luban.items.hazwaste_permit_revocation.facts import PermitEndFacts
from luban.items.hazwaste_permit_revocation.form import (
    PERMIT_ITEM,
    PROVED,
    REVOKE,
    PermitEndForm,
    copied_values,
)
from luban.kit.clock import wd_between
from luban.kit.findings import Finding
from luban.kit.form import missing_values
from luban.kit.rules import Rules, block
from luban.registers.calendar.work import work_calendar
from luban.registers.dictionary.terms import label
from luban.registers.licences.decisions import (
    PERMIT,
    PERMIT_REASONS,
    elsewhere,
    ended,
    expired,
    in_flight,
    nowhere,
)
from luban.registers.licences.status import status_on

RULES = Rules(version="2026-1")
FACTS_LENGTH = 20
NUMBER = "target.permit_no"


@RULES.rule("HWR-00")
def complete(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """Everything asked is answered."""
    for path, name in missing_values(form):
        yield block(path, f"请填写{name}。")


@RULES.rule("HWR-01", law="SWPL.82")
def permit_is_known(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """The register has the permit, and what is copied from it is what it says."""
    target, licence = form.target, facts.licence
    if target.permit_no is None:
        return
    if licence is None:
        yield block(NUMBER, nowhere(target.permit_no, PERMIT))
    elif licence.item != PERMIT_ITEM:
        message = f"“{licence.number}”不是危险废物跨省转移许可，不能在此撤销、注销。"
        yield block(NUMBER, message, item=licence.item)
    elif target.model_dump() != copied_values(licence):
        message = "原许可信息与许可台账不一致，请在该许可的证照页重新发起，由系统带出。"
        yield block(NUMBER, message, permit_no=licence.number)


@RULES.rule("HWR-02", law="ALL.69")
def own_bureau(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """Only the bureau that granted it ends it."""
    licence = facts.licence
    own = facts.applicant.organisation or facts.applicant.uscc
    if licence is not None and licence.office != own:
        yield block(NUMBER, elsewhere(licence, PERMIT), office=licence.office)


@RULES.rule("HWR-03")
def still_stands(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """A permit that was already revoked or cancelled (or replaced …) does not end again."""
    licence = facts.licence
    if licence is not None and licence.status != "issued":
        yield block(NUMBER, ended(licence, PERMIT), status=licence.status)


@RULES.rule("HWR-04")
def not_over(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """A permit whose term is over needs no ending."""
    licence = facts.licence
    if licence is not None and status_on(licence, today).code == "expired":
        yield block(NUMBER, expired(PERMIT), valid_to=licence.valid_to)


@RULES.rule("HWR-05")
def none_in_flight(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """One case about a permit at a time."""
    licence = facts.licence
    if licence is not None and licence.pending_by not in ("", facts.number):
        yield block(NUMBER, in_flight(licence.pending_by, PERMIT), pending_by=licence.pending_by)


@RULES.rule("HWR-06")
def facts_are_told(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """The facts are written out."""
    told = form.grounds.facts
    length = len("".join((told or "").split()))
    if told is not None and length < FACTS_LENGTH:
        yield block("grounds.facts", f"事实与依据不少于{FACTS_LENGTH}字。", length=length)


@RULES.rule("HWR-07")
def evidence_is_there(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """Fraud, an offence, a licence that fell: at least one piece of evidence."""
    reason = form.grounds.reason_code
    if reason in PROVED and any(facts.materials.missing()):
        said = label(facts.terms, PERMIT_REASONS, reason)
        yield block("materials.E01", f"以“{said}”为由的，须至少上传1份证据。", reason=reason)


@RULES.rule("HWR-08", law="ALL.69")
def firm_was_heard(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """Before a revocation the firm was heard, or was told and has had its working days."""
    grounds = form.grounds
    path, told = "grounds.notice_given_on", grounds.notice_given_on
    if grounds.kind != REVOKE or grounds.statement_heard:
        return
    if told is not None and told > today:
        yield block(path, "告知企业日期不得晚于今天。", told=told)
        return
    days = facts.params.integer("revocation.statement_days")
    passed = wd_between(a=told, b=today, calendar=work_calendar(facts.calendar)) if told else 0
    if passed < days:
        message = f"撤销许可的，须已听取企业陈述申辩，或者告知企业满{days}个工作日。"
        yield block(path, message, told=told, passed=passed)


@RULES.rule("HWR-09", law="ALL.70")
def request_is_past(form: PermitEndForm, facts: PermitEndFacts, today: date) -> Iterator[Finding]:
    """The holder has asked already."""
    asked = form.grounds.requested_on
    if asked is not None and asked > today:
        yield block("grounds.requested_on", "申请人申请日期不得晚于今天。", requested_on=asked)
