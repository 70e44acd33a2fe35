"""The drill: back up, destroy, restore, verify; the heads are the same, and a backup that was touched changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from luban.cases import house
from luban.cases.models import Case
from luban.ledger.models import ChainBinding
from luban.ledger.node.chain import Sequencer
from luban.ledger.node.store import Store
from luban.people import demo
from luban.people.actor import Actor
from luban.people.models import Account, AuditEntry
from luban.people.trail import audit
from luban.people.trail_seals import seal_new
from luban.stages.backup import chain_store
from luban.stages.backup.heads import heads_now
from luban.stages.backup.restore import RestoreRefused, checked, restore
from luban.stages.backup.tables import emptied, tables
from luban.stages.backup.write import write_backup
from luban.stages.integrity.check import check_all
from luban.trust import ring
from luban.trust.envelope import EnvelopeBroken
from luban.trust.keys import KeyMissing, SoftwareKeys
from tests.papers.conftest import day, seal_service  # noqa: F401
from tests.papers.test_untouched import FILING, played
from tests.papers.walk import SealService


@pytest.fixture
def own_house(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Keys and files of this test's own."""
    before, settings.LUBAN_VAR = list(ring._makers), tmp_path
    ring.use(lambda: SoftwareKeys(tmp_path / "keys"))
    house.objects.cache_clear()
    yield tmp_path
    ring.use(before[0])
    house.objects.cache_clear()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("day")
def test_backup_destroy_restore_verify(own_house: Path, seal_service: SealService) -> None:  # noqa: F811
    demo.load()
    case = played(FILING, "2026-03-10T10:00")
    audit(actor=Actor.system(), action="key.rotate", target="keys")
    seal_new()
    heads, file = heads_now(), own_house / "backup.lbb"
    done = write_backup(target=file)
    assert (done.heads, done.files > 0) == (heads, True)
    _holds_no_plain_words(file)
    with pytest.raises(FileExistsError):
        write_backup(target=file)
    with pytest.raises(RestoreRefused, match="--replace"):
        restore(source=file)
    _touched_backups_change_nothing(file, case)

    emptied(tables())
    shutil.rmtree(own_house / "objects")
    house.objects.cache_clear()
    assert not Case.objects.exists()
    restored = restore(source=file)
    assert restored.heads == heads == heads_now()
    assert check_all().faults == ()
    assert Account.objects.filter(username="suxin").exists()
    audit(actor=Actor.system(), action="key.rotate", target="keys")  # sequences go on
    assert AuditEntry.objects.count() == heads.lines + 1
    assert restore(source=file, replace=True).heads == heads


def _holds_no_plain_words(file: Path) -> None:
    content = file.read_bytes()
    for words in ("GFB-310115", "suxin", "manifest.json", "%PDF"):
        assert words.encode() not in content


def _touched_backups_change_nothing(file: Path, case: str) -> None:
    whole = file.read_bytes()
    for n, touched in enumerate(
        (
            whole[:-1],
            whole[:200] + bytes([whole[200] ^ 1]) + whole[201:],
            whole + b"x",
            whole[: len(whole) // 2],
        )
    ):
        bad = file.with_name(f"bad{n}.lbb")
        bad.write_bytes(touched)
        with pytest.raises(EnvelopeBroken):
            restore(source=bad, replace=True)
    assert Case.objects.filter(pk=case).exists()


def test_a_backup_needs_its_keys(own_house: Path, tmp_path: Path, db: None) -> None:
    file = tmp_path / "b.lbb"
    write_backup(target=file)
    ring.use(lambda: SoftwareKeys(tmp_path / "other"))
    with pytest.raises(EnvelopeBroken):
        checked(source=file)
    shutil.rmtree(tmp_path / "keys")
    (tmp_path / "keys").mkdir()
    ring.use(lambda: SoftwareKeys(tmp_path / "keys"))
    with pytest.raises(KeyMissing, match="备份"):
        checked(source=file)


def test_every_table_but_the_named_ones_is_held(db: None) -> None:
    held = {table.name for table in tables()}
    assert {"cases_case", "cases_event", "people_auditentry", "licences_licence", "outbox_effect"} <= held
    with connection.cursor() as cursor:
        everything = set(connection.introspection.table_names(cursor))
    left = {name for name in everything - held if not name.startswith(("django_", "auth_", "procrastinate_"))}
    assert left == set()


@pytest.fixture
def node(own_house: Path, settings: Any) -> Iterator[Path]:
    """A chain of five blocks where the embedded node keeps it, and no node that answers."""
    settings.LUBAN_CHAIN_URLS = []
    settings.LUBAN_CHAIN_PROFILE = "embedded"
    yield _grown(own_house / "chain" / "node.db", 5)


def _grown(path: Path, blocks: int) -> Path:
    """The chain in a file, higher by so many empty blocks."""
    store = Store(path)
    chain = Sequencer(store=store, chain_id=310000)
    for _ in range(blocks):
        chain.mine([])
    store.close()
    return path


def _seen(path: Path, number: int) -> None:
    ChainBinding.objects.update_or_create(
        pk=1,
        defaults={
            "chain_id": 310000,
            "genesis": chain_store.height_of(path).genesis,
            "seen_number": number,
            "seen_hash": "0x",
            "bound_at": "2026-03-10T10:00:00+08:00",
        },
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("day")
def test_the_chain_comes_back_with_the_house_and_is_never_rolled_back(node: Path, tmp_path: Path) -> None:
    _seen(node, 5)
    before, file = chain_store.height_of(node), tmp_path / "chain.lbb"
    write_backup(target=file)
    node.unlink()
    restored = restore(source=file, replace=True)
    assert chain_store.height_of(node) == before
    assert restored.chain == ("链存储已放回，高度 5。",)
    _grown(node, 3)
    kept = restore(source=file, replace=True)
    assert "没有动" in kept.chain[0] and len(kept.chain) == 1
    assert chain_store.height_of(node).number == 8
    assert not chain_store.draft_path().exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("day")
def test_an_older_chain_is_told_and_another_one_is_kept_aside(
    node: Path, tmp_path: Path, settings: Any
) -> None:
    _seen(node, 9)  # the database has seen more than this store holds
    file = tmp_path / "chain.lbb"
    write_backup(target=file)
    node.unlink()
    said = restore(source=file, replace=True).chain
    assert said[0] == "链存储已放回，高度 5。"
    assert "低于数据库曾见到的 9" in said[1]
    node.unlink()
    _grown(node, 7)  # another chain
    said = restore(source=file, replace=True).chain
    assert "移到了" in said[0] and said[1] == "链存储已放回，高度 5。"
    assert chain_store.height_of(node.with_name("node.before-restore.db")).number == 7
    settings.LUBAN_CHAIN_PROFILE = "besu"
    node.unlink()
    assert "不在本机" in restore(source=file, replace=True).chain[0]
    assert not node.exists()
