"""From an act to finality on the chain: once, in order, through every outage; a replaced chain is never silent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from luban.cases import house
from luban.kit.clock import clock
from luban.ledger import setup
from luban.ledger.chain import acknowledge_alarm, alarm, read
from luban.ledger.digests import operator_hash, organisation_id
from luban.ledger.history import proof_of, root_on_chain
from luban.ledger.models import (
    ChainAccount,
    ChainBinding,
    ChainContract,
    ChainWrite,
    Checkpoint,
    EvidenceRequest,
    HistoryBatch,
)
from luban.ledger.writes import Write, again, cancel, enqueue, progress, stuck
from luban.stages.chain.anchor import anchor_histories, run
from luban.stages.integrity.check import check_all
from tests.chain.conftest import Play
from tests.chain.world import World

FILING, REVOCATION = "solid_waste_utilisation", "solid_waste_revocation"
UF, UR = "UtilisationFilingEvidence", "UtilisationRevocation"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


def go(world: World, *, patience: float = 60) -> str:
    """Let the worker's job run until nothing moves; returns what kept it from going on."""
    return run(port=world.port, patience=patience).trouble


def states() -> set[str]:
    return set(ChainWrite.objects.values_list("state", flat=True))


def later() -> None:
    """Everything that was sent was sent long ago."""
    ChainWrite.objects.filter(state="sent").update(sent_at=clock.now() - timedelta(minutes=5))


@pytest.fixture
def ready(world: World) -> World:
    """A chain with the contracts on it."""
    assert go(world) == ""
    assert setup.ready()
    return world


def test_the_first_start_puts_contracts_and_the_city_on_the_chain(world: World) -> None:
    assert go(world) == ""
    assert states() == {"confirmed"}
    assert ChainContract.objects.filter(active=True).count() == 6
    shanghai = ChainAccount.objects.get(name="310000")
    told = read(port=world.port, contract="OrgRegistry", function="orgOf", account=shanghai.address)
    assert told == {
        "orgId": organisation_id(region="310000"),
        "region": 310000,
        "roles": 254,
        "enabled": True,
    }
    sent = world.sent
    assert go(world) == ""
    assert (world.sent, ChainBinding.objects.count()) == (sent, 1)
    assert b"BEGIN" not in bytes(shanghai.sealed_key) and len(shanghai.sealed_key) > 64  # sealed, not plain


def test_a_first_start_that_breaks_goes_on_where_it_stopped(world: World) -> None:
    world.swallow = 3
    for _ in range(12):
        go(world)
        later()
    assert setup.ready()
    assert ChainContract.objects.count() == 6
    head = world.port.head().number
    assert (
        world.port.nonce(ChainAccount.objects.get(name="admin").address) == head
    )  # one block a write, none twice


def test_a_filing_and_its_revocation_stand_on_the_chain(ready: World, played: Play) -> None:
    case = played(FILING, "2026-03-10T10:00")
    assert go(ready) == ""
    requests = EvidenceRequest.objects.filter(case=case).order_by("id")
    assert [(r.call, r.state) for r in requests] == [
        ("createFiling", "confirmed"),
        ("recordDecision", "confirmed"),
    ]
    key = requests[0].record_key
    found = read(port=ready.port, contract=UF, function="getFiling", key=key)
    view = house.view_at(case_id=case)
    assert (found["status"], found["core"]["applicationNo"]) == (2, view.number)
    assert found["core"]["docNo"].startswith("GFBA-")
    assert found["latest"]["ev"]["formDigest"] == requests[0].form_digest
    assert found["latest"]["ev"]["sectionDigests"] == list(requests[0].section_digests.values())
    pepper = house.keys().hmac_key("chain.operator").hex()
    submitter = next(a for a in view.acts if a.action == "submit").actor
    assert found["latest"]["ev"]["operatorHash"] == operator_hash(pepper=pepper, account=submitter)
    revocation = played(REVOCATION, "2026-08-12T15:00")
    assert go(ready) == ""
    assert stuck() == ()
    assert [r.state for r in EvidenceRequest.objects.filter(case=revocation)] == ["confirmed", "confirmed"]
    assert read(port=ready.port, contract=UF, function="getFiling", key=key)["status"] == 5
    assert check_all().faults == ()


