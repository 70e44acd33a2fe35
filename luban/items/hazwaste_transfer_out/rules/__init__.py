"""What is checked before an application is handed in: X-00…26 on completeness and dates, P-01…30 on the rest.

One function a clause, in the module of its subject: statement (X-00), dates (X-01…26), parties, wastes, quantities, way
and papers (P-01…30). They run in the order of the brief. Source: domain brief 危险废物 第一部分 §5.
"""

from __future__ import annotations

from luban.items.hazwaste_transfer_out.rules import dates, papers, parties, quantities, statement, wastes, way
from luban.kit.rules import Rules

VERSION = "2026-1"
_SUBJECTS = (statement, dates, parties, wastes, quantities, way, papers)


def _place(rule_id: str) -> tuple[bool, str]:
    """X before P, then by number."""
    return not rule_id.startswith("X"), rule_id


RULES = Rules(
    sorted((rule for subject in _SUBJECTS for rule in subject.RULES), key=lambda rule: _place(rule.id)),
    version=VERSION,
)
