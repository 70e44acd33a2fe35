"""Subscriptions: who is told of which events of the chain, how far each is told, and what notices came to."""
