"""政务云密码服务（签名验签、密钥管理）: signs digests and hands out wrapped keys; its own keys never leave its store.

Keys are derived from one root by their id, so that the store keeps ids only.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from typing import Any

from luban.trust import certificates, sm2
from luban.trust.digest import hmac_sm3
from luban.trust.envelope import gcm_encrypt
from sandbox.partners.base import Inlet, Partner, Told
from sandbox.protocol import Refused
from sandbox.store import Store

LINK = "crypto"
ROOT, SIGNER = "crypto-root", "crypto-signer"
KINDS = {"data": ("k", 16), "hmac": ("h", 32)}


class SignRequest(Told):
    """An SM2 e-digest to be signed."""

    digest: str


class RotateRequest(Told):
    """A kind of key to be renewed: data or hmac."""

    kind: str


def make_keys(*, store: Store, shared: bytes) -> None:
    """Make the service's root and signing key when they are missing, and note the secret it shares with the product."""
    with store.transaction():
        if store.seal(code=SIGNER) is None:
            root = certificates.authority(organisation="演示密码服务", name="演示密码服务根证书")
            leaf = certificates.leaf(
                issuer=root, organisation="绿办演示平台", name="绿办平台签名证书（密码服务）"
            )
            for code, made in ((ROOT, root), (SIGNER, leaf)):
                store.add_seal(
                    code=code,
                    organisation="演示密码服务",
                    kind="crypto",
                    certificate=made.certificate,
                    private=made.key.private,
                )
        if not store.said(link=LINK, name="shared", subject=""):
            store.say(link=LINK, name="shared", subject="", body={"key": shared.hex()})


def _state(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    signer = store.seal(code=SIGNER)
    certificate = base64.b64encode(signer["certificate"] if signer else b"").decode()
    return {kind: _kids(store, kind) for kind in KINDS} | {"certificates": [certificate]}


def _kids(store: Store, kind: str) -> list[str]:
    """The ids of a kind, the current one first."""
    rotations = len(store.said(link=LINK, name="rotated", subject=kind))
    return [f"{KINDS[kind][0]}{n}" for n in range(rotations + 1, 0, -1)]


def _hand_out(query: Mapping[str, str], store: Store) -> Mapping[str, Any]:
    kind, kid = query.get("kind", ""), query.get("kid", "")
    if kind not in KINDS or kid not in _kids(store, kind):
        raise Refused("E404", f"没有密钥“{kid[:20]}”。")
    root = store.seal(code=ROOT)
    private = bytes(root["private"]) if root else b""
    key = bytes.fromhex(hmac_sm3(key=private, message=f"{kind}|{kid}".encode()))[: KINDS[kind][1]]
    shared = bytes.fromhex(str(store.said(link=LINK, name="shared", subject="")[0]["key"]))
    own = bytes.fromhex(hmac_sm3(key=shared, message=b"luban|wrap"))[:16]
    nonce = secrets.token_bytes(12)
    sealed = gcm_encrypt(key=own, nonce=nonce, plain=key, aad=f"LBK1|{kind}|{kid}".encode())
    return {"wrapped": base64.b64encode(nonce + sealed).decode()}


def _sign(body: SignRequest, store: Store) -> Mapping[str, Any]:
    signer = store.seal(code=SIGNER)
    try:
        digest = bytes.fromhex(body.digest)
        signature = sm2.sign_digest(private=signer["private"] if signer else b"", digest=digest)
    except ValueError as error:
        raise Refused("E400", "待签摘要应为64位十六进制数。") from error
    return {"signature": base64.b64encode(signature).decode()}


def _rotate(body: RotateRequest, store: Store) -> Mapping[str, Any]:
    if body.kind not in KINDS:
        raise Refused("E400", f"没有“{json.dumps(body.kind)}”这种密钥。")
    store.say(link=LINK, name="rotated", subject=body.kind, body={})
    return {"kid": _kids(store, body.kind)[0]}


CRYPTO = Partner(
    code=LINK,
    title="政务云密码服务",
    about="签名验签与密钥管理（演示）：平台的 SM2 签名私钥只在这里；数据密钥、校验密钥加密后下发，可轮换。",
    inlets={"/sign": Inlet(SignRequest, _sign), "/keys/rotate": Inlet(RotateRequest, _rotate)},
    questions={"/state": _state, "/keys": _hand_out},
)
