"""Whatever is touched after it was put on the chain is found and named: rows, snapshots, files, the node, the code."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from luban.cases import house
from luban.cases.models import Case, CaseVersion, Document, Event
from luban.kit.clock import clock
from luban.ledger.artefacts import artefact
from luban.ledger.history import proof_of
from luban.ledger.merkle import root_from
from luban.ledger.models import (
    ChainContract,
    ChainWrite,
    Checkpoint,
    EvidenceRequest,
    HistoryBatch,
    Snapshot,
    Verification,
)
from luban.ledger.node.store import StoreDamaged
from luban.ledger.port import StoreTouched
from luban.stages.chain.anchor import anchor_histories, run
from luban.stages.chain.observed import Record
from luban.stages.chain.scheduled import verify_batch
from luban.stages.chain.verify import (
    Verified,
    chain_problem,
    records_of,
    verify_all,
    verify_case,
    verify_histories,
    verify_history,
    verify_record,
)
from tests.chain.conftest import Play
from tests.chain.world import World

FILING, REVOCATION = "solid_waste_utilisation", "solid_waste_revocation"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def filed(own_files: None, world: World, played: Play) -> str:
    """A filing in force, on the chain, its history anchored."""
    run(port=world.port, patience=60)
    case = played(FILING, "2026-03-10T10:00")
    anchor_histories()
    assert run(port=world.port, patience=60).trouble == ""
    return case


def verified(world: World, case: str) -> Verified:
    (one,) = verify_case(port=world.port, case=case)
    return one


def result(world: World, case: str) -> str:
    return verified(world, case).conclusion.result


def touch_row(case: str, change: Callable[[dict[str, Any]], None]) -> None:
    version = CaseVersion.objects.get(case_id=case)
    payload = version.payload
    change(payload)
    CaseVersion.objects.filter(pk=version.pk).update(payload=payload)


def test_nothing_touched_nothing_found(world: World, filed: str) -> None:
    one = verified(world, filed)
    assert (one.conclusion.result, one.conclusion.findings) == ("consistent", ())
    told = one.as_json()
    assert told["digests"]["local"] == told["digests"]["snapshot"] == told["digests"]["on_chain"]
    assert told["checked"]["sections"] == 9
    assert told["anchor"]["tx_hash"].startswith("0x")
    assert Verification.objects.get(case=filed).result == "consistent"
    assert verify_history(port=world.port, case=filed).problem == ""
    assert chain_problem(port=world.port) == ""


def test_a_revoked_filing_and_its_revocation_agree(world: World, filed: str, played: Play) -> None:
    played(REVOCATION, "2026-08-12T15:00")
    run(port=world.port, patience=60)
    assert [one.conclusion.result for one in verify_all(port=world.port)] == ["consistent", "consistent"]


def test_a_touched_name_is_found_with_both_values(world: World, filed: str) -> None:
    """waste-chain §12.14: one character of the receiver's name."""
    touch_row(filed, lambda p: p["receiver"].update(receiver_name="昆山另一个再生塑料有限公司"))
    one = verified(world, filed)
    assert one.conclusion.result == "db_tampered"
    (finding,) = one.conclusion.findings
    assert (finding.section, "接收单位" in finding.message) == ("s4", True)
    (field,) = finding.fields
    assert (field.field, field.local, field.source) == (
        "receiver_name",
        "昆山另一个再生塑料有限公司",
        "on_chain",
    )
    assert field.reference != field.local


def test_a_touched_quantity_is_found_in_its_section_alone(world: World, filed: str) -> None:
    def change(payload: dict[str, Any]) -> None:
        payload["waste"]["total_qty_t"] = "150.000"
        payload["waste"]["wastes"][0]["planned_qty_t"] = "150.000"

    touch_row(filed, change)
    one = verified(world, filed)
    assert one.conclusion.result == "db_tampered"
    assert {f.section for f in one.conclusion.findings} == {"s3"}
    assert "总量（千克）" in one.conclusion.message


def test_a_touched_telephone_is_found_and_not_shown(world: World, filed: str) -> None:
    mobile = house.view_at(case_id=filed).form.generator.agent_mobile
    touch_row(filed, lambda p: p["generator"].update(agent_mobile="13899999999"))
    one = verified(world, filed)
    assert (one.conclusion.result, one.conclusion.findings[0].section) == ("db_tampered", "s1")
    (field,) = [f for f in one.conclusion.findings[0].fields if f.field == "agent_mobile"]
    assert (field.local, field.reference, field.source) == (
        "138******99",
        f"{mobile[:3]}******{mobile[-2:]}",
        "snapshot",
    )
    assert mobile not in str(one.as_json())


