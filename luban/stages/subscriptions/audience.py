"""Who is told: the application behind a subscription, as the gateway knows it, with the secret its callbacks are signed by."""

from __future__ import annotations

from dataclasses import dataclass

from luban.stages.gateway.applications import app_of, callback_secret, caller_of
from luban.stages.gateway.asking import Caller, GatewayError


@dataclass(frozen=True)
class Reader:
    """An application that may be told of events now."""

    caller: Caller
    callback_secret: str


def reader(*, app_key: str) -> Reader | None:
    """The application, None while it may be told nothing (suspended, revoked, out of its term)."""
    row = app_of(app_key)
    if row is None:
        return None
    try:
        return Reader(caller_of(row), callback_secret(row))
    except GatewayError:
        return None
