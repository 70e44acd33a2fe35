"""Stored cases as the records a tally reads: one statement for all of them, and only the facts a page asks for.

The facts of a case are unpacked once by the database (`jsonb_to_record`) and come as a list of texts: reading a hundred
thousand cases takes a second or two and no statement more than reading one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Q, QuerySet, TextField

from luban.cases.models import Case
from luban.kit.clock import ZONE
from luban.kit.statistics import CODE, ROWS, Dimension, Measure
from luban.stages.export.counting import OVERDUE, PAUSES

CHUNK = 5_000
ENDS = {
    "closed_granted": "granted",
    "closed_recorded": "granted",
    "closed_denied": "denied",
    "closed_refused": "refused",
    "closed_withdrawn": "withdrawn",
    "closed_lapsed": "lapsed",
    "closed_voided": "voided",
}
"""What the platform's final states come to; an item whose cases end otherwise, or earlier, stores `outcome`."""

STORED = ("number", "state", "handling_org", "submitted_on", "accepted_on", "decided_on", "closed_on")
COLUMNS = (*STORED, "ended_on")
FIXED = len(COLUMNS)
RAN_OUT = "$[*] ? (@.due != null && (@.stopped > @.due || (@.stopped == null && @.due < $today))).code"
"""`ran_out` in the words of the database; days are texts and compare as such."""
Told = Mapping[str, Mapping[str, Sequence[Any]]]
"""What registers say of lines: by case number and key, the values of the lines with that key in their order."""


@dataclass(frozen=True)
class Only:
    """A filter: cases with `value` in a dimension."""

    dimension: Dimension
    value: str


class _Told(Func):
    """Columns and facts of a case as texts: COLUMNS, then the facts named, then pauses and the clocks that ran out."""

    output_field = ArrayField(TextField())

    def __init__(self, names: Sequence[str], today: date | None) -> None:
        if strange := [name for name in names if not CODE.match(name)]:
            raise ValueError(f"no names of facts: {', '.join(strange)}")
        self.names, self.today = tuple(names), today
        super().__init__(*(F(name) for name in (*STORED, "pauses", "limits", "facts")))

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, list[Any]]:
        """One array a case; no part of it comes from outside (names are codes, the day is a day)."""
        compiled = [compiler.compile(one)[0] for one in self.get_source_expressions()]
        held = dict(zip((*STORED, "pauses", "limits", "facts"), compiled, strict=True))
        ended = f"COALESCE({held['decided_on']}, {held['closed_on']})"
        cells = [f"{held[name]}::text" if name in STORED else f"{ended}::text" for name in COLUMNS]
        cells += [f'told."{name}"' for name in self.names]
        if self.today is not None:
            ran_out = RAN_OUT.replace("$today", f'"{self.today.isoformat()}"')
            cells += [
                f"{held['pauses']}::text",
                f"jsonb_path_query_array({held['limits']}, '{ran_out}')::text",
            ]
        kinds = ", ".join(f'"{name}" text' for name in (*self.names, "_"))
        source = f"jsonb_to_record({held['facts']}) AS told({kinds})"
        return f"(SELECT ARRAY[{', '.join(cells)}] FROM {source})", []  # noqa: S608  see above


def touched(*, rows: QuerySet[Case], since: date, until: date) -> QuerySet[Case]:
    """The cases to which anything can have happened in a period (their own days decide)."""
    began = datetime.combine(since, time.min, tzinfo=ZONE)
    return rows.filter(submitted_on__lte=until, updated_at__gte=began)


def happened(*, rows: QuerySet[Case], since: date, until: date) -> QuerySet[Case]:
    """The cases submitted, accepted, decided or closed in a period: the list behind the figures."""
    wanted = Q()
    for column in ("submitted_on", "accepted_on", "decided_on", "closed_on"):
        wanted |= Q(**{f"{column}__range": (since, until)})
    return rows.filter(wanted)


def narrowed(*, rows: QuerySet[Case], only: Sequence[Only]) -> QuerySet[Case]:
    """The cases that have every value asked for."""
    for one in only:
        rows = rows.filter(_having(one.dimension, one.value))
    return rows


