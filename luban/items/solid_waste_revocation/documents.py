"""The two papers of a revocation: the district's application, the city's notice (solid-waste.md 2B.8).

Field names are those of the shared typst functions `application` and `letter`; the seal, the QR code and the moment
of typesetting are added when a paper is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from luban.items.solid_waste_revocation.form import RevocationForm
from luban.kit.documents import Document
from luban.kit.view import CaseView
from luban.registers.licences.decisions import REASONS
from luban.registers.licences.status import chinese_day


def _day(day: date | None) -> str:
    return chinese_day(day) if day else "—"


def _pairs(*pairs: tuple[str, str | None], wide: Iterable[str] = ()) -> list[dict[str, Any]]:
    return [{"label": label, "value": value or "—", "wide": label in wide} for label, value in pairs]


def filing_of(case: CaseView) -> list[dict[str, Any]]:
    """The filing in lines: number, parties, term."""
    target = case.form.target
    return _pairs(
        ("原备案号", target.filing_no),
        ("备案办件编号", target.filing_case_no),
        ("移出单位", target.holder_name),
        ("统一社会信用代码", target.holder_uscc),
        ("接收单位", target.receiver_name),
        ("备案有效期", f"{_day(target.valid_from)}至{_day(target.valid_to)}"),
    )


def hearing_of(form: RevocationForm) -> str:
    """Whether the firm was heard, in one sentence."""
    grounds = form.grounds
    if grounds.statement_heard:
        return f"已听取企业陈述申辩：{grounds.statement or ''}"
    if grounds.notice_given_on:
        return f"已于{_day(grounds.notice_given_on)}告知企业拟撤销及其陈述申辩权利，企业未陈述申辩。"
    return "未告知（该事由不要求）。"


def application_fields(case: CaseView) -> Mapping[str, Any]:
    """撤销申请表: the whole form and who signed it."""
    form, signed = case.form, case.latest("sign")
    attached = [f"{n}. {file.filename or file.code}" for n, file in enumerate(case.materials.files, start=1)]
    grounds = _pairs(
        ("撤销事由", case.term(REASONS, form.grounds.reason_code)),
        ("事实与依据", form.grounds.facts),
        ("陈述申辩情况", hearing_of(form)),
        ("证据", "；".join(attached)),
        wide=("撤销事由", "事实与依据", "陈述申辩情况", "证据"),
    )
    opinions = _pairs(
        ("区局意见", form.district.opinion),
        ("签发", f"{signed.actor_name}　{_day(case.today)}" if signed else None),
        wide=("区局意见", "签发"),
    )
    return {
        "title": "一般固体废物跨省转移利用备案撤销申请表",
        "org": case.office.name,
        "number": case.number,
        "printed_at": _day(case.today),
        "sections": [
            {"title": "一、原备案", "fields": filing_of(case)},
            {"title": "二、撤销事由与依据", "fields": grounds},
            {"title": "三、区局意见", "fields": opinions},
        ],
        "commitment": f"现报请{case.city.name}审批。",
        "signature_label": f"{case.office.name}（盖章）",
        "date": _day(case.today),
    }


def notice_fields(case: CaseView) -> Mapping[str, Any]:
    """撤销通知: to the firm, with the moment from which the filing no longer holds."""
    form, decided = case.form, case.latest("agree")
    target = form.target
    opinion = str(decided.data.get("opinion", "")) if decided else ""
    effective = _day(case.today)
    basis = f"根据{case.cite('SHSW.FILING')}，"
    rows = [
        *filing_of(case),
        *_pairs(
            ("撤销事由", case.term(REASONS, form.grounds.reason_code)),
            ("事实与依据", form.grounds.facts),
            ("区局意见", form.district.opinion),
            ("市局意见", opinion),
            ("生效时间", effective),
        ),
    ]
    return {
        "form": "文书",
        "org": case.city.name,
        "number": case.number,
        "title": "一般固体废物跨省转移利用备案撤销通知",
        "to": target.holder_name or "",
        "body": [
            {
                "kind": "p",
                "text": f"{basis}经{case.office.name}提出、我局审查，决定撤销你单位备案（{target.filing_no}）。",
            },
            {"kind": "particulars", "rows": rows},
            {
                "kind": "p",
                "text": f"该电子批复证照自{effective}起失效，请立即停止依据该备案转移固体废物；需要继续转移的，请重新办理备案。",
            },
            {
                "kind": "p",
                "text": f"如不服本决定，可以依据{case.cite('ARL')}申请行政复议，或者依据{case.cite('ADL')}提起行政诉讼。",
            },
        ],
        "signer": case.city.name,
        "date": effective,
        "cc": [case.office.name],
    }


DOCUMENTS = (
    Document(
        "revocation_application",
        "备案撤销申请表",
        application_fields,
        template="revocation_application",
        seal="handling",
        to_applicant=False,
    ),
    Document(
        "revocation_notice",
        "备案撤销通知",
        notice_fields,
        template="revocation_notice",
        seal="city",
        decides=True,
    ),
)
