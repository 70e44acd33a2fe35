"""The papers of an approval and their numbers (一般固体废物 0.5, 2A.8); what each says stands in `papers`.

A refusal is numbered in the series of the permits; the permit also bears the machine-readable number of the licence.
"""

from __future__ import annotations

from collections.abc import Mapping

from luban.items.solid_waste_disposal.papers.decided import (
    denial_fields,
    permit_fields,
    quantity,
    shown_to_all,
)
from luban.items.solid_waste_disposal.papers.letters import (
    consultation_fields,
    reminder_fields,
    withdrawal_fields,
)
from luban.items.solid_waste_disposal.papers.notices import (
    acceptance_fields,
    application_fields,
    correction_fields,
    evaluation_fields,
    extension_fields,
    not_ours_fields,
    refusal_fields,
    supplement_fields,
)
from luban.items.solid_waste_disposal.papers.words import CONSULTATION, DENIAL, PERMIT, term
from luban.kit.documents import Document, Licence, Number
from luban.kit.view import CaseView

FORM, CERTIFICATE = "official.application", "official.certificate"


def _nothing(case: CaseView) -> Mapping[str, str]:
    return {}


DECISIONS = Number("沪环固转许〔{year}〕{n}号", _nothing)
LETTERS = Number("沪环固转函〔{year}〕{n}号", _nothing)
PERMITS = Number("GFXK-310000-{yyyy}-{4}", _nothing)

DOCUMENTS = (
    Document("application", "申报表", application_fields, template=FORM, seal="none"),
    Document("acceptance_notice", "受理通知书", acceptance_fields),
    Document("correction_notice", "补正通知书", correction_fields),
    Document("refusal_notice", "不予受理通知书", refusal_fields),
    Document("not_ours_notice", "不予受理通知书（不在职权范围）", not_ours_fields),
    Document("evaluation_notice", "技术评估时间告知书", evaluation_fields),
    Document("supplement_notice", "补充说明通知书", supplement_fields),
    Document("extension_notice", "延长办理期限告知书", extension_fields),
    Document(CONSULTATION, "商请函", consultation_fields, seal="city", number=LETTERS, to_applicant=False),
    Document("reminder_letter", "催办函", reminder_fields, seal="city", to_applicant=False),
    Document("withdrawal_letter", "撤回商请函", withdrawal_fields, seal="city", to_applicant=False),
    Document(
        PERMIT,
        "准予许可决定书（电子批复证照）",
        permit_fields,
        template=CERTIFICATE,
        seal="city",
        number=DECISIONS,
        licence=Licence("一般固体废物跨省转移贮存、处置许可", term, shown_to_all, quantity, PERMITS),
        decides=True,
    ),
    Document(DENIAL, "不予许可决定书", denial_fields, seal="city", number=DECISIONS, decides=True),
)
