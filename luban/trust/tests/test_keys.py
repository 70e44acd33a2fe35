"""Software keys: made once, by whoever comes first, and refused when they are not safe."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from luban.trust import certificates, sm2
from luban.trust.keys import KeyMissing, SoftwareKeys


def test_keys_survive_a_restart_and_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first, again = SoftwareKeys(folder), SoftwareKeys(folder)
    assert first.certificate() == again.certificate()
    assert first.data_key(first.current_kid) == again.data_key("k1")
    assert first.hmac_key("rows") == again.hmac_key("rows") != first.hmac_key("index.phone")
    modes = {stat.S_IMODE(p.stat().st_mode) for p in folder.rglob("*") if p.is_file()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_platform_signs_under_its_root(tmp_path: Path) -> None:
    keys = SoftwareKeys(tmp_path / "keys")
    public = certificates.public_key(keys.certificate())
    assert sm2.verify(public=public, message=b"checkpoint", signature=keys.sign(b"checkpoint"))
    assert certificates.issued_by(certificate=keys.certificate(), issuer=keys.root())


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: SoftwareKeys(tmp_path / "keys").certificate(), range(6)))
    assert len(set(made)) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["keys"]


def test_rotation_keeps_older_keys(tmp_path: Path) -> None:
    keys = SoftwareKeys(tmp_path / "keys")
    old = keys.data_key("k1")
    assert keys.rotate() == "k2" == keys.current_kid
    assert SoftwareKeys(tmp_path / "keys").data_key("k1") == old != keys.data_key("k2")


def test_a_lost_key_is_named_and_never_replaced(tmp_path: Path) -> None:
    keys = SoftwareKeys(tmp_path / "keys")
    (tmp_path / "keys/hmac.key").unlink()
    with pytest.raises(KeyMissing, match=r"hmac\.key.*备份"):
        SoftwareKeys(tmp_path / "keys")
    with pytest.raises(KeyMissing, match="k9"):
        keys.data_key("k9")
    with pytest.raises(KeyMissing):
        keys.data_key("../platform")


def test_keys_that_others_can_read_are_refused(tmp_path: Path) -> None:
    SoftwareKeys(tmp_path / "keys")
    (tmp_path / "keys/platform.key").chmod(0o644)
    with pytest.raises(KeyMissing, match="chmod 600"):
        SoftwareKeys(tmp_path / "keys")
