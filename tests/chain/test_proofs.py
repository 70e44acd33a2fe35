"""The proof file of a licence: small, checked without the platform, and every changed byte is refused."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from verify_proof import NotProven, certificate_of, check_node, check_offline, main, read

from luban.cases import house
from luban.ledger.history import Head, anchor
from luban.ledger.index import advance_index
from luban.registers.licences import shelf
from luban.registers.licences.parts import LicenceFact
from luban.stages.chain.anchor import anchor_histories, run
from luban.stages.chain.proofs import NothingToProve, proof_file, standing_of
from tests.chain.conftest import Play
from tests.chain.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def issued(world: World, played: Play) -> LicenceFact:
    """A filing on the chain, its history anchored."""
    run(port=world.port, patience=60)
    case = played("solid_waste_utilisation", "2026-03-10T10:00")
    run(port=world.port, patience=60)
    anchor_histories()
    run(port=world.port, patience=60)
    advance_index(port=world.port)
    (found,) = shelf.of_case(case_id=case)
    return found


@pytest.fixture
def served(world: World) -> Iterator[str]:
    """The test's chain behind a real address."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            content = json.dumps(world.node.answer(asked)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def holds(content: bytes, certificate: bytes) -> bool:
    """Whether the script takes it."""
    try:
        check_offline(told=read(content=content), certificate=certificate)
    except (NotProven, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return False
    return True


def test_a_proof_is_small_and_holds_offline_and_against_the_node(
    issued: LicenceFact, served: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = proof_file(licence=issued)
    told = json.loads(content)
    assert len(content) <= 2048
    assert told["licence"] == {"number": issued.number, "sm3": issued.file_sm3}
    standing = standing_of(case=issued.case_id)
    assert (standing.record_block, standing.history_block) == (
        told["record"]["block"],
        told["history"]["block"],
    )
    der = house.keys().certificate()
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
    assert certificate_of(content=pem) == der
    (tmp_path / "proof.json").write_bytes(content)
    (tmp_path / "platform.pem").write_bytes(pem)
    (tmp_path / "licence.pdf").write_bytes(house.objects().get(issued.file_sm3))
    files = [str(tmp_path / "proof.json"), str(tmp_path / "platform.pem")]
    assert main([*files, "--node", served, "--pdf", str(tmp_path / "licence.pdf")]) == 0
    assert issued.number in capsys.readouterr().out
    (tmp_path / "licence.pdf").write_bytes(b"%PDF another")
    assert main([*files, "--pdf", str(tmp_path / "licence.pdf")]) == 1
    assert "PDF" in capsys.readouterr().out


def test_every_changed_byte_is_refused(issued: LicenceFact) -> None:
    content, certificate = proof_file(licence=issued), house.keys().certificate()
    assert holds(content, certificate)
    for at in range(len(content)):
        touched = bytearray(content)
        touched[at] ^= 0x01
        assert not holds(bytes(touched), certificate), f"byte {at}: {content[at : at + 20]!r}"
    assert not holds(content + b"\n", certificate)
    assert not holds(content[:-1], certificate)


def test_a_proof_of_another_key_or_another_chain_is_refused(
    issued: LicenceFact, served: str, world: World, tmp_path: Path
) -> None:
    content = proof_file(licence=issued)
    stranger = bytearray(house.keys().certificate())
    stranger[-1] ^= 1
    assert not holds(content, bytes(stranger))
    told = read(content=content)
    for part, name, value in (
        ("record", "digest", "11" * 32),
        ("record", "block", 1),
        ("history", "root", "22" * 32),
        ("history", "tx", "0x" + "33" * 32),
    ):
        with pytest.raises(NotProven):
            check_node(told={**told, part: {**told[part], name: value}}, url=served)
    world.replace(tmp_path / "other.db")
    with pytest.raises(NotProven, match="另一条链"):
        check_node(told=told, url=served)


def test_a_proof_in_a_batch_of_a_hundred_thousand_stays_small(issued: LicenceFact, world: World) -> None:
    heads = [Head(f"{n:08d}-0000-4000-8000-000000000000", 9, f"{n:064x}") for n in range(99_999)]
    anchor(heads=[*heads, Head(issued.case_id, 99, "ab" * 32)], keys=house.keys())
    run(port=world.port, patience=60)
    content = proof_file(licence=issued)
    assert json.loads(content)["history"]["leaves"] == 100_000
    assert len(content) <= 2048
    assert holds(content, house.keys().certificate())


def test_nothing_on_the_chain_is_no_proof(issued: LicenceFact) -> None:
    with pytest.raises(NothingToProve):
        proof_file(licence=LicenceFact(number="x", holder="x", valid_from=issued.valid_from, case_id="none"))
