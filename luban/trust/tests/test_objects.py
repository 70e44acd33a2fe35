"""The file store: by content, encrypted, and it notices what was touched."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from luban.trust.digest import sm3
from luban.trust.keys import SoftwareKeys
from luban.trust.objects import ObjectMissing, Objects, ObjectTouched


@pytest.fixture
def keys(tmp_path: Path) -> SoftwareKeys:
    return SoftwareKeys(tmp_path / "keys")


@pytest.fixture
def store(tmp_path: Path, keys: SoftwareKeys) -> Objects:
    return Objects(tmp_path / "objects", keys)


def files(tmp_path: Path) -> list[Path]:
    return [p for p in (tmp_path / "objects").rglob("*") if p.is_file()]


def test_a_file_is_found_by_its_digest_and_lies_encrypted(tmp_path: Path, store: Objects) -> None:
    digest = store.put("合同".encode())
    assert digest == sm3("合同".encode())
    assert store.exists(digest)
    assert store.get(digest) == "合同".encode()
    assert "合同".encode() not in files(tmp_path)[0].read_bytes()
    assert list(store.digests()) == [digest]


def test_the_same_content_is_stored_once_even_by_many_at_a_time(tmp_path: Path, store: Objects) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: store.put(b"same"), range(16)))
    assert len(digests) == 1
    assert len(files(tmp_path)) == 1


def test_a_touched_file_is_named(tmp_path: Path, store: Objects) -> None:
    digest = store.put(b"x" * 100)
    path = files(tmp_path)[0]
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ObjectTouched, match=digest[:16]):
        store.get(digest)


def test_a_file_put_in_the_place_of_another_is_noticed(tmp_path: Path, store: Objects) -> None:
    digest = store.put(b"one")
    place = files(tmp_path)[0]
    store.put(b"two")
    other = next(p for p in files(tmp_path) if p != place)
    place.write_bytes(other.read_bytes())
    with pytest.raises(ObjectTouched):
        store.get(digest)


@pytest.mark.parametrize("bad", ["", "../../etc/passwd", "A" * 64, "0" * 64])
def test_what_is_not_stored_is_missing(store: Objects, bad: str) -> None:
    assert not store.exists(bad)
    with pytest.raises(ObjectMissing):
        store.get(bad)


def test_rotation_rewraps_without_changing_the_digest(store: Objects, keys: SoftwareKeys) -> None:
    digest = store.put(b"data")
    assert not store.rewrap(digest)
    keys.rotate()
    assert store.get(digest) == b"data"
    assert store.rewrap(digest)
    assert store.get(digest) == b"data"
