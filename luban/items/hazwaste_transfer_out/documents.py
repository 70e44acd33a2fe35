"""The papers of an application and their numbers (危险废物 第一部分 §8); what each says stands in `papers`.

The word series are 默认 in the brief and 待核 with the bureau (§16.5): each belongs to one kind of paper only, and runs
from 1 every year. A circular carries the permit's own number, sheets and reports the case's.
"""

from __future__ import annotations

from collections.abc import Mapping

from luban.items.hazwaste_transfer_out.papers.letters import (
    CONSULTATION,
    PERMIT,
    circular_fields,
    consultation_fields,
    reminder_fields,
    withdrawal_fields,
)
from luban.items.hazwaste_transfer_out.papers.merged import CONSULTING
from luban.items.hazwaste_transfer_out.papers.notices import (
    acceptance_fields,
    correction_fields,
    expert_fields,
    refusal_fields,
    supplement_fields,
)
from luban.items.hazwaste_transfer_out.papers.permit import (
    TITLE,
    denial_fields,
    permit_fields,
    quantity,
    shown_to_all,
    term,
)
from luban.items.hazwaste_transfer_out.papers.printed import (
    PLEDGE_TITLE,
    application_fields,
    pledge_fields,
)
from luban.items.hazwaste_transfer_out.papers.printed import TITLE as APPLICATION_TITLE
from luban.items.hazwaste_transfer_out.papers.reviewed import (
    INSTITUTION,
    REPORT_TITLE,
    SHEET_TITLE,
    compliance_fields,
    report_fields,
)
from luban.items.hazwaste_transfer_out.rules import RULES
from luban.kit.documents import Document, Licence, Number
from luban.kit.prechecked import precheck_sheet
from luban.kit.view import CaseView

FORM, CERTIFICATE = "official.application", "official.certificate"


def _nothing(case: CaseView) -> Mapping[str, str]:
    return {}


def _case(case: CaseView) -> Mapping[str, str]:
    return {"case": case.number}


def series(word: str) -> Number:
    """A number of the bureau's: word, year, four digits."""
    return Number(f"{word}〔{{year}}〕{{4}}号", _nothing)


def version(mark: str) -> Number:
    """The n-th sheet or report of a case."""
    return Number(f"{{case}}-{mark}{{n}}", _case)


DOCUMENTS = (
    Document("application", APPLICATION_TITLE, application_fields, template=FORM, seal="none"),
    Document("transport_pledge", PLEDGE_TITLE, pledge_fields, template=FORM, seal="none"),
    precheck_sheet(RULES),
    Document("acceptance_notice", "受理通知书", acceptance_fields, seal="city", number=series("沪环危转受")),
    Document("correction_notice", "补正告知书", correction_fields, seal="city", number=series("沪环危转补")),
    Document("refusal_notice", "不予受理通知书", refusal_fields, seal="city", number=series("沪环危转不受")),
    Document(
        "compliance_sheet",
        SHEET_TITLE,
        compliance_fields,
        template=FORM,
        seal="none",
        number=version("HG"),
        to_applicant=False,
    ),
    Document(
        "evaluation_report",
        REPORT_TITLE,
        report_fields,
        seal=INSTITUTION,
        number=version("JP"),
        to_applicant=False,
    ),
    Document("expert_notice", "专家评审时间告知书", expert_fields, seal="city"),
    Document("supplement_notice", "补充说明通知书", supplement_fields, seal="city"),
    Document(
        CONSULTATION,
        "跨省转移商请函",
        consultation_fields,
        seal="city",
        number=series("沪环危转商"),
        to_applicant=False,
        letter=CONSULTING,
    ),
    Document(
        "reminder_letter",
        "催办函",
        reminder_fields,
        seal="city",
        number=series("沪环危转催"),
        to_applicant=False,
    ),
    Document(
        "withdrawal_letter",
        "撤回商请函",
        withdrawal_fields,
        seal="city",
        number=series("沪环危转撤函"),
        to_applicant=False,
    ),
    Document(
        PERMIT,
        TITLE,
        permit_fields,
        template=CERTIFICATE,
        seal="city",
        number=series("沪环危转许"),
        licence=Licence("危险废物跨省转移许可", term, shown_to_all, quantity),
        decides=True,
    ),
    Document(
        "denial_decision",
        "不予许可决定书",
        denial_fields,
        seal="city",
        number=series("沪环危转不许"),
        decides=True,
    ),
    Document("circular", "批准信息通报单", circular_fields, seal="city", to_applicant=False),
)