def test_row_and_snapshot_touched_alike(world: World, filed: str) -> None:
    touch_row(filed, lambda p: p["receiver"].update(receiver_name="别家"))
    row = Snapshot.objects.get(case=filed)
    Snapshot.objects.filter(pk=row.pk).update(section_digests={**row.section_digests, "s4": "9" * 64})
    one = verified(world, filed)
    assert one.conclusion.result == "db_and_snapshot_tampered"
    assert one.conclusion.message == "业务数据与本地快照均与链上存证不一致：接收单位。"


def test_the_snapshot_alone_touched_or_gone(world: World, filed: str) -> None:
    row = Snapshot.objects.get(case=filed)
    Snapshot.objects.filter(pk=row.pk).update(section_digests={**row.section_digests, "s4": "9" * 64})
    assert result(world, filed) == "snapshot_tampered"
    Snapshot.objects.filter(pk=row.pk).update(section_digests=row.section_digests, sealed=b"LBE1rubbish")
    assert result(world, filed) == "snapshot_tampered"
    Snapshot.objects.filter(pk=row.pk).delete()
    assert result(world, filed) == "snapshot_tampered"


def test_a_lost_salt(world: World, filed: str) -> None:
    Case.objects.filter(pk=filed).update(salt="")
    one = verified(world, filed)
    assert (one.conclusion.result, one.conclusion.findings[0].section) == ("db_tampered", "salt")


def materials(case: str) -> list[dict[str, Any]]:
    return list(CaseVersion.objects.get(case_id=case).materials)


def store(case: str) -> str:
    """Give the first file of the case bytes of its own in the object store; returns its digest."""
    return str(materials(case)[0]["sm3"])


def path_of(digest: str) -> Path:
    return next(Path(house.objects()._folder).rglob(digest))


def test_a_touched_and_a_missing_file(world: World, filed: str) -> None:
    """waste-chain §12.16."""
    digest = store(filed)
    path = path_of(digest)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert result(world, filed) == "attachment_tampered"
    path.unlink()
    one = verified(world, filed)
    assert one.conclusion.result == "attachment_missing"
    path.write_bytes(content)
    assert result(world, filed) == "consistent"


def test_another_file_in_the_list_of_materials(world: World, filed: str) -> None:
    rows = materials(filed)
    other = house.objects().put(b"quite another paper")
    CaseVersion.objects.filter(case_id=filed).update(
        materials=[{**rows[0], "sm3": other, "size": 19}, *rows[1:]]
    )
    assert result(world, filed) == "attachment_tampered"


def test_the_outbox_emptied_and_nothing_on_the_chain(world: World, played: Play) -> None:
    run(port=world.port, patience=60)
    case = played(FILING, "2026-03-10T10:00")
    assert result(world, case) == "anchor_pending"
    with clock.at("2026-03-10T10:31"):
        assert result(world, case) == "anchor_delayed"
    ChainWrite.objects.filter(group=f"case:{case}").delete()
    assert result(world, case) == "anchor_missing"
    Snapshot.objects.all().delete()
    EvidenceRequest.objects.all().delete()
    assert records_of(case=case)  # its effects still say what was to be written
    assert result(world, case) == "anchor_missing"


def test_confirmed_here_and_not_on_the_chain(world: World, played: Play) -> None:
    run(port=world.port, patience=60)
    case = played(FILING, "2026-03-10T10:00")
    ChainWrite.objects.filter(group=f"case:{case}").update(state="confirmed", tx_hash="0xfeed")
    one = verified(world, case)
    assert (one.conclusion.result, "0xfeed" in one.conclusion.message) == ("anchor_lost", True)


def test_a_chain_that_cannot_be_reached(world: World, filed: str) -> None:
    world.down = True
    assert result(world, filed) == "chain_unreachable"
    assert "暂不可访问" in verify_history(port=world.port, case=filed).problem
    assert "暂不可访问" in chain_problem(port=world.port)
    world.down = False
    assert result(world, filed) == "consistent"


