"""The technical assessment (技术评估评分表, brief 7.6): risk on the road, risk at the receiver, order and efficiency.

A, B and C make the base of 100 points, D a bonus of at most 10; more points mean less risk. The steps from a value to
points are rows of the register of score bands (`score_bands.csv`); this module says which value to ask with. What
cannot be known is missing and makes the sheet provisional (7.1). Several wastes: one `Points` each, the lowest counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, permutations
from typing import Any

from luban.items.hazwaste_transfer_out import readings
from luban.items.hazwaste_transfer_out.readings import figure
from luban.kit.clock import ZONE, moment_of
from luban.kit.scores import Bands, Dimension, Grading, Points, Scoring, Sheet, missing
from luban.registers.hazardous_waste.vehicles import clean_vehicle
from luban.registers.vehicle_tracks.parts import Track

DIMENSIONS = (
    Dimension("A", "运输风险", 30, floor="hwt.score.floor_a"),
    Dimension("B", "利用处置风险", 30, floor="hwt.score.floor_b"),
    Dimension("C", "规范高效", 40, floor="hwt.score.floor_c"),
    Dimension("D", "加分", 10, bonus=True),
)
REFUSE = "不予同意"
GRADES = {
    "low": ("低风险", "同意转移"),
    "medium": ("中风险", "同意，附条件/专家复核"),
    "high": ("高风险", REFUSE),
}
HUNDREDTH = Decimal("0.01")


def grade(sheet: Sheet, params: Any) -> Grading:
    """The grade of a total (7.6 合计与分级): a dimension below its floor holds a good total down to 中风险."""
    low, medium = params.integer("hwt.score.low"), params.integer("hwt.score.medium")
    code = "low" if sheet.total >= low and not sheet.below else "medium"
    if sheet.total < medium:
        code = "high"
    reasons = [f"总分{sheet.base}+{sheet.bonus}={sheet.total}（低风险不低于{low}分，高风险低于{medium}分）。"]
    reasons += [
        f"{d.title}{sheet.subtotals[d.code]}分，低于下限{params.integer(d.floor)}分，分级至多为中风险。"
        for d in DIMENSIONS
        if d.code in sheet.below
    ]
    title, suggestion = GRADES[code]
    return Grading(code, title, suggestion, tuple(reasons), on_fail=REFUSE)


SCORING = Scoring(dimensions=DIMENSIONS, grade=grade)


def banded(
    facts: Any,
    factor: str,
    why: str,
    *,
    value: Decimal | int | None = None,
    code: str | Collection[str] = "",
    path: str = "",
    **inputs: Any,
) -> Points:
    """The points of the band a value or code falls in; missing when the table has no band for it."""
    try:
        band = Bands(facts.item, facts.score_bands).of(factor, value=value, code=code)
    except LookupError:
        return missing(f"{why}，评分分档表没有相应的一档，请登记分档或者由评估人员给分。", path, **inputs)
    return Points(band.points, f"{why}（{band.text}）。", inputs, band.id, path)


@SCORING.factor("A1", "运输距离", dimension="A", most=10)
def distance(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """Road kilometres from county to county; by water or rail the kilometres declared."""
    found = readings.distance_of(form, facts)
    if found is None:
        yield missing("距离表没有两地里程，设施坐标也不全，请补登里程或者由评估人员给分。", "plan.route_km")
        return
    said = {"table": "公路里程", "estimated": "按坐标估算的里程", "declared": "水路、铁路申报里程"}
    why = f"{said.get(found.kind, '里程')}{found.km}千米"
    yield banded(facts, "A1", why, value=Decimal(found.km), km=found.km, kind=found.kind)


@SCORING.factor("A2", "运输车辆轨迹", dimension="A", most=6)
def tracks(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """The share of the chosen vehicles whose track is usable; no vehicle at all has none."""
    path, plates = "transport.carriers", [v.plate_no for v in readings.vehicles(form)]
    if facts.tracks is None:
        yield missing("车辆轨迹平台没有答复，请稍后重新取数评分，或者由评估人员给分。", path)
        return
    usable = [p for p in plates if _usable(facts.tracks.get(p), facts.params, today)]
    share = Decimal(len(usable)) / len(plates) if plates else Decimal(0)
    lacking = "、".join(p or "未填车牌" for p in plates if p not in usable)
    why = f"轨迹可用车辆{len(usable)}/{len(plates)}" + (f"，不可用：{lacking}" if lacking else "")
    yield banded(facts, "A2", why, value=share, path=path, usable=len(usable), chosen=len(plates))


def _usable(track: Track | None, params: Any, today: date) -> bool:
    """Bound, heard of within the days before the platform was asked, and complete enough over 30 days."""
    if track is None or not track.bound or track.last_report_at is None:
        return False
    asked = track.fetched_at or datetime.combine(today, time.max, ZONE)
    since = moment_of(asked) - timedelta(days=params.integer("hwt.track.days"))
    complete = track.completeness_30d >= params.decimal("hwt.track.completeness")
    return complete and moment_of(track.last_report_at) >= since


@SCORING.factor("A3", "危险特性", dimension="A", most=8)
def hazards(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """Each waste's hazards: all the catalogue lists with “,” and the declared ones, with “/” the declared ones."""
    for path, row in readings.wastes(form):
        found = readings.hazards_of(row, facts)
        where = f"{path}.declared_hazards"
        if not found:
            yield missing(f"{row.waste_code or '废物'}没有危险特性，请补填或者由评估人员给分。", where)
            continue
        pairs = {"+".join(pair) for pair in permutations(found, 2)}
        why = f"{row.waste_code}的危险特性为{'、'.join(found)}"
        yield banded(facts, "A3", why, code={*found, *pairs}, path=where, code8=row.waste_code, hazards=found)


