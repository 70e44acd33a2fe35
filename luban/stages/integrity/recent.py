"""The histories of the cases that moved lately, checked every night: cheap, and a change of them is noticed the next day.

`luban verify` looks at everything; this looks at each event of a case that moved within two days, against the digest it
carries and the one before it. Source: domain README §5.6, §7.3 (the history's own chain stands for that of score corrections).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from uuid import UUID

from luban.cases.engine import GENESIS, chain
from luban.cases.models import Case, Event
from luban.cases.rows import event_of
from luban.kit.clock import clock
from luban.links.outcomes import Rejected
from luban.stages.integrity.fault import AT_ONCE

LOOKED_BACK = timedelta(days=2)
NAMED = 5


def check_recent() -> int:
    """Check the cases that moved lately; returns how many. Raises Rejected naming those that do not hold."""
    since = clock.now() - LOOKED_BACK
    moved = Case.objects.filter(updated_at__gte=since).order_by("pk")
    heads = {pk: (number, head) for pk, number, head in moved.values_list("pk", "number", "head").iterator()}
    broken = list(_broken(heads))
    if broken:
        named = "、".join(broken[:NAMED]) + (f"等{len(broken)}件" if len(broken) > NAMED else "")
        said = f"办件{named}的经过与登记的摘要不符，可能被改动过。请立即运行 luban verify 全面核对，并报安全管理员。"
        raise Rejected("HISTORY", said)
    return len(heads)


def _broken(heads: dict[UUID, tuple[str, str]]) -> Iterator[str]:
    """The numbers of the cases whose events do not lead, one by one, to the head the case carries."""
    ids, seen = list(heads), set()
    for start in range(0, len(ids), AT_ONCE):
        rows = Event.objects.filter(case_id__in=ids[start : start + AT_ONCE]).order_by("case_id", "seq")
        for case_id, events in groupby(rows.iterator(chunk_size=AT_ONCE), key=lambda row: row.case_id):
            seen.add(case_id)
            number, head = heads[case_id]
            if _end(list(events)) != head:
                yield number
    yield from (heads[one][0] for one in ids if one not in seen)


def _end(rows: list[Event]) -> str:
    """The digest the events lead to; "" as soon as one does not hold."""
    last = GENESIS
    for n, row in enumerate(rows, start=1):
        event = event_of(row)
        if (event.seq, event.prev, chain(event).digest) != (n, last, event.digest):
            return ""
        last = event.digest
    return last
