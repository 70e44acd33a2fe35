"""SM4-GCM envelopes: files at rest and secret form values.

A file gets its own random key, wrapped under the provider's current data key, so that a data key protects few short
messages and can be rotated; the key's id travels in the clear and older ids stay readable. A secret value in a form
becomes `{"$sm4": "kid:base64"}`. Exact search over secrets uses a blind index (HMAC-SM3). A missing key or a touched
envelope is refused, never answered with plaintext or garbage.
"""

import base64
import binascii
import json
import secrets
import struct
import unicodedata
from typing import TypeGuard

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from luban.trust.digest import hmac_sm3
from luban.trust.keys import KeyMissing, KeyProvider

MARK = "$sm4"
_MAGIC = b"LBE1"
_NONCE = 12
_TAG = 16
_KEY = 16

Scalar = str | int | bool | None


class EnvelopeBroken(RuntimeError):
    """The envelope was touched, is cut short, or belongs elsewhere."""


def gcm_encrypt(*, key: bytes, nonce: bytes, plain: bytes, aad: bytes = b"") -> bytes:
    """SM4-GCM (RFC 8998): ciphertext followed by the 16-byte tag."""
    encryptor = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def gcm_decrypt(*, key: bytes, nonce: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """The plaintext of `gcm_encrypt`; raises EnvelopeBroken when anything differs."""
    if len(nonce) != _NONCE or len(sealed) < _TAG:
        raise EnvelopeBroken("密文不完整，无法解密。")
    decryptor = Cipher(SM4(key), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
    decryptor.authenticate_additional_data(aad)
    try:
        return decryptor.update(sealed[:-_TAG]) + decryptor.finalize()
    except InvalidTag:
        raise EnvelopeBroken("密文已被改动或密钥不符，无法解密。") from None


def wrap(*, data: bytes, keys: KeyProvider, context: bytes = b"") -> bytes:
    """Envelope of `data`; `context` (e.g. the content digest) must be repeated to open it."""
    kid = keys.current_kid
    header = _MAGIC + struct.pack("B", len(kid)) + kid.encode()
    own_key, first, second = (
        secrets.token_bytes(_KEY),
        secrets.token_bytes(_NONCE),
        secrets.token_bytes(_NONCE),
    )
    aad = header + context
    wrapped = gcm_encrypt(key=keys.data_key(kid), nonce=first, plain=own_key, aad=aad)
    return header + first + wrapped + second + gcm_encrypt(key=own_key, nonce=second, plain=data, aad=aad)


def unwrap(*, envelope: bytes, keys: KeyProvider, context: bytes = b"") -> bytes:
    """The data in an envelope; raises KeyMissing or EnvelopeBroken."""
    if envelope[:4] != _MAGIC or len(envelope) < 5:
        raise EnvelopeBroken("不是本平台的加密文件。")
    start = 5 + envelope[4]
    header, kid = envelope[:start], envelope[5:start].decode("ascii", "replace")
    middle = start + _NONCE + _KEY + _TAG
    aad = header + context
    first, second = envelope[start : start + _NONCE], envelope[middle : middle + _NONCE]
    own_key = gcm_decrypt(
        key=keys.data_key(kid), nonce=first, sealed=envelope[start + _NONCE : middle], aad=aad
    )
    return gcm_decrypt(key=own_key, nonce=second, sealed=envelope[middle + _NONCE :], aad=aad)


def kid_of(envelope: bytes) -> str:
    """The id of the data key an envelope needs; raises EnvelopeBroken."""
    if envelope[:4] != _MAGIC or len(envelope) < 5 + envelope[4]:
        raise EnvelopeBroken("不是本平台的加密文件。")
    return envelope[5 : 5 + envelope[4]].decode("ascii", "replace")


def hide(*, value: Scalar, keys: KeyProvider, context: str = "") -> dict[str, str]:
    """A secret form value as it is stored: `{"$sm4": "kid:base64"}`; `context` names the field it may stand in."""
    kid = keys.current_kid
    nonce = secrets.token_bytes(_NONCE)
    plain = json.dumps(value, ensure_ascii=False).encode()
    sealed = gcm_encrypt(key=keys.data_key(kid), nonce=nonce, plain=plain, aad=_aad(kid, context))
    return {MARK: f"{kid}:{base64.b64encode(nonce + sealed).decode()}"}


def reveal(*, hidden: object, keys: KeyProvider, context: str = "") -> Scalar:
    """The value behind `hide`; raises KeyMissing or EnvelopeBroken."""
    if not is_hidden(hidden):
        raise EnvelopeBroken("不是加密的值。")
    kid, _, text = hidden[MARK].partition(":")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise EnvelopeBroken("密文不完整，无法解密。") from None
    plain = gcm_decrypt(
        key=keys.data_key(kid), nonce=raw[:_NONCE], sealed=raw[_NONCE:], aad=_aad(kid, context)
    )
    value: Scalar = json.loads(plain)
    return value


def is_hidden(value: object) -> TypeGuard[dict[str, str]]:
    """Whether a stored value is a secret in its envelope."""
    return isinstance(value, dict) and set(value) == {MARK} and isinstance(value[MARK], str)


def rehide(*, hidden: object, keys: KeyProvider, context: str = "") -> dict[str, str]:
    """The same secret under the current key, for rotation; unchanged when it already is."""
    if is_hidden(hidden) and hidden[MARK].startswith(f"{keys.current_kid}:"):
        return hidden
    return hide(value=reveal(hidden=hidden, keys=keys, context=context), keys=keys, context=context)


def blind_index(*, value: str, field: str, keys: KeyProvider, kid: str = "") -> str:
    """Index for exact search over a secret, `kid:` and HMAC-SM3 of the normalised value under the field's own key.

    `kid` is the HMAC master ("" = the current one). Normalised means NFKC, upper case, without blanks or hyphens, so
    that 138-0000 0000 finds 13800000000. Raises KeyMissing.
    """
    text = unicodedata.normalize("NFKC", value).upper()
    plain = "".join(c for c in text if not c.isspace() and c != "-")
    kid = kid or keys.current_hmac_kid
    return f"{kid}:{hmac_sm3(key=keys.hmac_key(f'index.{field}', kid), message=plain.encode())}"


def blind_indexes(*, value: str, field: str, keys: KeyProvider) -> tuple[str, ...]:
    """The index under every master there is, the current one first: what to look for while a rotation is under way."""
    return tuple(blind_index(value=value, field=field, keys=keys, kid=kid) for kid in keys.hmac_kids)


def _aad(kid: str, context: str) -> bytes:
    return f"LBV1|{kid}|{context}".encode()


__all__ = [
    "EnvelopeBroken",
    "KeyMissing",
    "Scalar",
    "blind_index",
    "blind_indexes",
    "gcm_decrypt",
    "gcm_encrypt",
    "hide",
    "is_hidden",
    "kid_of",
    "rehide",
    "reveal",
    "unwrap",
    "wrap",
]
