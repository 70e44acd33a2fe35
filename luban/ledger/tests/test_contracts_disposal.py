"""Storage and disposal on the chain: every rule of waste-chain §4.4, §4.5, and what holds whatever anybody tries."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luban.ledger.digests import Entry, entry_hash
from luban.ledger.port import Reverted
from luban.ledger.tests.chainbench import (
    ANHUI,
    EMPTY,
    JIANGSU,
    SHANGHAI,
    ZHEJIANG,
    Bench,
    evidence,
    refused,
)
from luban.ledger.tests.disposalbench import DC, DF, START, Case, fresh, made, notices, org

ALLOWED = {
    1: {2, 3, 10, 11},
    2: {10, 13},
    3: {4, 10},
    4: {5, 10},
    5: {10},
    6: {5, 7, 10},
    7: {8, 9, 6},
    8: {12},
}
"""What `transition` may do, by status (waste-chain §4.5)."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    path: Path = tmp_path_factory.mktemp("chain") / "node.db"
    made = Bench(path)
    yield made
    made.chain.store.close()


def test_the_hash_of_an_entry_is_that_of_the_brief() -> None:
    """The two vectors of waste-chain §4.5."""

    def entry(seq: int, to: int, at: int, by: str, prev: str) -> str:
        key = "05752e8e44ea26bc709cd9d9582ab028c469594be397f3b5a874efae6bad86b1"
        return entry_hash(
            Entry(
                key=key,
                seq=seq,
                from_state=seq - 1,
                to_state=to,
                form_version=1,
                opinion_digest=EMPTY,
                document_digest=EMPTY,
                document_no="",
                approved_kg=0,
                valid_from=0,
                valid_to=0,
                reply_result=0,
                occurred_at=at,
                operator_hash=by,
                previous=prev,
            )
        )

    first = entry(
        1, 1, 1772416800000, "0fe108bb4a6a9a56ca736646ccc59156ce52879fd05716127e10f07711f7c288", EMPTY
    )
    assert first == "489b8391fe8a808ea4539ffbf299694398c140baed744246d45e39e8e65adee1"
    second = entry(
        2, 3, 1772589600000, "faf7147a65934c95f1615a45250ec34e0e00be2eea9528dea95da07a8d1d767a", first
    )
    assert second == "2ddaec65244e71078801ca2d624b24d8dce1536a10ada1b5a53bcbad75eb996a"


def test_a_form_grows_by_versions(bench: Bench) -> None:
    case = Case(bench)
    following = evidence("b2" * 32, prevDigest="b1" * 32, occurredAt=START + 1)
    given = {"key": case.form, "expectedVersion": 1, "core": case.core(case.form), "ev": following}
    tries: dict[str, dict[str, Any]] = {
        "VersionConflict": {"expectedVersion": 2},
        "ChainBroken": {"ev": evidence("b2" * 32)},
        "InvalidInput:endUseType": {"core": case.core(case.form, endUseType=1)},
        "InvalidInput:recordKey": {"core": case.core(fresh())},
        "NotFound": {"key": fresh()},
    }
    for reason, changes in tries.items():
        assert bench.refusal(SHANGHAI, DF, "updateForm", **{**given, **changes}) == reason
    assert bench.refusal(JIANGSU, DF, "updateForm", **given) == "RegionMismatch"
    events = bench.write(SHANGHAI, DF, "updateForm", **given)
    assert [e[0] for e in events] == ["FormUpdated", "PartyNotified"]
    told = bench.read(DF, "getHistory", key=case.form, fromVersion=1, count=50)
    assert (told["total"], told["formDigests"], told["prevDigests"]) == (
        2,
        ["b1" * 32, "b2" * 32],
        [EMPTY, "b1" * 32],
    )
    assert bench.read(DF, "getHistory", key=case.form, fromVersion=2, count=50)["formDigests"] == ["b2" * 32]
    assert bench.read(DF, "getHistory", key=fresh(), fromVersion=1, count=50)["total"] == 0
    with refused("InvalidInput:count"):
        bench.read(DF, "getHistory", key=case.form, fromVersion=1, count=51)
    assert bench.read(DF, "getForm", key=case.form)["version"] == 2
    assert bench.read(DF, "getFormVersion", key=case.form, version=1)["s"]["ev"]["formDigest"] == "b1" * 32
    assert bench.read(DF, "verifyForm", key=case.form, version=1, formDigest="b1" * 32)["code"] == 0
    told = bench.read(DF, "verifyAttachments", key=case.form, version=0, digests=["c2" * 32])
    assert (told["code"], told["firstMismatch"]) == (4, 0)
    with refused("AlreadyExists"):
        bench.write(SHANGHAI, DF, "createForm", core=case.core(case.form), ev=evidence())


