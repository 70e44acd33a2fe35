"""How many statements a process sends, counted by PostgreSQL itself: everything reaches the server's log for a while.

The house runs unchanged. Workers stand still while the web process is counted, so that every line is the web's; then
they go on and the web is idle. Transaction control (BEGIN, COMMIT, the ping of a kept connection …) is counted apart.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

# A statement that begins with an empty line goes on, after a tab, in the next line of the log.
_LINE = re.compile(rb"LOG:  (?:statement|execute [^:]*): (.*)(?:\n[^\t\n]*\t(.*))?")
_CONTROL = re.compile(rb"($|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |SELECT 1$)", re.IGNORECASE)
ASIDE = "/* benchmark */ "
"""Begins statements of the benchmark itself, which are not counted."""
SETTLE = 0.08


@dataclass(frozen=True)
class Counted:
    """Statements that ask or change something, and those that only control transactions or connections."""

    statements: int = 0
    control: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.statements + other.statements, self.control + other.control)


class StatementLog:
    """The growing log; `since` counts what came in since it was last asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = path.stat().st_size

    def since(self) -> Counted:
        """Everything that came in since the last call, once nothing more comes."""
        size = -1
        while size != self._path.stat().st_size:
            size = self._path.stat().st_size
            time.sleep(SETTLE)
        with self._path.open("rb") as log:
            log.seek(self._read)
            text = log.read(size - self._read)
        self._read = size
        found = [match[1].strip() or (match[2] or b"").strip() for match in _LINE.finditer(text)]
        found = [sql for sql in found if not sql.startswith(ASIDE.encode())]
        control = sum(bool(_CONTROL.match(sql)) for sql in found)
        return Counted(len(found) - control, control)


@contextmanager
def logged(*, database_url: str, log: Path) -> Iterator[StatementLog]:
    """Have the server log every statement for a while."""
    _set(database_url, "ALTER SYSTEM SET log_statement = 'all'")
    try:
        time.sleep(2 * SETTLE)
        yield StatementLog(log)
    finally:
        _set(database_url, "ALTER SYSTEM RESET log_statement")


def _set(database_url: str, change: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(change)
        connection.execute("SELECT pg_reload_conf()")
    time.sleep(2 * SETTLE)
