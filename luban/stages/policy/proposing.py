"""A tried set becomes ordinary proposals: two persons, a reason, from a future day on. Nothing here takes effect."""

from __future__ import annotations

import uuid
from itertools import groupby

from django.db import transaction

from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.registers.book.changes import LEAST_REASON, propose_removal, propose_together
from luban.registers.book.shipped import spec_of
from luban.stages.policy.drafts import DONE, locked, require_editor, rows_of


def propose(*, trial_id: uuid.UUID, by: Actor, reason: str) -> int:
    """Propose every row of the set, all or none, from the earliest day on; returns how many.

    Raises Refused (403, 404, 409, 422), BookError, ChangeRefused (a row already waits for approval).
    """
    require_editor(by)
    said = reason.strip()
    if len(said) < LEAST_REASON:
        raise Refused("NO_REASON", f"请写明修改理由（不少于{LEAST_REASON}个字）。", status=422)
    with transaction.atomic():
        trial = locked(trial_id, state=DONE)
        if trial.proposed_at is not None:
            raise Refused("PROPOSED", "这个方案已经送过复核；如需再送请复制为新方案。")
        single = [
            code for code in {row.register for row in rows_of(trial_id)} if not spec_of(code).two_persons
        ]
        if single:
            titles = "、".join(spec_of(code).title for code in sorted(single))
            raise Refused("ONE_PERSON", f"{titles}的修改不经复核即生效，请在台账里单独修改。", status=422)
        why = f"{said}（政策试算“{trial.title}”）"
        count = 0
        for (register, removes), rows in groupby(
            sorted(rows_of(trial_id), key=lambda row: (row.register, row.removes)),
            key=lambda row: (row.register, row.removes),
        ):
            chosen = list(rows)
            count += len(chosen)
            if removes:
                for row in chosen:
                    propose_removal(register=register, key=row.key, by=by, reason=why)
            else:
                cells = {n: row.cells for n, row in enumerate(chosen)}
                propose_together(register=register, rows=cells, by=by, reason=why)
        trial.proposed_at = clock.now()
        trial.save(update_fields=["proposed_at"])
    return count
