"""Cases kept in PostgreSQL. Every function runs inside the caller's transaction.

An act costs: one locked read of the case with its version, one of its history, one update, one event, and one statement
that puts all effects with the wake-up for the worker.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from luban.cases.act import Loaded, Record
from luban.cases.context import Context
from luban.cases.desks import desk_of
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
from luban.cases.secrets import opened, sealed
from luban.cases.state import Event, Move, Planned
from luban.kit import registry
from luban.kit.item import Item
from luban.kit.materials import Materials
from luban.kit.view import CaseView, LicenceView
from luban.links.outbox.effects import EffectRequest
from luban.links.outbox.queue import put
from luban.registers.licences import shelf
from luban.registers.numbering.numbers import draw_number
from luban.trust.keys import KeyProvider


def lock(**which: str) -> Case:
    """The row of a case with its current version, locked until the transaction ends. Raises Case.DoesNotExist."""
    return Case.objects.select_for_update(of=("self",)).select_related("current").get(**which)


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
                row = lock(pk=case_id)
            except (Case.DoesNotExist, ValidationError) as missing:
                raise LookupError(case_id) from missing
        events = tuple(event_of(e) for e in EventRow.objects.filter(case_id=row.pk).order_by("seq"))
        form, version = registry.get(row.item).form, row.current
        return Loaded(
            state_of(row),
            opened(form=form, payload=version.payload, keys=self.keys),
            events,
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

    def save(self, *, item: Item, move: Move, view: CaseView, payload: Mapping[str, Any] | None) -> None:
        """Keep the move in one update, one event, one batch of effects."""
        columns = self._columns(item, move, view)
        if move.before.seq == 0:
            self._begin(item, move, view, payload or {}, columns)
        else:
            if payload is not None:
                columns["current"] = self._version(item, move, view, payload)
            Case.objects.filter(pk=move.after.id).update(**columns)
        EventRow.objects.create(case_id=uuid.UUID(move.after.id), **_event_columns(move.event))
        put(effects=[_request(move, planned) for planned in move.effects], at=move.event.at)

    def _begin(
        self, item: Item, move: Move, view: CaseView, payload: Mapping[str, Any], columns: dict[str, Any]
    ) -> None:
        version = uuid.uuid4()
        case = move.after
        Case.objects.create(
            id=uuid.UUID(case.id),
            number=case.number,
            item=item.code,
            handling_org=case.handling_org,
            applicant=case.applicant,
            applicant_name=case.applicant_name,
            channel=self.channel,
            current_id=version,
            submitted_on=case.submitted_on,
            salt=case.salt,
            copied_from=case.copied_from,
            **columns,
        )
        self._version(item, move, view, payload, version)

    def _version(
        self, item: Item, move: Move, view: CaseView, payload: Mapping[str, Any], key: uuid.UUID | None = None
    ) -> CaseVersion:
        return CaseVersion.objects.create(
            id=key or uuid.uuid4(),
            case_id=uuid.UUID(move.after.id),
            n=move.after.version,
            rules_version=item.rules.version,
            payload=sealed(form=item.form, payload=payload, keys=self.keys),
            findings=[finding_row(f) for f in view.findings],
            materials=material_rows(view.materials),
            sources=dict(self.sources or {}),
            submitted_at=move.event.at,
        )

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
    return asdict(event)


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
