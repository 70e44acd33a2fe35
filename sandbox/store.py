"""What the partners remember: SQLite in `var/sandbox/sandbox.sqlite3`, durable on every commit.

One connection, used from the event loop only, so requests are applied one after another, each in one transaction.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from luban.kit.clock import clock
from sandbox.switches import Switch

_SCHEMA = """
CREATE TABLE IF NOT EXISTS received (
  id INTEGER PRIMARY KEY, link TEXT NOT NULL, path TEXT NOT NULL, key TEXT NOT NULL, case_no TEXT NOT NULL,
  body TEXT NOT NULL, accepted INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, data TEXT NOT NULL,
  repeats INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL, UNIQUE (link, key));
CREATE INDEX IF NOT EXISTS received_case ON received (link, case_no, id);
CREATE TABLE IF NOT EXISTS said (
  id INTEGER PRIMARY KEY, link TEXT NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
  at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS said_subject ON said (link, name, subject, id);
CREATE TABLE IF NOT EXISTS nonces (nonce TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS switches (
  link TEXT NOT NULL, fault TEXT NOT NULL, seconds REAL NOT NULL, times INTEGER NOT NULL, PRIMARY KEY (link, fault));
CREATE TABLE IF NOT EXISTS seals (
  code TEXT PRIMARY KEY, organisation TEXT NOT NULL, kind TEXT NOT NULL, certificate BLOB NOT NULL,
  private BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Received:
    """One message as a partner keeps it. `repeats`: how often it came again after it was accepted."""

    id: int
    link: str
    path: str
    key: str
    case_no: str
    body: Mapping[str, Any]
    accepted: bool
    code: str
    message: str
    data: Mapping[str, Any]
    repeats: int
    at: str


class Store:
    """The partners' memory under `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._db = sqlite3.connect(folder / "sandbox.sqlite3", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, on disk when it ends."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def is_new_nonce(self, *, nonce: str, now_ms: int, window_ms: int) -> bool:
        """Note a nonce; False when it was seen before."""
        with self.transaction():
            self._db.execute("DELETE FROM nonces WHERE at < ?", [now_ms - 2 * window_ms])
            cursor = self._db.execute("INSERT OR IGNORE INTO nonces VALUES (?, ?)", [nonce, now_ms])
        return cursor.rowcount == 1

    def keep(
        self,
        *,
        link: str,
        path: str,
        key: str,
        body: Mapping[str, Any],
        accepted: bool,
        code: str = "0",
        message: str = "",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep a message; a refused one is replaced when it comes again under the same key."""
        row = [
            link,
            path,
            key,
            str(body.get("case_no") or ""),
            _json(body),
            accepted,
            code,
            message,
            _json(data or {}),
        ]
        self._db.execute(
            "INSERT INTO received (link, path, key, case_no, body, accepted, code, message, data, at)"
            " VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (link, key) DO UPDATE SET path = excluded.path,"
            " case_no = excluded.case_no, body = excluded.body, accepted = excluded.accepted, code = excluded.code,"
            " message = excluded.message, data = excluded.data, at = excluded.at",
            [*row, clock.now().isoformat(timespec="seconds")],
        )

    def under_key(self, *, link: str, key: str) -> Received | None:
        """The message kept under this idempotency key."""
        row = self._db.execute("SELECT * FROM received WHERE link = ? AND key = ?", [link, key]).fetchone()
        return None if row is None else _received(row)

    def note_repeat(self, *, received: Received) -> None:
        """It came again."""
        self._db.execute("UPDATE received SET repeats = repeats + 1 WHERE id = ?", [received.id])

    def received(self, *, link: str, case: str = "", limit: int = 200) -> list[Received]:
        """What a partner received, newest first, of one case or of all."""
        rows = self._db.execute(
            "SELECT * FROM received WHERE link = ? AND (? = '' OR case_no = ?) ORDER BY id DESC LIMIT ?",
            [link, case, case, limit],
        )
        return [_received(row) for row in rows]

    def accepted(self, *, link: str, path: str, case: str) -> list[Mapping[str, Any]]:
        """Bodies accepted on `path` for one case, oldest first."""
        rows = self._db.execute(
            "SELECT body FROM received WHERE link = ? AND case_no = ? AND path = ? AND accepted ORDER BY id",
            [link, case, path],
        )
        return [json.loads(row["body"]) for row in rows]

    def knows(self, *, link: str, path: str, name: str, value: str) -> bool:
        """Whether a message accepted on `path` has `value` in its field `name`."""
        row = self._db.execute(
            "SELECT 1 FROM received WHERE link = ? AND path = ? AND accepted AND json_extract(body, ?) = ? LIMIT 1",
            [link, path, f"$.{name}", value],
        ).fetchone()
        return row is not None

    def say(self, *, link: str, name: str, subject: str, body: Mapping[str, Any]) -> None:
        """Keep what a partner says, so that whoever asks is told."""
        self._db.execute(
            "INSERT INTO said (link, name, subject, body, at) VALUES (?,?,?,?,?)",
            [link, name, subject, _json(body), clock.now().isoformat(timespec="seconds")],
        )

    def said(self, *, link: str, name: str, subject: str) -> list[Mapping[str, Any]]:
        """What a partner has said about something, oldest first."""
        rows = self._db.execute(
            "SELECT body FROM said WHERE link = ? AND name = ? AND subject = ? ORDER BY id",
            [link, name, subject],
        )
        return [json.loads(row["body"]) for row in rows]

    def counts(self) -> Mapping[str, tuple[int, int, str]]:
        """Accepted, refused, and the time of the latest, for every link that received anything."""
        rows = self._db.execute(
            "SELECT link, SUM(accepted) AS yes, SUM(NOT accepted) AS no, MAX(at) AS latest FROM received GROUP BY link"
        )
        return {row["link"]: (row["yes"], row["no"], row["latest"]) for row in rows}

    def set_switch(self, *, switch: Switch) -> None:
        """Set or clear a fault."""
        with self.transaction():
            self._db.execute("DELETE FROM switches WHERE link = ? AND fault = ?", [switch.link, switch.fault])
            if switch.on:
                self._db.execute(
                    "INSERT INTO switches VALUES (?, ?, ?, ?)",
                    [switch.link, switch.fault, switch.seconds, switch.times],
                )

    def switches(self, *, link: str = "") -> list[Switch]:
        """The faults that are on."""
        rows = self._db.execute("SELECT * FROM switches WHERE ? IN ('', link) ORDER BY link, fault", [link])
        return [Switch(row["link"], row["fault"], True, row["seconds"], row["times"]) for row in rows]

    def fires(self, *, link: str, fault: str) -> float | None:
        """The seconds of the fault when it is on, else None; a counted one is used up by this."""
        row = self._db.execute(
            "SELECT * FROM switches WHERE link = ? AND fault = ?", [link, fault]
        ).fetchone()
        if row is None:
            return None
        if row["times"]:
            left = row["times"] - 1
            self.set_switch(switch=Switch(link, fault, left > 0, row["seconds"], left))
        return float(row["seconds"])

    def add_seal(
        self, *, code: str, organisation: str, kind: str, certificate: bytes, private: bytes
    ) -> None:
        """Keep a seal with its key."""
        self._db.execute(
            "INSERT INTO seals VALUES (?, ?, ?, ?, ?)", [code, organisation, kind, certificate, private]
        )

    def seal(self, *, code: str) -> Mapping[str, Any] | None:
        """A seal: organisation, kind, certificate, private."""
        row = self._db.execute("SELECT * FROM seals WHERE code = ?", [code]).fetchone()
        return None if row is None else dict(row)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _received(row: sqlite3.Row) -> Received:
    known = dict(row)
    known["body"], known["data"] = json.loads(known["body"]), json.loads(known["data"])
    known["accepted"] = bool(known["accepted"])
    return Received(**known)
