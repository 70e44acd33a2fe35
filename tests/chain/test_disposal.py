"""A disposal permit on the chain: form and case, entry by entry, the province's reply; and whoever touches it is found."""

from __future__ import annotations

import pytest

from luban.cases import house
from luban.cases.models import Document
from luban.kit.clock import clock
from luban.ledger import setup
from luban.ledger.chain import read
from luban.ledger.models import ChainWrite, EvidenceRequest
from luban.ledger.writes import stuck
from luban.links.outbox import worker
from luban.links.outbox.models import Effect
from luban.stages.chain.anchor import run
from luban.stages.chain.verify import verify_case
from tests.chain.conftest import Play
from tests.chain.world import World

DISPOSAL = "solid_waste_disposal"
GRANTED = "D-A 部分同意后批准"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def granted(world: World, played: Play) -> str:
    """A permit granted after the receiving province, which has not joined, agreed in part."""
    run(port=world.port, patience=60)
    case = played(DISPOSAL, "2026-04-20T10:00", GRANTED)
    assert run(port=world.port, patience=90).trouble == ""
    return case


def test_a_permit_goes_its_whole_way_on_the_chain(world: World, granted: str) -> None:
    assert stuck() == ()
    assert set(EvidenceRequest.objects.filter(case=granted).values_list("state", flat=True)) == {"confirmed"}
    key = EvidenceRequest.objects.filter(case=granted, record="DC").first().record_key
    found = read(port=world.port, contract="DisposalCase", function="getCase", key=key)
    assert found["found"]
    entries = read(
        port=world.port, contract="DisposalCase", function="getEntries", key=key, fromSeq=1, count=50
    )
    reply = next(e for e in entries["entries"] if e["replyResult"])
    assert (reply["fromStatus"], reply["toStatus"]) == (5, 6)
    write = ChainWrite.objects.get(group=f"case:{granted}", function="reply")
    assert (write.arguments["r"]["onBehalf"], write.account) == (True, "310000")
    assert {one.record.kind: one.conclusion.result for one in verify_case(port=world.port, case=granted)} == {
        "DF": "consistent",
        "DC": "consistent",
    }


def test_the_permit_that_was_approved_is_named_by_its_digest(world: World, granted: str) -> None:
    for write in ChainWrite.objects.filter(group=f"case:{granted}", function="transition"):
        digest = write.arguments["e"]["docDigest"]
        if set(digest) != {"0"}:
            assert Document.objects.filter(case_id=granted, sm3=digest, state="sealed").exists()


def test_evidence_that_is_quicker_than_its_paper_waits_for_it(world: World, played: Play) -> None:
    run(port=world.port, patience=60)
    case = played(DISPOSAL, "2026-04-20T10:00", GRANTED, order=("evidence", "document"))
    waiting = Effect.objects.filter(case=case, kind="evidence", done_at__isnull=True).order_by("id")
    assert "文书尚未盖章" in waiting[0].last_error
    assert Document.objects.filter(case_id=case, sealed_at=waiting[0].next_at).exists()  # its paper woke it
    with clock.at("2026-04-20T10:02"):
        for lane in sorted(set(waiting.values_list("lane", flat=True))):
            worker.drain(lane=lane)
        assert not waiting.exists()
        assert run(port=world.port, patience=90).trouble == ""
        found = {one.record.kind: one.conclusion.result for one in verify_case(port=world.port, case=case)}
    assert found == {"DF": "consistent", "DC": "consistent"}


def test_a_touched_entry_is_found(world: World, granted: str) -> None:
    row = ChainWrite.objects.filter(group=f"case:{granted}", function="transition").order_by("version")[0]
    ChainWrite.objects.filter(pk=row.pk).update(digest="9" * 64)
    by_kind = {one.record.kind: one.conclusion for one in verify_case(port=world.port, case=granted)}
    assert by_kind["DC"].result == "snapshot_tampered"
    assert by_kind["DC"].findings[0].section == f"e{row.version}"


def test_a_province_that_joined_writes_its_reply_itself(world: World, played: Play) -> None:
    run(port=world.port, patience=60)
    for region in ("320000", "330000", "340000"):
        setup.join(region=region, name=f"{region}生态环境厅", keys=house.keys())
    run(port=world.port, patience=60)
    case = played(DISPOSAL, "2026-04-20T10:00", GRANTED)
    assert run(port=world.port, patience=90).trouble == ""
    assert stuck() == ()
    write = ChainWrite.objects.get(group=f"case:{case}", function="reply")
    assert not write.arguments["r"]["onBehalf"]
    assert write.account != "310000"
