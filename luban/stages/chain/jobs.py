"""When the chain is worked on: at once after an evidence request, every minute anyhow, histories every ten minutes.

What was written is read back into the index at once.
A job that finds the node down ends quietly; the next one goes on. Neither its loss nor its repetition matters.
"""

import logging

from procrastinate.contrib.django import app

from luban.ledger.chain import ChainReplaced
from luban.ledger.connection import connect
from luban.ledger.index import advance_index
from luban.ledger.port import ChainPort, ChainUnavailable
from luban.stages.chain.anchor import anchor_histories, run
from luban.stages.chain.figures_push import push_figures
from luban.stages.chain.wake import JOB, wake
from luban.stages.subscriptions.wake import wake_reader

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *", periodic_id="chain")
@app.task(name=JOB, queueing_lock=JOB)
def advance(timestamp: int = 0) -> int:
    """Write what waits; returns how many writes moved."""
    moved = 0
    try:
        port = connect()
        moved = run(port=port, moved_on=lambda: _read_back(port)).moved
        _read_back(port)
    except ChainUnavailable as outage:
        log.warning("the chain cannot be asked: %s", outage)
    except ChainReplaced as alarm:
        log.warning("the chain is not read: %s", alarm)
    return moved


def _read_back(port: ChainPort) -> None:
    """Bring the index up to date; whoever subscribed is told of what is new."""
    if advance_index(port=port).events:
        wake_reader()


@app.periodic(cron="* * * * *", periodic_id="screen")
@app.task(name="chain.screen", queueing_lock="chain.screen")
def screen(timestamp: int) -> bool:
    """Push the figures to the government's big screen, where an address is configured."""
    return push_figures()


@app.periodic(cron="*/10 * * * *", periodic_id="histories")
@app.task(name="chain.histories", queueing_lock="chain.histories")
def histories(timestamp: int) -> int:
    """Anchor the histories that grew; returns how many."""
    kept = anchor_histories()
    if kept:
        wake()
    return kept