def test_a_status_told_otherwise(world: World, filed: str) -> None:
    row = ChainWrite.objects.get(group=f"case:{filed}", function="recordDecision")
    row.arguments["docNo"] = "GFBA-310115-2026-9999"
    row.save(update_fields=["arguments"])
    assert result(world, filed) == "status_mismatch"


def test_a_touched_history(world: World, filed: str) -> None:
    last = Event.objects.filter(case_id=filed).order_by("-seq").first()
    Event.objects.filter(pk=last.pk).update(digest="0" * 64)
    assert "经过被改动过" in verify_history(port=world.port, case=filed).problem
    Event.objects.filter(pk=last.pk).delete()
    assert "已不在库中" in verify_history(port=world.port, case=filed).problem


def test_checkpoints_rewritten_to_fit_do_not_fit_the_chain(world: World, filed: str) -> None:
    """Somebody with the whole database rewrites history, checkpoint and root: the chain still has the old root."""
    Checkpoint.objects.filter(case=filed).update(head="1" * 64)
    (found,) = verify_histories(port=world.port)
    assert "检查点被改动过" in found.problem
    forged = proof_of(case=filed)
    HistoryBatch.objects.filter(batch_id=forged.batch_id).update(root=_root_of(forged))
    (found,) = verify_histories(port=world.port)
    assert "批次的根与链上不同" in found.problem


def _root_of(proof: Any) -> str:
    return root_from(
        content=proof.head.content, position=proof.position, leaves=proof.leaves, siblings=proof.path
    ).hex()


def test_a_touched_node_store_is_refused_by_the_node(world: World, filed: str) -> None:
    world.node.close()
    with sqlite3.connect(world.path) as file:
        code = artefact("UtilisationFilingEvidence").runtime
        (key,) = file.execute("SELECT k FROM pair WHERE v = ?", (code,)).fetchone()
        file.execute("UPDATE pair SET v = ? WHERE k = ?", (code[:-1] + b"\x00", key))
    world.replace(world.path)
    with pytest.raises(StoreTouched):
        world.port.code(ChainContract.objects.get(name="UtilisationFilingEvidence").address)
    assert "store damaged" in chain_problem(port=world.port)
    assert result(world, filed) == "chain_unreachable"


def test_state_rewritten_in_the_node_store_is_refused(world: World, filed: str) -> None:
    """Every piece of state is filed under its hash, so none can be exchanged for another."""
    world.node.close()
    with sqlite3.connect(world.path) as file:
        rows = file.execute("SELECT k, v FROM pair WHERE length(k) = 32 AND length(v) > 60").fetchall()
        for key, value in rows:
            if b"\x03\x0d\x40" in value or len(value) > 400:
                file.execute("UPDATE pair SET v = ? WHERE k = ?", (value[:-1] + bytes([value[-1] ^ 1]), key))
    with pytest.raises((StoreDamaged, RuntimeError), match=r"changed|damaged"):
        world.replace(world.path)
        world.port.head()
        verify_case(port=world.port, case=filed)
        raise RuntimeError(chain_problem(port=world.port))
    world.node.store.close()


def test_other_code_at_the_address_is_an_alarm(world: World, filed: str) -> None:
    ChainContract.objects.filter(name="HistoryAnchor").update(code_sm3="0" * 64)
    assert "合约代码与部署时不同：HistoryAnchor" in chain_problem(port=world.port)
    assert "合约代码与部署时不同" in run(port=world.port).trouble


def test_a_batch_of_verification_is_itself_on_the_chain(world: World, filed: str) -> None:
    touch_row(filed, lambda p: p["receiver"].update(receiver_name="别家"))
    assert verify_batch(port=world.port, everything=True) == 1
    assert run(port=world.port, patience=60).trouble == ""
    write = ChainWrite.objects.get(function="recordAudit")
    assert (write.state, write.arguments["total"], write.arguments["abnormal"]) == ("confirmed", 1, 1)
    assert Verification.objects.get(case=filed).severity == "critical"


def test_the_case_is_gone(world: World, filed: str) -> None:
    Document.objects.filter(case_id=filed).delete()
    records = records_of(case=filed)
    ghost = Record(records[0].kind, records[0].key, "00000000-0000-4000-8000-000000000000", 1)
    assert verify_record(port=world.port, record=ghost).conclusion.result == "local_missing"
