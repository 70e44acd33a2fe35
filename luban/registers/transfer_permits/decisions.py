"""The rules by which permits and applications under way change, as pure functions.

PostgreSQL and `luban try` both run exactly these. They read the form by the field names of the application
(`generator`, `receiver`, `waste.wastes`, `plan`) and what was decided from the data of the case's acts: `approved` (rows
with `waste_code`, `disposal_mode`, `approved_t`), `valid_from`, `valid_to`, `permit_no`, whoever said it last.
Sources: domain brief 危险废物 §5 P-21, §6 (partial replies), §8 (term, states).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from luban.kit.refusal import Refused
from luban.kit.view import CaseView
from luban.registers.transfer_permits.parts import STORED, TAKES_ROOM, Pending, Permit, PermitRow

FOLLOWS = frozenset({"renew", "re_apply"})
"""The kinds of application that follow an earlier permit."""

DECIDED = frozenset({"decided", "closed_granted"})
"""The states of a case in which its permit is out."""


def said(view: CaseView, name: str) -> Any:
    """What an act of the case said last under a name, be it an empty list; None when none did."""
    return next((act.data[name] for act in reversed(view.acts) if act.data.get(name) is not None), None)


def approved(view: CaseView) -> tuple[PermitRow, ...]:
    """What is approved: of what was applied for, as much as the latest act that states `approved` leaves of it.

    An empty statement approves all of it. A stated row without a mode covers the code's rows in their order. Rows of
    nothing are left out.
    """
    asked = tuple(_applied(row) for row in view.form.waste.wastes)
    stated = said(view, "approved")
    rows = asked
    if isinstance(stated, Sequence) and not isinstance(stated, str) and stated:
        rows = _common(asked, [_stated(row) for row in stated])
    return tuple(row for row in rows if row.code and row.approved_t > 0)


def _applied(row: Any) -> PermitRow:
    return PermitRow(
        code=row.waste_code or "",
        mode=row.disposal_mode or "",
        approved_t=row.apply_t or Decimal(0),
        p2p_no=getattr(row, "p2p_no", None) or "",
        name=getattr(row, "waste_name", None) or "",
    )


def _stated(data: Mapping[str, Any]) -> PermitRow:
    return PermitRow(
        code=str(data.get("waste_code") or data.get("code") or ""),
        mode=str(data.get("disposal_mode") or data.get("mode") or ""),
        approved_t=Decimal(str(data.get("approved_t") or 0)),
        capacity_group=str(data.get("capacity_group") or ""),
    )


def _common(asked: Sequence[PermitRow], stated: Sequence[PermitRow]) -> tuple[PermitRow, ...]:
    """The rows applied for, each with no more than the statement has left for it."""
    left = [row.approved_t for row in stated]
    found = []
    for row in asked:
        tonnes, group = Decimal(0), ""
        for n, one in enumerate(stated):
            if one.code == row.code and one.mode in ("", row.mode):
                taken = min(left[n], row.approved_t - tonnes)
                left[n], tonnes, group = left[n] - taken, tonnes + taken, group or one.capacity_group
        found.append(replace(row, approved_t=tonnes, capacity_group=group))
    return tuple(found)


def term(view: CaseView, day: date) -> tuple[date, date]:
    """First and last day: of the licence when it is there, else as decided, else as applied for (not before `day`).

    Refused (409) when no day is left.
    """
    licence = view.licences[-1] if view.licences else None
    first = licence.valid_from if licence else _day(said(view, "valid_from"))
    last = licence.valid_to if licence else _day(said(view, "valid_to"))
    first = first or max(view.form.plan.plan_start or day, day)
    last = last or view.form.plan.plan_end
    if last is None or last < first:
        raise Refused("NO_TERM", "批准期限为空，请申请人调整转移日期。")
    return first, last


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def granted(view: CaseView, day: date) -> Permit:
    """The permit of a case as decided: reserved until the case is, issued from then on. Refused (409) for none."""
    rows = approved(view)
    if not rows:
        raise Refused("NOTHING_APPROVED", "没有批准任何废物和数量，不能制发许可，请核对批准内容。")
    receiver = view.form.receiver
    first, last = term(view, day)
    licence = view.licences[-1] if view.licences else None
    return Permit(
        permit_no=licence.number if licence else str(said(view, "permit_no") or ""),
        case_no=view.number,
        generator_uscc=view.applicant,
        receiver_uscc=receiver.receiver_uscc or "",
        receiver_name=receiver.receiver_name or "",
        receiver_licence_no=receiver.receiver_licence_no or "",
        receiver_province=receiver.receiver_province or "",
        valid_from=first,
        valid_to=last,
        status="issued" if view.state in DECIDED else "reserved",
        status_on=day,
        token=licence.token if licence else "",
        rows=rows,
    )


def same_take(one: Permit, other: Permit) -> bool:
    """Whether two versions of a case's permit draw on the same rooms the same way (groups are found, not stated)."""
    return one.receiver_licence_no == other.receiver_licence_no and _takes(one) == _takes(other)


