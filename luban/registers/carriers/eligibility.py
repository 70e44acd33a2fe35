"""Who may be chosen: clauses CQ-01 to CQ-13, one function for new permits and for changes of carriers alike.

Pure. All clauses speak, from the top of the table down; the heaviest of what they say is the carrier's level. A carrier
is looked at on a day, for a term and for the wastes it is to carry. Source: domain brief 危险废物 §1.1.1, §12.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from luban.kit.clock import add_months
from luban.registers.carriers.parts import WHOLE_SCOPE, Carrier, Load, Person, Vehicle
from luban.registers.hazardous_waste.parts import HAZARDS

ENDS_SOON = "carriers.licence_notice_days"
"""Parameter of CQ-10: a licence that ends within so many days is spoken of."""

UNCONFIRMED = "carriers.confirm_months"
"""Parameter of CQ-11: what nobody confirmed for so many months is spoken of."""

REQUIRED = {
    "name": "单位名称",
    "uscc": "统一社会信用代码",
    "reg_adcode": "注册地区划",
    "reg_address": "注册地址",
    "legal_person": "法定代表人",
    "contact_name": "联系人",
    "contact_phone": "联系电话",
    "emergency_phone": "24小时应急电话",
    "rtl_no": "道路运输经营许可证号",
    "rtl_issuer": "发证机关",
    "rtl_from": "许可证有效期起",
    "rtl_to": "许可证有效期止",
    "rtl_scope": "经营范围",
    "rtl_files": "许可证扫描件",
}
"""What an entry must say to be complete (CQ-01), with the labels its filing asks for it."""

MUST_HAVE = {"driver": "驾驶员", "escort": "押运员"}
"""The persons without whom nothing is carried (CQ-03)."""

NOT_PASSED = {"pending": "待审核", "rejected": "未通过"}
ENDED = {"suspended": "暂停", "cancelled": "注销"}
BLACKLISTED = "blacklisted"
EITHER = "/"
NOTHING_FILED = "备案申请"


class Level(StrEnum):
    """OK and REMIND may be chosen; UNQUALIFIED and INCOMPLETE may not."""

    OK = "OK"
    REMIND = "REMIND"
    UNQUALIFIED = "UNQUALIFIED"
    INCOMPLETE = "INCOMPLETE"


WEIGHT = tuple(Level)
"""Levels from the lightest to the heaviest."""


@dataclass(frozen=True)
class Reason:
    """What one clause says."""

    rule: str
    level: Level
    message: str


@dataclass(frozen=True)
class Eligibility:
    """The heaviest level and every reason, in the order of the clauses."""

    level: Level
    reasons: tuple[Reason, ...] = ()

    @property
    def selectable(self) -> bool:
        """Whether the carrier may be chosen."""
        return self.level in (Level.OK, Level.REMIND)


class Needed(Protocol):
    """Classes of dangerous goods any one of which covers a hazard in a physical form; empty when none is asked for."""

    def __call__(self, hazard: str, form: str) -> tuple[str, ...]:
        """The classes, such as ("4.2", "4.3", "5.1", "5.2") for R."""


class Figures(Protocol):
    """Dated figures: `ParametersOnDay` is one."""

    def integer(self, key: str) -> int:
        """The whole number under a key."""


@dataclass(frozen=True)
class Question:
    """Everything one look at a carrier stands on."""

    carrier: Carrier
    start: date | None
    end: date | None
    loads: tuple[Load, ...]
    today: date
    chosen: tuple[str, ...]
    needed: Needed
    params: Figures


def class_needs(rows: Iterable[Any]) -> Needed:
    """The answer of a register of hazards and classes: rows with `hazard`, `forms` (codes; none: any), `class_codes`.

    `rows` are the entries of `hw_hazard_classes` on the day; a hazard it does not name asks for nothing.
    """
    table = [(row["hazard"], tuple(row["forms"]), tuple(row["class_codes"])) for row in rows]

    def needed(hazard: str, form: str) -> tuple[str, ...]:
        return next((c for h, forms, c in table if h == hazard and (not forms or form in forms)), ())

    return needed


def eligibility(
    *,
    carrier: Carrier,
    plan_start: date | None,
    plan_end: date | None,
    loads: Iterable[Load],
    today: date,
    classes: Needed,
    params: Figures,
    chosen: Iterable[str] = (),
) -> Eligibility:
    """Whether a carrier may be chosen for a term and wastes; `chosen` are the plates chosen of its vehicles.

    A term that is still open (None) leaves its clauses silent. `params` holds the parameters named above.
    """
    asked = Question(
        carrier, plan_start, plan_end, tuple(loads), today, tuple(chosen), needed=classes, params=params
    )
    reasons = tuple(reason for clause in CLAUSES for reason in clause(asked))
    level = max((r.level for r in reasons), key=WEIGHT.index, default=Level.OK)
    return Eligibility(level, reasons)


def works(person: Person, role: str, today: date) -> bool:
    """Whether a person holds a certificate of that role on a day (`cert_to` ≥ today)."""
    return person.role == role and person.cert_to is not None and person.cert_to >= today


def runs(vehicle: Vehicle, today: date) -> bool:
    """Whether a vehicle is valid on a day: neither disabled nor past its transport certificate."""
    return vehicle.status == "valid" and (vehicle.cert_to is None or vehicle.cert_to >= today)


def missing(carrier: Carrier) -> tuple[str, ...]:
    """The labels of what an entry lacks."""
    return tuple(label for name, label in REQUIRED.items() if not getattr(carrier, name))


def _incomplete(rule: str, message: str) -> Reason:
    return Reason(rule, Level.INCOMPLETE, message)


def _complete(q: Question) -> Iterator[Reason]:
    """CQ-01: every required answer is there and the entry is no draft."""
    lacks = missing(q.carrier) or ((NOTHING_FILED,) if q.carrier.filing_status == "draft" else ())
    if lacks:
        listed = "、".join(lacks)
        message = f"该运输单位备案信息不全（缺：{listed}），无法选择，请通知其办理运输单位信息备案。"
        yield _incomplete("CQ-01", message)


def _vehicles(q: Question) -> Iterator[Reason]:
    """CQ-02: a valid vehicle."""
    if not any(runs(v, q.today) for v in q.carrier.vehicles):
        yield _incomplete("CQ-02", "该运输单位未备案有效车辆，无法选择，请通知其办理运输单位信息备案。")


def _persons(q: Question) -> Iterator[Reason]:
    """CQ-03: a valid driver and a valid escort."""
    lacks = [
        title
        for role, title in MUST_HAVE.items()
        if not any(works(p, role, q.today) for p in q.carrier.persons)
    ]
    if lacks:
        message = f"该运输单位未备案有效的{'、'.join(lacks)}，无法选择，请通知其办理运输单位信息备案。"
        yield _incomplete("CQ-03", message)


def _passed(q: Question) -> Iterator[Reason]:
    """CQ-04: the filing has been passed."""
    if (standing := NOT_PASSED.get(q.carrier.filing_status)) is not None:
        yield _incomplete("CQ-04", f"该运输单位备案{standing}，暂不可选择。")


def _licence_over(q: Question) -> Iterator[Reason]:
    """CQ-05: the licence has not run out."""
    ends = q.carrier.rtl_to
    if ends is not None and ends < q.today:
        message = f"该运输单位道路运输经营许可证已于{ends}到期，请提醒其更新备案。"
        yield Reason("CQ-05", Level.UNQUALIFIED, message)


def _licence_before(q: Question) -> Iterator[Reason]:
    """CQ-06: the licence reaches the first day."""
    ends = q.carrier.rtl_to
    if ends is not None and q.start is not None and ends < q.start:
        message = f"该运输单位许可证有效期（至{ends}）早于拟转移开始日期。"
        yield Reason("CQ-06", Level.UNQUALIFIED, message)


def _ended(q: Question) -> Iterator[Reason]:
    """CQ-07: neither suspended nor cancelled nor blacklisted."""
    word = ENDED.get(q.carrier.filing_status)
    if word is None and q.carrier.credit_flag != BLACKLISTED:
        return
    message = f"该运输单位备案已{word or '暂停、注销'}或被列入异常名单，不可选择。"
    yield Reason("CQ-07", Level.UNQUALIFIED, message)


def leading(load: Load) -> tuple[str, ...]:
    """The hazards that must be covered: the first one, or every declared one where the catalogue says "/"."""
    return load.hazards if load.joint == EITHER else load.hazards[:1]


def _uncovered(q: Question, load: Load, hazards: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """The hazards whose classes the carrier's scope has none of, with those classes."""
    scope = q.carrier.rtl_scope
    if WHOLE_SCOPE in scope:
        return []
    asked = [(hazard, q.needed(hazard, load.form)) for hazard in hazards]
    return [(hazard, wanted) for hazard, wanted in asked if wanted and not set(wanted) & set(scope)]


