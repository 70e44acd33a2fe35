"""The virus scanner against a small server that speaks clamd's protocol: found, clean, too large, cut off, too late, gone."""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdf
import pytest

from luban.trust import uploads
from luban.trust.clamd import Clamd, ScannerMistake, ScanTooLarge, ScanUnavailable, clamd_at
from luban.trust.uploads import KINDS, UploadRefused, inspect_upload

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
MOST = 600_000
Behaviour = Callable[[socket.socket], None]


def _heard(channel: socket.socket) -> bytes | None:
    """What came in, as clamd reads it; None when it was too much."""
    assert _exactly(channel, 10) == b"zINSTREAM\0"
    data = b""
    while size := struct.unpack("!I", _exactly(channel, 4))[0]:
        data += _exactly(channel, size)
        if len(data) > MOST:
            return None
    return data


def _exactly(channel: socket.socket, count: int) -> bytes:
    said = b""
    while len(said) < count:
        part = channel.recv(count - len(said))
        if not part:
            raise ConnectionError
        said += part
    return said


def honest(channel: socket.socket) -> None:
    data = _heard(channel)
    if data is None:
        channel.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        return
    found = b"Win.Test.EICAR_HDB-1 FOUND" if EICAR in data else b"OK"
    for byte in b"stream: " + found + b"\0":  # an answer in pieces is an answer
        channel.sendall(bytes([byte]))


def cut(channel: socket.socket) -> None:
    _exactly(channel, 10)


def mute(channel: socket.socket) -> None:
    _heard(channel)
    time.sleep(1.5)


def odd(channel: socket.socket) -> None:
    _heard(channel)
    channel.sendall(b"stream: Can't allocate memory ERROR\0")


@contextlib.contextmanager
def serving(behaviour: Behaviour, listener: socket.socket) -> Iterator[None]:
    listener.listen()

    def run() -> None:
        with contextlib.suppress(OSError):
            while True:
                channel, _ = listener.accept()
                with channel, contextlib.suppress(OSError):
                    behaviour(channel)

    threading.Thread(target=run, daemon=True).start()
    try:
        yield
    finally:
        listener.close()


@contextlib.contextmanager
def clamd(behaviour: Behaviour, *, seconds: float = 5.0) -> Iterator[Clamd]:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    with serving(behaviour, listener):
        yield Clamd(host="127.0.0.1", port=port, seconds=seconds)


def blank_pdf(content: bytes = b"") -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(width=595, height=842)
    if content:
        writer.add_attachment("note.txt", content)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_the_test_virus_is_found_and_clean_bytes_are_clean() -> None:
    with clamd(honest) as scanner:
        assert scanner.scan(b"some paper") == ""
        assert scanner.scan(b"") == ""
        assert scanner.scan(b"x" * 300_000 + EICAR) == "Win.Test.EICAR_HDB-1"


def test_a_unix_socket_will_do(tmp_path: Path) -> None:
    path = str(tmp_path / "c.sock")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    with serving(honest, listener):
        assert clamd_at(f"unix://{path}").scan(EICAR).startswith("Win.Test")


def test_more_than_clamd_takes_is_said_to_be_too_much() -> None:
    with clamd(honest) as scanner, pytest.raises(ScanTooLarge):
        scanner.scan(b"x" * (MOST + 300_000))


@pytest.mark.parametrize(
    ("behaviour", "why"), [(cut, "cut|reset|pipe|Reset|Broken"), (mute, "Timeout"), (odd, "allocate memory")]
)
def test_no_plain_answer_is_no_answer(behaviour: Behaviour, why: str) -> None:
    with clamd(behaviour, seconds=0.6) as scanner, pytest.raises(ScanUnavailable, match=why):
        scanner.scan(b"some paper" * 10_000)


def test_nobody_there_is_no_answer(tmp_path: Path) -> None:
    for scanner in (Clamd(host="127.0.0.1", port=9, seconds=1), Clamd(path=str(tmp_path / "none.sock"))):
        with pytest.raises(ScanUnavailable):
            scanner.scan(b"x")


@pytest.mark.parametrize(
    "address",
    ["", "clamd", "http://127.0.0.1:3310", "tcp://", "tcp://h:port", "unix:clamd.sock", "unix://x/y"],
)
def test_an_address_that_is_none_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ScannerMistake, match="LUBAN_CLAMD"):
        clamd_at(address)


@pytest.fixture
def gate() -> Iterator[Callable[[Clamd, bytes], str]]:
    """Hands a PDF in with a scanner named; the code of the refusal, '' when it came in."""

    def hand_in(scanner: Clamd, data: bytes) -> str:
        uploads.scan_with(scanner)
        try:
            inspect_upload(filename="合同.pdf", data=data, allowed=KINDS, max_bytes=10_000_000)
        except UploadRefused as refused:
            assert refused.message.endswith("。")
            return f"{refused.code}: {refused.message}"
        return ""

    yield hand_in
    uploads.scan_with(None)


def test_the_gate_lets_nothing_in_that_was_not_scanned(gate: Callable[[Clamd, bytes], str]) -> None:
    with clamd(honest) as scanner:
        assert gate(scanner, blank_pdf()) == ""
    with clamd(cut) as scanner:
        said = gate(scanner, blank_pdf())
    assert said.startswith("scanner: ") and "没有接收" in said and "已填写和已上传的内容都在" in said


def test_the_gate_names_a_virus_and_says_what_to_do(gate: Callable[[Clamd, bytes], str]) -> None:
    def always(channel: socket.socket) -> None:
        _heard(channel)
        channel.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")

    with clamd(always) as scanner:
        said = gate(scanner, blank_pdf())
    assert said.startswith("virus: ") and "Win.Test.EICAR_HDB-1" in said and "未予接收" in said
