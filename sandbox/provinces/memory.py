"""What the provinces' systems remember: SQLite in `var/sandbox/provinces.sqlite3`, durable on every commit."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luban.kit.clock import clock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, region TEXT NOT NULL, event_id TEXT NOT NULL, record_key TEXT NOT NULL, body TEXT NOT NULL,
  attempt INTEGER NOT NULL, repeats INTEGER NOT NULL DEFAULT 0, acked INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL,
  UNIQUE (region, event_id));
CREATE INDEX IF NOT EXISTS events_region ON events (region, id);
CREATE TABLE IF NOT EXISTS nonces (region TEXT NOT NULL, nonce TEXT NOT NULL, PRIMARY KEY (region, nonce)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (region TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (region, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS said (
  id INTEGER PRIMARY KEY, region TEXT NOT NULL, what TEXT NOT NULL, outcome TEXT NOT NULL, well INTEGER NOT NULL,
  at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refused (
  id INTEGER PRIMARY KEY, region TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Kept:
    """One event as a province has it. `repeats`: how often it came again."""

    id: int
    event_id: str
    record_key: str
    body: Mapping[str, Any]
    attempt: int
    repeats: int
    acked: bool
    at: str

    @property
    def asks_reply(self) -> bool:
        """Whether the province is asked to reply to a consultation."""
        notice = self.body.get("notice") or {}
        return bool(notice.get("action_required") == "REPLY_CONSULTATION")


@dataclass(frozen=True)
class Said:
    """Something the province asked of the gateway, and what came of it."""

    what: str
    outcome: str
    well: bool
    at: str


class Memory:
    """One database of all provinces; threads take turns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(
            folder / "provinces.sqlite3", isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_SCHEMA)

    def _do(self, query: str, *values: object) -> sqlite3.Cursor:
        with self._lock:
            return self._db.execute(query, values)

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def new_nonce(self, region: str, nonce: str) -> bool:
        """Keep a nonce; False when it was seen."""
        return self._do("INSERT OR IGNORE INTO nonces VALUES (?, ?)", region, nonce).rowcount == 1

    def keep(self, region: str, body: Mapping[str, Any], attempt: int) -> bool:
        """Keep an event; False when it had come before, which is counted."""
        made = self._do(
            "INSERT OR IGNORE INTO events (region, event_id, record_key, body, attempt, at) VALUES (?,?,?,?,?,?)",
            region,
            body["event_id"],
            body["record_key"],
            json.dumps(body, ensure_ascii=False),
            attempt,
            _now(),
        )
        if made.rowcount == 1:
            return True
        self._do(
            "UPDATE events SET repeats = repeats + 1 WHERE region = ? AND event_id = ?",
            region,
            body["event_id"],
        )
        return False

    def refuse(self, region: str, reason: str) -> None:
        """Note a callback that was not taken."""
        self._do("INSERT INTO refused (region, reason, at) VALUES (?, ?, ?)", region, reason, _now())

    def refused(self, region: str) -> int:
        """How many callbacks were not taken."""
        return int(self._rows("SELECT COUNT(*) AS n FROM refused WHERE region = ?", region)[0]["n"])

    def events(self, region: str, limit: int = 100) -> list[Kept]:
        """The province's events, newest first."""
        rows = self._rows("SELECT * FROM events WHERE region = ? ORDER BY id DESC LIMIT ?", region, limit)
        return [_kept(row) for row in rows]

    def event(self, region: str, event_id: str) -> Kept | None:
        """One event."""
        rows = self._rows("SELECT * FROM events WHERE region = ? AND event_id = ?", region, event_id)
        return _kept(rows[0]) if rows else None

    def acked(self, region: str, event_id: str) -> None:
        """The notice of an event was confirmed."""
        self._do("UPDATE events SET acked = 1 WHERE region = ? AND event_id = ?", region, event_id)

    def set(self, region: str, name: str, value: str) -> None:
        """Keep a setting."""
        self._do("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", region, name, value)

    def get(self, region: str, name: str, default: str = "") -> str:
        """A setting."""
        rows = self._rows("SELECT value FROM settings WHERE region = ? AND name = ?", region, name)
        return str(rows[0]["value"]) if rows else default

    def say(self, region: str, what: str, outcome: str, *, well: bool) -> None:
        """Note what the province asked of the gateway."""
        self._do(
            "INSERT INTO said (region, what, outcome, well, at) VALUES (?,?,?,?,?)",
            region,
            what,
            outcome[:500],
            int(well),
            _now(),
        )

    def said(self, region: str, limit: int = 20) -> list[Said]:
        """What the province asked, newest first."""
        rows = self._rows("SELECT * FROM said WHERE region = ? ORDER BY id DESC LIMIT ?", region, limit)
        return [Said(row["what"], row["outcome"], bool(row["well"]), row["at"]) for row in rows]

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()


def _now() -> str:
    return clock.now().isoformat(timespec="milliseconds")


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(
        row["id"],
        row["event_id"],
        row["record_key"],
        json.loads(row["body"]),
        row["attempt"],
        row["repeats"],
        bool(row["acked"]),
        row["at"],
    )