def _scope(q: Question) -> Iterator[Reason]:
    """CQ-08: the scope covers the leading hazard of every waste."""
    for load in q.loads:
        lacks = _uncovered(q, load, leading(load))
        if lacks:
            wanted = "、".join("或".join(classes) for _, classes in lacks)
            message = f"该运输单位经营范围未覆盖{load.code}对应的危险货物类项（需{wanted}）。"
            yield Reason("CQ-08", Level.UNQUALIFIED, message)


def _licence_within(q: Question) -> Iterator[Reason]:
    """CQ-09: the licence reaches the last day."""
    ends = q.carrier.rtl_to
    if ends is None or q.start is None or q.end is None or not q.start <= ends < q.end:
        return
    message = f"该运输单位许可证将于{ends}到期，早于拟转移结束日期，请提醒其及时换证并更新备案。"
    yield Reason("CQ-09", Level.REMIND, message)


def _licence_soon(q: Question) -> Iterator[Reason]:
    """CQ-10: the licence does not end soon."""
    ends, days = q.carrier.rtl_to, q.params.integer(ENDS_SOON)
    if ends is not None and 0 <= (ends - q.today).days <= days:
        yield Reason("CQ-10", Level.REMIND, f"该运输单位许可证{days}日内到期。")


def _confirmed(q: Question) -> Iterator[Reason]:
    """CQ-11: the entry was confirmed within the year; one that never was has nothing to be old."""
    at, months = q.carrier.last_confirmed_at, q.params.integer(UNCONFIRMED)
    if at is not None and at < add_months(q.today, -months):
        message = f"该运输单位备案信息超过{months}个月未确认，请提醒其更新。"
        yield Reason("CQ-11", Level.REMIND, message)


