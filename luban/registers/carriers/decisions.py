"""How an entry of the library changes when a filing is received, passed, refused or taken back: pure functions.

PostgreSQL and `luban try` both run exactly these. A filing is a form with the sections `filing` (`kind`: add, change,
cancel or restore), `carrier` (the fields of `Carrier` of the same names), `fleet.vehicles` and `staff.persons` (rows
with the fields of `Vehicle` and `Person`); the scans of the licence are its material `M01`. A carrier not yet in
force stands with what it has filed as pending, rejected or draft (taken back), so that whoever looks for it reads why
it cannot be chosen; one in force keeps what was passed until the next filing is. Source: domain brief 危险废物 §1.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from luban.kit.refusal import Refused
from luban.kit.view import CaseView
from luban.registers.carriers.parts import Carrier, Person, Vehicle

NUMBER = "YSDW{8}"
"""The number of an entry: YSDW and eight digits."""

LICENCE_SCAN = "M01"
ADD, CHANGE, CANCEL, RESTORE = "add", "change", "cancel", "restore"
STANDING = {"approved": "已备案", "suspended": "已暂停", "cancelled": "已注销"}
"""What an entry is that was passed at least once."""

FITTING = {
    CHANGE: ("approved",),
    CANCEL: ("approved", "suspended"),
    RESTORE: ("suspended", "cancelled"),
}
"""The standings a kind of filing begins at; `add` begins where there is none."""

KINDS = {ADD: "新增", CHANGE: "变更", CANCEL: "注销", RESTORE: "恢复"}
_STATED = (
    "name",
    "reg_adcode",
    "reg_address",
    "legal_person",
    "contact_name",
    "contact_phone",
    "emergency_phone",
    "rtl_no",
    "rtl_issuer",
    "rtl_from",
    "rtl_to",
    "insurance_to",
    "gps_platform",
)
_BLANKS = {f.name: f.default for f in fields(Carrier)}
_VEHICLE = tuple(f.name for f in fields(Vehicle) if f.name != "track_bound")
_PERSON = tuple(f.name for f in fields(Person))


def fitting_kind(carrier: Carrier | None) -> str:
    """The kind of filing a firm begins with as its entry stands."""
    if carrier is None or carrier.filing_status not in STANDING:
        return ADD
    return CHANGE if carrier.filing_status == "approved" else RESTORE


def hindrance(carrier: Carrier | None, *, kind: str, by: str) -> str | None:
    """Why filing `by` (empty: a new one) of a kind does not fit the entry as it stands; None when it does."""
    if carrier is not None and carrier.pending_by not in ("", by):
        return f"贵单位已有在办的运输单位信息备案（{carrier.pending_by}），请等待办结或者先撤回。"
    standing = carrier.filing_status if carrier else ""
    if kind == ADD:
        if carrier is None or standing not in STANDING:
            return None
    elif standing in FITTING[kind]:
        return None
    proper = KINDS[fitting_kind(carrier)]
    if carrier is None or standing not in STANDING:
        return f"运输单位库中没有贵单位的有效备案，不能办理{KINDS[kind]}，请选择“{proper}”。"
    return f"贵单位{STANDING[standing]}（{carrier.carrier_id}），不能办理{KINDS[kind]}，请选择“{proper}”。"


def stated(carrier: Carrier, view: CaseView) -> Carrier:
    """The entry with what the filing states; what the system keeps of it stays."""
    said = view.form.carrier
    scans = tuple(file.sm3 for file in view.materials.of(LICENCE_SCAN)) or carrier.rtl_files
    return replace(
        carrier,
        **{name: _given(said, name) for name in _STATED},
        rtl_scope=tuple(said.rtl_scope),
        rtl_files=scans,
        municipal_listed=bool(said.municipal_listed),
        vehicles=tuple(_vehicle(row) for row in view.form.fleet.vehicles),
        persons=tuple(Person(**_cells(row, _PERSON)) for row in view.form.staff.persons),
    )


def _given(said: Any, name: str) -> Any:
    """What the filing says under a name; the blank of a carrier where it says nothing."""
    value = getattr(said, name)
    return _BLANKS[name] if value is None else value


def _cells(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The filled cells of a row; blanks are left to the defaults."""
    given = {name: getattr(row, name) for name in names}
    return {k: tuple(v) if isinstance(v, list) else v for k, v in given.items() if v not in (None, "")}