def test_a_form_is_locked_once_its_case_is_accepted(bench: Bench) -> None:
    case = made(bench)
    given = {
        "key": case.form,
        "expectedVersion": 1,
        "core": case.core(case.form),
        "ev": evidence("b2" * 32, prevDigest="b1" * 32, occurredAt=START + 1),
    }
    assert bench.refusal(SHANGHAI, DF, "updateForm", **given) == ""
    case.move(3)
    assert bench.refusal(SHANGHAI, DF, "updateForm", **given) == "IllegalTransition"


def test_a_case_stands_on_its_form(bench: Bench) -> None:
    case = Case(bench)
    for reason, changes in {
        "NotFound": {"formKey": fresh()},
        "InvalidInput:applicationNo": {"core": case.core(case.key, applicationNo="GFX-9")},
        "InvalidInput:destProvince": {"core": case.core(case.key, destProvince=330000, destRegion=330106)},
        "InvalidInput:endUseType": {"core": case.core(case.key, endUseType=1)},
        "InvalidInput:entryHash": {"entryHash": EMPTY},
    }.items():
        with refused(reason):
            case.create(**changes)
    with refused("NotFound"):
        case.create(formVersion=2)
    events = case.create()
    assert [e[0] for e in events] == ["CaseTransitioned", "PartyNotified", "CaseCreated"]
    assert notices(events) == [(org(SHANGHAI), 1)]
    with refused("AlreadyExists"):
        case.create()
    second = Case(bench, formed=False)
    second.form = case.form
    with refused("AlreadyExists"):
        second.create()


def test_from_application_to_permit(bench: Bench) -> None:
    case = made(bench)
    told = [notices(case.move(to)) for to in (3, 4, 5)]
    assert told == [[(org(SHANGHAI), 3)], [(org(SHANGHAI), 3)], [(org(JIANGSU), 4)]]
    events = case.reply(result=2, replyKg=500000)
    assert (events[-1][0], events[1][0]) == ("ConsultationReplied", "PartyNotified")
    assert notices(events) == [(org(SHANGHAI), 5)]
    assert notices(case.move(7)) == [(org(SHANGHAI), 6)]
    with refused("InvalidInput:approvedKg"):
        case.move(8, approvedKg=500001)
    with refused("InvalidInput:approvedKg"):
        case.move(8, approvedKg=0)
    with refused("InvalidInput:docNo"):
        case.move(8, docNo="")
    with refused("InvalidInput:validTo"):
        case.move(8, validTo=20260331)
    with refused("InvalidInput:validFrom"):
        case.move(8, validFrom=0)
    number = f"沪环固{case.key[-6:]}"
    assert notices(case.move(8)) == [(org(SHANGHAI), 7), (org(JIANGSU), 7)]
    found = bench.read(DC, "getCaseByNo", docNo=number)
    assert (found["status"], found["seq"], found["record"]["approvedKg"]) == (8, 7, 500000)
    other = made(bench).to(3, 4, 5, 6, 7)
    with refused("DuplicateDocNo"):
        other.move(8, docNo=number)
    assert notices(case.move(12)) == [(org(SHANGHAI), 10), (org(JIANGSU), 10)]
    assert bench.read(DC, "verifyEntry", key=case.key, seq=0, entryHash=case.prev)["code"] == 0
    assert bench.read(DC, "verifyEntry", key=case.key, seq=1, entryHash=case.prev)["code"] == 1
    assert bench.read(DC, "verifyEntry", key=case.key, seq=99, entryHash=case.prev)["code"] == 3
    assert bench.read(DC, "verifyEntry", key=fresh(), seq=1, entryHash=case.prev)["code"] == 2


def test_a_correction_leads_back_to_the_start(bench: Bench) -> None:
    case = made(bench).to(2)
    given: dict[str, Any] = {
        "key": case.key,
        "expectedSeq": 2,
        "core": case.core(case.key, totalKg=700000),
        "formVersion": 1,
        "prevEntryHash": case.prev,
        "occurredAt": START + 9,
        "operatorHash": "d1" * 32,
        "entryHash": fresh(),
    }
    tries: dict[str, dict[str, Any]] = {
        "VersionConflict": {"expectedSeq": 1},
        "ChainBroken": {"prevEntryHash": EMPTY},
        "TimeReversed": {"occurredAt": 1},
        "NotFound": {"formVersion": 2},
        "InvalidInput:recordKey": {"core": case.core(fresh())},
    }
    for reason, changes in tries.items():
        assert bench.refusal(SHANGHAI, DC, "updateCase", **{**given, **changes}) == reason
    events = bench.write(SHANGHAI, DC, "updateCase", **given)
    assert [e[0] for e in events] == ["CaseTransitioned", "PartyNotified", "CaseUpdated"]
    assert case.status == 1
    assert bench.refusal(SHANGHAI, DC, "updateCase", **{**given, "expectedSeq": 3}) == "IllegalTransition"


