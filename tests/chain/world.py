"""A chain for tests: the embedded node inside this process, behind the very adapter the house uses.

It can be put down and brought back, lose its memory like a restart, or be put in another's place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx

from luban.ledger.jsonrpc import PROFILES, JsonRpcChain
from luban.ledger.node.server import Node

CHAIN_ID = 310000


class World:
    """A node in a file. `sent` counts transactions that reached it; `swallow` lets that many vanish on the way."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "node.db"
        self.node = Node(path=self.path, chain_id=CHAIN_ID)
        self.down, self.sent, self.swallow = False, 0, 0
        transport = httpx.MockTransport(self._answer)
        self.port = JsonRpcChain(
            urls=["http://chain.test"],
            profile=PROFILES["embedded"],
            client=httpx.Client(transport=transport),
        )

    def restart(self) -> None:
        """End the node and start it from its file."""
        self.node.close()
        self.node = Node(path=self.path, chain_id=CHAIN_ID)

    def replace(self, path: Path) -> None:
        """Another chain answers at the same address."""
        self.node.close()
        self.node = Node(path=path, chain_id=CHAIN_ID)

    def close(self) -> None:
        """End it."""
        self.node.close()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("connection refused", request=request)
        asked = json.loads(request.content)
        several = asked if isinstance(asked, list) else [asked]
        kept: list[Any] = []
        for one in several:
            if one["method"] == "eth_sendRawTransaction":
                if self.swallow:
                    self.swallow -= 1
                    raise httpx.ReadTimeout("the answer is lost", request=request)
                self.sent += 1
            kept.append(one)
        return httpx.Response(200, json=self.node.answer(kept if isinstance(asked, list) else kept[0]))
