"""The index of the chain: every event once, in order, through kills and outages; a replaced chain is not read."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from luban.cases import house
from luban.kit.clock import clock
from luban.ledger import index, setup
from luban.ledger.chain import ChainReplaced, acknowledge_alarm, alarm
from luban.ledger.index import advance_index
from luban.ledger.index_read import event_id
from luban.ledger.models import (
    ChainBinding,
    ChainBlock,
    ChainCursor,
    ChainEvent,
    ChainRecord,
    ChainTransaction,
    ChainWrite,
)
from luban.ledger.port import ChainUnavailable
from luban.stages.chain.anchor import run
from luban.stages.chain.verify import verify_case
from tests.chain.conftest import Play
from tests.chain.world import World

FILING, REVOCATION = "solid_waste_utilisation", "solid_waste_revocation"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def ready(world: World) -> World:
    """A chain with the contracts on it."""
    assert run(port=world.port, patience=60).trouble == ""
    assert setup.ready()
    return world


def kept() -> list[tuple[str, str, int, int]]:
    rows = ChainEvent.objects.order_by("id")
    return list(rows.values_list("event_type", "event_id", "block_number", "log_index"))


def test_the_id_of_an_event_is_that_of_the_contract_of_record() -> None:
    assert event_id(chain_id=1, tx="ab" * 32, log_index=0) == "72540dcbbdc77397eea1da532a915d4a"
    assert event_id(chain_id=1, tx="0x" + "ab" * 32, log_index=0) == "72540dcbbdc77397eea1da532a915d4a"


def test_everything_on_the_chain_stands_in_the_index_once(ready: World) -> None:
    found = advance_index(port=ready.port)
    head = ready.port.head()
    assert (found.height, found.behind) == (head.number, 0)
    assert ChainBlock.objects.count() == head.number + 1
    assert ChainBlock.objects.get(pk=head.number).hash == head.hash
    sent = ChainWrite.objects.filter(state="confirmed")
    assert ChainTransaction.objects.count() == sent.count() == ready.sent
    one = sent.get(request_id="setup:home")
    row = ChainTransaction.objects.get(pk=one.tx_hash)
    assert (row.contract, row.function, row.ok) == ("OrgRegistry", "registerOrg", True)
    city = ChainEvent.objects.get(tx_hash=one.tx_hash)
    assert (city.event_type, city.args["region"], city.block_number) == (
        "OrgRegistered",
        310000,
        one.block_number,
    )
    before = kept()
    assert advance_index(port=ready.port).events == 0
    ChainCursor.objects.update(last_block=5)  # as after a connection that was lost
    assert advance_index(port=ready.port).events == 0
    assert kept() == before
    assert [(b, n) for _, _, b, n in before] == sorted((b, n) for _, _, b, n in before)


def test_a_filing_and_its_revocation_are_read_with_their_states(ready: World, played: Play) -> None:
    played(FILING, "2026-03-10T10:00")
    run(port=ready.port, patience=90)
    played(REVOCATION, "2026-08-12T15:00")
    assert run(port=ready.port, patience=90).trouble == ""
    advance_index(port=ready.port)
    filing = ChainRecord.objects.get(kind="UF")
    revocation = ChainRecord.objects.get(kind="UR")
    assert filing.status == 5
    assert filing.doc_no.startswith("GFBA-")
    assert filing.decided_on is not None and filing.decided_on // 10000 == 2026
    assert filing.total_kg == filing.core["totalKg"] > 0
    assert (revocation.status, revocation.core["filingKey"]) == (2, filing.record_key)
    told = set(ChainEvent.objects.filter(record_key=filing.record_key).values_list("event_type", flat=True))
    assert {"FilingCreated", "FilingDecided", "FilingRevoked", "PartyNotified"} <= told


def test_killed_in_the_middle_it_goes_on_where_it_was(ready: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, windows = index._move, [0]

    def dies(*args: object) -> None:
        windows[0] += 1
        whole(*args)
        if windows[0] == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(index, "_move", dies)
    with pytest.raises(KeyboardInterrupt):
        advance_index(port=ready.port)
    assert ChainCursor.objects.get().last_block == index.AT_ONCE - 1
    assert ChainBlock.objects.count() == index.AT_ONCE
    advance_index(port=ready.port)
    head = ready.port.head().number
    assert ChainBlock.objects.count() == head + 1
    logs = [log for write in ChainWrite.objects.all() for log in _logs(ready, write.tx_hash)]
    assert ChainEvent.objects.count() == len(logs)


def _logs(world: World, tx: str) -> list[object]:
    receipt = world.port.receipts([tx])[tx]
    return list(receipt.logs) if receipt else []


def test_a_contract_known_later_is_read_from_its_first_block(ready: World) -> None:
    advance_index(port=ready.port)
    complete = set(ChainEvent.objects.values_list("event_id", flat=True))
    ChainEvent.objects.all().delete()
    ChainCursor.objects.update(contracts=[])  # as if the index had been there before the contracts were known
    advance_index(port=ready.port)
    assert set(ChainEvent.objects.values_list("event_id", flat=True)) == complete


def test_an_outage_keeps_what_was_read(ready: World) -> None:
    advance_index(port=ready.port)
    count = ChainEvent.objects.count()
    ready.down = True
    with pytest.raises(ChainUnavailable):
        advance_index(port=ready.port)
    ready.down = False
    setup.join(region="320000", name="江苏省生态环境厅", keys=house.keys())
    run(port=ready.port, patience=30)
    assert advance_index(port=ready.port).events == 2
    assert ChainEvent.objects.count() == count + 2


def test_a_chain_in_its_place_is_not_read(ready: World, tmp_path: Path) -> None:
    advance_index(port=ready.port)
    before = kept()
    ready.replace(tmp_path / "other.db")
    with pytest.raises(ChainReplaced, match="不是登记的那条"):
        advance_index(port=ready.port)
    assert kept() == before


def test_a_block_that_is_another_one_now_is_an_alarm(ready: World) -> None:
    advance_index(port=ready.port)
    ChainCursor.objects.update(last_block=ready.port.head().number - 1)
    ChainBlock.objects.filter(pk=ready.port.head().number - 3).update(hash="0x" + "11" * 32)
    with pytest.raises(ChainReplaced, match="历史被改写"):
        advance_index(port=ready.port)
    assert "历史被改写" in alarm()
    acknowledge_alarm(by="安全员", reason="演练")
    assert ChainBinding.objects.get().alarm == ""


def test_only_final_blocks_are_read(ready: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(ready.port), "confirmations", property(lambda _: 3))
    found = advance_index(port=ready.port)
    assert found.height == ready.port.head().number - 3


def test_filed_while_the_chain_was_down_it_is_pending_then_delayed_then_consistent(
    ready: World, played: Play
) -> None:
    def result(case: str) -> str:
        (one,) = verify_case(port=ready.port, case=case)
        return one.conclusion.result

    ready.down = True
    case = played(FILING, "2026-03-10T10:00")
    assert house.view_at(case_id=case).state.startswith("closed"), "the case goes its way"
    assert result(case) == "chain_unreachable"
    ready.down = False  # it can be read again, and nothing was written yet
    assert result(case) == "anchor_pending"
    with clock.at("2026-03-10T10:31"):
        assert result(case) == "anchor_delayed"
    run(port=ready.port, patience=60)
    assert result(case) == "consistent"


def test_no_telephone_number_is_in_the_index(ready: World, played: Play) -> None:
    case = played(FILING, "2026-03-10T10:00")
    run(port=ready.port, patience=60)
    advance_index(port=ready.port)
    filed = json.dumps(house.view_at(case_id=case).form.model_dump(mode="json"), ensure_ascii=False)
    numbers = set(re.findall(r"1[3-9]\d{9}", filed))
    assert numbers
    rows = [*ChainEvent.objects.values_list("args"), *ChainRecord.objects.values_list("core")]
    kept = json.dumps(rows, ensure_ascii=False)
    assert not [number for number in numbers if number in kept]
