"""Every row of waste-chain §7.2: it fires with the brief's words, it stays silent, and the first one wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from luban.ledger.conclusions import (
    AttachmentSeen,
    FieldSeen,
    Observed,
    Outbox,
    Side,
    Standing,
    conclude,
)

GOOD = Side({f"s{n}": f"{n:064x}" for n in range(1, 10)}, {"totalKg": 120000}, "f" * 64)
DONE = Outbox("confirmed", tx="0xabc")
WELL = Observed(
    outbox=DONE,
    local=GOOD,
    snapshot=GOOD,
    on_chain=GOOD,
    attachments=(AttachmentSeen("M01-1", "a1", "a1"), AttachmentSeen("M02-1", "a2", "a2")),
    local_standing=Standing(2, "GFBA-1"),
    chain_standing=Standing(2, "GFBA-1"),
)
GONE = replace(WELL, on_chain=None, attachments=(), chain_standing=None)


def bent(*sections: str, core: int | None = None) -> Side:
    """A side that differs in these sections and, when given, in the quantity."""
    digests = {**GOOD.sections, **dict.fromkeys(sections, "9" * 64)}
    return Side(digests, {"totalKg": GOOD.core["totalKg"] if core is None else core})


def file(on_chain: str | None, local: str | None, *, missing: bool = False) -> tuple[AttachmentSeen, ...]:
    return (AttachmentSeen("M01-1", "a1", "a1"), AttachmentSeen("M02-1", on_chain, local, missing))


CASES = {
    "chain_unreachable": (
        replace(WELL, reachable=False, on_chain=None),
        "medium",
        "区块链暂不可访问，未完成核验，稍后自动重试。",
    ),
    "anchor_pending": (replace(GONE, outbox=Outbox("sent")), "info", "数据正在上链，尚不能核验。"),
    "anchor_delayed": (
        replace(GONE, outbox=Outbox("pending", late=True, error="连接超时")),
        "high",
        "数据上链超时或失败（连接超时），请处理。",
    ),
    "anchor_lost": (GONE, "critical", "本地记录已上链（交易0xabc），但链上未查到，存证缺失。"),
    "anchor_missing": (replace(GONE, outbox=None), "critical", "该业务数据未上链，存证缺失。"),
    "local_missing": (
        replace(WELL, local=None, attachments=(), local_standing=None),
        "critical",
        "链上存在该记录，但本地业务数据缺失。",
    ),
    "db_and_snapshot_tampered": (
        replace(WELL, local=bent("s3"), snapshot=bent("s3")),
        "critical",
        "业务数据与本地快照均与链上存证不一致：转移废物。",
    ),
    "db_tampered": (
        replace(WELL, local=bent("s3", core=150000)),
        "critical",
        "业务数据库数据与链上存证不一致，疑似被篡改：转移废物；字段：总量（千克）。",
    ),
    "attachment_missing": (
        replace(WELL, attachments=file("a2", None, missing=True)),
        "critical",
        "附件“M02-1”缺失。",
    ),
    "attachment_tampered": (
        replace(WELL, attachments=file("a2", "b2")),
        "critical",
        "附件“M02-1”内容与链上存证不一致，疑似被篡改。",
    ),
    "attachment_unanchored": (
        replace(WELL, attachments=file(None, "a2")),
        "high",
        "附件“M02-1”未上链。",
    ),
    "history_broken": (replace(WELL, broken_at=2), "critical", "存证链条断裂于版本2。"),
    "status_mismatch": (
        replace(WELL, local_standing=Standing(1, "")),
        "high",
        "本地状态“1”与链上“2（GFBA-1）”不一致。",
    ),
    "snapshot_tampered": (
        replace(WELL, snapshot=bent("s3")),
        "high",
        "业务数据与链上一致，本地快照被改动。",
    ),
    "consistent_pending": (
        replace(WELL, newer=Outbox("pending")),
        "info",
        "已上链版本一致，新版本待上链。",
    ),
    "consistent": (WELL, "ok", "核验一致。"),
}


@pytest.mark.parametrize("result", CASES)
def test_each_conclusion_has_the_words_of_the_brief(result: str) -> None:
    seen, severity, message = CASES[result]
    said = conclude(seen)
    assert (said.result, said.severity, said.message) == (result, severity, message)


@pytest.mark.parametrize("result", [r for r in CASES if r != "consistent"])
def test_each_conclusion_is_silent_where_all_is_well(result: str) -> None:
    assert conclude(WELL).findings == ()
    assert all(finding.code != result for finding in conclude(WELL).findings)


def test_the_first_in_the_table_wins_and_the_others_are_listed() -> None:
    seen = replace(
        WELL,
        local=bent("s3"),
        attachments=(AttachmentSeen("M01-1", "a1", "b1"), AttachmentSeen("M02-1", "a2", None, True)),
        broken_at=2,
    )
    said = conclude(seen)
    assert said.result == "db_tampered"
    assert [f.code for f in said.findings] == [
        "db_tampered",
        "attachment_missing",
        "attachment_tampered",
        "history_broken",
    ]


def test_a_missing_file_comes_before_a_touched_one() -> None:
    files = (AttachmentSeen("M01-1", "a1", "b1"), AttachmentSeen("M02-1", "a2", None, True))
    assert conclude(replace(WELL, attachments=files)).result == "attachment_missing"


def test_sections_are_judged_one_by_one() -> None:
    said = conclude(replace(WELL, local=bent("s3", "s4"), snapshot=bent("s4", "s5")))
    assert [(f.code, f.section) for f in said.findings] == [
        ("db_and_snapshot_tampered", "s4"),
        ("db_tampered", "s3"),
        ("snapshot_tampered", "s5"),
    ]


def test_a_lost_salt_is_a_touched_database() -> None:
    said = conclude(replace(WELL, salt_missing=True, local=bent(*GOOD.sections)))
    assert (said.result, said.findings[0].section) == ("db_tampered", "salt")
    assert "盐值" in said.message


def test_fields_of_a_touched_section_are_named() -> None:
    fields = {"s4": (FieldSeen("receiver_name", "甲", "乙", "on_chain"),)}
    said = conclude(replace(WELL, local=bent("s4"), section_fields=fields))
    assert said.findings[0].fields == fields["s4"]


def test_a_failed_write_is_delayed_at_once() -> None:
    for state in ("dead", "rejected"):
        assert (
            conclude(replace(GONE, outbox=Outbox(state, error="IllegalTransition"))).result
            == "anchor_delayed"
        )


def test_a_newer_version_that_is_late_shows_only_where_the_rest_agrees() -> None:
    late = Outbox("pending", late=True)
    assert conclude(replace(WELL, newer=late)).result == "anchor_delayed"
    assert conclude(replace(WELL, newer=late, local=bent("s3"))).result == "db_tampered"


def test_a_status_on_its_way_is_not_held_against_anybody() -> None:
    seen = replace(WELL, local_standing=Standing(2, "GFBA-1"), chain_standing=Standing(1, ""))
    assert conclude(seen).result == "status_mismatch"
    assert conclude(replace(seen, standing_under_way=True)).result == "consistent"


def test_a_snapshot_that_is_gone_was_touched() -> None:
    assert conclude(replace(WELL, snapshot=None)).result == "snapshot_tampered"
