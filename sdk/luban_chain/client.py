"""`ChainClient`: all the gateway's methods in one place."""

from __future__ import annotations

from luban_chain.administration import Administration
from luban_chain.cases import Cases
from luban_chain.events import Events
from luban_chain.forms import Forms
from luban_chain.revocations import Revocations


class ChainClient(Forms, Revocations, Cases, Events, Administration):
    """`ChainClient(base_url, app_key, secret, region=…)`; synchronous, one connection, not to be shared by threads."""
