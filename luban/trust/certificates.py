"""X.509 certificates over SM2 (GB/T 20518): a demonstration authority, the leaves it issues, and PEM files.

Importing this module teaches asn1crypto the object identifiers of SM2, SM3 and SM2-with-SM3 (GM/T 0006-2012).
Production certificates come from a licensed authority; these functions read them and issue the demonstration ones.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos, core, keys, pem, x509

from luban.trust import sm2

SM3 = "sm3"
SM2_WITH_SM3 = "sm3_sm2"


def _register(kind: Any, oid: str, name: str) -> None:
    kind._map[oid] = name
    kind._reverse_map = None


_register(algos.DigestAlgorithmId, "1.2.156.10197.1.401", SM3)
_register(algos.SignedDigestAlgorithmId, "1.2.156.10197.1.501", SM2_WITH_SM3)
keys.NamedCurve.register("sm2", "1.2.156.10197.1.301", 32)

VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_TO = datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Demonstration certificates are valid on any day a demonstration may be set to."""


@dataclass(frozen=True)
class Issuer:
    """A certificate (DER) with the key pair that signs under it."""

    certificate: bytes
    key: sm2.KeyPair


def authority(*, organisation: str, name: str) -> Issuer:
    """A new self-signed root."""
    key = sm2.generate()
    subject = _name(organisation=organisation, name=name)
    return Issuer(
        certificate=_issue(subject=subject, public=key.public, issuer=subject, signer=key, ca=True), key=key
    )


def leaf(*, issuer: Issuer, organisation: str, name: str) -> Issuer:
    """A new signing certificate under `issuer`, with its key pair."""
    key = sm2.generate()
    parent = x509.Certificate.load(issuer.certificate)
    subject = _name(organisation=organisation, name=name)
    certificate = _issue(
        subject=subject, public=key.public, issuer=parent.subject, signer=issuer.key, ca=False
    )
    return Issuer(certificate=certificate, key=key)


def public_key(certificate: bytes) -> bytes:
    """The 64-byte SM2 public key of a DER certificate; raises BadPublicKey for any other kind of key."""
    return public_point(x509.Certificate.load(certificate).public_key)


def public_point(info: keys.PublicKeyInfo) -> bytes:
    """The 64-byte SM2 public key in a SubjectPublicKeyInfo; raises BadPublicKey for any other kind of key."""
    point = info["public_key"].native
    if not isinstance(point, bytes) or len(point) != 65 or point[0] != 4:
        raise sm2.BadPublicKey("the certificate does not carry an uncompressed SM2 key")
    sm2.check_public(point[1:])
    return point[1:]


def issued_by(*, certificate: bytes, issuer: bytes) -> bool:
    """Whether the signature on `certificate` was made by `issuer`'s key (both DER)."""
    parsed = x509.Certificate.load(certificate)
    return sm2.verify(
        public=public_key(issuer),
        message=parsed["tbs_certificate"].dump(),
        signature=parsed["signature_value"].native,
    )


def certificate_pem(der: bytes) -> bytes:
    """PEM text of a DER certificate."""
    return bytes(pem.armor("CERTIFICATE", der))


def private_pem(key: sm2.KeyPair) -> bytes:
    """Unencrypted PKCS #8 PEM of a key pair, for a file of mode 0600."""
    info = keys.PrivateKeyInfo(
        {
            "version": 0,
            "private_key_algorithm": {"algorithm": "ec", "parameters": _curve()},
            "private_key": keys.ECPrivateKey(
                {
                    "version": 1,
                    "private_key": int.from_bytes(key.private, "big"),
                    "public_key": keys.ECPointBitString(b"\x04" + key.public),
                }
            ),
        }
    )
    return bytes(pem.armor("PRIVATE KEY", info.dump()))


def load_certificate(text: bytes) -> bytes:
    """DER of a PEM certificate; raises ValueError when it is none."""
    _, _, der = pem.unarmor(text)
    x509.Certificate.load(der).serial_number  # noqa: B018  parse now, not at first use
    return bytes(der)


def load_private(text: bytes) -> sm2.KeyPair:
    """The key pair in a PKCS #8 PEM; raises ValueError when it is none."""
    _, _, der = pem.unarmor(text)
    inner = keys.PrivateKeyInfo.load(der)["private_key"].parsed
    public = inner["public_key"].native
    return sm2.KeyPair(public=public[1:], private=inner["private_key"].native.to_bytes(32, "big"))


def _curve() -> keys.ECDomainParameters:
    return keys.ECDomainParameters(name="named", value="sm2")


def _name(*, organisation: str, name: str) -> x509.Name:
    return x509.Name.build({"country_name": "CN", "organization_name": organisation, "common_name": name})


def _issue(*, subject: x509.Name, public: bytes, issuer: x509.Name, signer: sm2.KeyPair, ca: bool) -> bytes:
    spki = keys.PublicKeyInfo(
        {
            "algorithm": {"algorithm": "ec", "parameters": _curve()},
            "public_key": keys.ECPointBitString(b"\x04" + public),
        }
    )
    usage = {"key_cert_sign", "crl_sign"} if ca else {"digital_signature", "non_repudiation"}
    algorithm = algos.SignedDigestAlgorithm({"algorithm": SM2_WITH_SM3})
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": int.from_bytes(secrets.token_bytes(15), "big") | 1,
            "signature": algorithm,
            "issuer": issuer,
            "validity": {
                "not_before": x509.Time({"utc_time": VALID_FROM}),
                "not_after": x509.Time({"utc_time": VALID_TO}),
            },
            "subject": subject,
            "subject_public_key_info": spki,
            "extensions": [
                {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": ca}},
                {"extn_id": "key_usage", "critical": True, "extn_value": usage},
                {"extn_id": "key_identifier", "extn_value": core.OctetString(spki.sha1).native},
            ],
        }
    )
    signature = sm2.sign(key=signer, message=body.dump())
    certificate = x509.Certificate(
        {"tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": signature}
    )
    return bytes(certificate.dump())
