"""Pages about the chain on a real small chain: big screen, explorer, verification on demand, state, acknowledgement."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from luban.cases.models import CaseVersion
from luban.kit.clock import Clock, clock
from luban.ledger import connection as configured
from luban.ledger.chain import ChainReplaced, alarm, sound_alarm
from luban.ledger.index import advance_index
from luban.ledger.models import (
    ChainDisposal,
    ChainRecord,
    ChainWrite,
    EvidenceRequest,
    Snapshot,
    Verification,
)
from luban.people import demo
from luban.people.models import Account, AuditEntry
from luban.people.session_rules import SEEN_KEY
from luban.registers.licences import shelf
from luban.stages.chain import state
from luban.stages.chain.anchor import anchor_histories, run
from luban.stages.chain.figures import figures
from tests.chain.conftest import Play
from tests.chain.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
As = Callable[[str], Client]


@pytest.fixture
def chained(world: World, played: Play, monkeypatch: pytest.MonkeyPatch, settings: object) -> ChainRecord:
    """A filing on the chain and in the index; the house is connected to that chain."""
    settings.LUBAN_CHAIN_URLS = ["http://chain.test"]
    monkeypatch.setattr(configured, "_chain", lambda urls, profile: world.port)
    demo.load()
    run(port=world.port, patience=60)
    played("solid_waste_utilisation", "2026-03-10T10:00")
    run(port=world.port, patience=60)
    anchor_histories()
    run(port=world.port, patience=60)
    advance_index(port=world.port)
    return ChainRecord.objects.get(kind="UF")


@pytest.fixture
def as_() -> As:
    def signed_in(username: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(username=username))
        session = client.session
        session[SEEN_KEY] = clock.now().timestamp()
        session.save()
        return client

    return signed_in


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_the_big_screen_says_what_is_so_and_when_it_is_old(
    chained: ChainRecord, as_: As, world: World, day: Clock
) -> None:
    client = as_("city_leader")
    shown = page(client, "/screen/")
    uscc = chained.core["generatorUscc"]
    for words in ("最新区块高度", "准予备案", f"{uscc[:8]}****{uscc[-4:]}", "取数时间 2026-03-10 10:00:00"):
        assert words in shown
    assert uscc not in shown and chained.core["generatorName"] not in shown
    assert "style=" not in shown and "陈旧" not in shown
    world.down = True
    with clock.at("2026-03-10T10:05"):
        old = page(client, "/screen/body/")
    assert "区块链暂时读不到，以下链上数字停在 2026-03-10 10:00:00" in old
    assert "（陈旧）" in old


def test_the_case_s_history_says_what_is_on_the_chain_and_what_is_not(chained: ChainRecord, as_: As) -> None:
    firm, office = f"/cases/{chained.number}/", f"/office/cases/{chained.number}/"
    blocks = [
        f"已存证，区块 {write.block_number:,}"
        for write in ChainWrite.objects.filter(record_key=chained.record_key).order_by("id")
    ]
    assert len(blocks) == 2
    for shown in (page(as_("suxin"), firm), page(as_("pudong_reviewer"), office)):
        assert all(words in shown for words in blocks)
        assert "待上链" not in shown
    decided = EvidenceRequest.objects.get(call="recordDecision")
    EvidenceRequest.objects.filter(pk=decided.pk).update(state="rejected")
    assert "上链受阻，待处理" in page(as_("pudong_reviewer"), office)
    told = page(as_("suxin"), firm)
    assert "待上链" in told and "受阻" not in told and blocks[0] in told and blocks[1] not in told


def test_the_explorer_finds_a_record_by_number_document_key_and_transaction(
    chained: ChainRecord, as_: As
) -> None:
    client = as_("pudong_reviewer")
    tx = ChainWrite.objects.get(function="createFiling").tx_hash
    for asked in (chained.number, chained.doc_no, chained.record_key, tx, tx.removeprefix("0x")):
        assert chained.record_key in page(client, f"/office/chain/?q={asked}"), asked
    assert "没有查到" in page(client, "/office/chain/?q=GFB-1")
    shown = page(client, f"/office/chain/{chained.record_key}/")
    for words in ("转移利用备案", "已备案", "备案申请存证", "准予备案", chained.doc_no, "还没有核验过"):
        assert words in shown
    stranger = as_("baoshan_reviewer")
    assert chained.record_key not in page(stranger, f"/office/chain/?q={chained.number}")
    assert stranger.get(f"/office/chain/{chained.record_key}/").status_code == 403
    assert as_("suxin").get("/office/chain/").status_code in (302, 404)


def test_a_record_is_verified_on_demand_and_what_came_of_it_is_noted(
    chained: ChainRecord, as_: As, world: World
) -> None:
    client, here = as_("city_reviewer"), f"/office/chain/{chained.record_key}/"
    assert client.post(f"{here}verify/").status_code == 302
    assert "核验一致" in page(client, here)
    assert client.post(f"{here}dispose/", {"choice": "handled", "reason": "x"}).status_code == 409
    row = Snapshot.objects.get(record_key=chained.record_key)
    Snapshot.objects.filter(pk=row.pk).update(section_digests={**row.section_digests, "s3": "11" * 32})
    client.post(f"{here}verify/")
    assert Verification.objects.get(record_key=chained.record_key).result == "snapshot_tampered"
    assert "本地快照被改动" in page(client, here)
    assert client.post(f"{here}dispose/", {"choice": "handled", "reason": " "}).status_code == 422
    assert client.post(f"{here}dispose/", {"choice": "restore", "reason": "x"}).status_code == 422
    assert (
        client.post(f"{here}dispose/", {"choice": "handed_over", "reason": "移交信息中心"}).status_code == 302
    )
    assert ChainDisposal.objects.get().choice == "handed_over"
    assert "移交调查：移交信息中心" in page(client, here)
    assert AuditEntry.objects.filter(action="chain.dispose").count() == 1
    world.down = True
    assert client.post(f"{here}verify/").status_code == 409


def test_what_was_altered_is_called_as_its_form_calls_it(chained: ChainRecord, as_: As) -> None:
    case = EvidenceRequest.objects.filter(record_key=chained.record_key).values_list("case", flat=True)[0]
    version = CaseVersion.objects.get(case_id=case)
    version.payload["receiver"]["receiver_name"] = "昆山另一个再生塑料有限公司"
    CaseVersion.objects.filter(pk=version.pk).update(payload=version.payload)
    client, here = as_("city_reviewer"), f"/office/chain/{chained.record_key}/"
    client.post(f"{here}verify/")
    assert '<td data-label="字段">接收单位名称</td>' in page(client, here)
    for shown in (page(client, here), page(client, f"{here}restore/")):
        assert "receiver_name" not in shown and "receiverName" not in shown


def test_an_alarm_is_acknowledged_with_a_reason(chained: ChainRecord, as_: As) -> None:
    client = as_("security_admin")
    assert "没有告警" in page(client, "/office/chain/state/")
    assert client.post("/office/chain/state/acknowledge/", {"reason": "x"}).status_code == 409
    with pytest.raises(ChainReplaced):
        sound_alarm("第 3 块与已读过的不同")
    assert "第 3 块与已读过的不同" in page(client, "/office/chain/state/")
    assert client.post("/office/chain/state/acknowledge/", {"reason": " "}).status_code == 422
    assert alarm()
    assert client.post("/office/chain/state/acknowledge/", {"reason": "演练"}).status_code == 302
    assert alarm() == ""
    assert AuditEntry.objects.filter(action="chain.acknowledge").count() == 1
    assert as_("city_reviewer").get("/office/chain/state/").status_code == 403


def test_a_write_that_waits_for_a_person_is_tried_again_by_the_chain_administrator(
    chained: ChainRecord, as_: As
) -> None:
    ChainWrite.objects.create(
        request_id="t:1", group="t", account="admin", contract="x", function="x", arguments={},
        state="dead", error="没有响应", created_at=clock.now(),
    )  # fmt: skip
    client = as_("city_chain")
    assert "t:1" in page(client, "/office/chain/state/")
    told = {"act": "resend", "write": "t:1", "reason": "节点已恢复"}
    assert as_("security_admin").post("/office/chain/state/settle/", told).status_code == 403
    assert client.post("/office/chain/state/settle/", {**told, "reason": ""}).status_code == 422
    assert client.post("/office/chain/state/settle/", told).status_code == 302
    assert ChainWrite.objects.get(request_id="t:1").state == "pending"
    assert client.post("/office/chain/state/settle/", told).status_code == 409


def test_the_command_line_says_the_same(chained: ChainRecord) -> None:
    told = state.state_lines()
    assert told.well and any("索引读到第" in line for line in told.lines)
    assert state.acknowledge(by="甲", reason="演练") == "现在没有告警，无需确认。"
    with pytest.raises(ChainReplaced):
        sound_alarm("演练的告警")
    assert not state.state_lines().well
    assert state.acknowledge(by="甲", reason="演练") == ""
    assert state.state_lines().well


def test_the_public_page_tells_of_the_chain_and_gives_the_proof(chained: ChainRecord) -> None:
    licence = shelf.by_number(number=chained.doc_no)
    assert licence is not None
    shown = page(Client(), f"/v/{licence.token}")
    assert "已上链" in shown and "写入区块链第" in shown
    assert f"/v/{licence.token}/proof.json" in shown
    assert Client().get(f"/v/{licence.token}/proof.json").json()["licence"]["number"] == chained.doc_no
    assert Client().get("/v/platform.pem").content.startswith(b"-----BEGIN CERTIFICATE-----")
    assert Client().get("/v/AbCdEfGhIjKlMnOpQrStUv/proof.json").status_code == 404
    assert figures().values["filings_total"] == 1
