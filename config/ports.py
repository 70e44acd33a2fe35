"""Ports of this machine: is one free, which one may this checkout have."""

import hashlib
import os
import socket
from pathlib import Path

# Below the range Linux hands out to outgoing connections.
_FIRST, _COUNT = 15_500, 10_000


def is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nobody uses, chosen by the system."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def own_port(*, var: Path, name: str = "pg") -> int:
    """A port of the house in folder `var` (`pg` its database, `chain` its chain node).

    It is the one used last, else derived from the folder's name; a taken port is passed over for the next free one.
    The choice is written to var/<name>.port.
    """
    note = var / f"{name}.port"
    known = os.fsencode(var.resolve()) + (b"" if name == "pg" else b"|" + name.encode())
    digest = hashlib.sha256(known).digest()
    start = int(note.read_text()) if note.exists() else _FIRST + int.from_bytes(digest[:4], "big") % _COUNT
    port = next(number for number in range(start, start + 200) if is_free(number))
    note.write_text(str(port))
    return port
