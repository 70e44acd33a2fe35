"""The compliance review (合规性智能审查, brief 7.2): what the machine says to CR-01 … CR-19 on the day of acceptance.

Worst of all rows counts. A doubt is settled by the city's reviewer; a fail may be overridden by the director only where
`overridable`. Clauses are free of the database: everything they know is in the form and in the facts.
"""

from luban.items.hazwaste_transfer_out.clauses import nearness, parties, receiver, waste, way
from luban.kit.verdicts import Clauses

_SETS = (receiver.CLAUSES, waste.CLAUSES, nearness.CLAUSES, parties.CLAUSES, way.CLAUSES)
CLAUSES = Clauses(sorted((clause for found in _SETS for clause in found), key=lambda clause: clause.id))
"""All nineteen, in order of their numbers."""

__all__ = ["CLAUSES"]
