"""市电子印章系统: it keeps the SM2 keys of the seals and signs 32-byte digests, once for each request.

The root and all seals are made at first start and live in the sandbox's database only.
"""

import base64
from collections.abc import Mapping
from typing import Any

from asn1crypto import x509

from luban.kit.clock import clock
from luban.trust import certificates, sm2
from sandbox.firms import FIRMS, OFFICES, SEALED
from sandbox.partners.base import Inlet, Partner, Told
from sandbox.protocol import Refused
from sandbox.store import Store

_ROOT = "root"


class SealRequest(Told):
    """A digest to be signed by an office's seal."""

    seal: str
    digest: str
    purpose: str = ""


class FirmRequest(Told):
    """A digest to be signed by an enterprise's seal, on a person's word."""

    seal: str
    digest: str
    signer: str


def make_seals(*, store: Store) -> None:
    """Make the root and every seal that is missing."""
    with store.transaction():
        root = store.seal(code=_ROOT)
        if root is None:
            authority = certificates.authority(organisation="演示电子认证服务", name="演示根证书")
            _add(store=store, code=_ROOT, organisation="演示电子认证服务", kind="root", made=authority)
        else:
            public = certificates.public_key(root["certificate"])
            authority = certificates.Issuer(
                root["certificate"], sm2.KeyPair(public=public, private=root["private"])
            )
        wanted = [(code, name, "office") for code, name in OFFICES]
        wanted += [(firm.uscc, firm.name, "firm") for firm in FIRMS]
        wanted += [(uscc, name, "firm") for uscc, name in SEALED]
        for code, organisation, kind in wanted:
            if store.seal(code=code) is None:
                made = certificates.leaf(
                    issuer=authority, organisation=organisation, name=f"{organisation}电子印章"
                )
                _add(store=store, code=code, organisation=organisation, kind=kind, made=made)


def _add(*, store: Store, code: str, organisation: str, kind: str, made: certificates.Issuer) -> None:
    store.add_seal(
        code=code,
        organisation=organisation,
        kind=kind,
        certificate=made.certificate,
        private=made.key.private,
    )


def _present(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    seal, root = _known(store=store, code=query.get("code", "")), store.seal(code=_ROOT)
    return {
        "organisation": seal["organisation"],
        "certificate": _b64(seal["certificate"]),
        "authority": _b64(root["certificate"] if root else b""),
        "serial": _serial(seal["certificate"]),
    }


def _sign_office(body: SealRequest, store: Store) -> Mapping[str, Any]:
    return _signature(seal=_known(store=store, code=body.seal, kind="office"), digest=body.digest)


def _sign_firm(body: FirmRequest, store: Store) -> Mapping[str, Any]:
    return _signature(seal=_known(store=store, code=body.seal, kind="firm"), digest=body.digest)


def _known(*, store: Store, code: str, kind: str = "") -> Mapping[str, Any]:
    seal = store.seal(code=code)
    if seal is None or seal["kind"] == "root" or (kind and seal["kind"] != kind):
        raise Refused("E404", f"没有印章“{code}”，或该印章不能用于此类签章。")
    return seal


def _signature(*, seal: Mapping[str, Any], digest: str) -> Mapping[str, Any]:
    try:
        value = sm2.sign_digest(private=seal["private"], digest=bytes.fromhex(digest))
    except ValueError as error:
        raise Refused("E400", "待签摘要应为64位十六进制数。") from error
    return {
        "signature": _b64(value),
        "serial": _serial(seal["certificate"]),
        "signed_at": clock.now().isoformat(),
    }


def _serial(certificate: bytes) -> str:
    return f"{x509.Certificate.load(certificate).serial_number:x}"


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


ESEAL = Partner(
    code="eseal",
    title="市电子印章系统",
    about="市局、16个区局及演示企业的印章（演示证书），对摘要签名，同一请求号只签一次。",
    inlets={"/seals/sign": Inlet(SealRequest, _sign_office), "/firms/sign": Inlet(FirmRequest, _sign_firm)},
    questions={"/seals": _present},
)
