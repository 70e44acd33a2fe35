"""CR-07, CR-08: nearness and the city's own capacity.

CR-07 is the decision table of brief 7.3 as rows; they stand here and not in a register because the clause is the law's
(HWTM.3: disposal goes to neighbouring provinces, to provinces that cooperate, or to facilities planned for the whole
country; it does not speak of utilisation). What may change by date are parameters: which provinces, how far is far.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from luban.items.hazwaste_transfer_out import readings
from luban.items.hazwaste_transfer_out.readings import figure
from luban.kit.verdicts import Clauses, Judged, Verdict, doubts, fails, passes
from luban.registers.divisions.places import SHANGHAI
from luban.registers.receivers.capacity import Able, total_left

CLAUSES = Clauses()
SAY = {Verdict.PASS: passes, Verdict.DOUBT: doubts, Verdict.FAIL: fails}
ADJACENT, COOPERATING, NATIONAL, OTHER = "T1", "T2", "T3", "T4"


@dataclass(frozen=True)
class Near:
    """A row of the table: of a family of ways, for these tiers, whether the region could take it, whether it is far
    (None: whatever); then the verdict and why (`{units}` firms, `{left}` tonnes, `{far}` km)."""

    family: str
    tiers: tuple[str, ...]
    able: bool | None
    far: bool | None
    verdict: Verdict
    reason: str

    def fits(self, family: str, tier: str, able: bool, far: bool) -> bool:
        """Whether the row speaks of this case."""
        same = self.family == family and tier in self.tiers
        return same and self.able in (None, able) and self.far in (None, far)


ABLE_FAIL = "长三角区域具备相应能力（{units}家，剩余{left}吨），不符合就近原则"
ABLE_DOUBT = "区域内具备利用能力，需说明跨区域利用的必要性"
EVERYWHERE = (ADJACENT, COOPERATING, NATIONAL, OTHER)
TABLE = (
    Near("D", (ADJACENT, COOPERATING), None, None, Verdict.PASS, "转移至相邻或区域合作省份"),
    Near("D", (NATIONAL,), None, None, Verdict.PASS, "全国统筹布局设施"),
    Near("D", (OTHER,), False, None, Verdict.DOUBT, "区域内无相应剩余能力，跨区域处置需论证"),
    Near("D", (OTHER,), True, None, Verdict.FAIL, ABLE_FAIL),
    Near(
        "R",
        (ADJACENT, COOPERATING, NATIONAL),
        None,
        None,
        Verdict.PASS,
        "利用，转移至相邻、区域合作省份或全国统筹布局设施",
    ),
    Near("R", (OTHER,), False, False, Verdict.PASS, "区域内无相应能力"),
    Near("R", (OTHER,), False, True, Verdict.DOUBT, "运距超过{far}千米，需说明合理性"),
    Near("R", (OTHER,), True, None, Verdict.DOUBT, ABLE_DOUBT),
    Near("S", EVERYWHERE, None, None, Verdict.DOUBT, "跨省收集贮存需说明最终去向"),
)
"""Brief 7.3, row by row (the fifth gives no reason there)."""


@CLAUSES.clause("CR-07", "就近原则", law="HWTM.3", overridable=True)
def near(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """Each waste goes no farther than it must."""
    tier, limit = _tier(form, facts), facts.params.decimal("hwt.cr07.far_km")
    distance = readings.distance_of(form, facts)
    for path, row in readings.wastes(form):
        if not row.waste_code or not row.disposal_mode:
            continue
        family = readings.family_of(row.disposal_mode, facts)
        units = readings.able_in(form, facts, row, facts.params.codes("hwt.region"), remaining=True)
        where, km = f"{path}.disposal_mode", distance.km if distance else None
        seen = {"code": row.waste_code, "family": family, "tier": tier, "km": km}
        seen |= {"units": [unit.receiver.name for unit in units]}
        if km is None and family == "R" and tier == OTHER and not units:
            yield doubts("没有两地里程，无法判断运距，须人工核实", where, **seen)
            continue
        far = km is not None and Decimal(km) > limit
        yield _judged(where, family, tier, units, far, limit, seen)


def _judged(
    where: str,
    family: str,
    tier: str,
    units: tuple[Able, ...],
    far: bool,
    limit: Decimal,
    seen: dict[str, Any],
) -> Judged:
    row = next((one for one in TABLE if one.fits(family, tier, bool(units), far)), None)
    if row is None:
        return doubts("利用处置方式没有大类，无法判断就近，须人工核实", where, **seen)
    reason = row.reason.format(units=len(units), left=figure(total_left(units)), far=figure(limit))
    return SAY[row.verdict](reason, where, **seen)


def _tier(form: Any, facts: Any) -> str:
    """T1 neighbouring, T2 cooperating, T3 planned for the whole country, T4 others (7.3 分档)."""
    province = form.receiver.receiver_province
    if province in facts.params.codes("hwt.near.adjacent"):
        return ADJACENT
    if province in facts.params.codes("hwt.near.cooperating"):
        return COOPERATING
    return NATIONAL if facts.receiver is not None and facts.receiver.national_facility else OTHER


@CLAUSES.clause("CR-08", "本市能力", law="HWTM.3")
def city_could(form: Any, facts: Any, today: date) -> Iterator[Judged]:
    """Whether somebody in the city could take each waste in the same family of ways."""
    for path, row in readings.wastes(form):
        if not row.waste_code or not row.disposal_mode:
            continue
        units = readings.able_in(form, facts, row, (SHANGHAI,), remaining=True)
        where, names = f"{path}.waste_code", [unit.receiver.name for unit in units]
        if units:
            said = (
                f"本市{len(units)}家单位具备能力（剩余合计{figure(total_left(units))}吨），请说明跨省必要性"
            )
            yield doubts(said, where, code=row.waste_code, units=names)
        else:
            yield passes("本市无相应剩余能力", where, code=row.waste_code)
