"""What the registers know that an application needs.

Books are as of the day; everything else comes from the registers' providers, which answer for an incomplete draft with
nothing found. Source: domain brief 危险废物 第一部分 §3, §5, §7.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from luban.kit.book import BookOnDay
from luban.kit.facts import Facts, need
from luban.registers.carriers.parts import Carrier
from luban.registers.exemptions.parts import ExemptionRule, PointToPoint
from luban.registers.management_plans.parts import ManagementPlan
from luban.registers.receivers.parts import Receiver, Room
from luban.registers.transfer_permits.parts import Pending, Permit
from luban.registers.vehicle_tracks.parts import Track
from luban.registers.whitelists.parts import WhitelistEntry

RECEIVER = "receiver.receiver_uscc"


@dataclass(frozen=True, kw_only=True)
class TransferFacts(Facts):
    """`region` are all receivers of Shanghai, Jiangsu, Zhejiang and Anhui; `rooms` what is left of licence lines
    (`licence_no|capacity group or number of the line`); `carriers` those chosen, by carrier_id; `permits` the
    applicant's, `receiver_permits` those to the same receiver; `claimed` what everybody's permits and applications under
    way (but this one) have taken of all receivers, by the keys of `rooms`; `tracks` by plate, None when the platform was out."""

    hw_codes: BookOnDay = need("book.hw_codes")
    hw_categories: BookOnDay = need("book.hw_categories")
    hw_modes: BookOnDay = need("book.hw_modes")
    hw_packaging: BookOnDay = need("book.hw_packaging")
    hw_mode_rules: BookOnDay = need("book.hw_mode_rules")
    hw_hazard_classes: BookOnDay = need("book.hw_hazard_classes")
    province_rules: BookOnDay = need("book.province_rules")
    distances: BookOnDay = need("book.distances")
    score_bands: BookOnDay = need("book.score_bands")
    calendar: BookOnDay = need("book.calendar")
    places: BookOnDay = need("book.divisions")
    receiver: Receiver | None = need("receivers.of", uscc=RECEIVER)
    region: tuple[Receiver, ...] = need("receivers.region")
    rooms: Mapping[str, Room] = need(
        "receivers.rooms", receiver=RECEIVER, start="plan.plan_start", end="plan.plan_end"
    )
    carriers: Mapping[str, Carrier] = need("carriers.chosen", rows="transport.carriers")
    whitelist: tuple[WhitelistEntry, ...] = need("whitelists.of", receiver=RECEIVER)
    exemption_rules: tuple[ExemptionRule, ...] = need("exemptions.rules")
    p2p: tuple[PointToPoint, ...] = need("exemptions.p2p", receiver=RECEIVER)
    permits: tuple[Permit, ...] = need("transfer_permits.of_generator")
    receiver_permits: tuple[Permit, ...] = need("transfer_permits.of_receiver", receiver=RECEIVER)
    pending: tuple[Pending, ...] = need("transfer_permits.pending")
    claimed: Mapping[str, Decimal] = need("transfer_permits.claimed")
    plan: ManagementPlan | None = need("management_plans.of", plan_no="generator.management_plan_no")
    tracks: Mapping[str, Track] | None = need("vehicle_tracks.of", rows="transport.carriers")
