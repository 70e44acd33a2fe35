"""What partners are asked and told of hazardous waste: plans, manifests, vehicles, letters, permits (brief §1.5, §9, §10.2)."""

import dataclasses
import json
import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from luban.kit.clock import clock
from luban.links import channels, registry
from luban.links.mee_hazwaste import client as mee
from luban.links.outcomes import Rejected, Unavailable
from luban.links.solid_waste import lookups
from luban.links.solid_waste.permits import PermitArchived
from luban.links.vehicle_tracks import client as tracks

SHISUI, LINXI = "91310115MA7K3Q2X8Y", "91330803MA29R4WJ62"


def archived(**more: Any) -> dict[str, Any]:
    """The message of brief §10.2, with the words of the common dictionaries."""
    return {
        "approval_code": "WZC-310115-20260701-0001",
        "permit_no": "沪环危转许〔2026〕0001号",
        "permit_version": 1,
        "status": "VALID",
        "generator": {
            "ent_id": "DEMO-ENT-115-0001",
            "name": "上海拾穗微电子有限公司",
            "uscc": SHISUI,
            "adcode": "310115",
            "facility_address": "上海市浦东新区示例路115号",
        },
        "receiver": {
            "name": "浙江临溪金属再生有限公司",
            "uscc": LINXI,
            "province": "330000",
            "adcode": "330803",
            "licence_no": "浙危废经演示第001号",
            "licence_valid_to": "2028-05-09",
        },
        "carriers": [
            {
                "carrier_id": "YSDW00000001",
                "name": "沪川危险货物运输有限公司",
                "uscc": "91310114631987K21K",
                "rtl_no": "沪交运管许可示例310114000101号",
                "vehicles": ["沪A10101"],
            }
        ],
        "transfer": {
            "valid_from": "2026-08-01",
            "valid_to": "2027-07-31",
            "route": "G60",
            "transit_provinces": [],
            "rows": [
                {
                    "row_no": 1,
                    "hw": "HW22",
                    "code": "398-004-22",
                    "name": "含铜蚀刻废液",
                    "form": "liquid",
                    "hazards": ["T"],
                    "approved_t": "300.0000",
                    "mode": "R4",
                }
            ],
        },
        "decision_date": "2026-07-21",
        "reply_no": "浙环函〔2026〕示例1号",
        "archived_at": "2026-07-31T10:00:00+08:00",
        **more,
    }


REVOKED = {
    "approval_code": "WZC-310115-20260701-0001",
    "permit_no": "沪环危转许〔2026〕0001号",
    "permit_version": 1,
    "status": "REVOKED",
    "revoked_on": "2026-09-01",
    "reason": "以欺骗手段取得许可",
}


def tell(link: str, name: str, body: dict[str, Any], key: str) -> Any:
    return registry.deliver(link=link, name=name, body=body, key=key)


@pytest.mark.parametrize("link", ["solid_waste", "data_hub"])
def test_an_archived_permit_arrives_once_and_is_changed_and_revoked(sandbox: Any, link: str) -> None:
    with pytest.raises(Rejected, match="没有许可"):
        tell(link, "permit_revoked", REVOKED, "p-0")
    assert not tell(link, "permit_archived", archived(), "p-1").repeated
    assert tell(link, "permit_archived", archived(), "p-1").repeated
    change = {"permit_version": 2, "changed_on": "2026-10-08", "change": "新增运输单位"}
    assert tell(link, "permit_changed", archived(**change), "p-2").reference.endswith("-2")
    tell(link, "permit_revoked", REVOKED | {"permit_version": 2}, "p-3")
    kept = [one for one in sandbox.received(link) if one["key"] in ("p-1", "p-2", "p-3")]
    assert [one["path"] for one in kept] == [
        "/hazwaste.permit.archived.v1",
        "/hazwaste.permit.changed.v1",
        "/hazwaste.permit.revoked.v1",
    ]
    assert kept[0]["body"] == archived()


@pytest.mark.parametrize(
    "more",
    [
        {"contact": "示例甲"},
        {"generator": {**archived()["generator"], "phone": "13800000000"}},
        {"transfer": {**archived()["transfer"], "rows": [{**archived()["transfer"]["rows"][0], "unit_price": "200"}]}},
        {"carriers": [{**archived()["carriers"][0], "drivers": ["示例甲"]}]},
    ],
)  # fmt: skip
def test_persons_telephones_and_prices_cannot_travel_with_a_permit(
    sandbox: Any, more: dict[str, Any]
) -> None:
    with pytest.raises(Rejected, match="内容不完整"):
        tell("solid_waste", "permit_archived", archived(**more), "p-person")
    assert not any(one["key"] == "p-person" for one in sandbox.received("solid_waste"))


