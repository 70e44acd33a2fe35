"""The papers of a permit's end: the sheet that stays in the office, the decision that goes out (D-13).

Revocation and cancellation share one word series (沪环危转撤, 危险废物跨省转移业务说明 第一部分 §8); neither names a person of a firm.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from luban.items.hazwaste_permit_revocation.form import KINDS, REVOKE
from luban.kit.documents import Document, Number
from luban.kit.view import Act, CaseView
from luban.registers.licences.decisions import PERMIT_REASONS
from luban.registers.licences.status import chinese_day

MATTER = "危险废物跨省级行政区域转移许可"
DECISION = "end_decision"
LAWS = {True: "ALL.69", False: "ALL.70"}
"""撤销, 注销 (行政许可法)."""


def revoking(case: CaseView) -> bool:
    """Whether the permit is revoked, not cancelled."""
    return bool(case.form.grounds.kind == REVOKE)


def word(case: CaseView) -> str:
    """撤销 or 注销."""
    return dict(KINDS)[case.form.grounds.kind]


def reason(case: CaseView) -> str:
    """The reason as the dictionary calls it."""
    return case.term(PERMIT_REASONS, case.form.grounds.reason_code)


def deciding(case: CaseView) -> Act | None:
    """The act that ended the permit."""
    return case.latest("agree_revoke") or case.latest("agree_cancel")


def effective_on(case: CaseView) -> date:
    """The day the permit fell; today before it did."""
    act = deciding(case)
    return act.at.date() if act else case.today


def _day(day: date | None) -> str:
    return chinese_day(day) if day else "—"


def _pairs(*pairs: tuple[str, str | None], wide: Iterable[str] = ()) -> list[dict[str, Any]]:
    return [{"label": label, "value": value or "—", "wide": label in wide} for label, value in pairs]


def permit_of(case: CaseView) -> list[dict[str, Any]]:
    """The permit in lines: number, parties, term."""
    target = case.form.target
    return _pairs(
        ("原许可文号", target.permit_no),
        ("许可办件编号", target.permit_case_no),
        ("移出人", target.holder_name),
        ("统一社会信用代码", target.holder_uscc),
        ("接受人", target.receiver_name),
        ("许可有效期", f"{_day(target.valid_from)}至{_day(target.valid_to)}"),
    )


def hearing_of(case: CaseView) -> str:
    """Whether the firm was heard or asked for it, in one sentence."""
    grounds = case.form.grounds
    if grounds.requested_on:
        return f"申请人于{_day(grounds.requested_on)}申请注销。"
    if grounds.statement_heard:
        return f"已听取企业陈述申辩：{grounds.statement or ''}"
    if grounds.notice_given_on:
        return f"已于{_day(grounds.notice_given_on)}告知企业拟撤销及其陈述申辩权利，企业未陈述申辩。"
    return "该事由不要求。"


def sheet_fields(case: CaseView) -> Mapping[str, Any]:
    """审批表: the whole proposal, the evidence by name, who said what at which desk."""
    form = case.form
    files = [f"{n}. {file.filename or file.code}" for n, file in enumerate(case.materials.files, start=1)]
    said = [
        (f"{act.title}（{act.actor_name}）", f"{act.data.get('opinion') or '—'}　{_day(act.at.date())}")
        for act in case.acts
        if "opinion" in act.data
    ]
    grounds = _pairs(
        ("处理", word(case)),
        ("事由", reason(case)),
        ("事实与依据", form.grounds.facts),
        ("陈述申辩或申请", hearing_of(case)),
        ("证据", "；".join(files)),
        ("拟办意见", form.proposal.opinion),
        wide=("事实与依据", "陈述申辩或申请", "证据", "拟办意见"),
    )
    return {
        "title": f"{MATTER}{word(case)}审批表",
        "org": case.city.name,
        "number": case.number,
        "printed_at": _day(case.today),
        "sections": [
            {"title": "一、原许可", "fields": permit_of(case)},
            {"title": "二、事由与依据", "fields": grounds},
            {"title": "三、审查审批意见", "fields": _pairs(*said, wide=[label for label, _ in said])},
        ],
    }


def decision_fields(case: CaseView) -> Mapping[str, Any]:
    """撤销、注销决定书: which permit, why, from when it no longer holds, what remedies there are."""
    target, form = case.form.target, case.form
    ended, effective = word(case), _day(effective_on(case))
    act = deciding(case)
    rows = [
        *permit_of(case),
        *_pairs(
            ("事由", reason(case)),
            ("事实与依据", form.grounds.facts),
            ("审批意见", str(act.data.get("opinion", "")) if act else ""),
            ("生效日期", effective),
        ),
    ]
    opening = (
        f"依据{case.cite(LAWS[revoking(case)])}，经审查，决定{ended}你单位的{MATTER}（{target.permit_no}）。"
    )
    closing = (
        f"该许可的电子证照自{effective}起失效，请立即停止依据该许可转移危险废物；"
        "已发运的按联单完成接收，需要继续转移的，请重新申请。"
    )
    remedies = (
        f"如不服本决定，可以自知道之日起六十日内依据{case.cite('ARL')}申请行政复议，"
        f"也可以自知道之日起六个月内依据{case.cite('ADL')}提起行政诉讼。"
    )
    return {
        "form": "文书",
        "org": case.city.name,
        "number": case.document_number or case.number,
        "title": f"{MATTER}{ended}决定书",
        "to": target.holder_name or "",
        "body": [
            {"kind": "p", "text": opening},
            {"kind": "particulars", "rows": rows},
            {"kind": "p", "text": closing},
            {"kind": "p", "text": remedies},
        ],
        "signer": case.city.name,
        "date": effective,
    }


def _nothing(case: CaseView) -> Mapping[str, str]:
    return {}


DOCUMENTS = (
    Document(
        "approval_sheet",
        "撤销、注销审批表",
        sheet_fields,
        template="official.application",
        seal="none",
        to_applicant=False,
    ),
    Document(
        DECISION,
        "撤销、注销决定书",
        decision_fields,
        seal="city",
        number=Number("沪环危转撤〔{year}〕{4}号", _nothing),
        decides=True,
    ),
)
