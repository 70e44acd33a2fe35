"""Notices in the event they belong to, who wants what, what a notice asks and by when, the ladder, the signature."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from luban.cases.shipped import shipped_context
from luban.ledger.digests import organisation_id
from luban.stages.subscriptions import callback, ladder
from luban.stages.subscriptions.envelope import About, Due, Shown, envelope, status_after
from luban.stages.subscriptions.events import Event, Notice, Told, Wanted, folded, parties_of, wants
from luban.stages.subscriptions.notice_kinds import due_at, kind_of, kind_on

KEY = "0" * 63 + "1"
ZHEJIANG, SHANGHAI, JIANGSU = (organisation_id(region=r) for r in ("330000", "310000", "320000"))


def event(name: str, log: int, *, key: str = KEY, contract: str = "DisposalCase", **args: object) -> Event:
    return Event(log, f"{log:032x}", contract, name, key, 1, 256, "0xab", log, 1773036003000, args)


def notified(log: int, org: str, number: int, *, seq: int = 1, key: str = KEY) -> Event:
    said = {"partyOrg": org, "noticeType": number, "noticeSeq": seq, "version": 1}
    return event("PartyNotified", log, key=key, **said)


def consulted() -> Told:
    moved = event("CaseTransitioned", 2, fromStatus=4, toStatus=5, seq=4, entryHash="e" * 64)
    (told,) = folded([moved, notified(3, ZHEJIANG, 4, seq=7)])
    return told


def test_a_notice_is_told_with_the_change_that_brought_it() -> None:
    told = consulted()
    assert told.notice_for(ZHEJIANG) == Notice(ZHEJIANG, 4, 7, 1)
    assert told.notice_for(SHANGHAI) is None


def test_events_behind_the_notices_carry_none() -> None:
    moved = event("CaseTransitioned", 0, fromStatus=5, toStatus=6, seq=5)
    replied = event("ConsultationReplied", 2, result=2, replyKg=500000, onBehalf=False)
    first, second = folded([replied, notified(1, SHANGHAI, 5), moved])
    assert (first.event.event_type, len(first.notices)) == ("CaseTransitioned", 1)
    assert (second.event.event_type, second.notices) == ("ConsultationReplied", ())


def test_a_revocation_s_notices_go_to_the_revocation_and_not_to_the_filing() -> None:
    other = "f" * 64
    contract = "UtilisationRevocation"
    revoked = event("FilingRevoked", 0, key=other, contract="UtilisationFilingEvidence", occurredAt=1)
    approved = event("RevocationApproved", 1, contract=contract)
    note = Event(
        2, "n", contract, "PartyNotified", KEY, 1, 256, "0xab", 2, 0,
        {"partyOrg": JIANGSU, "noticeType": 17, "noticeSeq": 1, "version": 1},
    )  # fmt: skip
    first, second = folded([revoked, approved, note])
    assert not first.notices and second.notices[0].number == 17


def test_a_party_is_told_a_stranger_is_not_and_whoever_is_notified_is() -> None:
    told, parties = consulted(), ("310000", "330000")
    assert wants(wanted=Wanted("330000", ZHEJIANG), told=told, parties=parties)
    assert not wants(wanted=Wanted("320000", JIANGSU), told=told, parties=parties)
    assert wants(wanted=Wanted("330000", ZHEJIANG), told=told, parties=())
    assert wants(wanted=Wanted("320000", JIANGSU, scope="all"), told=told, parties=parties)


def test_types_and_contracts_narrow_a_subscription() -> None:
    told = consulted()
    for narrowed in ({"event_types": {"CaseCreated"}}, {"contracts": {"OrgRegistry"}}):
        assert not wants(wanted=Wanted("330000", ZHEJIANG, **narrowed), told=told, parties=("330000",))
    both = Wanted("330000", ZHEJIANG, event_types={"CaseTransitioned"}, contracts={"DisposalCase"})
    assert wants(wanted=both, told=told, parties=("330000",))


def test_parties_are_origin_destination_and_transit() -> None:
    core = {"originProvince": 310000, "destProvince": 330000, "transitProvinces": [320000, 330000]}
    assert parties_of(core) == ("310000", "330000", "320000")


def test_ten_working_days_after_the_ninth_of_march_is_the_twenty_third() -> None:
    calendar = shipped_context(today=date(2026, 3, 9)).calendar
    assert due_at(kind=kind_of(4), since=date(2026, 3, 9), calendar=calendar) == date(2026, 3, 23)
    assert due_at(kind=kind_of(7), since=date(2026, 3, 9), calendar=calendar) is None


@pytest.mark.parametrize(
    ("event_type", "status", "number", "action"),
    [
        ("CaseTransitioned", 1, 1, "ACCEPT"),
        ("CaseTransitioned", 2, 2, "RESUBMIT"),
        ("CaseTransitioned", 4, 3, "NONE"),
        ("CaseTransitioned", 5, 4, "REPLY_CONSULTATION"),
        ("CaseTransitioned", 6, 5, "DECIDE"),
        ("CaseTransitioned", 7, 6, "SIGN"),
        ("CaseTransitioned", 8, 7, "ACK"),
        ("CaseTransitioned", 9, 8, "ACK"),
        ("CaseTransitioned", 13, 9, "NONE"),
        ("CaseTransitioned", 12, 10, "ACK"),
        ("FilingCreated", 1, 11, "NONE"),
        ("FilingDecided", 2, 13, "ACK"),
        ("FilingDecided", 3, 14, "NONE"),
        ("RevocationProposed", 1, 16, "APPROVE_REVOCATION"),
        ("RevocationApproved", 2, 17, "ACK"),
    ],
)
def test_notices_are_those_of_the_brief_s_table(
    event_type: str, status: int, number: int, action: str
) -> None:
    kind = kind_on(event_type=event_type, status=status)
    assert kind is not None and (kind.number, kind.action_required) == (number, action)


def test_the_envelope_is_that_of_the_brief() -> None:
    told = consulted()
    about = About("1", 1773036000000, {"applicationNo": "GFX-310116-20260302-0001", "totalKg": 600000})
    notice = told.notice_for(ZHEJIANG)
    assert notice is not None
    made = envelope(
        told=told, about=about, shown=Shown(), due=Due(notice, "330000", date(2026, 3, 23)), replay=False
    )
    assert made["notice"] == {
        "notice_type": 4,
        "notice_seq": 7,
        "party_region": 330000,
        "action_required": "REPLY_CONSULTATION",
        "due_at": "2026-03-23",
    }
    assert (made["event_type"], made["contract"], made["chain_id"]) == (
        "CaseTransitioned",
        "DisposalCase",
        "1",
    )
    assert (made["business_type"], made["seq"], made["version"], made["log_index"]) == ("DC", 4, 1, 2)
    assert (made["occurred_at"], made["anchored_at"]) == (1773036000000, 1773036003000)
    assert made["core"]["status"] == 5 and made["core"]["totalKg"] == 600000
    assert made["digests"] == {"entry_hash": "e" * 64} and made["missed_before"] == []
    assert envelope(told=told, about=about, shown=Shown())["notice"] is None


def test_a_decision_s_status_is_read_from_the_event() -> None:
    contract = "UtilisationFilingEvidence"
    for filed, status in ((True, 2), (False, 3)):
        (told,) = folded([event("FilingDecided", 0, contract=contract, filed=filed)])
        assert status_after(told) == status


def test_the_signature_of_the_brief() -> None:
    body = b'{"event_id":"demo","event_type":"FilingCreated"}'
    made = callback.signature(secret="cb-secret-demo", timestamp="1772416801000", nonce="c-0001", body=body)
    assert made == "5f4bc409f348914276a9aeafb4b322b6c28bbbf4829f451e974589d36a4eb8de"


def test_eleven_tries_from_ten_seconds_to_twelve_hours() -> None:
    pauses = [ladder.pause_after(n) for n in range(1, 12)]
    assert pauses[0] == timedelta(seconds=10) and pauses[9] == timedelta(hours=12)
    assert pauses[10] is None and ladder.MOST_TRIES == 11


@pytest.mark.parametrize(
    ("status", "body", "seconds"),
    [
        (500, b'{"code":0}', 0.1),
        (302, b'{"code":0}', 0.1),
        (200, b"ok", 0.1),
        (200, b'{"code":1}', 0.1),
        (200, b'{"code":false}', 0.1),
        (200, b'{"code":"0"}', 0.1),
        (200, b"[0]", 0.1),
        (200, b"[" * 4_000, 0.1),
        (200, b'{"code":0,"message":"' + b"x" * 5_000 + b'"}', 0.1),
        (200, b'{"code":0}', 5.1),
        (410, b"", 0.1),
        (204, b"", 0.1),
    ],
)
def test_everything_but_two_hundred_with_code_nought_in_time_is_a_failure(
    status: int, body: bytes, seconds: float
) -> None:
    answer = callback.judged(status=status, body=body, seconds=seconds)
    assert not answer.well and answer.fault and answer.gone == (status == 410)


def test_code_nought_in_time_is_success() -> None:
    assert callback.judged(status=200, body=b'{"code": 0, "message": "ok"}', seconds=4.9).well
