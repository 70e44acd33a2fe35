"""What was altered is put back by two persons, and only what gives the very digest that stands on the chain."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from luban.cases import house
from luban.cases.models import Case, CaseVersion, Event
from luban.kit.refusal import Refused
from luban.ledger.models import ChainDisposal, ChainRestoration, ChainWrite, Snapshot, Verification
from luban.people.actor import Actor
from luban.people.genuine import touched
from luban.people.models import AuditEntry
from luban.stages.chain.anchor import anchor_histories, run
from luban.stages.chain.observed import Record
from luban.stages.chain.restoring import Comparison, compare
from luban.stages.chain.restoring_decided import approve, propose, reject
from luban.stages.chain.verify import records_of, verify_record
from luban.stages.gateway.models import Content
from luban.trust.envelope import MARK
from tests.chain.conftest import Play
from tests.chain.world import World

FILING = "solid_waste_utilisation"
FIRST = Actor("city_reviewer", "审查甲", "city_reviewer", "310000", "市局", "310000")
SECOND = Actor("city_reviewer2", "审查乙", "city_reviewer", "310000", "市局", "310000")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


@pytest.fixture
def filed(own_files: None, world: World, played: Play) -> Record:
    """A filing in force, on the chain, its history anchored."""
    run(port=world.port, patience=60)
    case = played(FILING, "2026-03-10T10:00")
    anchor_histories()
    assert run(port=world.port, patience=60).trouble == ""
    (record,) = records_of(case=case)
    return record


def touch_row(record: Record, change: Callable[[dict[str, Any]], None]) -> None:
    version = CaseVersion.objects.get(case_id=record.case)
    change(version.payload)
    CaseVersion.objects.filter(pk=version.pk).update(payload=version.payload)


def other_receiver(payload: dict[str, Any]) -> None:
    payload["receiver"]["receiver_name"] = "昆山另一个再生塑料有限公司"


def touch_snapshot(record: Record) -> None:
    Snapshot.objects.filter(record_key=record.key).update(sealed=b"LBE1rubbish")


def compared(world: World, record: Record) -> Comparison:
    return compare(port=world.port, record=record)


def proposed(world: World, record: Record) -> ChainRestoration:
    found = compared(world, record)
    assert found.problem == "", found.problem
    return propose(
        port=world.port,
        record=record,
        version=found.version,
        seen=found.standing,
        reason="数据库被人改动",
        by=FIRST,
    )


def approved(world: World, record: Record, made: ChainRestoration, by: Actor = SECOND) -> str:
    one = approve(port=world.port, record=record, restoration=made.pk, reason="已核对", by=by)
    return one.conclusion.result


def row_of(record: Record) -> CaseVersion:
    return CaseVersion.objects.get(case_id=record.case)


def test_a_touched_row_is_put_back_by_two_persons(world: World, filed: Record) -> None:
    before, events = row_of(filed), Event.objects.count()
    touch_row(filed, other_receiver)
    found = compared(world, filed)
    (line,) = found.lines
    assert (line.place, line.section, line.field) == ("业务数据", "接收单位与设施", "接收单位名称")
    assert (line.now, line.then) == (
        "昆山另一个再生塑料有限公司",
        before.payload["receiver"]["receiver_name"],
    )
    assert (line.ground, found.changed, found.mended.recoded) == ("本地快照", ("业务数据",), False)
    made = proposed(world, filed)
    assert row_of(filed).payload["receiver"]["receiver_name"] == "昆山另一个再生塑料有限公司"
    with pytest.raises(Refused, match="须由另一人办理"):
        approved(world, filed, made, by=FIRST)
    assert approved(world, filed, made) == "consistent"
    after = row_of(filed)
    assert (after.payload, after.mac, touched(after)) == (before.payload, before.mac, None)
    assert Verification.objects.get(record_key=filed.key).result == "consistent"
    made.refresh_from_db()
    assert (made.state, made.decided_by, touched(made)) == ("approved", "city_reviewer2", None)
    assert ChainDisposal.objects.get().choice == "restored"
    assert Event.objects.count() == events
    assert {"chain.restore_propose", "chain.restore_approve"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )
    with pytest.raises(Refused, match="已经“已恢复”，由审查乙办理"):
        approved(world, filed, made)


def test_secrets_are_shown_masked_and_sealed_anew_and_rows_compared_value_by_value(
    world: World, filed: Record
) -> None:
    mobile = house.view_at(case_id=filed.case).form.generator.agent_mobile
    touch_row(filed, lambda p: p["generator"].update(agent_mobile="13899999999"))
    (line,) = compared(world, filed).lines
    assert (line.now, line.then) == ("138****9999", f"{mobile[:3]}****{mobile[-4:]}")
    assert compared(world, filed).mended.recoded
    assert approved(world, filed, proposed(world, filed)) == "consistent"
    row = row_of(filed)
    assert MARK in row.payload["generator"]["agent_mobile"] and touched(row) is None
    assert house.view_at(case_id=filed.case).form.generator.agent_mobile == mobile
    assert mobile not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    touch_row(filed, lambda p: p["generator"]["agent_mobile"].update({MARK: "k1:AAAA"}))
    assert verify_record(port=world.port, record=filed).conclusion.result == "db_tampered"
    assert approved(world, filed, proposed(world, filed)) == "consistent"
    assert touched(row_of(filed)) is None
    touch_row(filed, lambda p: p["waste"]["wastes"].append(dict(p["waste"]["wastes"][0])))
    lines = compared(world, filed).lines
    assert lines and all(line.field.startswith("第") and line.then == "（空）" for line in lines)
    assert approved(world, filed, proposed(world, filed)) == "consistent"


def test_the_gateway_gives_what_row_and_snapshot_and_salt_have_lost(world: World, filed: Record) -> None:
    before = row_of(filed)
    touch_row(filed, other_receiver)
    touch_snapshot(filed)
    found = compared(world, filed)
    assert found.conclusion.result == "db_and_snapshot_tampered"
    assert found.changed == ("业务数据", "本地快照")
    assert {line.ground for line in found.lines} == {"网关保存的正文", "业务数据"}
    assert approved(world, filed, proposed(world, filed)) == "consistent"
    assert row_of(filed).payload == before.payload
    salt = Case.objects.get(pk=filed.case).salt
    Case.objects.filter(pk=filed.case).update(salt="")
    (line,) = compared(world, filed).lines
    assert salt not in str(line)
    assert approved(world, filed, proposed(world, filed)) == "consistent"
    row = Case.objects.get(pk=filed.case)
    assert (row.salt, touched(row)) == (salt, None)


def test_a_snapshot_is_made_anew_and_the_list_of_files_put_right(world: World, filed: Record) -> None:
    kept = Snapshot.objects.values("core", "section_digests", "attachments", "form_digest", "seq").get()
    touch_snapshot(filed)
    assert compared(world, filed).changed == ("本地快照",)
    assert approved(world, filed, proposed(world, filed)) == "consistent"
    Snapshot.objects.all().delete()
    assert approved(world, filed, proposed(world, filed)) == "consistent"
    assert Snapshot.objects.values(*kept).get() == kept
    before = row_of(filed)
    rows = [{**before.materials[0], "sm3": house.objects().put(b"another"), "size": 7}, *before.materials[1:]]
    CaseVersion.objects.filter(pk=before.pk).update(materials=rows)
    (line,) = compared(world, filed).lines
    assert (line.place, line.ground) == ("附件清单", "提交时的经过")
    assert approved(world, filed, proposed(world, filed)) == "consistent"
    assert row_of(filed).mac == before.mac
    path = next(house.objects()._folder.rglob(before.materials[0]["sm3"]))
    content = path.read_bytes()
    path.unlink()
    assert "文件本身丢失" in compared(world, filed).problem
    path.write_bytes(content)


def test_rejected_leaves_everything_and_the_proposer_may_take_it_back(world: World, filed: Record) -> None:
    touch_row(filed, other_receiver)
    before = row_of(filed)
    made = proposed(world, filed)
    with pytest.raises(Refused, match="已有一项恢复待批准"):
        proposed(world, filed)
    with pytest.raises(Refused, match="请写明"):
        reject(record=filed, restoration=made.pk, reason=" ", by=SECOND)
    assert reject(record=filed, restoration=made.pk, reason="先查清", by=SECOND).state == "rejected"
    again = proposed(world, filed)
    assert reject(record=filed, restoration=again.pk, reason="写错了", by=FIRST).state == "withdrawn"
    assert (row_of(filed).payload, row_of(filed).mac) == (before.payload, before.mac)
    assert not ChainDisposal.objects.exists()


def test_another_conclusion_or_other_data_void_the_proposal_and_an_unreachable_chain_does_not(
    world: World, filed: Record
) -> None:
    touch_snapshot(filed)
    made = proposed(world, filed)
    world.down = True
    verify_record(port=world.port, record=filed)
    with pytest.raises(Refused, match="暂不可访问"):
        approved(world, filed, made)
    world.down = False
    made.refresh_from_db()
    assert made.state == "proposed"
    touch_row(filed, other_receiver)
    verify_record(port=world.port, record=filed)
    made.refresh_from_db()
    assert made.state == "lapsed"
    assert AuditEntry.objects.get(action="chain.restore_lapse").account == "system"
    made = proposed(world, filed)
    touch_row(filed, lambda p: p["receiver"].update(receiver_name="第三家"))
    with pytest.raises(Refused, match="数据又变了"):
        approved(world, filed, made)
    made.refresh_from_db()
    assert made.state == "lapsed" and row_of(filed).payload["receiver"]["receiver_name"] == "第三家"


def test_without_anything_intact_nothing_is_offered(world: World, filed: Record) -> None:
    touch_row(filed, other_receiver)
    touch_snapshot(filed)
    made = proposed(world, filed)
    Content.objects.filter(record_key=filed.key).update(sealed=b"LBE1rubbish")
    assert "没有完好的依据" in compared(world, filed).problem
    with pytest.raises(Refused, match="没有完好的依据"):
        approved(world, filed, made)
    made.refresh_from_db()
    assert (made.state, touched(made)) == ("lapsed", None)
    assert row_of(filed).payload["receiver"]["receiver_name"] == "昆山另一个再生塑料有限公司"


def test_what_neither_chain_nor_history_prove_is_left_to_the_backup(world: World, filed: Record) -> None:
    assert "核验一致" in compared(world, filed).problem
    with pytest.raises(Refused, match="核验一致"):
        propose(port=world.port, record=filed, version=1, seen="", reason="试试", by=FIRST)
    touch_row(filed, other_receiver)
    row = row_of(filed)
    CaseVersion.objects.filter(pk=row.pk).update(rules_version="9")
    assert "rules_version" in compared(world, filed).problem
    renamed = [{**row.materials[0], "filename": "别的.pdf"}, *row.materials[1:]]
    CaseVersion.objects.filter(pk=row.pk).update(rules_version=row.rules_version, materials=renamed)
    assert "列：materials" in compared(world, filed).problem
    CaseVersion.objects.filter(pk=row.pk).update(materials=row.materials, mac="")
    assert "从备份恢复" in compared(world, filed).problem
    CaseVersion.objects.filter(pk=row.pk).update(mac=row.mac)
    headline = Case.objects.get(pk=filed.case).headline
    Case.objects.filter(pk=filed.case).update(headline="另一个")
    assert "办件登记行另有改动（列：headline）" in compared(world, filed).problem
    Case.objects.filter(pk=filed.case).update(headline=headline)
    first = Event.objects.filter(case_id=filed.case).earliest("seq")
    Event.objects.filter(pk=first.pk).update(actor_name="另一人")
    problem = compared(world, filed).problem
    assert "经过被改动过" in problem and "luban restore" in problem
    last = Event.objects.filter(case_id=filed.case).latest("seq")
    Event.objects.filter(pk=first.pk).update(actor_name=first.actor_name)
    Event.objects.filter(pk=last.pk).update(digest="0" * 64)
    problem = compared(world, filed).problem
    assert "经过被改动过" in problem and "luban restore" in problem


def test_a_revocation_comes_back_as_its_filing_does(world: World, filed: Record, played: Play) -> None:
    case = played("solid_waste_revocation", "2026-08-12T15:00")
    assert run(port=world.port, patience=60).trouble == ""
    (record,) = records_of(case=case)
    row = row_of(record)
    CaseVersion.objects.filter(pk=row.pk).update(payload={**row.payload, "grounds": {}})
    Snapshot.objects.filter(record_key=record.key).update(section_digests={})
    found = compared(world, record)
    assert (found.record.kind, found.changed) == ("UR", ("业务数据", "本地快照"))
    assert approved(world, record, proposed(world, record)) == "consistent"
    assert (row_of(record).payload, row_of(record).mac) == (row.payload, row.mac)


def test_a_form_of_a_permit_comes_back_and_its_entries_are_left_to_the_backup(
    world: World, played: Play
) -> None:
    run(port=world.port, patience=60)
    case = played("solid_waste_disposal", "2026-04-20T10:00", "D-A 部分同意后批准")
    assert run(port=world.port, patience=90).trouble == ""
    by_kind = {one.kind: one for one in records_of(case=case)}
    form, first = by_kind["DF"], CaseVersion.objects.get(case_id=case, n=1)
    first.payload["receiver"]["receiver_name"] = "别家"
    CaseVersion.objects.filter(pk=first.pk).update(payload=first.payload)
    found = compare(port=world.port, record=form, version=1)
    given = {"port": world.port, "record": form, "version": 1, "seen": found.standing}
    made = propose(**given, reason="第一版被改动", by=FIRST)
    assert approved(world, form, made) == "consistent"
    first.refresh_from_db()
    assert touched(first) is None and first.payload["receiver"]["receiver_name"] != "别家"
    ChainWrite.objects.filter(record_key=by_kind["DC"].key, function="transition").update(digest="9" * 64)
    assert "没有可以写回的快照" in compared(world, by_kind["DC"]).problem


def test_a_proposal_planted_in_the_database_is_no_proposal(world: World, filed: Record) -> None:
    touch_row(filed, other_receiver)
    made = proposed(world, filed)
    ChainRestoration.objects.filter(pk=made.pk).update(proposed_by="somebody")
    with pytest.raises(Refused, match="校验码不符"):
        approved(world, filed, made, by=FIRST)
    assert json.dumps(row_of(filed).payload, ensure_ascii=False).count("昆山另一个") == 1
