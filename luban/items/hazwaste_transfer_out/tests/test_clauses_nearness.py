"""CR-07 and CR-08: the table of nearness (7.3) row by row, and what the city could do itself."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from luban.items.hazwaste_transfer_out.clauses.nearness import TABLE
from luban.items.hazwaste_transfer_out.tests.applications import RECEIVER
from luban.items.hazwaste_transfer_out.tests.samples import (
    ACCEPTED,
    OTHER,
    firm,
    known,
    said,
    sample_2,
    sample_3,
)
from luban.registers.receivers.capacity import room_key

YES = known(ACCEPTED)[OTHER]
"""A firm of Zhejiang that could take the waste of sample 2."""

NEAR = [
    ("D10", "330000", False, True, "pass", "转移至相邻或区域合作省份。"),
    ("D10", "340000", False, True, "pass", "转移至相邻或区域合作省份。"),
    ("D10", "620000", True, True, "pass", "全国统筹布局设施。"),
    ("D10", "620000", False, False, "doubt", "区域内无相应剩余能力，跨区域处置需论证。"),
    ("D10", "620000", False, True, "fail", "长三角区域具备相应能力（1家，剩余3200吨），不符合就近原则。"),
    ("R5", "320000", False, True, "pass", "利用，转移至相邻、区域合作省份或全国统筹布局设施。"),
    ("R5", "620000", True, True, "pass", "利用，转移至相邻、区域合作省份或全国统筹布局设施。"),
    ("R5", "360000", False, False, "pass", "区域内无相应能力。"),
    ("R5", "620000", False, False, "doubt", "运距超过1500千米，需说明合理性。"),
    ("R5", "620000", False, True, "doubt", "区域内具备利用能力，需说明跨区域利用的必要性。"),
    ("S01", "330000", False, False, "doubt", "跨省收集贮存需说明最终去向。"),
]


@pytest.mark.parametrize(("mode", "province", "national", "able", "verdict", "reason"), NEAR)
def test_the_table_of_nearness(mode, province, national, able, verdict, reason):
    scopes = tuple(
        dataclasses.replace(s, mode_family="R" if mode == "R5" else s.mode_family)
        for s in YES.licences[0].scopes
    )
    near = dataclasses.replace(YES, licences=(dataclasses.replace(YES.licences[0], scopes=scopes),))
    values = {"waste.wastes.0.disposal_mode": mode, "receiver.receiver_province": province}
    if province == "360000":
        values |= {"generator.generator_adcode": "310120", "receiver.receiver_adcode": "360702"}
    case = sample_2(values, region=(near,) if able else ())
    assert said(firm(case, national_facility=national))["CR-07"] == (verdict, reason)


def test_no_row_of_the_table_is_dead_and_none_overlaps_another():
    assert len(TABLE) == 9
    for family in "RDS":
        for tier in ("T1", "T2", "T3", "T4"):
            for able in (True, False):
                for far in (True, False):
                    assert sum(row.fits(family, tier, able, far) for row in TABLE) == 1


def test_use_beyond_the_region_over_a_distance_nobody_knows_is_a_doubt():
    values = {"receiver.receiver_adcode": "360703"}
    assert said(sample_3(values))["CR-07"] == ("doubt", "没有两地里程，无法判断运距，须人工核实。")


def test_capacity_in_the_city_is_a_doubt_and_a_full_firm_is_none():
    facts = sample_2()[1]
    here = dataclasses.replace(YES, uscc=RECEIVER, province="310000")
    assert said(sample_2(region=(here, *facts.region)))["CR-08"] == (
        "doubt",
        "本市1家单位具备能力（剩余合计3200吨），请说明跨省必要性。",
    )
    much = {"waste.wastes.0.apply_qty": "3200.0001"}
    assert said(sample_2(much, region=(here,)))["CR-08"][0] == "pass"


def test_what_others_have_been_promised_or_have_applied_for_is_no_room_left():
    licence = YES.licences[0]
    key = room_key(licence=licence, scope=next(s for s in licence.scopes if s.category == "HW49"))
    region = (YES,)
    assert said(sample_2(region=region))["CR-07"][0] == "fail"
    nearly = {key: Decimal(3170)}
    assert said(sample_2(region=region, claimed=nearly))["CR-07"] == (
        "fail",
        "长三角区域具备相应能力（1家，剩余30吨），不符合就近原则。",
    )
    assert said(sample_2(region=region, claimed={key: Decimal("3170.0001")}))["CR-07"] == (
        "doubt",
        "区域内无相应剩余能力，跨区域处置需论证。",
    )
    here = (dataclasses.replace(YES, province="310000"),)
    assert said(sample_2(region=here, claimed=nearly))["CR-08"][0] == "doubt"
    assert said(sample_2(region=here, claimed={key: Decimal(3171)}))["CR-08"][0] == "pass"
