"""The one outbox: everything an act causes outside its own transaction leaves from here, in order, never lost.

A case act writes its effects with `queue.put` inside its own transaction: they exist if and only if the act happened.
Each effect belongs to a lane (usually link × case). A worker (`worker.drain`) performs a lane's effects strictly one
after the other: the head that failed is retried later, the head that was refused waits for a person, and either holds
the lane behind it. `queue.resend` and `queue.cancel` are what an official can do about it, `queue.stuck` what the
official sees. Handlers (`handlers.register_handler`) do the work; partners tell repeats apart by the effect's key.

Jobs (`jobs`) carry effect ids only and merely wake lanes: the truth is the table, so a lost or doubled job is harmless.
"""
