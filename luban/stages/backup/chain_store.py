"""The embedded node's store in a backup: copied while the node runs, put back where it is missing, never rolled back.

It is copied after the database's snapshot, so that the chain in a backup knows at least what the database knows. On
restoring, a store that is there, is the same chain and is no lower stays: what was put in evidence since is not taken
away. A store that is lower than what the database has seen is told at once; the ledger then sounds its own alarm.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from luban.ledger.connection import connect
from luban.ledger.models import ChainBinding
from luban.ledger.node.chain import Sequencer
from luban.ledger.node.store import Store, StoreDamaged
from luban.ledger.port import ChainUnavailable

EMBEDDED = "embedded"
PART = 8 * 1024 * 1024


@dataclass(frozen=True)
class Height:
    """Which chain a store holds, and how high it is."""

    genesis: str
    number: int


def store_path() -> Path:
    """Where the embedded node keeps its chain."""
    return Path(settings.LUBAN_VAR) / "chain" / "node.db"


def draft_path() -> Path:
    """Where a copy lies until it is written away or put in place; beside the store, as private as it."""
    return store_path().with_name(".copy.db")


def copied() -> Iterator[bytes]:
    """The store in pieces, as of one moment; none where there is no embedded node."""
    if not store_path().is_file():
        return
    draft = draft_path()
    try:
        draft.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(f"file:{store_path()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(draft)) as target,
        ):
            draft.chmod(0o600)
            source.backup(target)
        with draft.open("rb") as content:
            while piece := content.read(PART):
                yield piece
    finally:
        _remove(draft)


def take(piece: bytes) -> None:
    """Add a piece of a backup's store to the copy."""
    draft_path().parent.mkdir(parents=True, exist_ok=True)
    draft_path().touch(mode=0o600)
    with draft_path().open("ab") as out:
        out.write(piece)


def forget() -> None:
    """Take the copy away."""
    _remove(draft_path())


def settle() -> tuple[str, ...]:
    """Put the copy in place, or leave what is there; what was done, in Chinese, line by line."""
    if not draft_path().is_file():
        return ()
    try:
        copy = height_of(draft_path())
        if settings.LUBAN_CHAIN_PROFILE != EMBEDDED:
            return ("区块链不在本机，备份里的链存储没有放回；核对以链上为准。",)
        return tuple(_settled(copy))
    except StoreDamaged as damage:
        return (f"备份里的链存储不能使用，没有放回：{damage}。",)
    finally:
        forget()


def height_of(path: Path) -> Height:
    """What a store holds. Raises StoreDamaged."""
    store = Store(path)
    try:
        kept = store.note("chain_id")
        if kept is None:
            raise StoreDamaged(f"{path} 里没有链")
        chain = Sequencer(store=store, chain_id=int(kept))
        first = chain.header(0)
        return Height("0x" + first.hash.hex() if first else "", chain.head.block_number)
    finally:
        store.close()


def _settled(copy: Height) -> Iterator[str]:
    running, here = _running(), store_path().is_file()
    present = (running or height_of(store_path())) if here else None
    if present is not None and present.genesis == copy.genesis and present.number >= copy.number:
        yield f"链存储没有动：现有的是同一条链，高度 {present.number}，备份里是 {copy.number}。"
        yield from _behind(present)
        return
    if running is not None:
        yield "链节点正在运行，链存储没有放回：请先停下平台，再恢复一次。"
        return
    if here:
        aside = store_path().with_name("node.before-restore.db")
        store_path().replace(aside)
        yield f"原有的链存储移到了 {aside}，请勿删除，待核对后再处理。"
    for end in ("-wal", "-shm"):
        Path(f"{store_path()}{end}").unlink(missing_ok=True)
    draft_path().replace(store_path())
    yield f"链存储已放回，高度 {copy.number}。"
    yield from _behind(copy)


def _behind(store: Height) -> Iterator[str]:
    """What the ledger will find when the node is started on this store."""
    binding = ChainBinding.objects.filter(pk=1).first()
    if binding is None:
        return
    if binding.genesis != store.genesis:
        yield "注意：链存储与数据库登记的不是同一条链，启动后会告警并停止上链，请核对。"
    elif store.number < binding.seen_number:
        yield (
            f"注意：链存储高度 {store.number}，低于数据库曾见到的 {binding.seen_number}，缺少其后的存证；"
            "启动后会告警并停止上链，请找回较新的链存储。"
        )


def _running() -> Height | None:
    """The chain a running node answers with; None when none answers."""
    try:
        port = connect()
        return Height(port.identity().genesis, port.head().number)
    except ChainUnavailable:
        return None


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
