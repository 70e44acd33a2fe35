"""From what waits to what is final: the first start on a chain, the evidence of cases, the roots of histories.

Runs in a worker, again and again; whatever cannot be done now, because the node is down or the chain is not the bound
one, is left as it is and done by a later run. Nothing of a case waits for it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

from luban.cases import house
from luban.ledger import setup
from luban.ledger.chain import ChainReplaced, check
from luban.ledger.history import MOST, Head, anchor
from luban.ledger.models import ChainWrite
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.ledger.sender import advance, outstanding
from luban.ledger.states import UNDER_WAY

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.2

_GREW = """
SELECT c.id::text, c.seq, c.head FROM cases_case c
WHERE NOT EXISTS (SELECT 1 FROM ledger_checkpoint k WHERE k."case" = c.id::text AND k.seq = c.seq)
ORDER BY c.updated_at, c.id LIMIT %s
"""


@dataclass(frozen=True)
class Advanced:
    """What a run came to: writes that moved, and in Chinese what kept it from going on (empty when nothing did)."""

    moved: int
    trouble: str = ""


def run(
    *, port: ChainPort, patience: float = PATIENCE_SECONDS, moved_on: Callable[[], object] | None = None
) -> Advanced:
    """Bring everything as far as it goes within `patience` seconds; `moved_on` is called whenever something moved."""
    setup.begin(keys=house.keys())
    moved, until = 0, time.monotonic() + patience
    try:
        check(port=port)
        while True:
            now = advance(port=port, keys=house.keys())
            moved += now
            if now and moved_on is not None:
                moved_on()
            if time.monotonic() > until:
                break
            if not now:
                if not outstanding():
                    break
                time.sleep(PAUSE_SECONDS)
    except ChainUnavailable as outage:
        log.warning("the chain does not answer, everything waits: %s", outage)
        return Advanced(moved, f"区块链暂不可访问，稍后自动重试（{outage}）。")
    except ChainReplaced as alarm:
        return Advanced(moved, str(alarm))
    return Advanced(moved)


def grown() -> list[Head]:
    """Heads of the histories that grew since their last checkpoint, at most MOST."""
    with connection.cursor() as cursor:
        cursor.execute(_GREW, [MOST])
        return [Head(*row) for row in cursor.fetchall()]


def anchor_histories() -> int:
    """Keep a batch of what grew and is not in one yet, unless the last batch is still under way; returns its size."""
    if ChainWrite.objects.filter(request_id__startswith="history:", state__in=UNDER_WAY).exists():
        return 0  # one root an outage, not one every ten minutes of it
    heads = grown()
    if heads:
        anchor(heads=heads, keys=house.keys())
    return len(heads)
