"""Partner systems, one folder each: what we tell them, what we ask them, and the one outbox through which it leaves."""
