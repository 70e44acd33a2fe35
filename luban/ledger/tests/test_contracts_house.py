"""The registry of organisations, the anchor of roots, and the code itself: small enough, portable, as compiled."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from luban.ledger.artefacts import ANCHOR, CONTRACTS, FOLDER, REGISTRY, artefact
from luban.ledger.digests import organisation_id
from luban.ledger.port import Reverted
from luban.ledger.tests.chainbench import EMPTY, PLATFORM, SHANGHAI, Bench, refused

SOURCES = FOLDER.parent
MOST_BYTES = 24_576
FORBIDDEN = {
    0x20 + 0x28: "BASEFEE",
    0x44: "DIFFICULTY/PREVRANDAO",
    0x46: "CHAINID",
    0x5F: "PUSH0",
    0xF4: "DELEGATECALL",
    0xF5: "CREATE2",
    0xFF: "SELFDESTRUCT",
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    path: Path = tmp_path_factory.mktemp("chain") / "node.db"
    made = Bench(path)
    yield made
    made.chain.store.close()


_count = iter(range(1, 10_000))


def fresh() -> str:
    return f"{next(_count):064x}"


def opcodes(code: bytes) -> Iterator[int]:
    """The instructions of a contract, without what PUSH carries and without the metadata at the end."""
    end, place = len(code) - 2 - int.from_bytes(code[-2:], "big"), 0
    while place < end:
        yield code[place]
        place += 1 + (code[place] - 0x5F if 0x60 <= code[place] <= 0x7F else 0)


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_is_small_and_uses_what_every_chain_has(name: str) -> None:
    made = artefact(name)
    assert len(made.runtime) <= MOST_BYTES
    assert {FORBIDDEN[one] for one in opcodes(made.runtime) if one in FORBIDDEN} == set()


def test_the_artefacts_are_of_these_sources() -> None:
    digest = hashlib.sha256()
    for path in sorted(SOURCES.glob("*.sol")):
        digest.update(f"{path.name}\n".encode() + path.read_bytes())
    for name in CONTRACTS:
        made = json.loads((FOLDER / f"{name}.json").read_text())
        assert made["sources"] == digest.hexdigest(), "run make contracts"


@pytest.mark.full
def test_the_artefacts_are_what_the_sources_compile_to(tmp_path: Path) -> None:
    subprocess.run(["node", SOURCES / "compile.js", tmp_path], check=True, capture_output=True, timeout=300)
    for name in CONTRACTS:
        assert json.loads((tmp_path / f"{name}.json").read_text()) == json.loads(
            (FOLDER / f"{name}.json").read_text()
        ), f"{name} differs from its source: run make contracts"


def test_only_an_administrator_administers(bench: Bench) -> None:
    org = organisation_id(region=SHANGHAI)
    tries = {
        "registerOrg": {"orgId": fresh(), "region": 0, "name": "某", "roles": 2},
        "bindAccount": {"orgId": org, "account": bench.address("stranger"), "enabled": True},
        "setRoles": {"orgId": org, "roles": 255},
        "setOrgEnabled": {"orgId": org, "enabled": False},
        "setTrustedContract": {"c": bench.address("stranger"), "ok": True},
        "setPeer": {"name": fresh(), "c": bench.address("stranger")},
    }
    for function, arguments in tries.items():
        assert bench.refusal(SHANGHAI, REGISTRY, function, **arguments) == "NotAuthorized"
        assert bench.refusal("admin", REGISTRY, function, **arguments) == ""


def test_an_organisation_and_a_region_stand_once(bench: Bench) -> None:
    given = {"orgId": fresh(), "region": 310000, "name": "另一个", "roles": 2}
    assert bench.refusal("admin", REGISTRY, "registerOrg", **given) == "AlreadyExists"
    given = {"orgId": organisation_id(region=SHANGHAI), "region": 0, "name": "另一个", "roles": 2}
    assert bench.refusal("admin", REGISTRY, "registerOrg", **given) == "AlreadyExists"
    for field, value in {"orgId": EMPTY, "name": ""}.items():
        told = {"orgId": fresh(), "region": 0, "name": "某", "roles": 2} | {field: value}
        assert bench.refusal("admin", REGISTRY, "registerOrg", **told) == f"InvalidInput:{field}"


def test_an_account_belongs_to_one_organisation(bench: Bench) -> None:
    other = fresh()
    bench.write("admin", REGISTRY, "registerOrg", orgId=other, region=0, name="某", roles=2)
    with refused("AlreadyExists"):
        bench.write(
            "admin", REGISTRY, "bindAccount", orgId=other, account=bench.address(SHANGHAI), enabled=True
        )
    with refused("NotFound"):
        bench.write("admin", REGISTRY, "bindAccount", orgId=fresh(), account="0x" + "11" * 20, enabled=True)
    with refused("InvalidInput:account"):
        bench.write("admin", REGISTRY, "bindAccount", orgId=other, account="0x" + "00" * 20, enabled=True)


def test_the_last_administrator_stays(bench: Bench) -> None:
    account = bench.address("admin")
    for function, arguments in {
        "bindAccount": {"orgId": PLATFORM, "account": account, "enabled": False},
        "setRoles": {"orgId": PLATFORM, "roles": 128},
        "setOrgEnabled": {"orgId": PLATFORM, "enabled": False},
    }.items():
        assert bench.refusal("admin", REGISTRY, function, **arguments) == "InvalidInput:lastAdmin"
    second = "0x" + "22" * 20
    bench.write("admin", REGISTRY, "bindAccount", orgId=PLATFORM, account=second, enabled=True)
    given = {"orgId": PLATFORM, "account": account, "enabled": False}
    assert bench.refusal("admin", REGISTRY, "bindAccount", **given) == ""
    bench.write("admin", REGISTRY, "bindAccount", orgId=PLATFORM, account=second, enabled=False)


CHANGES = st.tuples(
    st.sampled_from(["bind", "roles", "enable"]), st.integers(0, 2), st.integers(0, 2), st.booleans()
)


@pytest.mark.full
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGES, min_size=5, max_size=12))
def test_whatever_is_changed_somebody_can_administer(
    bench: Bench, changes: list[tuple[str, int, int, bool]]
) -> None:
    orgs = [PLATFORM, *(fresh() for _ in range(2))]
    for org in orgs[1:]:
        bench.write("admin", REGISTRY, "registerOrg", orgId=org, region=0, name="某", roles=3)
    for what, n, m, on in changes:
        account = f"0x{int(orgs[n][-8:], 16) * 4 + m + 1:040x}"
        try:
            if what == "bind":
                bench.write("admin", REGISTRY, "bindAccount", orgId=orgs[n], account=account, enabled=on)
            elif what == "roles" and n:
                bench.write("admin", REGISTRY, "setRoles", orgId=orgs[n], roles=3 if on else 2)
            elif n:
                bench.write("admin", REGISTRY, "setOrgEnabled", orgId=orgs[n], enabled=on)
        except Reverted as refusal:
            assert refusal.reason in ("InvalidInput:lastAdmin", "AlreadyExists")
        assert bench.read(REGISTRY, "hasRole", account=bench.address("admin"), role=1) == {"value": True}


def test_a_disabled_organisation_or_account_may_do_nothing(bench: Bench) -> None:
    bench.write("admin", REGISTRY, "setOrgEnabled", orgId=organisation_id(region=SHANGHAI), enabled=False)
    assert bench.read(REGISTRY, "hasRole", account=bench.address(SHANGHAI), role=2) == {"value": False}
    assert not bench.read(REGISTRY, "orgOfRegion", region=310000)["enabled"]
    bench.write("admin", REGISTRY, "setOrgEnabled", orgId=organisation_id(region=SHANGHAI), enabled=True)


def test_a_verification_is_recorded_once(bench: Bench) -> None:
    told = {"batchId": fresh(), "reportDigest": "ab" * 32, "total": 5, "abnormal": 1, "occurredAt": 1}
    assert bench.refusal("admin", REGISTRY, "recordAudit", **told) == "NotAuthorized"
    assert (
        bench.refusal(SHANGHAI, REGISTRY, "recordAudit", **{**told, "abnormal": 6}) == "InvalidInput:abnormal"
    )
    assert bench.write(SHANGHAI, REGISTRY, "recordAudit", **told)[0][0] == "AuditRecorded"
    assert bench.refusal(SHANGHAI, REGISTRY, "recordAudit", **told) == "AlreadyExists"
    assert bench.read(REGISTRY, "getAudit", batchId=told["batchId"])["abnormal"] == 1


def test_roots_form_a_chain(bench: Bench) -> None:
    told = {"batchId": fresh(), "root": "0a" * 32, "prevRoot": EMPTY, "leaves": 3, "occurredAt": 10}
    for field, value in {"batchId": EMPTY, "root": EMPTY, "leaves": 0}.items():
        assert (
            bench.refusal(SHANGHAI, ANCHOR, "anchorRoot", **{**told, field: value}) == f"InvalidInput:{field}"
        )
    assert bench.refusal("admin", ANCHOR, "anchorRoot", **told) == "NotAuthorized"
    assert bench.write(SHANGHAI, ANCHOR, "anchorRoot", **told)[0][1]["seq"] == 1
    assert bench.refusal(SHANGHAI, ANCHOR, "anchorRoot", **told) == "AlreadyExists"
    following = {**told, "batchId": fresh(), "root": "0b" * 32}
    assert bench.refusal(SHANGHAI, ANCHOR, "anchorRoot", **following) == "ChainBroken"
    following |= {"prevRoot": "0a" * 32}
    assert bench.refusal(SHANGHAI, ANCHOR, "anchorRoot", **{**following, "occurredAt": 9}) == "TimeReversed"
    bench.write(SHANGHAI, ANCHOR, "anchorRoot", **following)
    org = organisation_id(region=SHANGHAI)
    assert bench.read(ANCHOR, "countOf", orgId=org) == {"value": 2}
    found = bench.read(ANCHOR, "getAnchorBySeq", orgId=org, seq=2)
    assert (found["found"], found["anchor"]["root"]) == (True, "0b" * 32)
    assert bench.read(ANCHOR, "getAnchor", batchId=told["batchId"])["anchor"]["leaves"] == 3
    assert not bench.read(ANCHOR, "getAnchor", batchId=fresh())["found"]