def _takes(permit: Permit) -> list[tuple[str, str, Decimal, str]]:
    return sorted((row.code, row.mode, row.approved_t, row.p2p_no) for row in permit.rows)


def renewed(held: Permit | None, asked: Permit) -> Permit | None:
    """The held permit completed by what is known now (state, number, token, term), when nothing more is taken by that.

    None: what is asked draws on the rooms otherwise, and must be judged. Refused (409) when the permit has ended.
    """
    if held is None:
        return None
    if held.status in TAKES_ROOM and same_take(held, asked):
        return replace(
            held,
            permit_no=asked.permit_no or held.permit_no,
            token=asked.token or held.token,
            valid_from=asked.valid_from,
            valid_to=asked.valid_to,
            status="issued" if held.status == "issued" else asked.status,
            status_on=held.status_on if held.status in ("issued", asked.status) else asked.status_on,
        )
    if held.status in ("issued", "revoked", "superseded"):
        raise Refused("PERMIT_DECIDED", f"本件许可{held.permit_no}{STORED[held.status]}，不能再次批准。")
    return None


def dropped(held: Permit | None, day: date) -> Permit | None:
    """The permit a case had been promised, given up; None when there is none or it is out already."""
    if held is None or held.status != "reserved":
        return None
    return replace(held, status="cancelled", status_on=day)


def applied(view: CaseView) -> Pending:
    """The application under way."""
    receiver = view.form.receiver
    rows = tuple(row for row in map(_applied, view.form.waste.wastes) if row.code)
    return Pending(
        case_no=view.number,
        receiver_uscc=receiver.receiver_uscc or "",
        codes=tuple(dict.fromkeys(row.code for row in rows)),
        receiver_licence_no=receiver.receiver_licence_no or "",
        rows=rows,
    )


def refuse_repeated(asked: Pending, others: Iterable[Pending]) -> None:
    """Refuse (409) an application while another of the firm for the same receiver and code is under way (P-21)."""
    for other in others:
        same = other.receiver_uscc == asked.receiver_uscc and set(other.codes) & set(asked.codes)
        if other.case_no != asked.case_no and same:
            raise Refused("PENDING", f"已有在办申请（{other.case_no}），不可重复提交。")


def target_of(view: CaseView) -> str:
    """The number of the permit a case is about: that of its section `target`; empty when it is about its own."""
    target = getattr(view.form, "target", None)
    return str(getattr(target, "permit_no", None) or getattr(target, "filing_no", None) or "")


def ended(held: Permit | None, number: str, day: date, status: str) -> Permit:
    """The permit revoked or cancelled on `day`. Refused: 404 not known, 409 no longer stands."""
    if held is None:
        raise Refused("PERMIT_NOT_FOUND", f"许可台账中没有“{number}”，请核对许可文号。", status=404)
    word = STORED[status].removeprefix("已")
    if held.status not in TAKES_ROOM:
        on = f"于{held.status_on}" if held.status_on else ""
        message = f"该许可已{on}{STORED[held.status].removeprefix('已')}，不能再{word}。"
        raise Refused("PERMIT_ENDED", message)
    return replace(held, status=status, status_on=day)
