"""Filings and revocations on the chain: every rule of waste-chain §3.4, §4.2, §4.3 speaks and stays silent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from luban.ledger.artefacts import RECORDS
from luban.ledger.digests import organisation_id
from luban.ledger.tests.chainbench import (
    ANHUI,
    EMPTY,
    JIANGSU,
    SHANGHAI,
    ZHEJIANG,
    Bench,
    core,
    evidence,
    refused,
)

UF, UR = RECORDS["UF"], RECORDS["UR"]
KEY = "a1" * 32
NEXT = 1772503200000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    path: Path = tmp_path_factory.mktemp("chain") / "node.db"
    made = Bench(path)
    yield made
    made.chain.store.close()


_count = iter(range(1, 10_000))


def fresh() -> str:
    return f"{next(_count):064x}"


def create(bench: Bench, key: str, **changes: Any) -> Any:
    return bench.write(
        SHANGHAI, UF, "createFiling", core=core(key, **changes), ev=evidence(), extraParties=[]
    )


def decide(bench: Bench, key: str, number: str, *, filed: bool = True, version: int = 1) -> Any:
    return bench.write(
        SHANGHAI,
        UF,
        "recordDecision",
        key=key,
        expectedVersion=version,
        filed=filed,
        docNo=number,
        decisionDigest="e1" * 32,
        decisionDate=20260306,
        operatorHash="d2" * 32,
    )


def propose(bench: Bench, key: str, filing: str, number: str, **changes: Any) -> Any:
    given = {
        "key": key,
        "revocationNo": "GFCX-310115-2026-0001",
        "filingKey": filing,
        "filingNo": number,
        "reasonCode": 3,
        "ev": evidence("f1" * 32, sections=3, schemaVersion="UR-1.0"),
    }
    return bench.write(SHANGHAI, UR, "propose", **{**given, **changes})


def approve(bench: Bench, key: str, by: str = "d9" * 32, function: str = "approve") -> Any:
    return bench.write(
        SHANGHAI, UR, function, key=key, operatorHash=by, decisionDigest="e2" * 32, occurredAt=NEXT
    )


def test_a_filing_is_kept_told_and_found(bench: Bench) -> None:
    key = fresh()
    events = create(bench, key, transitProvinces=[330000, 340000])
    assert events[0] == (
        "FilingCreated",
        {
            "key": key,
            "originProvince": 310000,
            "destProvince": 320000,
            "version": 1,
            "formDigest": "b1" * 32,
        },
    )
    told = [(e[1]["partyOrg"], e[1]["noticeType"]) for e in events[1:]]
    assert told == [
        (organisation_id(region=r), 11) for r in (SHANGHAI, JIANGSU, ZHEJIANG)
    ]  # Anhui has not joined
    found = bench.read(UF, "getFiling", key=key)
    assert (found["found"], found["status"], found["version"]) == (True, 1, 1)
    assert found["core"] == core(key, transitProvinces=[330000, 340000])
    assert found["latest"]["ev"] == evidence()
    assert found["latest"]["submitterOrg"] == organisation_id(region=SHANGHAI)
    assert found["latest"]["anchoredAt"] > 0


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("recordKey", {"recordKey": EMPTY}),
        ("applicationNo", {"applicationNo": ""}),
        ("docNo", {"docNo": "GFBA-1"}),
        ("originRegion", {"originRegion": 320115}),
        ("destRegion", {"destRegion": 330583}),
        ("destProvince", {"destRegion": 310101, "destProvince": 310000}),
        ("generatorUscc", {"generatorUscc": "91310115MA1TL1A06"}),
        ("receiverUscc", {"receiverUscc": ""}),
        ("totalKg", {"totalKg": 0}),
        ("transportMode", {"transportMode": 4}),
        ("departureWharf", {"transportMode": 2}),
        ("startDate", {"startDate": 20261301}),
        ("endDate", {"endDate": 20270101}),
        ("endDate", {"endDate": 20260301}),
        ("endUseType", {"endUseType": 2}),
        ("transitProvinces", {"transitProvinces": [320000] * 35}),
    ],
)
def test_what_a_filing_must_not_say(bench: Bench, field: str, changes: dict[str, Any]) -> None:
    with refused(f"InvalidInput:{field}"):
        bench.write(
            SHANGHAI, UF, "createFiling", core={**core(fresh()), **changes}, ev=evidence(), extraParties=[]
        )


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("InvalidInput:formDigest", {"formDigest": EMPTY}),
        ("InvalidInput:sectionDigests", {"sectionDigests": ["01" * 32] * 8}),
        ("InvalidInput:attachmentDigests", {"attachmentDigests": ["01" * 32] * 65}),
        ("ChainBroken", {"prevDigest": "01" * 32}),
    ],
)
def test_what_the_digests_must_not_be(bench: Bench, reason: str, changes: dict[str, Any]) -> None:
    given = {"core": core(fresh()), "ev": evidence(**changes), "extraParties": []}
    with refused(f"{reason}"):
        bench.write(SHANGHAI, UF, "createFiling", **given)


def test_a_ship_needs_a_wharf_and_then_may_go(bench: Bench) -> None:
    assert create(bench, fresh(), transportMode=2, departureWharf="外高桥")


def test_who_may_file(bench: Bench) -> None:
    given = {"core": core(fresh()), "ev": evidence(), "extraParties": []}
    assert bench.refusal(JIANGSU, UF, "createFiling", **given) == "RegionMismatch"
    assert bench.refusal("stranger", UF, "createFiling", **given) == "NotAuthorized"
    assert bench.refusal("admin", UF, "createFiling", **given) == "NotAuthorized"
    assert bench.refusal(ANHUI, UF, "createFiling", **given) == "NotAuthorized"


def test_the_same_record_twice(bench: Bench) -> None:
    key = fresh()
    create(bench, key)
    with refused("AlreadyExists"):
        create(bench, key)


def append(bench: Bench, key: str, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "key": key,
        "expectedVersion": 1,
        "core": core(key, totalKg=150000),
        "ev": evidence("b2" * 32, prevDigest="b1" * 32, occurredAt=NEXT),
    }
    return bench.write(SHANGHAI, UF, "appendVersion", **{**given, **changes})


def test_versions_form_a_chain(bench: Bench) -> None:
    key = fresh()
    create(bench, key)
    with refused("ChainBroken"):
        append(bench, key, ev=evidence("b2" * 32, occurredAt=NEXT))
    with refused("TimeReversed"):
        append(bench, key, ev=evidence("b2" * 32, prevDigest="b1" * 32, occurredAt=1))
    with refused("InvalidInput:applicationNo"):
        append(bench, key, core=core(key, applicationNo="GFB-2"))
    with refused("InvalidInput:recordKey"):
        append(bench, key, core=core(fresh()))
    with refused("InvalidInput:originProvince"):
        append(bench, key, core=core(key, originRegion=330106, originProvince=330000))
    events = append(bench, key)
    assert events[0][0] == "FilingUpdated"
    assert events[0][1]["prevDigest"] == "b1" * 32
    with refused("VersionConflict"):
        append(bench, key, ev=evidence("b3" * 32, prevDigest="b2" * 32, occurredAt=NEXT))
    first = bench.read(UF, "getVersion", key=key, version=1)
    assert (first["core"]["totalKg"], first["s"]["ev"]["formDigest"]) == (120000, "b1" * 32)
    assert not bench.read(UF, "getVersion", key=key, version=3)["found"]


def test_versions_of_what_is_not_there(bench: Bench) -> None:
    with refused("NotFound"):
        append(bench, fresh())


def test_forms_and_attachments_are_compared(bench: Bench) -> None:
    key = fresh()
    create(bench, key)

    def code(**asked: Any) -> int:
        return bench.read(UF, "verifyForm", **{"key": key, "version": 0, "formDigest": "b1" * 32, **asked})[
            "code"
        ]

    assert [code(), code(version=1), code(formDigest="b2" * 32), code(key=fresh()), code(version=2)] == [
        0,
        0,
        1,
        2,
        3,
    ]

    def files(*digests: str, **asked: Any) -> tuple[int, int]:
        told = bench.read(
            UF, "verifyAttachments", **{"key": key, "version": 0, "digests": list(digests), **asked}
        )
        return told["code"], told["firstMismatch"]

    assert files("c2" * 32, "c3" * 32) == (0, 0)
    assert files("c2" * 32, "c4" * 32) == (1, 1)
    assert files("c2" * 32) == (4, 0)
    assert files(key=fresh()) == (2, 0)
    assert files(version=2) == (3, 0)


def test_a_decision_has_a_number_that_nobody_else_has(bench: Bench) -> None:
    key, other, denied = fresh(), fresh(), fresh()
    for one in (key, other, denied):
        create(bench, one)
    with refused("InvalidInput:docNo"):
        decide(bench, key, "")
    with refused("VersionConflict"):
        decide(bench, key, "GFBA-A", version=2)
    events = decide(bench, key, "GFBA-A")
    assert events[0][1]["filed"]
    assert [e[1]["noticeType"] for e in events[1:]] == [13, 13]
    found = bench.read(UF, "getFilingByNo", docNo="GFBA-A")
    assert (found["status"], found["core"]["docNo"], found["decisionDigest"]) == (2, "GFBA-A", "e1" * 32)
    with refused("DuplicateDocNo"):
        decide(bench, other, "GFBA-A")
    with refused("IllegalTransition"):
        decide(bench, key, "GFBA-B")
    with refused("IllegalTransition"):
        append(bench, key)
    assert decide(bench, denied, "", filed=False)[1][1]["noticeType"] == 14
    assert bench.read(UF, "getFiling", key=denied)["status"] == 3
    assert not bench.read(UF, "getFilingByNo", docNo="GFBA-none")["found"]


def test_a_filing_may_be_withdrawn_before_the_decision(bench: Bench) -> None:
    key = fresh()
    create(bench, key)
    with refused("TimeReversed"):
        bench.write(SHANGHAI, UF, "withdraw", key=key, operatorHash="d1" * 32, occurredAt=1)
    events = bench.write(SHANGHAI, UF, "withdraw", key=key, operatorHash="d1" * 32, occurredAt=NEXT)
    assert [e[0] for e in events[:2]] == ["FilingWithdrawn", "PartyNotified"]
    with refused("IllegalTransition"):
        decide(bench, key, "GFBA-C")


def test_only_the_revocation_contract_revokes(bench: Bench) -> None:
    key = fresh()
    create(bench, key)
    decide(bench, key, "GFBA-D")
    given = {"key": key, "revocationKey": fresh(), "occurredAt": NEXT}
    assert bench.refusal(SHANGHAI, UF, "markRevoked", **given) == "NotAuthorized"
    assert bench.refusal("admin", UF, "markRevoked", **given) == "NotAuthorized"


def test_a_notice_is_confirmed_by_whom_it_is_for_and_once(bench: Bench) -> None:
    key = fresh()
    create(bench, key)  # 1 is Shanghai's, 2 Jiangsu's
    assert bench.refusal(SHANGHAI, UF, "acknowledge", key=key, noticeSeq=2) == "NotAuthorized"
    assert bench.refusal(JIANGSU, UF, "acknowledge", key=key, noticeSeq=3) == "NotFound"
    events = bench.write(JIANGSU, UF, "acknowledge", key=key, noticeSeq=2)
    assert [e[0] for e in events] == ["NoticeAcknowledged"]
    assert bench.write(JIANGSU, UF, "acknowledge", key=key, noticeSeq=2) == []
    assert bench.read(UF, "getNotice", key=key, noticeSeq=2)["acknowledged"]


def test_further_parties_are_told_once(bench: Bench) -> None:
    extra = [organisation_id(region=ZHEJIANG), organisation_id(region=JIANGSU)]
    events = bench.write(SHANGHAI, UF, "createFiling", core=core(fresh()), ev=evidence(), extraParties=extra)
    assert [e[1]["partyOrg"] for e in events[1:]] == [
        organisation_id(region=r) for r in (SHANGHAI, JIANGSU, ZHEJIANG)
    ]


def test_a_revocation_fells_its_filing_in_the_same_transaction(bench: Bench) -> None:
    filing, key, second = fresh(), fresh(), fresh()
    create(bench, filing, transitProvinces=[330000])
    with refused("InvalidInput:filingStatus"):
        propose(bench, key, filing, "GFBA-E")
    decide(bench, filing, "GFBA-E")
    with refused("InvalidInput:filingNo"):
        propose(bench, key, filing, "GFBA-other")
    events = propose(bench, key, filing, "GFBA-E")
    assert [(e[0], e[1].get("noticeType")) for e in events] == [
        ("RevocationProposed", None),
        ("PartyNotified", 16),
    ]
    with refused("AlreadyExists"):
        propose(bench, second, filing, "GFBA-E")
    with refused("SelfApproval"):
        approve(bench, key, by="d1" * 32)
    with refused("SelfApproval"):
        approve(bench, key, by="d1" * 32, function="reject")
    events = approve(bench, key)
    assert [e[0] for e in events[:2]] == ["FilingRevoked", "RevocationApproved"]
    assert len([e for e in events if e[1].get("noticeType") == 17]) == 3
    found = bench.read(UF, "getFiling", key=filing)
    assert (found["status"], found["revocationKey"]) == (5, key)
    with refused("InvalidInput:filingStatus"):
        propose(bench, second, filing, "GFBA-E")
    with refused("IllegalTransition"):
        approve(bench, key)
    told = bench.read(UR, "getRevocation", key=key)
    assert (told["found"], told["record"]["status"], told["record"]["reasonCode"]) == (True, 2, 3)
    assert bench.read(UR, "getRevocationsByFilingNo", filingNo="GFBA-E") == {"value": [key]}
    assert bench.read(UR, "getRevocationByKeyAndNo", key=key, filingNo="GFBA-E")["found"]
    assert not bench.read(UR, "getRevocationByKeyAndNo", key=key, filingNo="GFBA-F")["found"]


def test_a_refused_or_withdrawn_revocation_may_be_proposed_again(bench: Bench) -> None:
    filing, first, second = fresh(), fresh(), fresh()
    create(bench, filing)
    decide(bench, filing, "GFBA-G")
    propose(bench, first, filing, "GFBA-G")
    assert approve(bench, first, function="reject")[0][0] == "RevocationRejected"
    propose(bench, second, filing, "GFBA-G")
    events = bench.write(SHANGHAI, UR, "withdraw", key=second, operatorHash="d1" * 32, occurredAt=NEXT)
    assert [(e[0], e[1].get("noticeType")) for e in events] == [
        ("RevocationWithdrawn", None),
        ("PartyNotified", 19),
    ]
    assert bench.read(UF, "getFiling", key=filing)["status"] == 2
    assert bench.read(UR, "getRevocationsByFilingNo", filingNo="GFBA-G") == {"value": [first, second]}


def test_what_a_revocation_must_not_say(bench: Bench) -> None:
    filing = fresh()
    create(bench, filing)
    decide(bench, filing, "GFBA-H")
    tries: dict[str, dict[str, Any]] = {
        "InvalidInput:recordKey": {"key": EMPTY},
        "InvalidInput:revocationNo": {"revocationNo": ""},
        "InvalidInput:reasonCode": {"reasonCode": 10},
        "InvalidInput:sectionDigests": {"ev": evidence()},
        "NotFound": {"filing": fresh()},
    }
    for reason, changes in tries.items():
        with refused(f"{reason}"):
            propose(bench, **{"key": fresh(), "filing": filing, "number": "GFBA-H", **changes})
    told = bench.read(UR, "verifyForm", key=fresh(), version=1, digest="01" * 32)
    assert told["code"] == 2


def test_a_revocation_has_one_version(bench: Bench) -> None:
    filing, key = fresh(), fresh()
    create(bench, filing)
    decide(bench, filing, "GFBA-I")
    propose(bench, key, filing, "GFBA-I")
    codes = [
        bench.read(UR, "verifyForm", key=key, version=version, digest=digest)["code"]
        for version, digest in ((0, "f1" * 32), (1, "f1" * 32), (1, "f2" * 32), (2, "f1" * 32))
    ]
    assert codes == [0, 0, 1, 3]
