"""The node as a process: JSON-RPC over HTTP on this machine only; `luban chain-node` runs it.

`POST /` takes a request or a batch, `GET /healthz` says which chain it is and how high.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from luban.ledger.node.chain import Sequencer
from luban.ledger.node.methods import LABEL, Methods, RpcError
from luban.ledger.node.pool import Pool
from luban.ledger.node.store import Store

log = logging.getLogger(__name__)

MOST_BYTES = 16 * 1024 * 1024
MOST_AT_ONCE = 200
_INVALID = {"code": -32600, "message": "invalid request"}


class Node:
    """A running chain: store, sequencer, pool, the thread that makes blocks."""

    def __init__(self, *, path: Path, chain_id: int) -> None:
        """Open or begin the chain in the file at `path`."""
        self.lock = threading.RLock()
        self.store = Store(path)
        self.chain = Sequencer(store=self.store, chain_id=chain_id)
        self.pool = Pool(chain=self.chain, lock=self.lock)
        self.methods = Methods(chain=self.chain, pool=self.pool, lock=self.lock)
        self._stopping = threading.Event()
        self._miner = threading.Thread(target=self.pool.run, kwargs={"until": self._stopping.is_set})
        self._miner.daemon = True
        self._miner.start()

    def close(self) -> None:
        """Finish the block under way and close the store."""
        self._stopping.set()
        self._miner.join(5)
        self.store.close()

    def answer(self, asked: Any) -> Any:
        """The answer to a JSON-RPC request or batch; transactions of one batch share a block where they fit."""
        if isinstance(asked, list):
            if not asked or len(asked) > MOST_AT_ONCE:
                return {"jsonrpc": "2.0", "id": None, "error": _INVALID}
            return self._answers(asked)
        return self._answers([asked])[0]

    def _answers(self, asked: Sequence[Any]) -> list[dict[str, Any]]:
        begun = [self._begin(one) for one in asked]
        return [self._finish(one, how) for one, how in zip(asked, begun, strict=True)]

    def _begin(self, one: Any) -> Any:
        if not isinstance(one, dict) or not isinstance(one.get("method"), str):
            return RpcError(_INVALID["code"], str(_INVALID["message"]))  # type: ignore[arg-type]
        params = one.get("params") or []
        try:
            return self.methods.begin(method=one["method"], params=params if isinstance(params, list) else [])
        except RpcError as error:
            return error

    def _finish(self, one: Any, how: Any) -> dict[str, Any]:
        told = {"jsonrpc": "2.0", "id": one.get("id") if isinstance(one, dict) else None}
        try:
            if isinstance(how, RpcError):
                raise how
            return told | {"result": self.methods.finish(how)}
        except RpcError as error:
            return told | {"error": error.as_json()}
        except Exception:
            log.exception("a request failed")
            return told | {"error": {"code": -32603, "message": "internal error"}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "luban-chain-node"
    disable_nagle_algorithm = True
    node: Node

    def do_GET(self) -> None:
        if self.path != "/healthz":
            self._say(404, {"ok": False})
            return
        asked = ("eth_chainId", "eth_blockNumber")
        told = [self.node.answer({"id": 1, "method": one}).get("result") for one in asked]
        self._say(200, {"ok": True, "node": LABEL, "chain": told[0], "height": told[1]})

    def do_POST(self) -> None:
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            length = -1
        if not 0 <= length <= MOST_BYTES:
            self.close_connection = True
            self._say(413, {"error": "too large"})
            return
        try:
            asked = json.loads(self.rfile.read(length))
        except (ValueError, RecursionError):
            self._say(
                200, {"jsonrpc": "2.0", "id": None, "error": {"code": -32700, "message": "parse error"}}
            )
            return
        self._say(200, self.node.answer(asked))

    def _say(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        log.debug(format, *args)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def server(*, node: Node, port: int) -> ThreadingHTTPServer:
    """An HTTP server for the node on 127.0.0.1:port (0: any free one), not yet serving."""
    return _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"node": node}))
