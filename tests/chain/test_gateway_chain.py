"""Four provinces, one chain: what the contracts refuse comes back as codes, what is read is what each may see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from luban_chain import (
    Attachment,
    Busy,
    ChainClient,
    Denied,
    GatewayRefused,
    NotFound,
    Unreachable,
    verify_sections,
)
from luban_chain.digests import sm3

from luban.kit.clock import clock
from luban.ledger.models import ChainWrite
from luban.stages.chain.anchor import run
from luban.stages.gateway import applications
from luban.stages.gateway.models import Content, ReadNote
from tests.chain.gatewaying import ANHUI, JIANGSU, SALT, SHANGHAI, ZHEJIANG, Provinces, form
from tests.chain.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
NUMBER = "GFB-320583-20260302-0001"
FILING_NO = "GFBA-320583-2026-0001"
VECTOR = "GFB-310115-20260302-0001"


@pytest.fixture
def provinces(world: World, monkeypatch: pytest.MonkeyPatch) -> Provinces:
    """Shanghai, Jiangsu and Zhejiang on the chain; Anhui has an application and has not entered."""
    monkeypatch.setattr("luban.stages.gateway.chainside.connect", lambda: world.port)
    made = Provinces()
    made.join(world, JIANGSU, ZHEJIANG)
    return made


def go(world: World) -> None:
    assert run(port=world.port, patience=60).trouble == ""


def refused(call: Callable[[], object]) -> int:
    with pytest.raises(GatewayRefused) as caught:
        call()
    return int(caught.value.code)


def decided(calls: ChainClient, key: str, number: str = FILING_NO) -> None:
    decision = {"decision_date": "2026-03-06", "filing_no": number, "result": "filed"}
    calls.decide_filing(key, result="filed", filing_no=number, decision=decision, operator_id="u2001")


def test_a_filing_from_another_province_and_who_sees_what_of_it(world: World, provinces: Provinces) -> None:
    jiangsu, shanghai, zhejiang = (provinces.http(one) for one in (JIANGSU, SHANGHAI, ZHEJIANG))
    given = form(NUMBER, transit=(ZHEJIANG,))
    key = jiangsu.create_filing(**given, request_id="r-1").record_key
    assert refused(lambda: jiangsu.get_filing(key)) == 40401  # not on the chain yet
    go(world)
    assert jiangsu.get_receipt("r-1").state == "confirmed"
    again = jiangsu.create_filing(**given, request_id="r-1")
    assert (again.record_key, ChainWrite.objects.filter(record_key=key).count()) == (key, 1)
    other = form(NUMBER, qty="130", transit=(ZHEJIANG,))
    assert refused(lambda: jiangsu.create_filing(**other, request_id="r-2")) == 40901
    decided(jiangsu, key)
    go(world)
    own = jiangsu.get_filing(key)
    assert (own["status"], own["version"], own["core"]["docNo"]) == (2, 1, FILING_NO)
    assert verify_sections(own) == {f"s{n}": True for n in range(1, 10)}
    assert own["sections"]["s1"]["data"]["agent_id_no"].startswith("1101")
    assert own["tx"]["tx_hash"].startswith("0x")
    seen = shanghai.get_filing(key, filing_no=FILING_NO)  # the receiving province
    assert set(seen["sections"]) == {f"s{n}" for n in range(1, 10)}
    assert "agent_id_no" not in seen["sections"]["s1"]["data"]
    assert (seen["sections"]["s1"]["partial"], seen["sections"]["s1"]["section_salt"]) == (True, "")
    assert verify_sections(seen) == {f"s{n}": True for n in range(2, 10)}
    passing = zhejiang.get_filing(key)  # waste-chain §12.11
    assert set(passing["sections"]) == {"s5", "s6"}
    assert "carrier_contact_mobile" not in str(passing) and passing["attachments"] == []
    assert verify_sections(passing) == {"s6": True}
    anhui = provinces.http(ANHUI)
    assert refused(lambda: anhui.get_filing(key)) == 40303
    _granted(provinces, anhui, key)
    assert set(anhui.get_filing(key)["sections"]) == {"s3"}
    notes = ReadNote.objects.filter(record_key=key).order_by("id")
    assert {(n.ground, n.code) for n in notes} >= {
        ("origin", 0),
        ("dest", 0),
        ("transit", 0),
        ("grant", 0),
        ("", 40303),
    }
    _found(jiangsu, shanghai, anhui, key)
    assert refused(lambda: jiangsu.get_filing(key, filing_no="别的")) == 40401
    assert refused(lambda: jiangsu.get_filing(key, version=2)) == 40402


def _granted(provinces: Provinces, anhui: ChainClient, key: str) -> None:
    now = clock.now()
    applications.grant(
        app=anhui.app_key,
        record="UF",
        record_key=key,
        sections=["s3"],
        since=now,
        until=now.replace(year=2027),
        by="示例",
    )


def _found(jiangsu: ChainClient, shanghai: ChainClient, anhui: ChainClient, key: str) -> None:
    for query in (
        {"filing_no": FILING_NO},
        {"case_no": NUMBER},
        {"generator_uscc": "91310115MA1TL1A06J", "status": 2},
        {"dest_province": 310000},
        {},
    ):
        for calls in (jiangsu, shanghai, anhui):
            (one,) = calls.find_filings(**query)["items"]
            assert (one["record_key"], one["status"], one["filing_no"]) == (key, 2, FILING_NO)
    assert jiangsu.find_filings(status=1)["items"] == []
    assert jiangsu.find_filings(filing_no="没有")["items"] == []


def test_what_the_contracts_refuse_comes_back_as_a_code(world: World, provinces: Provinces) -> None:
    """waste-chain §12.4, .5, .8, .9 and the codes of §6.3."""
    jiangsu = provinces.http(JIANGSU)
    wrong = form("GFB-320583-20260302-0009", endDate=20270101)
    wrong["sections"]["s7"]["end_date"] = "2027-01-01"
    with pytest.raises(GatewayRefused, match="InvalidInput:endDate"):
        jiangsu.create_filing(**wrong)
    assert not Content.objects.filter(case_no="GFB-320583-20260302-0009").exists()
    assert refused(lambda: jiangsu.create_filing(**form("GFB-1", origin=ZHEJIANG))) == 40302
    anhui = provinces.http(ANHUI)
    assert (
        refused(lambda: anhui.create_filing(**form("GFB-340705-1", origin=ANHUI))) == 40301
    )  # has not entered
    keys = [
        jiangsu.create_filing(**form(f"GFB-320583-20260302-{n:04}"), wait_ms=1).record_key for n in (1, 2)
    ]
    go(world)
    decided(jiangsu, keys[0])
    go(world)
    assert refused(lambda: decided(jiangsu, keys[1])) == 40906
    assert refused(lambda: jiangsu.withdraw_filing(keys[0], operator_id="u", occurred_at=1)) == 40903
    later = form("GFB-320583-20260302-0002", qty="130")
    early = {**later, "occurred_at": 1}
    assert refused(lambda: jiangsu.append_filing_version(keys[1], expected_version=1, **early)) == 40004
    proposal: dict[str, Any] = {
        "revocation_no": "GFCX-320583-2026-0001",
        "filing_key": keys[0],
        "filing_no": FILING_NO,
        "reason_code": 2,
        "sections": {"r1": {"filing_no": FILING_NO}, "r2": {"reason": "示例"}, "r3": {"opinion": "示例"}},
        "operator_id": "u1001",
        "record_salt": SALT,
        "occurred_at": 1772416900000,
    }
    ur = jiangsu.propose_revocation(**proposal).record_key
    go(world)
    said = {"decision": {"result": "revoked"}, "occurred_at": 1772416900001}
    assert refused(lambda: jiangsu.approve_revocation(ur, operator_id="u1001", **said)) == 40905
    jiangsu.approve_revocation(ur, operator_id="u2001", **said)
    go(world)
    assert jiangsu.get_filing(keys[0])["revocation_key"] == ur
    told = jiangsu.get_revocation(ur, filing_no=FILING_NO)
    assert (told["status"], verify_sections(told)) == (2, {"r1": True, "r2": True, "r3": True})
    (dest,) = provinces.http(SHANGHAI).find_revocations(filing_no=FILING_NO)["items"]
    assert set(dest["sections"]) == {"r1", "r2"}
    assert jiangsu.verify_revocation(ur)["result"] == "consistent"
    more = {**proposal, "revocation_no": "GFCX-320583-2026-0002"}
    with pytest.raises(GatewayRefused, match="InvalidInput:filingStatus"):
        jiangsu.propose_revocation(**more)


def test_a_refusal_in_the_block_is_told_by_the_receipt_and_holds_nothing_up(
    world: World, provinces: Provinces
) -> None:
    jiangsu = provinces.http(JIANGSU)
    world.down = True
    wrong = form(NUMBER, endDate=20270101)
    wrong["sections"]["s7"]["end_date"] = "2027-01-01"
    jiangsu.create_filing(**wrong, request_id="r-1")
    assert refused_busy(lambda: jiangsu.get_filing("0" * 64)) == 50301
    world.down = False
    go(world)
    told = jiangsu.get_receipt("r-1")
    assert (told.state, told.error["code"], told.error["name"]) == ("rejected", 40001, "INVALID_PARAM")
    jiangsu.create_filing(**form(NUMBER), request_id="r-2")
    go(world)
    assert jiangsu.get_receipt("r-2").state == "confirmed"


def refused_busy(call: Callable[[], object]) -> int:
    with pytest.raises((Busy, Unreachable)) as caught:
        call()
    return int(caught.value.code)


def test_a_disposal_case_and_the_reply_of_the_receiving_province(world: World, provinces: Provinces) -> None:
    """waste-chain §6.4, §12.6."""
    shanghai, zhejiang = provinces.http(SHANGHAI), provinces.http(ZHEJIANG)
    given = form("GFX-310116-20260302-0001", origin=SHANGHAI, dest=ZHEJIANG, use="disposal", qty="600")
    form_key = shanghai.create_form(**given).record_key
    who = {"operator_id": "u1001", "occurred_at": given["occurred_at"]}
    key = shanghai.create_case(form_key=form_key, form_version=1, core=given["core"], **who).record_key
    for seq, to in ((1, 3), (2, 4), (3, 5)):
        shanghai.transition_case(key, expected_seq=seq, to=to, opinion={"act": "示例"}, **who)
    go(world)
    answer = {"expected_seq": 4, "result": 2, "reply_kg": 500000, **who}
    assert refused(lambda: shanghai.reply_case(key, on_behalf=True, **answer)) == 40301
    zhejiang.reply_case(key, **answer, request_id="reply-1")
    go(world)
    told = zhejiang.get_case(key)
    assert (told["status"], told["seq"], told["reply_kg"]) == (6, 5, 500000)
    entries = shanghai.get_case_entries(key, from_seq=5)["entries"]
    assert [(one["seq"], one["replyResult"]) for one in entries] == [(5, 2)]
    assert shanghai.verify_case(key)["result"] == "consistent"
    wrong = shanghai.verify_case(key, seq=5, entry_hash="1" * 64)
    assert (wrong["result"], wrong["findings"][0]["section"]) == ("db_tampered", "e5")
    assert shanghai.get_form_history(form_key)["versions"][0]["version"] == 1
    assert set(zhejiang.get_form(form_key)["sections"]) == {f"s{n}" for n in range(1, 10)}
    assert refused(lambda: shanghai.transition_case(key, expected_seq=5, to=8, **who)) == 40903
    with pytest.raises(Denied):
        provinces.http(JIANGSU).get_case(key)
    with pytest.raises(NotFound):
        shanghai.get_case("0" * 64)


def test_the_vectors_of_tampering(world: World, provinces: Provinces) -> None:
    """waste-chain §2.3, §7.2: A, a quantity; B, an attachment of the same size."""
    shanghai = provinces.http(SHANGHAI)
    key = _vector(shanghai)
    go(world)
    whole = "2603a3f0ea95c803e88d27865703b6f2a36aaec8069d9d456d731e3410b0c159"
    well = shanghai.verify_filing(key, form_digest=whole)
    assert (well["result"], set(well["digests"].values())) == ("consistent", {whole})
    touched = {
        "total_qty_t": "150.000",
        "wastes": [{"planned_qty_t": "150.000", "seq": 1, "waste_code": "900-003-S17"}],
    }
    a = shanghai.verify_filing(key, sections={"s3": touched})
    assert (a["result"], [one["section"] for one in a["findings"]]) == ("db_tampered", ["s3"])
    assert a["digests"]["local"].startswith("ce968eb5b497e23f") and a["digests"]["on_chain"] == whole
    files = [
        {"material_code": "M01", "seq": 1, "size": 4, "sm3": sm3(b"form")},
        {"material_code": "M02", "seq": 1, "size": 8, "sm3": sm3(b"contracT")},
    ]
    b = shanghai.verify_filing(key, attachments=files)
    assert (b["result"], b["findings"][0]["attachment"]) == ("attachment_tampered", "M02-1")
    assert b["digests"]["local"].startswith("f8e8619d0ae5ca9a")
    assert shanghai.verify_filing(key, form_digest="1" * 64)["result"] == "db_tampered"
    assert shanghai.verify_filing(key, attachments=files[:1])["result"] == "attachment_missing"
    jiangsu = provinces.http(JIANGSU)  # the receiving province may not guess at what it does not see
    assert refused(lambda: jiangsu.verify_filing(key, sections={"s1": {}})) == 40303
    Content.objects.filter(record_key=key).update(section_digests={})
    assert shanghai.verify_filing(key)["result"] == "snapshot_tampered"
    world.down = True
    assert shanghai.verify_filing(key)["result"] == "chain_unreachable"


def _vector(shanghai: ChainClient) -> str:
    """The brief's own record: no contacts, no site of the receiver."""
    given = form(VECTOR, origin=SHANGHAI, dest=JIANGSU)
    given["core"] |= {"generatorName": "上海示例塑新材料有限公司", "receiverName": "昆山示例再生塑料有限公司"}
    sections = given["sections"]
    sections["s1"] = {"generator_name": "上海示例塑新材料有限公司", "generator_uscc": "91310115MA1TL1A06J"}
    sections["s4"] = {"receiver_name": "昆山示例再生塑料有限公司", "receiver_uscc": "91320583MA2TL5E47U"}
    sections["s5"] = {"carriers": [{"carrier_uscc": "91310112MA1TL9J804", "seq": 1}]}
    given["attachments"] = (Attachment("M01", 1, 4, sm3(b"form")), Attachment("M02", 1, 8, sm3(b"contract")))
    return shanghai.create_filing(**given).record_key