def _vehicle(row: Any) -> Vehicle:
    """A vehicle; it counts as bound once it states its terminal (default, until the track platform says otherwise)."""
    return Vehicle(**_cells(row, _VEHICLE), track_bound=bool(row.gps_device_no))


def _begun(view: CaseView, carrier_id: str) -> Carrier:
    return Carrier(carrier_id=carrier_id, uscc=view.applicant, filing_status="draft", version=0)


def _fit(carrier: Carrier | None, view: CaseView) -> None:
    wrong = hindrance(carrier, kind=view.form.filing.kind or ADD, by=view.number)
    if wrong:
        raise Refused("CARRIER_FILING_UNFIT", wrong)


def received(carrier: Carrier | None, *, view: CaseView, day: date, carrier_id: str) -> Carrier:
    """A filing has come: the entry waits for it. Refused (409) when it does not fit."""
    _fit(carrier, view)
    entry = carrier or _begun(view, carrier_id)
    if entry.filing_status not in STANDING:
        entry = replace(stated(entry, view), filing_status="pending")
    return replace(entry, pending_by=view.number)


def filed(carrier: Carrier | None, *, view: CaseView, day: date, carrier_id: str) -> Carrier:
    """The filing is passed: what it states is in force, or the entry is cancelled. Refused (409) when it does not fit."""
    if view.form.filing.kind == CANCEL:
        return cancelled(carrier, view=view, day=day, carrier_id=carrier_id)
    _fit(carrier, view)
    entry = stated(carrier or _begun(view, carrier_id), view)
    return _confirmed(entry, day)


def restored(carrier: Carrier | None, *, view: CaseView, day: date, carrier_id: str) -> Carrier:
    """The entry is in force again as it stood. Refused (404) when there is none."""
    return _confirmed(_known(carrier), day)


def cancelled(carrier: Carrier | None, *, view: CaseView, day: date, carrier_id: str) -> Carrier:
    """The entry is given up. Refused (404) when there is none."""
    return _standing(_known(carrier), "cancelled")


def suspended(carrier: Carrier | None, *, view: CaseView, day: date, carrier_id: str) -> Carrier:
    """The entry may not be chosen until it is restored. Refused (404) when there is none."""
    return _standing(_known(carrier), "suspended")


def _standing(carrier: Carrier, standing: str) -> Carrier:
    return replace(carrier, filing_status=standing, version=carrier.version + 1, pending_by="")


def _confirmed(carrier: Carrier, day: date) -> Carrier:
    return replace(_standing(carrier, "approved"), last_confirmed_at=day, source="self_filing")


def _known(carrier: Carrier | None) -> Carrier:
    if carrier is None:
        raise Refused("CARRIER_NOT_FOUND", "运输单位库中没有该单位，请先办理新增备案。", status=404)
    return carrier


def _let_go(carrier: Carrier | None, view: CaseView, standing: str) -> Carrier | None:
    if carrier is None or carrier.pending_by != view.number:
        return carrier
    left = standing if carrier.filing_status == "pending" else carrier.filing_status
    return replace(carrier, filing_status=left, pending_by="")


def refused(carrier: Carrier | None, *, view: CaseView, day: date, carrier_id: str) -> Carrier | None:
    """The filing is refused: a carrier in force stays as it was, another one is marked rejected."""
    return _let_go(carrier, view, "rejected")


def released(carrier: Carrier | None, *, view: CaseView, day: date, carrier_id: str) -> Carrier | None:
    """The filing was taken back or lapsed: a carrier in force stays as it was, another one is a draft again."""
    return _let_go(carrier, view, "draft")


Decision = Callable[..., Carrier | None]
COMMANDS: Mapping[str, Decision] = MappingProxyType(
    {
        "carriers.receive": received,
        "carriers.file": filed,
        "carriers.suspend": suspended,
        "carriers.cancel": cancelled,
        "carriers.restore": restored,
        "carriers.refuse": refused,
        "carriers.release": released,
    }
)
"""The commands of the register; each is given the firm's entry (None: no entry yet) and says how it stands then."""

RECORDED = frozenset(
    {"carriers.file", "carriers.suspend", "carriers.cancel", "carriers.restore", "carriers.refuse"}
)
"""The commands that end a filing: each leaves a record with the entry before and after."""


def in_service(carrier: Carrier) -> bool:
    """Whether others must reckon with its vehicles: filed, and not given up."""
    return carrier.filing_status in ("approved", "suspended")
