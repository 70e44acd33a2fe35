"""Asking ClamAV's clamd about bytes (INSTREAM over TCP or a unix socket): clean, a name, or no answer. Never a guess.

Whoever asks treats no answer as "not clean" (`uploads`): a scanner that is configured and cannot be reached stops
uploads, it does not let them through. The protocol is clamd's own (man clamd): `zINSTREAM`, chunks each led by its length
in four bytes, an empty chunk at the end, one line in answer.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CHUNK = 256 * 1024
MOST_ANSWER_BYTES = 4096
SECONDS = 30.0
_FOUND, _OK, _TOO_LARGE = " FOUND", "stream: OK", "size limit exceeded"


class ScannerMistake(ValueError):
    """The address is no address of a clamd; the message says what one looks like."""


class ScanUnavailable(RuntimeError):
    """There is no answer: not reached, cut off, too late, or an error of clamd's own; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ScanTooLarge(RuntimeError):
    """The bytes are more than clamd takes (its StreamMaxLength)."""


@dataclass(frozen=True, slots=True)
class Clamd:
    """Where clamd listens: a unix socket's `path`, or `host` and `port`; `seconds` for a whole scan."""

    path: str = ""
    host: str = ""
    port: int = 3310
    seconds: float = SECONDS

    def scan(self, data: bytes) -> str:
        """The name of what was found, "" for clean bytes. Raises ScanUnavailable, ScanTooLarge."""
        until = time.monotonic() + self.seconds
        try:
            with self._connected() as channel:
                return _verdict(_asked(channel, data, until))
        except OSError as error:
            raise ScanUnavailable(f"{type(error).__name__}: {error}") from error

    def _connected(self) -> socket.socket:
        if not self.path:
            return socket.create_connection((self.host, self.port), timeout=self.seconds)
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            channel.settimeout(self.seconds)
            channel.connect(self.path)
        except OSError:
            channel.close()
            raise
        return channel


def clamd_at(address: str) -> Clamd:
    """tcp://host:port or unix:///path. Raises ScannerMistake."""
    parts = urlsplit(address.strip())
    try:
        if parts.scheme == "tcp" and parts.hostname and not parts.path.strip("/"):
            return Clamd(host=parts.hostname, port=parts.port or 3310)
    except ValueError:
        pass  # a port that is none: told below
    if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
        return Clamd(path=parts.path)
    raise ScannerMistake("LUBAN_CLAMD 应形如 tcp://127.0.0.1:3310 或 unix:///run/clamav/clamd.sock。")


def _asked(channel: socket.socket, data: bytes, until: float) -> str:
    """Send everything and read the one line; clamd may answer and hang up before it has heard all."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        channel.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            part = data[start : start + CHUNK]
            _wait(channel, until)
            channel.sendall(struct.pack("!I", len(part)) + part)
        channel.sendall(struct.pack("!I", 0))
    said = b""
    while not said.endswith(b"\0") and len(said) < MOST_ANSWER_BYTES:
        _wait(channel, until)
        part = channel.recv(MOST_ANSWER_BYTES)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n").decode("utf-8", "replace").strip()


def _wait(channel: socket.socket, until: float) -> None:
    """Give the next step what is left of the time. Raises TimeoutError when nothing is."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the scan took too long")
    channel.settimeout(left)


def _verdict(said: str) -> str:
    if said == _OK:
        return ""
    if said.startswith("stream: ") and said.endswith(_FOUND):
        return said.removeprefix("stream: ").removesuffix(_FOUND)
    if _TOO_LARGE in said:
        raise ScanTooLarge(said)
    raise ScanUnavailable(f"clamd said {said[:200]!r}" if said else "the connection was cut")
