"""Writing a backup: one snapshot of the database, then every stored file and the embedded chain, through SM4 into one file.

The file is a tar inside a sealed stream: `manifest.json`, `tables/<name>/<n>` (COPY text, zlib), `objects/<digest>` and
`authorities/<name>` as they lie on disk, `chain/<n>` (the node's store, zlib). Nothing of it is ever on a disk in plain. Keys are not in it: a backup with
its keys would be no better than plain; they are kept apart (docs/security.md).
"""

from __future__ import annotations

import io
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from luban.cases import house
from luban.kit.clock import clock
from luban.stages.backup import chain_store
from luban.stages.backup.heads import Heads, heads_now
from luban.stages.backup.tables import migrations, rows_out, sequences, tables
from luban.trust import ring
from luban.trust.sealed_stream import SealedWriter

FORMAT = 1
PART = 8 * 1024 * 1024
Say = Callable[[str], None]


@dataclass(frozen=True)
class Written:
    """What a backup holds."""

    path: Path
    bytes: int
    tables: int
    files: int
    heads: Heads


def write_backup(*, target: Path, say: Say = lambda line: None) -> Written:
    """Write a backup to `target` (mode 0600; put in place when whole). Raises FileExistsError, KeyMissing."""
    if target.exists():
        raise FileExistsError(f"{target} 已存在，备份不覆盖旧文件，请换一个文件名。")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    try:
        with draft.open("xb") as out:
            draft.chmod(0o600)
            with (
                SealedWriter(out, ring.keys()) as sealed,
                tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
            ):
                heads, count = _database(archive, say)
                files = _files(archive, say)
                _chain(archive, say)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return Written(target, target.stat().st_size, count, files, heads)


def _database(archive: tarfile.TarFile, say: Say) -> tuple[Heads, int]:
    """Manifest and tables, all as of one moment."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        found, heads = tables(), heads_now()
        manifest = {
            "format": FORMAT,
            "at": clock.now().isoformat(),
            "migrations": migrations(),
            "sequences": sequences(),
            "tables": [{"name": table.name, "columns": table.columns} for table in found],
            "heads": asdict(heads),
        }
        _add(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False).encode())
        for table in found:
            size = 0
            for n, part in enumerate(_parts(rows_out(table))):
                _add(archive, f"tables/{table.name}/{n:06d}", zlib.compress(part, 1))
                size += len(part)
            if size:
                say(f"{table.name}：{size / 1e6:.1f} MB")
    return heads, len(found)


def _parts(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= PART:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _files(archive: tarfile.TarFile, say: Say) -> int:
    count = 0
    store = house.objects()
    for digest in store.digests():
        _add(archive, f"objects/{digest}", store.envelope(digest))
        count += 1
    authorities = Path(settings.LUBAN_VAR) / "authorities"
    for path in sorted(authorities.glob("*")) if authorities.is_dir() else ():
        if path.is_file():
            _add(archive, f"authorities/{path.name}", path.read_bytes())
    say(f"文件：{count} 份")
    return count


def _chain(archive: tarfile.TarFile, say: Say) -> None:
    """After the database, so that the chain knows at least as much."""
    size = 0
    for n, piece in enumerate(chain_store.copied()):
        _add(archive, f"chain/{n:06d}", zlib.compress(piece, 1))
        size += len(piece)
    if size:
        say(f"链节点存储：{size / 1e6:.1f} MB")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))
