"""Who is told when a filing falls, and what goes on the chain.

Everything goes out after the revocation stands (R3): a partner that is down delays its own news, nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.sharing import Attest, Evidence, Tell
from luban.kit.view import CaseView
from luban.registers.licences.decisions import REASONS
from luban.registers.licences.status import chinese_day

REVOKED = "03"
"""撤销 in the licence library (default, to be confirmed: solid-waste.md 2B.8)."""

ORIGIN = "310000"


def _reason(case: CaseView) -> str:
    return case.term(REASONS, case.form.grounds.reason_code)


def licence_status(case: CaseView) -> Mapping[str, Any]:
    """市电子证照库: the licence is revoked."""
    return {
        "cert_no": case.form.target.filing_no,
        "case_no": case.number,
        "status": REVOKED,
        "at": case.last.at.isoformat(timespec="seconds"),
        "reason": _reason(case),
        "document_no": case.number,
    }


def filing_revoked(case: CaseView) -> Mapping[str, Any]:
    """市固废管理系统: the filing is revoked."""
    return {
        "number": case.form.target.filing_no,
        "case_no": case.number,
        "revoked_on": case.today.isoformat(),
        "reason": _reason(case),
        "document_no": case.number,
    }


def enterprise_message(case: CaseView) -> Mapping[str, Any]:
    """The firm's home page: its filing was revoked, from when, why."""
    target = case.form.target
    return {
        "uscc": target.holder_uscc,
        "event": "LICENCE_CHANGED",
        "title": "备案已撤销",
        "text": (
            f"你单位的一般固体废物跨省转移利用备案（{target.filing_no}）已于{chinese_day(case.today)}撤销，"
            f"事由：{_reason(case)}。请立即停止依据该备案转移固体废物，详见撤销通知。"
        ),
        "at": case.last.at.isoformat(timespec="seconds"),
        "case_no": target.filing_case_no or "",
    }


def province_letter(case: CaseView) -> Mapping[str, Any]:
    """The receiving province's bureau: the filing it was told of no longer holds."""
    target = case.form.target
    return {
        "letter_no": case.number,
        "case_no": case.number,
        "kind": "revocation",
        "to_adcode": target.receiver_province_code,
        "to_name": f"{case.place(target.receiver_province_code)}生态环境厅",
        "subject": f"关于撤销一般固体废物跨省转移利用备案（{target.filing_no}）的通报",
        "document": "revocation_notice",
    }


def has_province(case: CaseView) -> bool:
    """Whether the register knows the receiving province."""
    return bool(case.form.target.receiver_province_code)


SHARING = (
    Tell("ecert", "licence_status", on=("agree",), body=licence_status),
    Tell("solid_waste", "filing_revoked", on=("agree",), body=filing_revoked),
    Tell("one_net", "enterprise_message", on=("agree",), body=enterprise_message),
    Tell("letters", "letter", on=("issue",), body=province_letter, when=has_province),
)


def proposed(case: CaseView) -> Mapping[str, Any]:
    """UR.propose: which filing, which reason (1–9); the form goes as the digests r1, r2, r3."""
    target = case.form.target
    return {
        "revocation_no": case.number,
        "filing_case_no": target.filing_case_no,
        "filing_no": target.filing_no,
        "reason_code": int(str(case.form.grounds.reason_code).removeprefix("R")),
        "origin_province": ORIGIN,
        "dest_province": target.receiver_province_code or "",
    }


def _decided(case: CaseView, result: str, opinion: str) -> Mapping[str, Any]:
    supplement = case.latest("reply")
    decision = {
        "decision_date": case.today.isoformat(),
        "filing_no": case.form.target.filing_no,
        "opinion": str(case.last.data.get(opinion, "")),
        "result": result,
        "revocation_no": case.number,
        "supplement": str(supplement.data.get("answer", "")) if supplement else "",
    }
    return {"revocation_no": case.number, "decision": {k: v for k, v in decision.items() if v}}


def approved(case: CaseView) -> Mapping[str, Any]:
    """UR.approve: the decision to be digested; the contract marks the filing revoked in the same transaction."""
    return _decided(case, "revoked", "opinion")


def rejected(case: CaseView) -> Mapping[str, Any]:
    """UR.reject: the decision to be digested."""
    return _decided(case, "rejected", "reason")


def withdrawn(case: CaseView) -> Mapping[str, Any]:
    """UR.withdraw."""
    return {"revocation_no": case.number}


EVIDENCE = Evidence(
    schema="UR-1.0",
    single_version=True,
    sections=(("target", "r1"), ("grounds", "r2"), ("district", "r3")),
    attests=(
        Attest("UR", "propose", on=("sign",), body=proposed),
        Attest("UR", "approve", on=("agree",), body=approved),
        Attest("UR", "reject", on=("disagree",), body=rejected),
        Attest("UR", "withdraw", on=("recall",), body=withdrawn),
    ),
)
