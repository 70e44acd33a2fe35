"""Who is told that a permit fell: the licence library first, the national and the city's waste systems, the data platform,
the firm at once; the receiving province and those on the way by letter once the decision is sealed.

Everything goes out after the permit has fallen: a partner that is down delays its own news, nothing else. Source:
危险废物跨省转移业务说明 第一部分 §6, §9, §10.2 (hazwaste.permit.revoked.v1: no persons, no telephone numbers, no prices).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from luban.items.hazwaste_permit_revocation.documents import (
    DECISION,
    MATTER,
    effective_on,
    reason,
    revoking,
    word,
)
from luban.kit.sharing import Tell
from luban.kit.view import CaseView
from luban.registers.divisions.places import SHANGHAI
from luban.registers.licences.status import chinese_day

CODES = {True: "03", False: "02"}
"""撤销, 注销 in the licence library (default, to be confirmed)."""

FALLEN = ("revoked", "cancelled")
FIRST_VERSION = 1
MOST_PROVINCES = 34
"""Every province at most once."""


def licence_status(case: CaseView) -> Mapping[str, Any]:
    """市电子证照库: the licence is revoked or cancelled."""
    return {
        "cert_no": case.form.target.permit_no,
        "case_no": case.number,
        "status": CODES[revoking(case)],
        "at": case.last.at.isoformat(timespec="seconds"),
        "reason": reason(case),
        "document_no": case.number,
    }


def permit_revoked(case: CaseView) -> Mapping[str, Any]:
    """hazwaste.permit.revoked.v1, for the city's waste system and the data platform."""
    target = case.form.target
    return {
        "approval_code": target.permit_case_no or case.number,
        "permit_no": target.permit_no,
        "permit_version": FIRST_VERSION,
        "status": "REVOKED" if revoking(case) else "CANCELLED",
        "revoked_on": effective_on(case).isoformat(),
        "reason": reason(case),
        "document_no": case.number,
    }


def permit_decided(case: CaseView) -> Mapping[str, Any]:
    """国家系统: the permit it was told of no longer holds, and which provinces are informed."""
    target = case.form.target
    return {
        "case_no": target.permit_case_no or case.number,
        "result": "revoked" if revoking(case) else "cancelled",
        "permit_no": target.permit_no,
        "decided_on": effective_on(case).isoformat(),
        "generator": {
            "name": target.holder_name,
            "uscc": target.holder_uscc,
            "province": SHANGHAI,
            "adcode": target.holder_adcode or SHANGHAI,
        },
        "receiver": {
            "name": target.receiver_name,
            "uscc": target.receiver_uscc,
            "province": target.receiver_province,
            "adcode": target.receiver_adcode or target.receiver_province,
        },
        "copies_to": list(provinces(case)[1:]),
        "reason": reason(case),
    }


def enterprise_message(case: CaseView) -> Mapping[str, Any]:
    """The firm's home page: its permit fell, from when, why."""
    target, ended = case.form.target, word(case)
    return {
        "uscc": target.holder_uscc,
        "event": "LICENCE_CHANGED",
        "title": f"许可已{ended}",
        "text": (
            f"你单位的{MATTER}（{target.permit_no}）已于{chinese_day(effective_on(case))}{ended}，"
            f"事由：{reason(case)}。请立即停止依据该许可转移危险废物，详见{ended}决定书。"
        ),
        "at": case.last.at.isoformat(timespec="seconds"),
        "case_no": target.permit_case_no or "",
    }


def provinces(case: CaseView) -> tuple[str, ...]:
    """The receiving province, then those on the way, each once and never Shanghai."""
    target = case.form.target
    named = (target.receiver_province, *target.transit_provinces)
    return tuple(dict.fromkeys(code for code in named if code and code != SHANGHAI))


def province_letter(n: int, case: CaseView) -> Mapping[str, Any]:
    """函件送达: the n-th province is told; on paper where it has no channel."""
    code = provinces(case)[n]
    office = case.offices.get(code)
    return {
        "letter_no": case.numbers.get(DECISION) or case.number,
        "case_no": case.number,
        "kind": "revocation",
        "to_adcode": code,
        "to_name": office.name if office else f"{case.place(code)}生态环境厅",
        "subject": f"关于{word(case)}{MATTER}（{case.form.target.permit_no}）的通报",
        "document": DECISION,
    }


def is_told(n: int, case: CaseView) -> bool:
    """Whether there is an n-th province."""
    return len(provinces(case)) > n


SHARING = (
    Tell("ecert", "licence_status", on=FALLEN, body=licence_status),
    Tell("mee_hazwaste", "permit_decided", on=FALLEN, body=permit_decided),
    Tell("solid_waste", "permit_revoked", on=FALLEN, body=permit_revoked),
    Tell("data_hub", "permit_revoked", on=FALLEN, body=permit_revoked),
    Tell("one_net", "enterprise_message", on=FALLEN, body=enterprise_message),
    *(
        Tell(
            "letters",
            "letter",
            on=("issue",),
            body=partial(province_letter, n),
            when=partial(is_told, n),
            part=f"province_{n}",
        )
        for n in range(MOST_PROVINCES)
    ),
)