def test_the_message_has_the_fields_of_the_brief_and_no_more() -> None:
    said = json.loads(PermitArchived.model_validate(archived()).model_dump_json())
    assert set(said) == {
        "approval_code", "permit_no", "permit_version", "status", "generator", "receiver", "carriers", "transfer",
        "decision_date", "reply_no", "archived_at",
    }  # fmt: skip
    assert set(said["transfer"]["rows"][0]) == {
        "row_no", "hw", "code", "name", "form", "hazards", "approved_t", "mode",
    }  # fmt: skip
    with pytest.raises(ValidationError, match="rows"):
        PermitArchived.model_validate(archived(transfer={**archived()["transfer"], "rows": []}))


def test_the_plans_of_a_firm_come_with_their_wastes_and_carriers(sandbox: Any) -> None:
    later, plan = lookups.management_plans(uscc=SHISUI)
    assert (later.year, plan.year) == (clock.today().year + 1, clock.today().year)
    assert (plan.ent_id, plan.facility_adcode, plan.status) == ("DEMO-ENT-115-0001", "310115", "filed")
    waste = {row.code: row for row in plan.rows}["398-051-22"]
    assert (waste.receiver_uscc, waste.planned_offsite_t) == (LINXI, Decimal("130.0000"))
    assert "91330803MA2DLX808C" not in waste.carriers, "V-11 of the fourth example"
    assert lookups.management_plans(uscc="91310113MA1TL2B13A") == ()
    with pytest.raises(Rejected, match="18位"):
        lookups.management_plans(uscc="1")


def test_manifests_come_by_permit_those_of_permits_just_told_of_included(sandbox: Any) -> None:
    tell("solid_waste", "permit_archived", archived(permit_no="沪环危转许〔2026〕0002号"), "m-1")
    stats = {stat.permit_no: stat for stat in lookups.manifest_stats(uscc=SHISUI)}
    assert stats["沪环危转许〔2024〕9001号"].rows[0].transferred_t == Decimal("156.0000")
    assert stats["沪环危转许〔2026〕0002号"].rows == ()
    assert lookups.manifest_stats(uscc="91310113MA1TL2B13A") == ()


def test_what_belongs_to_another_firm_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {"plan_no": "X", "generator_uscc": LINXI, "year": 2026}
    monkeypatch.setattr(lookups, "_ask", lambda path, uscc: {"plans": [other], "stats": [{"permit_no": "X"}]})
    with pytest.raises(Unavailable, match="另一家企业"):
        lookups.management_plans(uscc=SHISUI)
    with pytest.raises(Unavailable, match="联单统计不完整"):
        lookups.manifest_stats(uscc=SHISUI)


def test_vehicles_are_asked_by_plate_and_unknown_ones_are_left_out(sandbox: Any) -> None:
    found = tracks.vehicle_states(plates=["沪A10101", "浙H20202", "沪Z99999"])
    assert sorted(found) == ["沪A10101", "浙H20202"]
    good, unbound = found["沪A10101"], found["浙H20202"]
    assert (good.bound, good.completeness_30d) == (True, Decimal("0.99"))
    assert good.last_report_at is not None and good.last_report_at.utcoffset() is not None
    assert (unbound.bound, unbound.device_no) == (False, "")
    assert tracks.vehicle_states(plates=[]) == {}


@pytest.mark.parametrize("fault", ["down", "drop", "bad_signature", "lost_answer"])
def test_a_platform_that_is_out_is_an_outage_and_nothing_else(sandbox: Any, fault: str) -> None:
    sandbox.switch("vehicle_tracks", fault, times=1)
    with pytest.raises(Unavailable):
        tracks.vehicle_states(plates=["沪A10101"])
    assert tracks.vehicle_states(plates=["沪A10101"])


def test_a_platform_that_hangs_costs_a_moment_and_is_then_left_alone(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracks, "PATIENCE_SECONDS", 0.15)
    assert channels.channel(link="vehicle_tracks").timeout > 0.15
    sandbox.switch("vehicle_tracks", "slow", seconds=1, times=3)
    for _ in range(3):
        with pytest.raises(Unavailable, match="没有应答"):
            tracks.vehicle_states(plates=["沪A10101"])
    started = time.monotonic()
    with pytest.raises(Unavailable, match="连续无响应"):
        tracks.vehicle_states(plates=["沪A10101"])
    assert time.monotonic() - started < 0.9  # nobody was asked: the partner takes a second


