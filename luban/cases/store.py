"""Cases kept in PostgreSQL. Every function runs inside the caller's transaction.

An act costs: one locked read of the case, one read of its version, one of its history, one statement that writes the
move, and one that puts all effects with the wake-up for the worker. Version and history are read after the lock, so
that they are those of the case as it stands then. Their texts never change (`luban.tables.fixed`).
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from luban.cases.act import Loaded, Record
from luban.cases.context import Context
from luban.cases.desks import desk_of
from luban.cases.kept import keep
from luban.cases.limits import limits_of, next_due
from luban.cases.models import Case, CaseVersion
from luban.cases.models import Event as EventRow
from luban.cases.rows import (
    event_of,
    finding_of,
    finding_row,
    grams,
    handed_in,
    limit_rows,
    plain_json,
    state_columns,
    state_of,
)
from luban.cases.secrets import indexes, opened, sealed
from luban.cases.state import Event, Move, Planned
from luban.kit import registry
from luban.kit.item import Item
from luban.kit.materials import Materials
from luban.kit.view import CaseView, LicenceView
from luban.links.outbox.effects import EffectRequest
from luban.links.outbox.queue import put
from luban.people.genuine import genuine, mac_of
from luban.registers.licences import shelf
from luban.registers.numbering.numbers import draw_number
from luban.tables.fixed import Write, read, whole, write
from luban.trust.keys import KeyProvider


def lock(*, number: str) -> Case:
    """The row of a case, locked until the transaction ends. Raises Case.DoesNotExist."""
    return _locked('t."number" = %s FOR UPDATE', number)


def _locked(where: str, given: Any) -> Case:
    rows = read(Case, where=where, given=[given])
    if not rows:
        raise Case.DoesNotExist
    return rows[0]


def history(case_id: uuid.UUID) -> tuple[Event, ...]:
    """The events of a case from the first to the last."""
    return tuple(
        event_of(row) for row in read(EventRow, where='t."case_id" = %s ORDER BY t."seq"', given=[case_id])
    )


def version_of(key: uuid.UUID) -> CaseVersion:
    """What was submitted, by its id. Raises RowTouched."""
    (version,) = read(CaseVersion, where='t."id" = %s', given=[key])
    return genuine(version)


def version_then(*, case_id: uuid.UUID, n: int) -> CaseVersion:
    """What was submitted as the n-th version. Raises RowTouched."""
    (version,) = read(CaseVersion, where='t."case_id" = %s AND t."n" = %s', given=[case_id, n])
    return genuine(version)


@dataclass
class DatabaseStore:
    """The store behind the house. `context` gives clocks and register commands."""

    context: Context
    commands: Mapping[str, Record]
    keys: KeyProvider
    sources: Mapping[str, str] | None = None
    channel: str = "pc"
    locked: Case | None = None

    def load(self, case_id: str) -> Loaded:
        """Lock and read a case with its current version and history; `locked` is used where the caller has it.

        Raises LookupError.
        """
        row = self.locked
        if row is None or str(row.pk) != case_id:
            try:
                row = self.locked = _locked('t."id" = %s FOR UPDATE', uuid.UUID(case_id))
            except (Case.DoesNotExist, ValueError) as missing:
                raise LookupError(case_id) from missing
        form, version = registry.get(row.item).form, version_of(row.current_id)
        return Loaded(
            state_of(row),
            opened(form=form, payload=version.payload, keys=self.keys),
            history(row.pk),
            findings=tuple(finding_of(f) for f in version.findings),
            files=tuple(handed_in(f) for f in version.materials),
        )

    def number(self, *, item: Item, adcode: str, day: date) -> str:
        """The next case number of the item, region and day (or year, as its template says)."""
        return draw_number(template=item.number_template, day=day, prefix=item.prefix, adcode=adcode)

    def new_case(self, *, item: Item, number: str) -> tuple[str, str]:
        """A random id and a random evidence salt (16 bytes, as hexadecimal)."""
        return str(uuid.uuid4()), secrets.token_hex(16)

    def command(self, name: str) -> Record:
        """A register command, to run in this transaction."""
        return self.commands[name]

    def licences(self, case_id: str) -> tuple[LicenceView, ...]:
        """The licences a case has by now, those put in force earlier in this transaction included."""
        return shelf.views_of_case(case_id=case_id, verify_base=self.context.verify_base)

    def keep_facts(self, texts: Mapping[str, bytes]) -> None:
        """Keep what an assessment looked at, in one statement."""
        keep(texts=texts, keys=self.keys)

    def save(self, *, item: Item, move: Move, view: CaseView, payload: Mapping[str, Any] | None) -> None:
        """Keep the move in one statement, and its effects in another."""
        key, columns = uuid.UUID(move.after.id), self._columns(item, move, view)
        parts: list[Write] = []
        if payload is not None or move.before.seq == 0:
            version = self._version(item, move, view, payload or {})
            columns["current_id"] = version.pk
            parts.append(whole(version))
        if move.before.seq == 0:
            parts.append(whole(self._first(item, move, columns)))
        else:
            parts.append(Write(Case, {**columns, "mac": self._mac(move, columns)}, key=key))
        write(Write(EventRow, {"case_id": key, **_event_columns(move.event)}), *parts)
        put(effects=[_request(move, planned) for planned in move.effects], at=move.event.at)

    def _mac(self, move: Move, columns: Mapping[str, Any]) -> str:
        """The code of the row as it will be: the row this transaction has locked, with its new columns."""
        row = self.locked
        if row is None or str(row.pk) != move.after.id:
            row = self.locked = genuine(_locked('t."id" = %s FOR UPDATE', uuid.UUID(move.after.id)))
        for name, value in columns.items():
            setattr(row, name, value)
        return mac_of(row, keys=self.keys)

    def _first(self, item: Item, move: Move, columns: Mapping[str, Any]) -> Case:
        case = move.after
        row = Case(
            id=uuid.UUID(case.id),
            number=case.number,
            item=item.code,
            handling_org=case.handling_org,
            applicant=case.applicant,
            applicant_name=case.applicant_name,
            channel=self.channel,
            submitted_on=case.submitted_on,
            salt=case.salt,
            copied_from=case.copied_from,
            **columns,
        )
        row.mac = mac_of(row, keys=self.keys)
        return row

    def _version(self, item: Item, move: Move, view: CaseView, payload: Mapping[str, Any]) -> CaseVersion:
        row = CaseVersion(
            id=uuid.uuid4(),
            case_id=uuid.UUID(move.after.id),
            n=move.after.version,
            rules_version=item.rules.version,
            payload=sealed(form=item.form, payload=payload, keys=self.keys),
            findings=[finding_row(f) for f in view.findings],
            materials=material_rows(view.materials),
            sources=dict(self.sources or {}),
            submitted_at=move.event.at,
            index=indexes(form=item.form, payload=payload, keys=self.keys),
        )
        row.mac = mac_of(row, keys=self.keys)
        return row

    def _columns(self, item: Item, move: Move, view: CaseView) -> dict[str, Any]:
        case, day = move.after, move.event.at.date()
        desk = desk_of(item, case)
        params = self.context.params(case.accepted_on or day, item.code)
        clocks = limits_of(process=item.process, case=case, params=params, calendar=self.context.calendar)
        due = next_due(clocks)
        facts = plain_json(item.statistics.facts(view)) if item.statistics else {}
        headline = item.headline(view.form)
        return {
            **state_columns(case),
            "desk": desk[0],
            "desk_org": desk[1],
            "headline": headline,
            "facts": facts,
            "limits": limit_rows(clocks),
            "due_on": due.due if due else None,
            "yellow_on": due.yellow if due else None,
            "grams": grams(case.number, case.applicant_name, headline),
            "updated_at": move.event.at,
        }


def _event_columns(event: Event) -> dict[str, Any]:
    return {spec.name: getattr(event, spec.name) for spec in fields(event)}


def _request(move: Move, planned: Planned) -> EffectRequest:
    part = planned.about.get("part", "")
    key = f"{move.after.id}:{move.event.seq}:{planned.kind}:{planned.link}:{planned.name}:{part}".rstrip(":")
    return EffectRequest(
        key=key,
        lane=planned.lane,
        kind=planned.kind,
        name=planned.name,
        link=planned.link,
        case=move.after.id,
        body={"case": move.after.id, "seq": move.event.seq, **planned.about},
    )


def material_rows(materials: Materials) -> list[dict[str, Any]]:
    """Files handed in, as kept with a version."""
    return [
        {
            "code": f.code,
            "seq": f.seq,
            "binding": f.binding,
            "filename": f.filename,
            "kind": f.kind,
            "size": f.size,
            "pages": f.pages,
            "sm3": f.sm3,
            "recognised": dict(f.recognised),
            "check": f.check,
        }
        for f in materials.files
    ]
