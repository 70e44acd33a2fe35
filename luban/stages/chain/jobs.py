"""When the chain is worked on: at once after an evidence request, every minute anyhow, histories every ten minutes.

A job that finds the node down ends quietly; the next one goes on. Neither its loss nor its repetition matters.
"""

import logging

from procrastinate.contrib.django import app

from luban.ledger.connection import connect
from luban.ledger.port import ChainUnavailable
from luban.stages.chain.anchor import anchor_histories, run
from luban.stages.chain.wake import JOB, wake

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *", periodic_id="chain")
@app.task(name=JOB, queueing_lock=JOB)
def advance(timestamp: int = 0) -> int:
    """Write what waits; returns how many writes moved."""
    try:
        return run(port=connect()).moved
    except ChainUnavailable as outage:
        log.warning("the chain cannot be asked: %s", outage)
        return 0


@app.periodic(cron="*/10 * * * *", periodic_id="histories")
@app.task(name="chain.histories", queueing_lock="chain.histories")
def histories(timestamp: int) -> int:
    """Anchor the histories that grew; returns how many."""
    kept = anchor_histories()
    if kept:
        wake()
    return kept