def test_no_reply_no_permit(bench: Bench) -> None:
    with refused("IllegalTransition"):
        made(bench).to(3, 4, 5).move(8)
    case = made(bench).to(3, 4, 5)
    case.reply(result=3)
    case.move(7)
    with refused("IllegalTransition"):
        case.move(8)
    assert notices(case.move(9)) == [(org(SHANGHAI), 8), (org(JIANGSU), 8)]
    assert case.status == 9


def test_who_replies(bench: Bench) -> None:
    case = made(bench, dest="330000").to(3, 4, 5)
    with refused("NotAuthorized"):
        case.reply(SHANGHAI, onBehalf=True)
    with refused("RegionMismatch"):
        case.reply(JIANGSU)
    with refused("NotAuthorized"):
        case.reply("stranger")
    for field, changes in {
        "result": {"result": 5},
        "replyKg": {"result": 2, "replyKg": 0},
        "replyValidTo": {"replyValidTo": 20269999},
    }.items():
        with refused(f"InvalidInput:{field}"):
            case.reply(ZHEJIANG, **changes)
    with refused("InvalidInput:replyKg"):
        case.reply(ZHEJIANG, replyKg=600001)
    case.reply(ZHEJIANG)
    with refused("IllegalTransition"):
        case.reply(ZHEJIANG)


def test_a_province_that_has_not_joined_is_replied_for(bench: Bench) -> None:
    case = made(bench, dest=ANHUI).to(3, 4)
    assert notices(case.move(5)) == []
    with refused("NotAuthorized"):
        case.reply(SHANGHAI)
    with refused("RegionMismatch"):
        case.reply(JIANGSU, onBehalf=True)
    events = case.reply(SHANGHAI, onBehalf=True)
    assert events[-1][1]["onBehalf"]


def test_a_case_that_ends_after_consulting_is_told_to_both(bench: Bench) -> None:
    assert notices(made(bench).to(3).move(10)) == [(org(SHANGHAI), 9)]
    assert notices(made(bench).to(3, 4, 5).move(10)) == [(org(SHANGHAI), 9), (org(JIANGSU), 9)]
    assert notices(made(bench).move(11)) == [(org(SHANGHAI), 9)]
    assert notices(made(bench).to(2).move(13)) == [(org(SHANGHAI), 9)]


def test_entries_are_read_in_parts(bench: Bench) -> None:
    case = made(bench).to(3, 4, 5)
    told = bench.read(DC, "getEntries", key=case.key, fromSeq=2, count=2)
    assert (told["total"], [(e["fromStatus"], e["toStatus"]) for e in told["entries"]]) == (
        4,
        [(1, 3), (3, 4)],
    )
    with refused("InvalidInput:count"):
        bench.read(DC, "getEntries", key=case.key, fromSeq=1, count=51)


def test_a_transition_by_others(bench: Bench) -> None:
    case = made(bench)
    with refused("RegionMismatch"):
        case.move(3, by=JIANGSU)
    with refused("NotAuthorized"):
        case.move(3, by="admin")
    with refused("VersionConflict"):
        case.move(3, expectedSeq=2)
    with refused("ChainBroken"):
        case.move(3, prevEntryHash=EMPTY)
    with refused("InvalidInput:entryHash"):
        case.move(3, entryHash=EMPTY)
    with refused("TimeReversed"):
        case.move(3, occurredAt=START - 1)


@pytest.mark.full
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(min_value=0, max_value=14), min_size=4, max_size=14))
def test_whatever_is_tried_only_the_table_is_followed_and_entries_stay_linked(
    bench: Bench, tries: list[int]
) -> None:
    case, status, agreed = made(bench), 1, False
    for to in tries:
        legal = to in ALLOWED.get(status, set()) and (to != 8 or agreed)
        replies = to == 6 and status == 5
        try:
            case.reply() if replies else case.move(to)
        except Reverted as refusal:
            assert refusal.reason == "IllegalTransition"
            assert not legal and not replies
        else:
            assert legal or replies
            status, agreed = to, agreed or replies
        assert case.status == status
    entries = bench.read(DC, "getEntries", key=case.key, fromSeq=1, count=50)["entries"]
    assert len(entries) == case.seq
    for before, after in pairwise(entries):
        assert after["entry"]["prevEntryHash"] == before["entryHash"]
        assert after["fromStatus"] == before["toStatus"]
        assert after["entry"]["occurredAt"] >= before["entry"]["occurredAt"]
