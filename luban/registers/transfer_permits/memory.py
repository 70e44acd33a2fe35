"""Permits in memory, for `luban try` and the items' own tests: same names, same decisions, no database.

A row of the case file is a permit (fields of `Permit`, its `rows` those of `PermitRow`) or, when it has no `permit_no`,
an application under way (`generator_uscc`, `case_no`, `receiver_uscc`, `codes`, `receiver_licence_no`, `rows`). Room is judged by the books as shipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter, ValidationError

from luban.kit.book import BookOnDay
from luban.kit.facts import Applicant
from luban.kit.view import CaseView
from luban.registers.book.shipped import shipped
from luban.registers.transfer_permits import decisions, rooms
from luban.registers.transfer_permits.figures import claimed
from luban.registers.transfer_permits.parts import Pending, Permit, PermitRow


@dataclass(frozen=True, kw_only=True)
class _UnderWay:
    generator_uscc: str
    case_no: str
    receiver_uscc: str = ""
    codes: tuple[str, ...] = ()
    receiver_licence_no: str = ""
    rows: tuple[PermitRow, ...] = ()


_PERMIT, _UNDER_WAY = TypeAdapter(Permit), TypeAdapter(_UnderWay)


class MemoryPermits:
    """The register of one trial."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        self._permits: dict[str, Permit] = {}
        self._pending: dict[str, tuple[str, Pending]] = {}
        for number, row in enumerate(known, start=1):
            if "permit_no" in row:
                permit: Permit = _read(row, number, _PERMIT, Permit)
                self._permits[permit.case_no or permit.permit_no] = permit
            else:
                under: _UnderWay = _read(row, number, _UNDER_WAY, _UnderWay)
                asked = Pending(
                    case_no=under.case_no,
                    receiver_uscc=under.receiver_uscc,
                    codes=under.codes,
                    receiver_licence_no=under.receiver_licence_no,
                    rows=under.rows,
                )
                self._pending[under.case_no] = (under.generator_uscc, asked)

    def shown(self) -> dict[str, dict[str, Any]]:
        """How it stands: of each permit, by number or case, its state, term and tonnes; of each application its codes."""
        found: dict[str, dict[str, Any]] = {
            permit.permit_no or permit.case_no: {
                "status": permit.status,
                "valid_from": str(permit.valid_from),
                "valid_to": str(permit.valid_to),
                "approved": {row.code: str(row.approved_t) for row in permit.rows},
            }
            for permit in self._permits.values()
        }
        return found | {
            f"pending {number}": {"receiver": one.receiver_uscc, "codes": list(one.codes)}
            for number, (_, one) in self._pending.items()
        }

    def providers(self) -> dict[str, Callable[..., Any]]:
        """The same names as `offers.PROVIDERS`."""
        return {
            "transfer_permits.of_generator": self._of_generator,
            "transfer_permits.of_receiver": self._of_receiver,
            "transfer_permits.pending": self._under_way,
            "transfer_permits.claimed": self._claimed,
        }

    def commands(self) -> dict[str, Callable[..., None]]:
        """The same names as `offers.COMMANDS`."""
        return {
            "transfer_permits.apply": self._apply,
            "transfer_permits.drop": self._drop,
            "transfer_permits.grant": self._grant,
            "transfer_permits.revoke": self._revoke,
            "transfer_permits.cancel": self._cancel,
        }

    def _of_generator(self, *, day: date, applicant: Applicant, number: str) -> tuple[Permit, ...]:
        return self._where(lambda permit: permit.generator_uscc == applicant.uscc)

    def _of_receiver(
        self, *, day: date, applicant: Applicant, number: str, receiver: str | None
    ) -> tuple[Permit, ...]:
        return self._where(lambda permit: permit.receiver_uscc == receiver)

    def _under_way(self, *, day: date, applicant: Applicant, number: str) -> tuple[Pending, ...]:
        return tuple(one for one in self._pending_of(applicant.uscc) if one.case_no != number)

    def _claimed(self, *, day: date, applicant: Applicant, number: str) -> Mapping[str, Decimal]:
        pending = [one for _, one in self._pending.values()]
        return claimed(permits=self._where(lambda _: True), pending=pending, day=day, but=number)

    def _where(self, wanted: Callable[[Permit], bool]) -> tuple[Permit, ...]:
        found = [p for p in self._permits.values() if p.status != "superseded" and wanted(p)]
        return tuple(sorted(found, key=lambda permit: permit.valid_from))

    def _pending_of(self, uscc: str) -> tuple[Pending, ...]:
        return tuple(one for owner, one in self._pending.values() if owner == uscc)

    def _apply(self, *, view: CaseView, at: datetime) -> None:
        asked = rooms.placed(asked=decisions.applied(view), books=_books(at.date()))
        decisions.refuse_repeated(asked, self._pending_of(view.applicant))
        self._pending[view.number] = (view.applicant, asked)

    def _drop(self, *, view: CaseView, at: datetime) -> None:
        self._pending.pop(view.number, None)
        given_up = decisions.dropped(self._permits.get(view.number), at.date())
        if given_up is not None:
            self._permits[view.number] = given_up

    def _grant(self, *, view: CaseView, at: datetime) -> None:
        day = at.date()
        asked = decisions.granted(view, day)
        permit = decisions.renewed(self._permits.get(view.number), asked) or self._taken(asked, day)
        self._permits[view.number] = permit
        if permit.status == "issued":
            self._pending.pop(view.number, None)

    def _taken(self, asked: Permit, day: date) -> Permit:
        others = self._where(lambda other: other.case_no != asked.case_no or not other.case_no)
        return rooms.taken(asked=asked, others=others, books=_books(day), day=day)

    def _revoke(self, *, view: CaseView, at: datetime) -> None:
        self._end(view, at.date(), "revoked")

    def _cancel(self, *, view: CaseView, at: datetime) -> None:
        self._end(view, at.date(), "cancelled")

    def _end(self, view: CaseView, day: date, status: str) -> None:
        number = decisions.target_of(view)
        named = (key for key, permit in self._permits.items() if permit.permit_no == number)
        key = next(named, "") if number else view.number
        self._permits[key] = decisions.ended(self._permits.get(key), number or view.number, day, status)


def _books(day: date) -> Mapping[str, BookOnDay]:
    return {name: shipped(name).at(day) for name in rooms.BOOKS}


def _read(row: Mapping[str, Any], number: int, adapter: TypeAdapter[Any], kind: type[Any]) -> Any:
    unknown = set(row) - set(kind.__dataclass_fields__)
    unknown |= {
        name for one in row.get("rows", ()) for name in set(one) - set(PermitRow.__dataclass_fields__)
    }
    if unknown:
        raise ValueError(f"permit {number} of the case file: unknown {', '.join(sorted(unknown))}")
    try:
        return adapter.validate_python(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"permit {number} of the case file: {where}: {first['msg']}") from error


MEMORY = MemoryPermits