@SCORING.factor("A4", "废物形态", dimension="A", most=6)
def physical_form(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """Each waste's physical form."""
    for path, row in readings.wastes(form):
        where, code = f"{path}.physical_form", row.physical_form
        if not code:
            yield missing(f"{row.waste_code or '废物'}没有填写形态，请补填或者由评估人员给分。", where)
            continue
        said = f"{row.waste_code}"
        yield banded(facts, "A4", said, code=code, path=where, code8=row.waste_code, physical_form=code)


@SCORING.factor("B1", "转移稳定性", dimension="B", most=10)
def stability(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """How permits of the same firms and code went in the months before; the first time, how long the contract is."""
    months, window = readings.contract_months(form.contract), facts.params.integer("hwt.score.b1_months")
    for path, row in readings.wastes(form):
        past = readings.past_of(form, facts, row, today)
        inputs = {"code8": row.waste_code, "n": past.n, "rate": past.rate, "abnormal": past.abnormal}
        about, where = f"{row.waste_code}近{window}个月", f"{path}.waste_code"
        if past.abnormal:
            why = f"{about}有异常联单{past.abnormal}份"
            yield banded(facts, "B1", why, code="abnormal", value=past.rate, path=where, **inputs)
        elif past.n:
            codes = {"once", "twice"} if past.n > 1 else {"once"}
            why = f"{about}到期或用尽的许可{past.n}个，执行率{past.rate}%"
            yield banded(facts, "B1", why, code=codes, value=past.rate, path=where, **inputs)
        elif months is None:
            yield missing("没有填写合同起止日期，无法判断转移稳定性。", "contract.contract_to", **inputs)
        else:
            why = f"{about}没有到期或用尽的许可，合同{months}个月"
            yield banded(facts, "B1", why, code="first", value=months, path=where, **inputs, term=months)


@SCORING.factor("B2", "利用处置方式", dimension="B", most=12)
def mode(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """Each waste's way of use or disposal."""
    for path, row in readings.wastes(form):
        where, code = f"{path}.disposal_mode", row.disposal_mode
        if not code:
            yield missing(
                f"{row.waste_code or '废物'}没有填写利用处置方式，请补填或者由评估人员给分。", where
            )
            continue
        why = f"{row.waste_code}采用{code}"
        yield banded(facts, "B2", why, code=code, path=where, code8=row.waste_code, mode=code)


@SCORING.factor("B3", "废物价值", dimension="B", most=8)
def value(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """Who pays, and how much a tonne. The price itself is secret: only its band is told."""
    for path, row in readings.wastes(form):
        way, price, where = row.fee_direction, row.unit_price, f"{path}.fee_direction"
        if not way or (way == "generator_pays" and price is None):
            what = "费用方向" if not way else "单价"
            yield missing(f"{row.waste_code or '废物'}没有填写{what}，请补填或者由评估人员给分。", where)
            continue
        asked = price if way == "generator_pays" else None
        yield banded(
            facts, "B3", f"{row.waste_code}", code=way, value=asked, path=where, code8=row.waste_code, fee=way
        )


@SCORING.factor("C1", "许可证有效期", dimension="C", most=10)
def licence_left(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """Days between the planned beginning and the end of the receiver's licence or point-to-point exemption."""
    start, path = form.plan.plan_start, "receiver.licence_valid_to"
    if form.receiver.qualification_kind == "exempt_general":
        said, kind = "接收单位适用一般豁免", form.receiver.qualification_kind
        yield banded(facts, "C1", said, code="long_term", path=path, kind=kind)
        return
    until = readings.qualified_until(form, facts)
    if start is None or until is None:
        what = "拟转移开始日期" if start is None else "接收单位资质的截止日期"
        yield missing(f"没有{what}，请补数或者由评估人员给分。", path)
        return
    left = (until - start).days
    why = f"接收单位资质至{until}，拟转移自{start}起，剩余{left}天"
    yield banded(facts, "C1", why, value=left, path=path, until=until, start=start, days=left)


@SCORING.factor("C2", "能力匹配性", dimension="C", most=12)
def capacity(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """What the receiver has taken, has promised and is asked to take now, of what it may take."""
    for path, row in readings.wastes(form):
        used = readings.use_of(form, facts, row)
        where = f"{path}.apply_qty"
        if used is None or used.capacity is None or used.share is None:
            yield missing(
                f"{row.waste_code or '废物'}没有接收单位核准规模，请补数或者由评估人员给分。", where
            )
            continue
        pct = (used.share * 100).quantize(HUNDREDTH)
        why = f"{row.waste_code}{readings.sum_of(used)}，核准{figure(used.capacity)}吨，占用率{pct}%"
        inputs: dict[str, Any] = {"received": used.received, "committed": used.committed}
        inputs |= {
            "applied": used.applied,
            "capacity": used.capacity,
            "q": pct,
            "code8": row.waste_code,
            "source": used.source,
        }
        yield banded(facts, "C2", why, value=used.share, path=where, **inputs)


@SCORING.factor("C3", "转移量规模", dimension="C", most=8)
def quantity(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """The tonnes of the whole application."""
    total = form.plan.total_t
    if total is None:
        yield missing("没有申请总量，请补填或者由评估人员给分。", "plan.total_t")
        return
    yield banded(facts, "C3", f"申请总量{figure(total)}吨", value=total, path="plan.total_t", total_t=total)


@SCORING.factor("C4", "跨省转移许可数", dimension="C", most=10)
def permits(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """How many permits are in force; whose and for which codes is a parameter."""
    scope = facts.params.text("hwt.score.c4_scope")
    said = {"generator_all": "移出人", "receiver_all": "接收单位"}.get(scope, "移出人同代码")
    for path, row in readings.wastes(form):
        n = readings.permits_in_force(form, facts, row, today, scope)
        why = f"{row.waste_code}：{said}在效的跨省转移许可{n}个"
        where = f"{path}.waste_code"
        yield banded(facts, "C4", why, value=n, path=where, code8=row.waste_code, n=n, scope=scope)


@SCORING.factor("D1", "长三角无此类处置能力", dimension="D", most=5, allowed=(0, 5))
def no_ability_near(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """The receiver lies outside the region and nobody inside could take any of the wastes in the same way."""
    region, path = facts.params.codes("hwt.region"), "receiver.receiver_province"
    if form.receiver.receiver_province in region:
        where = form.receiver.receiver_province
        yield banded(facts, "D1", "接收单位在长三角区域内", code="no", path=path, province=where)
        return
    remaining = facts.params.flag("hwt.score.d1_require_remaining")
    rows = [row for _, row in readings.wastes(form)]
    able = {row.waste_code: readings.able_in(form, facts, row, region, remaining=remaining) for row in rows}
    units = {unit.receiver.name for unit in chain.from_iterable(able.values())}
    told = "、".join(code or "" for code, found in able.items() if found)
    why = f"区域内{len(units)}家单位可以接收{told}" if units else "区域内没有单位可以接收"
    code = "yes" if rows and not units else "no"
    yield banded(facts, "D1", why, code=code, path=path, units=sorted(units), remaining=remaining)


@SCORING.factor("D2", "白名单", dimension="D", most=3, allowed=(0, 3))
def whitelisted(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """The receiver stands on a list for every one of the wastes; national and provincial count once."""
    found = readings.whitelisted_by(form, facts, today)
    entry = "、".join(one.entry_id for one in found)
    why = f"命中白名单条目{entry}" if found else "没有命中白名单"
    yield banded(
        facts, "D2", why, code="yes" if found else "no", path="receiver.receiver_uscc", entries=entry
    )


@SCORING.factor("D3", "清洁运输", dimension="D", most=2, allowed=(0, 2))
def clean_transport(form: Any, facts: Any, today: date) -> Iterator[Points]:
    """By road only, and every chosen vehicle a diesel of stage 6 or later, or one of new energy."""
    path, chosen = "transport.carriers", tuple(readings.vehicles(form))
    gas = facts.params.flag("hwt.score.clean_gas_counts")
    dirty = [
        v.plate_no or "未填车牌"
        for v in chosen
        if not clean_vehicle(fuel_type=v.fuel_type, emission_stage=v.emission_stage, gas_counts=gas)
    ]
    if set(form.plan.transport_mode or ()) != {"road"}:
        code, why = "no", "不是全程公路运输"
    elif not chosen:
        code, why = "no", "没有选定车辆"
    else:
        code = "no" if dirty else "yes"
        why = f"选定{len(chosen)}辆车" + (f"，不符合：{'、'.join(dirty)}" if dirty else "")
    yield banded(facts, "D3", why, code=code, path=path, chosen=len(chosen), not_clean=dirty)
