"""Keys from a crypto service: the stand-in answers over the real wire, and a lost one is a refusal, never plaintext."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from luban.trust import certificates, crypto_service, sm2
from luban.trust.crypto_service import CryptoService
from luban.trust.envelope import blind_indexes, hide, rehide, reveal
from luban.trust.keys import KeyMissing
from luban.trust.objects import Objects
from luban.trust.row_mac import check_row, row_mac
from sandbox.app import Sandbox, create
from sandbox.protocol import key_of

ROW, GROUPS = {"a": "1"}, (("a",),)


@pytest.fixture
def stand_in(tmp_path: Path) -> TestClient:
    return TestClient(create(var=tmp_path))


def service(stand_in: TestClient, tmp_path: Path, **more: object) -> CryptoService:
    shared = more.pop("shared", None) or key_of(var=tmp_path, link="crypto")
    return CryptoService(
        base="http://testserver/crypto",
        shared=shared,
        transport=stand_in._transport,
        **more,  # type: ignore[arg-type]
    )


def switch(stand_in: TestClient, fault: str, *, on: bool) -> None:
    told = {"link": "crypto", "fault": fault, "on": on, "seconds": 0, "times": 0}
    stand_in.post("/_switch", json=told).raise_for_status()


def test_it_signs_and_its_signatures_verify(stand_in: TestClient, tmp_path: Path) -> None:
    keys = service(stand_in, tmp_path)
    public = certificates.public_key(keys.certificate())
    assert sm2.verify(public=public, message=b"checkpoint", signature=keys.sign(b"checkpoint"))
    again = service(stand_in, tmp_path)
    assert again.certificate() == keys.certificate()


def test_rotation_keeps_what_was_written_before(stand_in: TestClient, tmp_path: Path) -> None:
    keys = service(stand_in, tmp_path)
    old, mac = hide(value="13800000000", keys=keys), row_mac(table="t", groups=GROUPS, values=ROW, keys=keys)
    (first,) = blind_indexes(value="13800000000", field="f", keys=keys)
    assert (keys.rotate(), keys.rotate_hmac()) == ("k2", "h2")
    assert reveal(hidden=old, keys=keys) == "13800000000"
    assert rehide(hidden=old, keys=keys)["$sm4"].startswith("k2:")
    assert check_row(table="t", groups=GROUPS, values=ROW, mac=mac, keys=keys) is None
    newest, oldest = blind_indexes(value="138-0000-0000", field="f", keys=keys)
    assert (newest[:3], oldest) == ("h2:", first)
    assert reveal(hidden=old, keys=service(stand_in, tmp_path)) == "13800000000"


@pytest.mark.parametrize("fault", ["down", "drop", "bad_signature", "reject"])
def test_a_lost_service_is_a_refusal_and_nothing_is_written(
    stand_in: TestClient, tmp_path: Path, fault: str
) -> None:
    switch(stand_in, fault, on=True)
    keys = service(stand_in, tmp_path)
    store = Objects(tmp_path / "objects", keys)
    with pytest.raises(KeyMissing, match="密码服务"):
        hide(value="13800000000", keys=keys)
    with pytest.raises(KeyMissing, match="密码服务"):
        store.put(b"plain words of a firm")
    assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
    switch(stand_in, fault, on=False)
    assert store.get(store.put(b"plain words of a firm")) == b"plain words of a firm"


def test_a_service_lost_later_stops_writing_within_a_minute(
    stand_in: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = service(stand_in, tmp_path)
    hidden = hide(value="x", keys=keys)
    switch(stand_in, "down", on=True)
    monkeypatch.setattr(crypto_service, "FRESH_SECONDS", -1.0)
    with pytest.raises(KeyMissing, match="没有内容以明文保存"):
        hide(value="y", keys=keys)
    assert reveal(hidden=hidden, keys=keys) == "x"


def test_another_secret_is_no_way_in(stand_in: TestClient, tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="双方密钥是否一致"):
        _ = service(stand_in, tmp_path, shared=bytes(32)).current_kid


def test_keys_do_not_travel_or_rest_in_plain(tmp_path: Path) -> None:
    sandbox = Sandbox(var=tmp_path, product="http://127.0.0.1:1")
    stand_in = TestClient(create(var=tmp_path))
    keys = service(stand_in, tmp_path)
    plain = keys.data_key("k1")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert plain not in path.read_bytes()
            assert plain.hex().encode() not in path.read_bytes()
    sandbox.store.close()