def _having(dimension: Dimension, value: str) -> Q:
    code = dimension.code
    if code == "org":
        return Q(handling_org=value)
    if dimension.of_rows:
        return Q(**{f"facts__{ROWS}__contains": [{code: value}]})
    if dimension.many and dimension.labelled:
        return Q(**{f"facts__{code}__icontains": f'"{value} '})
    if dimension.many:
        return Q(**{f"facts__{code}__contains": [value]})
    if dimension.labelled:
        return Q(**{f"facts__{code}__startswith": f"{value} "})
    said = Q(**{f"facts__{code}": value})
    if code == "outcome":
        states = [state for state, outcome in ENDS.items() if outcome == value]
        unsaid = Q(facts__outcome__isnull=True)
        said |= unsaid & (Q(state__in=states) if value else ~Q(state__in=list(ENDS)))
    return said if value else said | Q(**{f"facts__{code}__isnull": True})


def records_of(
    *,
    rows: QuerySet[Case],
    plain: frozenset[str],
    structured: frozenset[str],
    ran_out_by: date | None = None,
    told: Sequence[tuple[Measure, Told]] = (),
) -> Iterator[dict[str, Any]]:
    """Each case as a record. `ran_out_by` a day: with its pauses, and the clocks that had run out by then; `told`: what
    registers say, laid into its lines."""
    names = (*sorted(plain | structured),)
    heads = (*COLUMNS, *names, *((PAUSES, OVERDUE) if ran_out_by else ()))
    read = _Structured()
    unpacked = rows.annotate(told=_Told(names, ran_out_by)).order_by().values_list("told", flat=True)
    parsed = (*sorted(structured), *((OVERDUE,) if ran_out_by else ()))
    for cells in unpacked.iterator(chunk_size=CHUNK):
        record = _owned(dict(zip(heads[:FIXED], cells[:FIXED], strict=True)))
        record.update((name, text) for name, text in zip(heads[FIXED:], cells[FIXED:], strict=True) if text)
        for name in parsed:
            if name in record:
                record[name] = json.loads(record[name]) if told else read[record[name]]
        for measure, said in told:
            _lay(record, measure, said)
        yield record


class _Structured(dict[str, Any]):
    """Lists and mappings by their text: the same text is read once (nobody changes what it holds)."""

    def __missing__(self, text: str) -> Any:
        value = self[text] = json.loads(text)
        return value


def _owned(record: dict[str, Any]) -> dict[str, Any]:
    """A record with what its state comes to."""
    record["outcome"] = ENDS.get(record["state"], "")
    record["org"] = record["handling_org"]
    return record


def record_of(row: Case, *, today: date) -> dict[str, Any]:
    """A case already read, as a record with all its facts, its pauses and the clocks that have run out."""
    days = {name: getattr(row, name) for name in COLUMNS if name in STORED}
    record = {n: v.isoformat() if isinstance(v, date) else v for n, v in days.items()}
    record["ended_on"] = record["decided_on"] or record["closed_on"]
    own = {name: value for name, value in row.facts.items() if value is not None}
    late = ran_out(limits=row.limits, today=today.isoformat())
    return {**_owned(record), **own, PAUSES: json.dumps(row.pauses), OVERDUE: late}


def ran_out(*, limits: Sequence[Mapping[str, Any]], today: str) -> list[str]:
    """The codes of the clocks that ran out before they were stopped, or have run out by today."""
    return [one["code"] for one in limits if one["due"] and (one["stopped"] or today) > one["due"]]


def _lay(record: dict[str, Any], measure: Measure, told: Told) -> None:
    """Put a register's values into the lines they belong to; the second line of one key gets the second value."""
    said = told.get(record["number"])
    if not said:
        return
    left = {key: list(values) for key, values in said.items()}
    for line in record.get(ROWS) or ():
        values = left.get("|".join(str(line.get(name) or "") for name in measure.key))
        if values:
            line[measure.code] = values.pop(0)