def _tracked(q: Question) -> Iterator[Reason]:
    """CQ-12: every chosen vehicle is bound to a positioning terminal."""
    for vehicle in q.carrier.vehicles:
        if vehicle.plate_no in q.chosen and not vehicle.track_bound:
            message = f"车辆{vehicle.plate_no}未绑定卫星定位终端，将影响运输风险评分。"
            yield Reason("CQ-12", Level.REMIND, message)


def _possible(q: Question) -> Iterator[Reason]:
    """CQ-13: where the leading hazard is covered, so are the others the waste may have."""
    for load in q.loads:
        first = leading(load)
        if _uncovered(q, load, first):
            continue
        lacks = _uncovered(q, load, [h for h in load.hazards if h not in first])
        if lacks:
            named = "、".join(HAZARDS.get(hazard, hazard) for hazard, _ in lacks)
            message = f"该运输单位经营范围未覆盖废物可能具有的{named}特性，请核实。"
            yield Reason("CQ-13", Level.REMIND, message)


CLAUSES = (
    _complete,
    _vehicles,
    _persons,
    _passed,
    _licence_over,
    _licence_before,
    _ended,
    _scope,
    _licence_within,
    _licence_soon,
    _confirmed,
    _tracked,
    _possible,
)
"""CQ-01 to CQ-13."""
