"""SM2 against GM/T 0003.5-2012 annex A, and certificates (OpenSSL as referee: test_referee)."""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from luban.trust import certificates, sm2

PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SIGNATURE = encode_dss_signature(
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
    0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
)
MESSAGE = b"message digest"


def test_the_example_of_the_standard() -> None:
    assert sm2.z_value(PUBLIC).hex() == "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
    digest = sm2.e_digest(public=PUBLIC, message=MESSAGE)
    assert digest.hex() == "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
    assert sm2.verify(public=PUBLIC, message=MESSAGE, signature=SIGNATURE)


def test_what_was_signed_verifies_and_nothing_else() -> None:
    key = sm2.KeyPair(public=PUBLIC, private=PRIVATE)
    signature = sm2.sign(key=key, message=MESSAGE)
    assert sm2.verify(public=PUBLIC, message=MESSAGE, signature=signature)
    assert not sm2.verify(public=PUBLIC, message=MESSAGE + b".", signature=signature)
    assert not sm2.verify(public=sm2.generate().public, message=MESSAGE, signature=signature)
    assert not sm2.verify(public=PUBLIC, message=MESSAGE, signature=signature, identity=b"another")


@pytest.mark.parametrize("bad", [b"", b"0", SIGNATURE[:-1], SIGNATURE + b"\0", encode_dss_signature(0, 1)])
def test_malformed_signatures_are_simply_false(bad: bytes) -> None:
    assert not sm2.verify(public=PUBLIC, message=MESSAGE, signature=bad)


@pytest.mark.parametrize("bad", [b"", bytes(64), PUBLIC[:-1] + b"\0", b"\xff" * 64])
def test_a_point_off_the_curve_is_no_key(bad: bytes) -> None:
    with pytest.raises(sm2.BadPublicKey):
        sm2.check_public(bad)
    assert not sm2.verify(public=bad, message=MESSAGE, signature=SIGNATURE)


def test_the_private_key_is_not_shown_by_repr() -> None:
    assert PRIVATE.hex() not in repr(sm2.KeyPair(public=PUBLIC, private=PRIVATE))
    assert repr(PRIVATE) not in repr(sm2.KeyPair(public=PUBLIC, private=PRIVATE))


def test_a_leaf_is_issued_by_its_root_only() -> None:
    root = certificates.authority(organisation="示例机构", name="示例根")
    other = certificates.authority(organisation="示例机构", name="示例根")
    leaf = certificates.leaf(issuer=root, organisation="上海市生态环境局", name="行政许可专用章")
    assert certificates.issued_by(certificate=leaf.certificate, issuer=root.certificate)
    assert not certificates.issued_by(certificate=leaf.certificate, issuer=other.certificate)
    assert certificates.public_key(leaf.certificate) == leaf.key.public


def test_pem_files_round_trip() -> None:
    root = certificates.authority(organisation="示例机构", name="示例根")
    assert certificates.load_private(certificates.private_pem(root.key)) == root.key
    text = certificates.certificate_pem(root.certificate)
    assert certificates.load_certificate(text) == root.certificate
