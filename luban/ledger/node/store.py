"""The node's store: everything in one SQLite file, one transaction a block.

With WAL and `synchronous=FULL` a block is on disk before anybody is told of it, so `kill -9` at any moment loses at
most what nobody was promised. State, code and headers are filed under the hash of their content; each is checked
against it when read, so a file edited behind the node's back is refused, not believed. Beside py-evm's own pairs
stand receipts and logs, written in the same transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eth.db.backends.base import BaseAtomicDB
from eth_hash.auto import keccak

_HASH_BYTES = 32
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pair (k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS receipt (tx TEXT PRIMARY KEY, block INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log (block INTEGER, position INTEGER, address TEXT, topic TEXT, body TEXT NOT NULL,
  PRIMARY KEY (block, position)) WITHOUT ROWID;
"""


class StoreDamaged(RuntimeError):
    """What lies in the store is not what was put there."""


class Store(BaseAtomicDB):
    """Key-value pairs for py-evm, receipts and logs for the RPC; used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make the file at `path`. Raises StoreDamaged when it is no store."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._sql = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._sql.execute("PRAGMA journal_mode=WAL")
            self._sql.execute("PRAGMA synchronous=FULL")
            self._sql.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            raise StoreDamaged(f"{path}: {error}") from error
        path.chmod(0o600)

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def __getitem__(self, key: bytes) -> bytes:
        try:
            row = self._sql.execute("SELECT v FROM pair WHERE k = ?", (key,)).fetchone()
        except sqlite3.DatabaseError as error:
            raise StoreDamaged(str(error)) from error
        if row is None:
            raise KeyError(key)
        value = bytes(row[0])
        if len(key) == _HASH_BYTES and keccak(value) != key:
            raise StoreDamaged(f"the content filed under {key.hex()} was changed")
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._sql.execute("INSERT OR REPLACE INTO pair VALUES (?, ?)", (key, value))

    def __delitem__(self, key: bytes) -> None:
        self._sql.execute("DELETE FROM pair WHERE k = ?", (key,))

    def _exists(self, key: bytes) -> bool:
        return self._sql.execute("SELECT 1 FROM pair WHERE k = ?", (key,)).fetchone() is not None

    def __contains__(self, key: object) -> bool:
        return isinstance(key, bytes) and self._exists(key)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """One transaction: all of what is written inside, or nothing."""
        self._sql.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._sql.execute("ROLLBACK")
            raise
        self._sql.execute("COMMIT")

    @contextmanager
    def atomic_batch(self) -> Iterator[Store]:  # type: ignore[override]
        """py-evm's own transactions; inside `whole` they are part of it."""
        if self._sql.in_transaction:
            yield self
            return
        with self.whole():
            yield self

    def note(self, name: str) -> str | None:
        """A remembered setting."""
        row = self._sql.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def remember(self, name: str, value: str) -> None:
        """Remember a setting."""
        self._sql.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def keep_receipt(
        self, *, tx: str, block: int, body: dict[str, Any], logs: Sequence[dict[str, Any]]
    ) -> None:
        """File a receipt and its logs."""
        self._sql.execute("INSERT INTO receipt VALUES (?, ?, ?)", (tx, block, json.dumps(body)))
        rows = [
            (block, int(one["logIndex"], 16), one["address"], (one["topics"] or [""])[0], json.dumps(one))
            for one in logs
        ]
        self._sql.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?)", rows)

    def receipt(self, tx: str) -> dict[str, Any] | None:
        """The receipt of a transaction, as JSON-RPC gives it."""
        row = self._sql.execute("SELECT body FROM receipt WHERE tx = ?", (tx,)).fetchone()
        return json.loads(row[0]) if row else None

    def logs(self, *, first: int, last: int, addresses: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Logs of blocks first…last in order, of these addresses (all when none is named)."""
        marks = ",".join("?" * len(addresses))
        where = f" AND address IN ({marks})" if addresses else ""
        query = f"SELECT body FROM log WHERE block BETWEEN ? AND ?{where} ORDER BY block, position"  # noqa: S608
        for row in self._sql.execute(query, (first, last, *addresses)):
            yield json.loads(row[0])
