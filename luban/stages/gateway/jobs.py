"""What the gateway forgets: nonces after their window, answers after seven days; and refused writes that hold nothing up."""

import logging
import time

from procrastinate.contrib.django import app

from luban.kit.clock import clock
from luban.ledger.models import ChainWrite
from luban.ledger.states import CANCELLED, REJECTED
from luban.stages.gateway.chainside import OURS
from luban.stages.gateway.models import Asked, UsedNonce
from luban.stages.gateway.perform import KEPT

log = logging.getLogger(__name__)

NONCES_KEPT_SECONDS = 660
"""Ten minutes (waste-chain §6.1) and a little."""


@app.periodic(cron="* * * * *", periodic_id="gateway")
@app.task(name="gateway.sweep", queueing_lock="gateway.sweep")
def sweep(timestamp: int = 0) -> int:
    """Forget what has run out; returns how many rows went."""
    gone, _ = UsedNonce.objects.filter(second__lt=int(time.time()) - NONCES_KEPT_SECONDS).delete()
    old, _ = Asked.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    ChainWrite.objects.filter(state=REJECTED, request_id__startswith=OURS).update(state=CANCELLED)
    return gone + old
