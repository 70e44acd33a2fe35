"""Check a proof file of a licence, without the platform: `python verify_proof.py proof.json certificate.pem [options]`.

    --node URL    also ask a node of the chain (Ethereum's JSON-RPC) for the two transactions
    --pdf FILE    also compare the licence's file with the fingerprint in the proof

Needs Python 3.11 and gmssl-pyx. Take the certificate from the issuing authority, not from whoever sent the proof.
Offline it is shown that the authority's key signed every word of the proof and that the case's history leads to the
root named in it; with a node, that root and record stand in blocks of that very chain. Exit code 0 when all holds.
"""

import argparse
import base64
import json
import sys
import urllib.request
from pathlib import Path
from typing import Any

from gmssl_pyx import sm2_verify, sm3_hash

POINT = bytes.fromhex("03420004")  # a BIT STRING of 66 bytes that begins an uncompressed point
SIZE = 32


class NotProven(Exception):
    """The proof does not hold; the message is for people."""


def read(*, content: bytes) -> dict[str, Any]:
    """The proof, if it is spelt in the one way a proof is spelt. Raises NotProven, ValueError."""
    told = json.loads(content)
    _need(isinstance(told, dict) and _spelt(told) == content, "文件的写法不规范，被改动过。")
    _need(told.get("scheme") == "LBP1", "不认识的证明格式。")
    return dict(told)


def certificate_of(*, content: bytes) -> bytes:
    """A certificate as DER, from PEM or DER."""
    return base64.b64decode(content.split(b"-----")[2]) if b"-----BEGIN" in content else content


def check_offline(*, told: dict[str, Any], certificate: bytes) -> None:
    """Signature and path. Raises NotProven."""
    _need(told["signer"] == _sm3(certificate).hex(), "证明不是用这张证书签的。")
    key = _public_key(certificate)
    unsigned = {name: value for name, value in told.items() if name != "signature"}
    signed = sm2_verify(key, b"LBP1|" + _spelt(unsigned), _decoded(told["signature"]))
    _need(signed, "证明的签名不符，内容被改动过。")
    history = told.get("history")
    if history:
        leaf = f"LBH1|{history['case']}|{history['seq']}|{history['head']}".encode()
        root = _root(leaf, history["position"], history["leaves"], _decoded(history["path"]))
        _need(root == history["root"], "办件经过的路径不通向所写的根。")


def check_node(*, told: dict[str, Any], url: str) -> None:
    """The same chain, and both transactions in their blocks with what the proof says of them. Raises NotProven."""
    _need(int(_ask(url, "eth_chainId"), 16) == told["chain"]["id"], "节点是另一条链（链号不同）。")
    first = _ask(url, "eth_getBlockByNumber", "0x0", False)
    _need(first["hash"] == told["chain"]["genesis"], "节点是另一条链（创世块不同）。")
    for part, key, digest in (("record", "key", "digest"), ("history", "batch", "root")):
        if part in told:
            _check_event(told[part], told[part][key], told[part][digest], url)


def _check_event(part: dict[str, Any], key: str, digest: str, url: str) -> None:
    receipt = _ask(url, "eth_getTransactionReceipt", part["tx"])
    _need(receipt is not None, f"链上没有所写的记录 {part['tx']}。")
    _need(int(receipt["status"], 16) == 1, "所写的记录在链上没有成功。")
    _need(int(receipt["blockNumber"], 16) == part["block"], "所写的记录在另一个区块里。")
    block = _ask(url, "eth_getBlockByNumber", hex(part["block"]), False)
    _need(block["hash"] == receipt["blockHash"], "区块与记录不符。")
    said = any(
        log["address"].lower() == part["contract"] and "0x" + key in log["topics"] and digest in log["data"]
        for log in receipt["logs"]
    )
    _need(said, "链上的记录与证明所写的指纹不同。")


def _root(leaf: bytes, position: int, leaves: int, path: bytes) -> str:
    """The root of the Merkle tree (RFC 6962 over SM3) to which a leaf's content and its siblings lead."""
    _need(0 <= position < leaves and len(path) % SIZE == 0, "路径与树的大小不符。")
    parts = [path[n : n + SIZE] for n in range(0, len(path), SIZE)]
    here, width = _sm3(b"\x00" + leaf), leaves
    while width > 1:
        if position ^ 1 < width:
            _need(parts, "路径太短。")
            other = parts.pop(0)
            here = _sm3(b"\x01" + (other + here if position % 2 else here + other))
        position, width = position // 2, (width + 1) // 2
    _need(not parts, "路径太长。")
    return here.hex()


def _public_key(der: bytes) -> bytes:
    at = der.find(POINT)
    _need(at >= 0, "证书里没有 SM2 公钥。")
    return der[at + len(POINT) : at + len(POINT) + 2 * SIZE]


def _spelt(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _decoded(text: str) -> bytes:
    content = base64.b64decode(text, validate=True)
    _need(base64.b64encode(content).decode() == text, "编码不规范，文件被改动过。")
    return content


def _sm3(content: bytes) -> bytes:
    return bytes(sm3_hash(content))


def _need(holds: object, problem: str) -> None:
    if not holds:
        raise NotProven(problem)


def _ask(url: str, method: str, *params: object) -> Any:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()
    order = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(order, timeout=30) as answer:  # noqa: S310  the address is the caller's own
        return json.load(answer).get("result")


def main(argv: list[str] | None = None) -> int:
    """Check what the command line names; 0 when all holds, else 1."""
    asked = argparse.ArgumentParser(description="核对证照的存证证明")
    asked.add_argument("proof", type=Path)
    asked.add_argument("certificate", type=Path)
    asked.add_argument("--node")
    asked.add_argument("--pdf", type=Path)
    given = asked.parse_args(argv)
    try:
        told = read(content=given.proof.read_bytes())
        check_offline(told=told, certificate=certificate_of(content=given.certificate.read_bytes()))
        if given.node:
            check_node(told=told, url=given.node)
        if given.pdf:
            same = _sm3(given.pdf.read_bytes()).hex() == told["licence"]["sm3"]
            _need(same, "PDF 文件与证明里的指纹不同。")
    except NotProven as problem:
        sys.stdout.write(f"✗ {problem}\n")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        sys.stdout.write(f"✗ 读不懂：{type(error).__name__} {error}\n")
        return 1
    where = "，链上记录一致。" if given.node else "。"
    sys.stdout.write(f"✓ {told['licence']['number']}：证明完整，签名有效{where}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