def test_nothing_personal_goes_on_the_chain(ready: World, played: Play) -> None:
    """waste-chain §12.18: not in a transaction, not in an event, not in a log."""
    case = played(FILING, "2026-03-10T10:00")
    go(ready)
    form = house.view_at(case_id=case).form
    secrets = {str(value) for name, value in form.generator if name.endswith("mobile") and value}
    assert secrets
    stored = ready.path.read_bytes() + Path(f"{ready.path}-wal").read_bytes()
    for secret in secrets:
        assert secret.encode() not in stored
        assert secret not in str(list(ChainWrite.objects.values_list("arguments", flat=True)))


def test_a_node_that_is_down_costs_only_delay(ready: World, played: Play) -> None:
    ready.down = True
    case = played(FILING, "2026-03-10T10:00")
    assert "区块链暂不可访问" in go(ready)
    assert house.view_at(case_id=case).state.startswith("closed")
    assert {r.state for r in EvidenceRequest.objects.filter(case=case)} == {"pending"}
    ready.down = False
    assert go(ready) == ""
    assert {r.state for r in EvidenceRequest.objects.filter(case=case)} == {"confirmed"}


def test_an_answer_that_is_lost_does_no_harm(ready: World, played: Play) -> None:
    case = played(FILING, "2026-03-10T10:00")
    ready.swallow = 1
    assert "区块链暂不可访问" in go(ready)
    stored = ChainWrite.objects.get(state="sent")
    assert stored.tx_hash and stored.raw  # signed and stored before it was sent
    ready.restart()
    later()
    assert go(ready) == ""
    stored.refresh_from_db()
    assert stored.state == "confirmed"
    assert {r.state for r in EvidenceRequest.objects.filter(case=case)} == {"confirmed"}
    hashes = [w.tx_hash for w in ChainWrite.objects.all()]
    assert len(set(hashes)) == len(hashes)


def test_a_restored_database_finds_its_writes_on_the_chain(ready: World, played: Play) -> None:
    case = played(FILING, "2026-03-10T10:00")
    go(ready)
    ChainWrite.objects.filter(group=f"case:{case}").update(state="pending", nonce=None, tx_hash="", raw=None)
    assert go(ready) == ""
    assert {w.state for w in ChainWrite.objects.filter(group=f"case:{case}")} == {"confirmed"}


def test_what_the_contract_refuses_waits_for_a_person_and_holds_its_case_only(
    ready: World, played: Play
) -> None:
    case = played(FILING, "2026-03-10T10:00")
    first = ChainWrite.objects.filter(group=f"case:{case}").order_by("id")[0]
    first.arguments["core"]["totalKg"] = 0
    first.save(update_fields=["arguments"])
    other = Write("other", "other", "310000", "OrgRegistry", "recordAudit", audit(1))
    enqueue(other)
    assert go(ready) == ""
    assert [w.error_code for w in stuck()] == ["InvalidInput:totalKg"]
    assert [w.state for w in ChainWrite.objects.filter(group=f"case:{case}").order_by("id")] == [
        "rejected",
        "pending",
    ]
    assert progress(request_id="other").state == "confirmed"
    first.arguments["core"]["totalKg"] = 1
    first.save(update_fields=["arguments"])
    assert again(request_id=first.request_id)
    assert not again(request_id=first.request_id)
    go(ready)
    assert {w.state for w in ChainWrite.objects.filter(group=f"case:{case}")} == {"confirmed"}


def audit(n: int) -> dict[str, object]:
    return {"batchId": f"{n:064x}", "reportDigest": "ab" * 32, "total": 1, "abnormal": 0, "occurredAt": 1}


