"""The review and the score sheet of a case as its papers, messages and figures read them: folded from the history."""

from __future__ import annotations

from dataclasses import dataclass

from luban.items.hazwaste_transfer_out.clauses import CLAUSES
from luban.items.hazwaste_transfer_out.process import PROCESS
from luban.items.hazwaste_transfer_out.scoring import SCORING
from luban.kit import assessment
from luban.kit.assessment import Assessment
from luban.kit.process import Process
from luban.kit.scores import Scoring
from luban.kit.verdicts import Clauses
from luban.kit.view import Act, CaseView


@dataclass(frozen=True)
class _Judging:
    """What folding the history asks of an item."""

    process: Process
    clauses: Clauses
    scoring: Scoring


JUDGING = _Judging(PROCESS, CLAUSES, SCORING)


def assessment_of(case: CaseView) -> Assessment | None:
    """The assessment as it stands; None before acceptance."""
    return assessment.current(item=JUDGING, view=case)


def assessments_of(case: CaseView) -> tuple[tuple[Act, Assessment], ...]:
    """Every act that bore on the assessment with what it left, oldest first."""
    return assessment.history(item=JUDGING, view=case)
