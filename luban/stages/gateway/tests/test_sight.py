"""Who sees what: the table of waste-chain §6.2, row by row, and the agreement of core and sections."""

from __future__ import annotations

from typing import Any

import pytest

from luban.stages.gateway.agreement import disagreements
from luban.stages.gateway.asking import Caller, GatewayError, refused_by_contract
from luban.stages.gateway.scopes import DEFAULT, SCOPES
from luban.stages.gateway.sight import ALL, FORM, Granted, shown, sight

CORE: dict[str, Any] = {"originProvince": 310000, "destProvince": 330000, "transitProvinces": [320000]}
GRANT = Granted(frozenset({"s3"}), attachments=False)


def caller(region: str, *scopes: str) -> Caller:
    return Caller("ak_test", region, "", frozenset(scopes))


def test_the_sending_province_and_whoever_may_read_all_see_everything() -> None:
    for who in (caller("310000", "read:party"), caller("340000", "read:all")):
        seen = sight(who, CORE)
        assert (seen.sections, dict(seen.hidden), seen.shows_material("M12")) == (ALL, {}, True)


def test_the_receiving_province_sees_no_identity_number_and_no_authority_letter() -> None:
    seen = sight(caller("330000", "read:party"), CORE)
    assert seen.sections >= FORM and seen.hidden["s1"] == {"agent_id_no"}
    assert seen.shows_material("M02") and not seen.shows_material("M12")


def test_a_province_on_the_way_sees_carriers_without_contacts_and_the_route() -> None:
    seen = sight(caller("320000", "read:party"), CORE)
    assert set(seen.sections) == {"s5", "s6"} and not seen.attachments
    assert "carrier_contact_mobile" in seen.hidden["s5"]


def test_a_grant_shows_what_it_names_and_only_to_whoever_may_use_grants() -> None:
    assert sight(caller("340000", "read:granted"), CORE, grants=[GRANT]).sections == {"s3"}
    for who in (caller("340000", "read:party"), caller("340000"), caller("310000")):
        with pytest.raises(GatewayError) as refused:
            sight(who, CORE, grants=[GRANT])
        assert refused.value.code == 40303
    with pytest.raises(GatewayError):
        sight(caller("340000", "read:granted"), CORE)


def test_hidden_fields_go_at_any_depth() -> None:
    told, cut = shown({"carriers": [{"a": 1, "b": 2}]}, frozenset({"b"}))
    assert (told, cut) == ({"carriers": [{"a": 1}]}, True)
    assert shown({"a": [1]}, frozenset({"b"})) == ({"a": [1]}, False)


def test_three_scopes_are_never_given_by_default() -> None:
    assert set(SCOPES) - set(DEFAULT) == {"read:all", "subscribe:all", "admin"}


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("InvalidInput:endDate", 40001),
        ("ChainBroken", 40004),
        ("TimeReversed", 40004),
        ("NotAuthorized", 40301),
        ("RegionMismatch", 40302),
        ("NotFound", 40401),
        ("AlreadyExists", 40901),
        ("VersionConflict", 40902),
        ("IllegalTransition", 40903),
        ("SelfApproval", 40905),
        ("DuplicateDocNo", 40906),
    ],
)
def test_every_refusal_of_a_contract_has_its_code(reason: str, code: int) -> None:
    assert refused_by_contract(reason).code == code
    assert refused_by_contract(reason).message.endswith("。")


def test_a_core_is_compared_with_what_the_sections_say() -> None:
    core = {"totalKg": 120500, "destRegion": 330411, "methodCode": "DM01", "transitProvinces": [320000]}
    sections = {
        "s3": {"total_qty_t": "120.500"},
        "s4": {
            "facilities": [
                {"facility_county_code": "330402", "is_primary": False},
                {"facility_county_code": "330411", "is_primary": True},
            ]
        },
        "s6": {"transit_province_codes": ["320000"]},
        "s8": {"disposal_method": "DM01"},
    }
    assert disagreements(core=core, sections=sections) == ()
    sections["s3"] = {"total_qty_t": "120.501"}
    assert disagreements(core=core, sections=sections) == ("totalKg",)


def test_nonsense_in_a_section_is_a_disagreement_and_no_failure() -> None:
    core = {"totalKg": 1, "wasteCodes": "甲", "startDate": 7, "transitProvinces": [1]}
    for odd in ({}, [], None, 1, "x", {"a": 1}, [1, None, "x"], "9" * 100, "NaN", "1E999999999"):
        sections: dict[str, Any] = {
            "s3": {"total_qty_t": odd, "wastes": odd},
            "s4": {"facilities": odd},
            "s6": {"transit_province_codes": odd, "transport_mode": odd},
            "s7": {"start_date": odd},
            "s8": {"end_use_type": odd, "utilisation_method": odd},
        }
        assert "startDate" in disagreements(core=core, sections=sections)