def test_a_write_kept_twice_is_one_and_one_given_up_lets_the_next_go(ready: World) -> None:
    bad = Write("w1", "g", "310000", "OrgRegistry", "recordAudit", {**audit(1), "total": 0, "abnormal": 1})
    assert enqueue(bad)
    assert not enqueue(bad)
    enqueue(Write("w2", "g", "310000", "OrgRegistry", "recordAudit", audit(2)))
    enqueue(Write("w3", "h", "310000", "OrgRegistry", "recordAudit", {"batchId": "1"}))
    go(ready)
    assert [progress(request_id=w).state for w in ("w1", "w2", "w3")] == ["rejected", "pending", "rejected"]
    assert not cancel(request_id="w2")
    assert cancel(request_id="w1")
    go(ready)
    assert progress(request_id="w2").state == "confirmed"
    assert progress(request_id="nothing") is None


def test_another_chain_in_its_place_is_an_alarm(ready: World, tmp_path: Path) -> None:
    enqueue(Write("w1", "g", "310000", "OrgRegistry", "recordAudit", audit(1)))
    ready.replace(tmp_path / "other.db")
    trouble = go(ready)
    assert "不是登记的那条" in trouble
    assert alarm() == trouble
    assert progress(request_id="w1").state == "pending"
    ready.replace(ready.path)
    assert go(ready) == ""
    assert alarm() == ""
    assert ChainBinding.objects.get().alarms[-1]["cleared"]
    assert progress(request_id="w1").state == "confirmed"


def test_a_chain_that_went_back_is_an_alarm(ready: World, tmp_path: Path) -> None:
    old = tmp_path / "backup.db"
    ready.node.close()
    old.write_bytes(ready.path.read_bytes())
    ready.replace(ready.path)
    enqueue(Write("w1", "g", "310000", "OrgRegistry", "recordAudit", audit(1)))
    go(ready)
    go(ready)
    ready.replace(old)
    assert "区块高度倒退" in go(ready)
    # it grows past the height that was seen, by another way
    enqueue(Write("w2", "g", "310000", "OrgRegistry", "recordAudit", audit(2)))
    binding = ChainBinding.objects.get()
    while ready.port.head().number < binding.seen_number:
        ready.node.chain.mine([])
    assert "历史被改写" in go(ready)
    assert progress(request_id="w2").state == "pending"


def test_a_key_used_elsewhere_is_an_alarm_until_a_person_has_looked(ready: World) -> None:
    enqueue(Write("w1", "g", "310000", "OrgRegistry", "recordAudit", audit(1)))
    go(ready)
    ChainAccount.objects.filter(name="310000").update(nonce=0)
    ChainWrite.objects.filter(request_id="w1").update(nonce=99)
    enqueue(Write("w2", "g", "310000", "OrgRegistry", "recordAudit", audit(2)))
    assert go(ready, patience=0) == ""  # the node refuses a used nonce …
    later()
    assert "密钥被他处使用" in go(ready)
    assert "密钥被他处使用" in go(ready)
    acknowledge_alarm(by="chain_admin", reason="核对后确认")
    assert alarm() == ""
    assert ChainBinding.objects.get().alarms[-1]["note"] == "chain_admin：核对后确认"


def test_histories_are_anchored_under_one_root(ready: World, played: Play) -> None:
    case = played(FILING, "2026-03-10T10:00")
    assert anchor_histories() == 1
    assert anchor_histories() == 0  # the root before is under way
    assert go(ready) == ""
    proof = proof_of(case=case)
    assert proof is not None and proof.confirmed and proof.holds()
    assert root_on_chain(port=ready.port, batch_id=proof.batch_id) == proof.root
    assert anchor_histories() == 0  # nothing grew
    played(REVOCATION, "2026-08-12T15:00")
    assert anchor_histories() >= 1
    assert go(ready) == ""
    first, second = HistoryBatch.objects.order_by("seq")
    assert second.prev_root == first.root
    assert Checkpoint.objects.filter(batch=first).count() == 1
    assert proof_of(case="nothing") is None


def test_a_province_joins_and_answers_for_itself(ready: World) -> None:
    setup.join(region="320000", name="江苏省生态环境厅", keys=house.keys())
    setup.join(region="320000", name="江苏省生态环境厅", keys=house.keys())
    assert go(ready) == ""
    told = read(port=ready.port, contract="OrgRegistry", function="orgOfRegion", region=320000)
    assert told == {"orgId": organisation_id(region="320000"), "enabled": True}
