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
from luban.people import demo
from luban.people.actor import Actor
from luban.people.models import Account, AuditEntry
from luban.people.trail import audit
from luban.people.trail_seals import seal_new
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
