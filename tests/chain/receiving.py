"""A province's receiver inside the test: answers callbacks as it is told, and keeps what came. And events to be told of."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from luban.ledger.digests import organisation_id
from luban.ledger.index_models import ChainEvent, ChainRecord
from luban.stages.gateway.applications import caller_of, issue
from luban.stages.gateway.asking import Caller
from luban.stages.gateway.models import ChainApp
from luban.stages.gateway.scopes import DEFAULT

OK = (200, b'{"code":0,"message":"ok"}')
Script = Callable[[dict[str, Any]], tuple[int, bytes]]


@dataclass
class Receiver:
    """`script` says how to answer a body; `got` are headers and bodies in the order they came."""

    url: str
    host: str
    script: Script = lambda body: OK
    got: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    moved_to: str = ""
    at_once: int = 0
    most_at_once: int = 0

    @property
    def ids(self) -> list[str]:
        """The events that came, in order, repeats included."""
        return [body["event_id"] for _, body in self.got]

    def fail(self, times: int, status: int = 500) -> None:
        """Answer that often with a failure, then well."""
        left = [times]

        def script(body: dict[str, Any]) -> tuple[int, bytes]:
            left[0] -= 1
            return (status, b"{}") if left[0] >= 0 else OK

        self.script = script


@contextmanager
def receiver(*, pause: float = 0.0) -> Iterator[Receiver]:
    """A receiver on a port of its own."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                made.at_once += 1
                made.most_at_once = max(made.at_once, made.most_at_once)
                made.got.append((dict(self.headers.items()), body))
                status, content = made.script(body)
            time.sleep(pause)
            with lock:
                made.at_once -= 1
            self.send_response(status)
            if made.moved_to:
                self.send_header("Location", made.moved_to)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = f"127.0.0.1:{server.server_port}"
    made = Receiver(f"http://{host}/callback", host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


def app(region: str, *more: str) -> Caller:
    """An application of a province, with the default scopes and more."""
    made = issue(name=f"{region}应用", region=region, by="测试", scopes=(*DEFAULT, *more))
    return caller_of(ChainApp.objects.get(pk=made.key))


def key_of(n: int) -> str:
    """The key of the n-th record."""
    return f"{n:064x}"


def record(n: int, *, dest: int = 330000, transit: tuple[int, ...] = ()) -> ChainRecord:
    """A disposal case from Shanghai."""
    core: dict[str, Any] = {
        "applicationNo": f"GFX-310116-20260302-{n:04}",
        "originProvince": 310000,
        "destProvince": dest,
        "transitProvinces": list(transit),
        "totalKg": 600000,
    }
    return ChainRecord.objects.create(
        record_key=key_of(n),
        kind="DC",
        address="0x",
        number=core["applicationNo"],
        doc_no="",
        status=5,
        version=1,
        origin=310000,
        dest=dest,
        core=core,
        changed_block=1,
        changed_at=0,
    )


def moved(n: int, block: int, *, to: int = 5, notified: tuple[str, ...] = ("330000",)) -> ChainEvent:
    """The n-th record moves in a block, which notifies provinces."""
    args = {"key": key_of(n), "fromStatus": to - 1, "toStatus": to, "seq": block, "entryHash": "e" * 64}
    made = _event(n, block, 0, "CaseTransitioned", args)
    for log, region in enumerate(notified, start=1):
        told = {"key": key_of(n), "partyOrg": organisation_id(region=region), "noticeType": to - 1}
        _event(n, block, log, "PartyNotified", {**told, "noticeSeq": block * 10 + log, "version": 1})
    return made


def _event(n: int, block: int, log: int, name: str, args: dict[str, Any]) -> ChainEvent:
    return ChainEvent.objects.create(
        event_id=f"{n:08x}{block:08x}{log:016x}",
        contract="DisposalCase",
        address="0x",
        event_type=name,
        record_key=key_of(n),
        version=1,
        block_number=block,
        block_at=1773036003000 + block,
        tx_hash=f"0x{n:032x}{block:032x}",
        log_index=log,
        args=args,
    )
