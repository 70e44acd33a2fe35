"""What must be the same after a restore: one digest over the heads of all cases, and the head of the audit trail."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

from luban.cases.models import Case, Event
from luban.people.models import AuditEntry, AuditSeal


@dataclass(frozen=True)
class Heads:
    """Counts and digests (SM3); equal before and after, or something is missing."""

    cases: int
    events: int
    heads: str
    lines: int
    trail: str

    def differs(self, other: Heads) -> tuple[str, ...]:
        """The names of what is not the same."""
        mine, theirs = asdict(self), asdict(other)
        return tuple(name for name in mine if mine[name] != theirs[name])


def heads_now() -> Heads:
    """As the database stands."""
    state, count = hashlib.new("sm3"), 0
    for number, seq, head in Case.objects.order_by("number").values_list("number", "seq", "head").iterator():
        state.update(f"{number} {seq} {head}\n".encode())
        count += 1
    last = AuditSeal.objects.order_by("-number").values_list("digest", flat=True).first()
    return Heads(
        cases=count,
        events=Event.objects.count(),
        heads=state.hexdigest(),
        lines=AuditEntry.objects.count(),
        trail=last or "",
    )