def letter(**more: Any) -> dict[str, Any]:
    firm = {"name": "上海拾穗微电子有限公司", "uscc": SHISUI, "province": "310000", "adcode": "310115"}
    receiver = {"name": "浙江临溪金属再生有限公司", "uscc": LINXI, "province": "330000", "adcode": "330803"}
    waste = {"row_no": 1, "code": "398-004-22", "name": "含铜蚀刻废液", "form": "liquid", "quantity_t": "300.0000", "mode": "R4"}  # fmt: skip
    return {
        "letter_no": "沪环危转商〔2026〕0001号",
        "case_no": "WZC-310115-20260701-0001",
        "from_province": "310000",
        "to_province": "330000",
        "to_name": "浙江省生态环境厅",
        "generator": firm,
        "receiver": receiver,
        "wastes": [waste, {**waste, "row_no": 2, "form": "sludge"}, {**waste, "row_no": 3, "form": "powder"}],
        "valid_from": "2026-08-01",
        "valid_to": "2027-07-31",
        "transit_provinces": ["340000"],
        "file_sm3": "0" * 64,
        "verify_url": "/v/abc",
        **more,
    }


def test_a_letter_reaches_the_national_system_in_its_own_words(sandbox: Any) -> None:
    with pytest.raises(Rejected, match="没有商请函"):
        mee.reply_to(letter_no="沪环危转商〔2026〕0001号")
    assert tell("mee_hazwaste", "consultation_letter", letter(), "l-1").data["state"] == "delivered"
    [kept] = [
        one for one in sandbox.received("mee_hazwaste", "WZC-310115-20260701-0001") if one["key"] == "l-1"
    ]
    body = kept["body"]
    assert (body["from_province"], body["to_province"], body["transit_provinces"]) == ("31", "33", ["34"])
    assert [waste["form"] for waste in body["wastes"]] == ["L", "SS", "S"]
    assert body["reply_within_days"] == 10
    assert mee.reply_to(letter_no="沪环危转商〔2026〕0001号") is None
    with pytest.raises(Rejected, match="to_province"):
        tell("mee_hazwaste", "consultation_letter", letter(to_province="330803"), "l-2")
    with pytest.raises(Rejected, match="同一省份"):
        tell("mee_hazwaste", "consultation_letter", letter(to_province="310000"), "l-3")


def test_a_decision_is_told_with_its_permit_or_not_at_all(sandbox: Any) -> None:
    parts = {
        name: letter()[name]
        for name in ("case_no", "generator", "receiver", "wastes", "valid_from", "valid_to")
    }
    granted = parts | {"result": "granted", "decided_on": "2026-07-21", "copies_to": ["330000"]}
    with pytest.raises(Rejected, match="许可文号"):
        tell("mee_hazwaste", "permit_decided", granted, "d-0")
    tell("mee_hazwaste", "permit_decided", granted | {"permit_no": "沪环危转许〔2026〕0001号"}, "d-1")
    denied = {"case_no": "C", "result": "denied", "decided_on": date(2026, 7, 21), "reason": "不符合就近原则",
              "generator": parts["generator"], "receiver": parts["receiver"]}  # fmt: skip
    assert tell("mee_hazwaste", "permit_decided", denied, "d-2").reference == "JD-C"


REPLY = {
    "letter_no": "沪环危转商〔2026〕0001号",
    "conclusion": "partial",
    "reply_no": "浙环函〔2026〕示例1号",
    "replied_on": "2026-07-17",
    "province": "33",
    "rows": [{"code": "398-004-22", "mode": "R4", "approved_t": "250.0000"}],
}


def test_a_reply_is_read_with_what_it_agrees_to() -> None:
    reply = mee.read_reply(told=REPLY)
    assert reply.inbox_key == "mee_hazwaste:沪环危转商〔2026〕0001号:reply:1"
    assert reply.approved() == [{"waste_code": "398-004-22", "disposal_mode": "R4", "approved_t": "250.0000"}]
    assert mee.six_digits(reply.province) == "330000"
    agreed = mee.read_reply(told={**REPLY, "conclusion": "agree", "rows": []})
    assert agreed.approved() == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"conclusion": "disagree"}, "须说明理由"),
        ({"conclusion": "supplement"}, "须说明理由"),
        ({"rows": []}, "须列明数量或期限"),
        ({"reply_no": ""}, "复函须有文号"),
        ({"conclusion": "perhaps"}, "conclusion"),
        ({"phone": "1"}, "phone"),
    ],
)
def test_a_reply_nobody_could_act_on_is_refused_in_words(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        mee.read_reply(told=REPLY | more)


def test_a_supplement_needs_no_number_only_a_reason() -> None:
    asked = {**REPLY, "conclusion": "supplement", "reply_no": "", "rows": [], "reason": "请补充成分报告"}
    assert mee.read_reply(told=asked).reason == "请补充成分报告"


def test_the_patience_with_plans_is_shorter_than_with_messages(
    sandbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "PATIENCE_SECONDS", 0.15)
    sandbox.switch("solid_waste", "slow", seconds=1, times=1)
    with pytest.raises(Unavailable, match=r"0\.15秒内没有应答"):
        lookups.management_plans(uscc=SHISUI)
    assert dataclasses.replace(channels.channel(link="solid_waste")).timeout == channels.TIMEOUT_SECONDS
