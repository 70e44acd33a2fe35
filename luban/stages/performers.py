"""Who performs which kind of effect an act leaves in the outbox."""

from __future__ import annotations

from luban.links.outbox.handlers import register_handler, unregister_handler
from luban.stages.chain.record import record
from luban.stages.licence.make import make
from luban.stages.share.hear import hear
from luban.stages.share.tell import tell
from luban.stages.timers.daily import perform


def register_all() -> None:
    """document: typeset, seal, file, put in force · share: word and deliver · evidence: keep · inbound: act on what came ·
    daily: a work of the day."""
    unregister_handler(
        "share"
    )  # the outbox's own performer delivers bodies as they stand; ours words them first
    register_handler("document", make)
    register_handler("share", tell)
    register_handler("evidence", record)
    register_handler("inbound", hear)
    register_handler("daily", perform)
