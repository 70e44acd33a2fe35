"""OpenSSL as referee: what the platform computes, an independent implementation computes as well, and the other way round.

An OpenSSL without SM2, SM3 or SM4 cannot judge; then these tests are skipped and the run says so in a line of its own,
since a skipped referee is no proof.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from luban.trust import certificates, sm2
from luban.trust.digest import hmac_sm3, sm3

DISTID = "distid:1234567812345678"
MESSAGE = "一般固体废物跨省转移 2026".encode()
KEY, IV = bytes(range(16)), bytes(range(16, 32))

OpenSsl = Callable[..., bytes]


def missing() -> str:
    """What the OpenSSL on the path cannot do; empty when it can judge."""
    if shutil.which("openssl") is None:
        return "没有安装 openssl"
    asked = {
        "SM2": ["openssl", "ecparam", "-name", "SM2", "-noout"],
        "SM3": ["openssl", "dgst", "-sm3", "/dev/null"],
        "SM4": ["openssl", "enc", "-sm4-ctr", "-K", "00" * 16, "-iv", "00" * 16, "-in", "/dev/null"],
    }
    lacks = [n for n, c in asked.items() if subprocess.run(c, capture_output=True, check=False).returncode]
    return f"openssl 不支持 {'、'.join(lacks)}" if lacks else ""


@pytest.fixture(scope="module")
def openssl(request: pytest.FixtureRequest) -> OpenSsl:
    """Runs `openssl` and returns what it writes."""
    if lacks := missing():
        said = f"!!! 国密互操作没有被裁判：{lacks}。请安装带 SM2/SM3/SM4 的 OpenSSL 3 后重跑本文件。"
        reporter = request.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"\n{said}", red=True, bold=True)
        pytest.skip(said)

    def run(*words: str, given: bytes = b"") -> bytes:
        done = subprocess.run(["openssl", *words], input=given, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    return run


def test_sm3_and_hmac_sm3_agree(openssl: OpenSsl) -> None:
    assert openssl("dgst", "-sm3", "-r", given=MESSAGE).split()[0].decode() == sm3(MESSAGE)
    said = openssl("dgst", "-sm3", "-mac", "HMAC", "-macopt", f"hexkey:{KEY.hex()}", "-r", given=MESSAGE)
    assert said.split()[0].decode() == hmac_sm3(key=KEY, message=MESSAGE)


def test_sm4_agrees(openssl: OpenSsl) -> None:
    ours = Cipher(SM4(KEY), modes.CTR(IV)).encryptor()
    words = ["enc", "-sm4-ctr", "-K", KEY.hex(), "-iv", IV.hex()]
    assert openssl(*words, given=MESSAGE) == ours.update(MESSAGE) + ours.finalize()


def test_sm4_gives_the_value_of_the_standard() -> None:
    """GB/T 32907-2016, annex A, example 1."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    cipher = Cipher(SM4(key), modes.ECB()).encryptor()  # noqa: S305  one block, as the standard's example has it
    assert cipher.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_openssl_verifies_what_the_platform_signs(openssl: OpenSsl, tmp_path: Path) -> None:
    root = certificates.authority(organisation="示例机构", name="示例根")
    leaf = certificates.leaf(issuer=root, organisation="示例机构", name="示例章")
    (tmp_path / "root").write_bytes(certificates.certificate_pem(root.certificate))
    (tmp_path / "leaf").write_bytes(certificates.certificate_pem(leaf.certificate))
    openssl("verify", "-vfyopt", DISTID, "-CAfile", str(tmp_path / "root"), str(tmp_path / "leaf"))
    (tmp_path / "pub").write_bytes(openssl("x509", "-in", str(tmp_path / "leaf"), "-pubkey", "-noout"))
    (tmp_path / "msg").write_bytes(MESSAGE)
    (tmp_path / "sig").write_bytes(sm2.sign(key=leaf.key, message=MESSAGE))
    words = ["pkeyutl", "-verify", "-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-pubin"]
    words += [
        "-inkey",
        str(tmp_path / "pub"),
        "-in",
        str(tmp_path / "msg"),
        "-sigfile",
        str(tmp_path / "sig"),
    ]
    assert b"Verified Successfully" in openssl(*words)


def test_the_platform_verifies_what_openssl_signs(openssl: OpenSsl, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2"))
    (tmp_path / "msg").write_bytes(MESSAGE)
    words = ["pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", DISTID, "-inkey", str(key)]
    signature = openssl(*words, "-in", str(tmp_path / "msg"))
    public = openssl("pkey", "-in", str(key), "-pubout", "-outform", "DER")[-64:]
    assert sm2.verify(public=public, message=MESSAGE, signature=signature)
    assert not sm2.verify(public=public, message=MESSAGE + b".", signature=signature)
