"""Share: what a partner must know leaves through the outbox, in order, exactly once in effect."""
