"""Licences in memory, for `luban try` and the items' own tests: same names, same decisions, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from luban.kit.facts import Applicant
from luban.kit.view import CaseView, LicenceView
from luban.registers.licences import decisions
from luban.registers.licences.parts import LicenceFact
from luban.registers.licences.status import status_on

_READ = TypeAdapter(LicenceFact)


class Terms(Protocol):
    """What a document says of the licence it is."""

    @property
    def title(self) -> str:
        """Title of the licence."""

    @property
    def valid_from(self) -> date:
        """First day."""

    @property
    def valid_to(self) -> date | None:
        """Last day."""

    @property
    def shows(self) -> tuple[tuple[str, str], ...]:
        """Public lines."""

    @property
    def quantity(self) -> Mapping[str, Any]:
        """What later checks ask."""


class MemoryLicences:
    """The register of one trial. `known` are licences of the case file: fields of LicenceFact, by name."""

    def __init__(self, known: Iterable[Mapping[str, Any]] = ()) -> None:
        self._licences: dict[tuple[str, int], LicenceFact] = {}
        for number, row in enumerate(known, start=1):
            self._keep(_read(row, number))

    def _keep(self, licence: LicenceFact) -> None:
        self._licences[(licence.number, licence.version)] = licence

    def find(self, *, number: str | None) -> LicenceFact | None:
        """The latest version of the licence of a number, or None."""
        versions = [found for found in self._licences.values() if found.number == number]
        return max(versions, key=lambda licence: licence.version, default=None)

    def issue(
        self, *, view: CaseView, document: str, number: str, token: str, terms: Terms, day: date
    ) -> LicenceFact:
        """Put a licence of a case in force; the same case and document again returns the first one."""
        for known in self._licences.values():
            if (known.case_number, known.document) == (view.number, document):
                return known
        licence = LicenceFact(
            number=number,
            holder=view.applicant,
            holder_name=view.applicant_name,
            valid_from=terms.valid_from,
            valid_to=terms.valid_to,
            token=token,
            case_id=view.number,
            case_number=view.number,
            item=view.item,
            document=document,
            title=terms.title,
            office=view.office.code,
            office_name=view.office.name,
            status_on=day,
            shows=terms.shows,
            quantity=terms.quantity,
        )
        self._keep(licence)
        return licence

    def views_of(self, case_number: str) -> tuple[LicenceView, ...]:
        """The licences of a case, as its documents carry them."""
        found = (licence for licence in self._licences.values() if licence.case_number == case_number)
        return tuple(licence.as_view(verify_base="/v/") for licence in found)

    def on(self, day: date) -> dict[str, str]:
        """What a reader of each licence's QR code is told on `day`: number → title (有效, 已到期 …)."""
        return {found.number: status_on(found, day).title for found in self._licences.values()}

    def shown(self) -> dict[str, dict[str, Any]]:
        """What is stored of each licence: number → status, last change, the case that wants to change it."""
        return {
            found.number: {
                "status": found.status,
                "status_on": str(found.status_on or ""),
                "changed_by": found.changed_by,
                "pending_by": found.pending_by,
            }
            for found in self._licences.values()
        }

    def providers(self) -> dict[str, Callable[..., Any]]:
        """The same names as `offers.PROVIDERS`."""
        return {
            "licences.committed": self._committed,
            "licences.same": self._same,
            "licences.by_number": self._by_number,
        }

    def commands(self) -> dict[str, Callable[..., None]]:
        """The same names as `offers.COMMANDS`."""
        return {
            "licences.hold": self._hold,
            "licences.release": self._release,
            "licences.revoke": self._revoke,
            "licences.cancel": self._cancel,
        }

    def _committed(
        self,
        *,
        day: date,
        applicant: Applicant,
        number: str,
        receiver: str | None,
        start: date | None = None,
        end: date | None = None,
    ) -> Decimal:
        known = self._licences.values()
        return decisions.committed_at(known, receiver=receiver or "", start=start, end=end, day=day)

    def _same(
        self,
        *,
        day: date,
        applicant: Applicant,
        number: str,
        receiver: str | None,
        start: date | None = None,
        end: date | None = None,
    ) -> tuple[LicenceFact, ...]:
        known = self._licences.values()
        return decisions.same_as(
            known, holder=applicant.uscc, receiver=receiver or "", start=start, end=end, day=day
        )

    def _by_number(
        self, *, day: date, applicant: Applicant, number: str, filing_no: str | None
    ) -> LicenceFact | None:
        return self.find(number=filing_no)

    def _hold(self, *, view: CaseView, at: datetime) -> None:
        licence, words = self._target(view), decisions.words_of(view)
        held = decisions.held(licence, by=view.number, office=view.office.code, day=at.date(), words=words)
        self._keep(held)

    def _release(self, *, view: CaseView, at: datetime) -> None:
        licence = self.find(number=decisions.target_of(view))
        if licence is not None:
            self._keep(decisions.released(licence, by=view.number))

    def _revoke(self, *, view: CaseView, at: datetime) -> None:
        self._end(view, at.date(), "revoked")

    def _cancel(self, *, view: CaseView, at: datetime) -> None:
        self._end(view, at.date(), "cancelled")

    def _end(self, view: CaseView, day: date, status: str) -> None:
        licence, words = self._target(view), decisions.words_of(view)
        reason = decisions.reason_of(view)
        self._keep(
            decisions.revoked(licence, by=view.number, reason=reason, day=day, status=status, words=words)
        )

    def _target(self, view: CaseView) -> LicenceFact:
        number = decisions.target_of(view)
        return decisions.found(self.find(number=number), number, decisions.words_of(view))


def _read(row: Mapping[str, Any], number: int) -> LicenceFact:
    unknown = set(row) - set(LicenceFact.__dataclass_fields__)
    if unknown:
        raise ValueError(f"licence {number} of the case file: unknown {', '.join(sorted(unknown))}")
    try:
        return _READ.validate_python(dict(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"licence {number} of the case file: {where}: {first['msg']}") from error


MEMORY = MemoryLicences
