"""A rule of the exemption list, a point-to-point record and a conclusion: plain and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Exemption(StrEnum):
    """What may be concluded; best first after EXEMPT_ALL."""

    EXEMPT_ALL = "EXEMPT_ALL"
    EXEMPT_P2P = "EXEMPT_P2P"
    EXEMPT_GENERAL = "EXEMPT_GENERAL"
    UNDETERMINED = "UNDETERMINED"
    NOT_EXEMPT = "NOT_EXEMPT"


STAGES = {
    "all": "全部环节",
    "collection": "收集",
    "transport": "运输",
    "utilisation": "利用",
    "landfill": "填埋",
    "kiln": "水泥窑协同",
    "transfer": "转移",
    "p2p": "点对点利用",
}
"""The stages of handling a line of the list may free."""


@dataclass(frozen=True, kw_only=True)
class ExemptionRule:
    """A line of the list. `stage` is a key of `STAGES`; `codes` are eight-digit codes, categories or `*`; `conditions` key → what is asked;
    `region` are six-digit provinces (blank: the whole country)."""

    rule_id: str
    stage: str
    list_no: str = ""
    codes: tuple[str, ...] = ()
    content: str = ""
    conditions: Mapping[str, str] = field(default_factory=dict)
    cross_province: bool = False
    region: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PointToPoint:
    """A record: one generator, one user, one code. `status` active, suspended, expired or revoked; `names_region`: the
    approval itself names other provinces."""

    p2p_no: str
    generator_uscc: str
    receiver_uscc: str
    waste_code: str
    quota_t: Decimal
    used_t: Decimal = Decimal(0)
    valid_from: date | None = None
    valid_to: date | None = None
    status: str = "active"
    names_region: bool = False
    approving_province: str = ""
    target_use: str = ""

    @property
    def left(self) -> Decimal:
        """Tonnes left of the quota."""
        return self.quota_t - self.used_t


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """What was concluded and why; `rule` is the id of the rule or record that led to it."""

    exemption: Exemption
    reasons: tuple[str, ...] = ()
    rule: str = ""
