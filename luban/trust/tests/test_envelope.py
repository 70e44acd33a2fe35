"""Envelopes: the vector of RFC 8998, files, secret values, rotation, refusals."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luban.trust import envelope
from luban.trust.keys import KeyMissing, SoftwareKeys


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SoftwareKeys:
    return SoftwareKeys(tmp_path_factory.mktemp("trust") / "keys")


def test_sm4_gcm_gives_the_values_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    aad = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = b"".join(bytes([b]) * 8 for b in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = envelope.gcm_encrypt(key=key, nonce=nonce, plain=plain, aad=aad)
    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    assert envelope.gcm_decrypt(key=key, nonce=nonce, sealed=sealed, aad=aad) == plain


@given(data=st.binary(max_size=300), context=st.binary(max_size=20))
def test_what_goes_in_comes_out(keys: SoftwareKeys, data: bytes, context: bytes) -> None:
    wrapped = envelope.wrap(data=data, keys=keys, context=context)
    assert envelope.unwrap(envelope=wrapped, keys=keys, context=context) == data


def test_every_touched_byte_is_noticed(keys: SoftwareKeys) -> None:
    wrapped = envelope.wrap(data=b"secret", keys=keys, context=b"here")
    for place in range(len(wrapped)):
        touched = bytearray(wrapped)
        touched[place] ^= 1
        with pytest.raises((envelope.EnvelopeBroken, KeyMissing)):
            envelope.unwrap(envelope=bytes(touched), keys=keys, context=b"here")
    for length in range(len(wrapped)):
        with pytest.raises((envelope.EnvelopeBroken, KeyMissing)):
            envelope.unwrap(envelope=wrapped[:length], keys=keys, context=b"here")
    with pytest.raises(envelope.EnvelopeBroken):
        envelope.unwrap(envelope=wrapped, keys=keys, context=b"there")


def test_a_secret_value_belongs_to_its_field(keys: SoftwareKeys) -> None:
    hidden = envelope.hide(value="13800000000", keys=keys, context="contact_phone")
    assert envelope.is_hidden(hidden)
    assert "138" not in str(hidden)
    assert hidden != envelope.hide(value="13800000000", keys=keys, context="contact_phone")
    assert envelope.reveal(hidden=hidden, keys=keys, context="contact_phone") == "13800000000"
    with pytest.raises(envelope.EnvelopeBroken):
        envelope.reveal(hidden=hidden, keys=keys, context="id_number")


@pytest.mark.parametrize(
    "bad", [{}, "x", {"$sm4": 1}, {"$sm4": "k1:!"}, {"$sm4": "k1:"}, {"$sm4": "k1:QUJD"}]
)
def test_what_is_no_secret_is_refused(keys: SoftwareKeys, bad: object) -> None:
    with pytest.raises(envelope.EnvelopeBroken):
        envelope.reveal(hidden=bad, keys=keys)


def test_rotation_leaves_old_secrets_readable(tmp_path: Path) -> None:
    keys = SoftwareKeys(tmp_path / "keys")
    old, wrapped = envelope.hide(value="甲", keys=keys), envelope.wrap(data=b"a", keys=keys)
    keys.rotate()
    assert envelope.reveal(hidden=old, keys=keys) == "甲"
    assert envelope.unwrap(envelope=wrapped, keys=keys) == b"a"
    new = envelope.rehide(hidden=old, keys=keys)
    assert new["$sm4"].startswith("k2:")
    assert envelope.rehide(hidden=new, keys=keys) == new
    assert envelope.kid_of(wrapped) == "k1"


def test_without_its_key_nothing_is_shown(tmp_path: Path) -> None:
    keys = SoftwareKeys(tmp_path / "keys")
    hidden = envelope.hide(value="甲", keys=keys)
    (tmp_path / "keys/data/k1.key").unlink()
    with pytest.raises(KeyMissing, match="备份"):
        envelope.reveal(hidden=hidden, keys=SoftwareKeys(tmp_path / "keys"))


def test_the_blind_index_finds_what_people_write_differently(keys: SoftwareKeys) -> None:
    index = envelope.blind_index(value="13800000000", field="phone", keys=keys)
    assert index == envelope.blind_index(value=" 138-0000 ００００ ", field="phone", keys=keys)
    assert index != envelope.blind_index(value="13800000000", field="id_number", keys=keys)
    assert index != envelope.blind_index(value="13800000001", field="phone", keys=keys)
