"""Restoring a backup: read it to the end first, then put everything in its place in one transaction, then compare.

Nothing is written before the last byte of the file has proved genuine and the database has the same migrations as the
one it was taken from. A house that holds cases is not overwritten unless that is asked for.
"""

from __future__ import annotations

import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from luban.cases import house
from luban.cases.models import Case
from luban.people.models import AuditEntry
from luban.registers.book import current
from luban.stages.backup import chain_store
from luban.stages.backup.heads import Heads, heads_now
from luban.stages.backup.tables import Table, emptied, migrations, rows_in, set_sequences, tables
from luban.stages.backup.write import FORMAT
from luban.trust import ring
from luban.trust.sealed_stream import SealedReader

_NAME = re.compile(r"[\w.-]+")


class RestoreRefused(RuntimeError):
    """This backup cannot be restored here and now; the message says why and what to do."""


@dataclass(frozen=True)
class Restored:
    """What was put in place, and the heads the backup was taken with (equal to those now, or Refused was raised);
    `chain` says what became of the embedded node's store."""

    files: int
    heads: Heads
    taken_at: str
    chain: tuple[str, ...] = ()


def restore(*, source: Path, replace: bool = False) -> Restored:
    """Restore a backup. Raises RestoreRefused, EnvelopeBroken, KeyMissing, FileNotFoundError."""
    manifest = checked(source=source)
    _check_fits(manifest, replace=replace)
    chain_store.forget()
    try:
        files, heads = _restored(source, manifest)
        chain = chain_store.settle()
    finally:
        chain_store.forget()
    house.forget()
    current.forget()
    return Restored(files, heads, manifest["at"], chain)


def _restored(source: Path, manifest: dict[str, Any]) -> tuple[int, Heads]:
    """Database and files, all or nothing; the chain's store lies ready beside its place."""
    with transaction.atomic():
        files = _put_in_place(source, manifest)
        set_sequences(manifest["sequences"])
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        heads = Heads(**manifest["heads"])
        if differing := heads.differs(heads_now()):
            raise RestoreRefused(f"恢复后与备份时不一致（{'、'.join(differing)}），已全部撤回。")
    return files, heads


def checked(*, source: Path) -> dict[str, Any]:
    """Read a backup to its end and return its manifest. Raises EnvelopeBroken, KeyMissing, RestoreRefused."""
    manifest: dict[str, Any] = {}
    with opened(source) as archive:
        for member in archive:
            content = _content(archive, member)
            if member.name == "manifest.json":
                manifest = json.loads(content)
    if manifest.get("format") != FORMAT:
        raise RestoreRefused("备份的格式与本版本不符，请用写出它的那一版平台恢复。")
    return manifest


@contextmanager
def opened(source: Path) -> Iterator[tarfile.TarFile]:
    """The archive inside a backup, to be read from beginning to end."""
    with source.open("rb") as raw, SealedReader(raw, ring.keys()) as sealed:
        with tarfile.open(fileobj=sealed, mode="r|") as archive:
            yield archive
        while sealed.read(1 << 20):  # the end proves that nothing was cut off
            pass


def _check_fits(manifest: dict[str, Any], *, replace: bool) -> None:
    mine, theirs = set(migrations()), set(manifest["migrations"])
    if mine != theirs:
        odd = "、".join(sorted(mine ^ theirs)[:5])
        raise RestoreRefused(
            f"数据库结构与备份时不同（{odd}…），请用写出备份的那一版平台恢复，恢复后再升级。"
        )
    if not replace and (Case.objects.exists() or AuditEntry.objects.exists()):
        raise RestoreRefused("这个数据库里已有办件或日志，恢复会覆盖它们；确认要覆盖请加 --replace。")


def _put_in_place(source: Path, manifest: dict[str, Any]) -> int:
    known = {table.name: table for table in tables()}
    wanted = {t["name"]: Table(t["name"], tuple(t["columns"])) for t in manifest["tables"]}
    if known != wanted:
        raise RestoreRefused("数据库的表与备份里的不同，请用写出备份的那一版平台恢复。")
    emptied(tuple(known.values()))
    files = 0
    with opened(source) as archive:
        members = iter(archive)
        member = next(members, None)
        while member is not None:
            kind, _, name = member.name.partition("/")
            if kind == "tables":
                table = known[name.partition("/")[0]]
                member = _rows(archive, members, member, table)
                continue
            if kind == "chain":
                chain_store.take(zlib.decompress(_content(archive, member)))
            if kind in ("objects", "authorities"):
                files += _file(kind, name, _content(archive, member))
            member = next(members, None)
    return files


def _rows(
    archive: tarfile.TarFile, members: Iterator[tarfile.TarInfo], first: tarfile.TarInfo, table: Table
) -> tarfile.TarInfo | None:
    """Put all pieces of one table in; returns the member after them."""
    after: list[tarfile.TarInfo | None] = [first]

    def parts() -> Iterator[bytes]:
        while (member := after[0]) is not None and member.name.startswith(f"tables/{table.name}/"):
            yield zlib.decompress(_content(archive, member))
            after[0] = next(members, None)

    rows_in(table, parts())
    return after[0]


def _file(kind: str, name: str, content: bytes) -> int:
    if not _NAME.fullmatch(name):
        raise RestoreRefused(f"备份里的文件名“{name[:40]}”不合规。")
    if kind == "objects":
        house.objects().put_envelope(name, content)
        return 1
    folder = Path(settings.LUBAN_VAR) / "authorities"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return 0


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    found = archive.extractfile(member)
    return found.read() if found is not None else b""
