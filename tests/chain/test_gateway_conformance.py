"""What every transport of the SDK must do alike: over HTTP with signature, and in process as our own stages call."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from luban_chain import ChainClient, Conflict, Denied, Invalid, NotFound, Unauthenticated

from luban.ledger import setup
from luban.ledger.digests import record_key
from luban.ledger.models import ChainWrite
from luban.stages.gateway import applications
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.models import ChainApp, Content
from tests.chain.gatewaying import ANHUI, JIANGSU, SALT, SHANGHAI, ZHEJIANG, Provinces, form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]
Connect = Callable[[str], ChainClient]
NUMBER = "GFB-320583-20260302-0001"


@pytest.fixture
def provinces(monkeypatch: pytest.MonkeyPatch) -> Provinces:
    """Applications of provinces that have entered; no chain is asked."""
    monkeypatch.setattr(setup, "has_joined", lambda region: True)
    monkeypatch.setattr("luban.stages.gateway.pushing.has_joined", lambda region: True)
    return Provinces()


@pytest.fixture(params=["http", "inner"])
def connect(request: pytest.FixtureRequest, provinces: Provinces) -> Connect:
    """A client of a province over one of the transports."""
    return getattr(provinces, request.param)


def refused(kind: type[Exception], call: Callable[[], object]) -> int:
    with pytest.raises(kind) as caught:
        call()
    return int(caught.value.code)


def test_a_form_is_kept_sealed_and_waits_for_the_chain(connect: Connect) -> None:
    made = connect(JIANGSU).create_filing(**form(NUMBER), request_id="r-1")
    assert made.record_key == record_key(kind="UF", origin=JIANGSU, number=NUMBER)
    assert (made.version, made.state, made.request_id) == (1, "pending", "r-1")
    write = ChainWrite.objects.get(record_key=made.record_key)
    content = Content.objects.get(record_key=made.record_key)
    assert (write.account, write.function, write.digest) == (JIANGSU, "createFiling", content.form_digest)
    assert b"13800001234" not in bytes(content.sealed)
    assert SALT not in str(write.arguments) and "13800001234" not in str(write.arguments)


def test_the_same_request_again_is_answered_as_before_and_counts_once(connect: Connect) -> None:
    calls = connect(JIANGSU)
    first = calls.create_filing(**form(NUMBER), request_id="r-1")
    assert calls.create_filing(**form(NUMBER), request_id="r-1") == first
    assert ChainWrite.objects.filter(record_key=first.record_key).count() == 1


def test_another_request_under_the_same_id_is_refused(connect: Connect) -> None:
    calls = connect(JIANGSU)
    calls.create_filing(**form(NUMBER), request_id="r-1")
    other = form(NUMBER, qty="130")
    assert refused(Conflict, lambda: calls.create_filing(**other, request_id="r-1")) == 40904


def test_another_form_under_the_same_number_is_refused(connect: Connect) -> None:
    """waste-chain §12.1."""
    calls = connect(JIANGSU)
    calls.create_filing(**form(NUMBER), request_id="r-1")
    other = form(NUMBER, qty="130")
    assert refused(Conflict, lambda: calls.create_filing(**other, request_id="r-2")) == 40901


def test_nobody_writes_anothers_province(connect: Connect) -> None:
    """waste-chain §6.4: Jiangsu's key, Zhejiang's record; §12.5."""
    wrong = form("GFB-330411-20260302-0001", origin=ZHEJIANG)
    assert refused(Denied, lambda: connect(JIANGSU).create_filing(**wrong)) == 40302
    assert not ChainWrite.objects.filter(function="createFiling").exists()
    assert not Content.objects.exists()


def test_a_digest_that_is_not_the_contents_is_refused(connect: Connect) -> None:
    calls = connect(JIANGSU)
    body = {**form(NUMBER), "form_digest": "1" * 64, "attachments": []}
    assert refused(Invalid, lambda: calls.post("utilisation-filings", body=body)) == 40003


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("totalKg", 120001),
        ("generatorName", "另一单位"),
        ("destRegion", 310116),
        ("startDate", 20260317),
        ("transportMode", 3),
        ("transitProvinces", [330000]),
        ("wasteCodes", "900-001-S17"),
        ("methodCode", "UM01"),
    ],
)
def test_a_core_that_says_otherwise_than_the_sections_is_refused(
    connect: Connect, field: str, value: object
) -> None:
    wrong = form(NUMBER, **{field: value})
    assert refused(Invalid, lambda: connect(JIANGSU).create_filing(**wrong)) == 40002


def test_a_scope_that_is_missing_closes_the_operation(connect: Connect) -> None:
    calls = connect(JIANGSU)
    applications.change(key=calls.app_key, scopes=["read:party"])
    again = connect(JIANGSU)
    assert refused(Denied, lambda: again.create_filing(**form(NUMBER))) == 40301
    assert refused(Denied, lambda: again.verify_filing("0" * 64)) == 40301
    assert refused(Denied, lambda: again.create_app(name="甲", region=ANHUI)) == 40301


def test_versions_follow_each_other(connect: Connect) -> None:
    """waste-chain §12.2."""
    calls = connect(JIANGSU)
    key = calls.create_filing(**form(NUMBER)).record_key
    second = calls.append_filing_version(key, expected_version=1, **form(NUMBER, qty="130"))
    assert second.version == 2
    first, then = ChainWrite.objects.filter(record_key=key).order_by("id")
    assert then.arguments["ev"]["prevDigest"] == first.digest
    assert first.group == then.group
    more = form(NUMBER, qty="140")
    again = lambda: calls.append_filing_version(key, expected_version=1, **more)  # noqa: E731
    assert refused(Conflict, again) == 40902


def test_a_decision_is_digested_here_and_compared(connect: Connect) -> None:
    calls = connect(JIANGSU)
    key = calls.create_filing(**form(NUMBER)).record_key
    decision = {"decision_date": "2026-03-06", "filing_no": "GFBA-320583-2026-0001", "result": "filed"}
    said = {"result": "filed", "filing_no": "GFBA-320583-2026-0001", "operator_id": "u2001"}
    wrong = {**said, "decision": decision, "decision_digest": "1" * 64}
    assert refused(Invalid, lambda: calls.decide_filing(key, **wrong)) == 40003
    other = {**said, "filing_no": "GFBA-320583-2026-0002", "decision": decision}
    assert refused(Invalid, lambda: calls.decide_filing(key, **other)) == 40002
    calls.decide_filing(key, **said, decision=decision)
    write = ChainWrite.objects.get(record_key=key, function="recordDecision")
    assert (write.arguments["filed"], write.arguments["decisionDate"]) == (True, 20260306)
    proposal = form(NUMBER)
    made = calls.propose_revocation(
        revocation_no="GFCX-320583-2026-0001",
        filing_key=key,
        filing_no="GFBA-320583-2026-0001",
        reason_code=2,
        sections={"r1": {"filing_no": "GFBA-320583-2026-0001"}, "r2": {"reason": "示例"}, "r3": {}},
        operator_id="u1001",
        record_salt=SALT,
        occurred_at=proposal["occurred_at"],
    )
    approved = {
        "decision": {"result": "revoked"},
        "operator_id": "u2001",
        "occurred_at": proposal["occurred_at"],
    }
    assert calls.approve_revocation(made.record_key, **approved).state == "pending"
    write = ChainWrite.objects.get(record_key=made.record_key, function="propose")
    assert write.needs == key


def test_a_case_goes_from_entry_to_entry_and_the_other_province_answers(connect: Connect) -> None:
    """waste-chain §6.4: the receiving province replies, nobody else for it."""
    shanghai, zhejiang, anhui = connect(SHANGHAI), connect(ZHEJIANG), connect(ANHUI)
    number = "GFX-310116-20260302-0001"
    given = form(number, origin=SHANGHAI, dest=ZHEJIANG, use="disposal", qty="600")
    df = shanghai.create_form(**given)
    common = {"operator_id": "u1001", "occurred_at": given["occurred_at"]}
    dc = shanghai.create_case(form_key=df.record_key, form_version=1, core=given["core"], **common)
    assert (dc.seq, len(dc.entry_hash)) == (1, 64)
    for seq, to in ((1, 3), (2, 4), (3, 5)):
        opinion = {"on": "2026-03-04", "act": "示例"}
        step = shanghai.transition_case(dc.record_key, expected_seq=seq, to=to, opinion=opinion, **common)
        assert step.seq == seq + 1
    stale = lambda: shanghai.transition_case(dc.record_key, expected_seq=2, to=4, **common)  # noqa: E731
    assert refused(Conflict, stale) == 40902
    answer = {"expected_seq": 4, "result": 2, "reply_kg": 500000, **common}
    assert refused(Denied, lambda: anhui.reply_case(dc.record_key, **answer)) == 40302
    assert refused(Denied, lambda: shanghai.reply_case(dc.record_key, **answer)) == 40302
    assert (
        refused(Denied, lambda: zhejiang.transition_case(dc.record_key, expected_seq=4, to=10, **common))
        == 40302
    )
    reply = zhejiang.reply_case(dc.record_key, **answer)
    write = ChainWrite.objects.get(record_key=dc.record_key, function="reply")
    assert (reply.seq, write.account) == (5, ZHEJIANG)
    first = ChainWrite.objects.get(record_key=df.record_key)
    assert write.group == first.group


def test_a_receipt_is_for_whoever_asked(connect: Connect) -> None:
    connect(JIANGSU).create_filing(**form(NUMBER), request_id="r-1")
    told = connect(JIANGSU).get_receipt("r-1")
    assert (told.state, told.error) == ("pending", {})
    assert refused(NotFound, lambda: connect(ANHUI).get_receipt("r-1")) == 40401
    assert refused(NotFound, lambda: connect(JIANGSU).get_receipt("r-2")) == 40401


def test_an_application_that_is_suspended_is_nobody(connect: Connect) -> None:
    ChainApp.objects.filter(region=JIANGSU).update(state="suspended")
    with pytest.raises((Unauthenticated, GatewayError)) as caught:  # in process there is not even a client
        connect(JIANGSU).create_filing(**form(NUMBER))
    assert caught.value.code == 40105


def test_organisations_and_grants_need_the_scope_that_is_never_given(connect: Connect) -> None:
    calls = connect(JIANGSU)
    applications.change(key=calls.app_key, scopes=["admin"])
    admin = connect(JIANGSU)
    made = admin.create_app(name="示例应用", region=ANHUI)
    assert made["app_key"].startswith("ak_") and len(made["app_key"]) == 23
    assert (len(made["app_secret"]), len(made["callback_secret"])) == (40, 40)
    assert len(admin.rotate_secret(made["app_key"])["app_secret"]) == 40
    assert admin.change_app(made["app_key"], state="suspended")["state"] == "suspended"
    granted = admin.create_grant(
        app=made["app_key"],
        record="UF",
        region=JIANGSU,
        sections=["s3"],
        since=1,
        until=1999999999999,
        reason="示例",
    )
    assert admin.withdraw_grant(granted["id"])["state"] == "withdrawn"
    assert refused(Invalid, lambda: admin.create_app(name="甲", region="320001")) == 40001
    assert refused(Invalid, lambda: admin.create_app(name="甲", region=ANHUI, scopes=["all"])) == 40001
