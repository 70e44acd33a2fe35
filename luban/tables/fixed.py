"""Reading and writing rows by statements whose text is made once.

Django makes the text of a statement anew each time it is run, which costs several times what the database takes
(measured: 1.2 ms against 0.2 ms for a row of forty columns). What an act reads and writes is always the same, so here
the text is made once per table and condition. Values go through the very fields of the model in both directions, JSON
through `json_text`, which says the same; names of columns come from the model, conditions are constants of the caller,
values are always parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, ForeignKey, JSONField, Model
from psycopg.types.json import Jsonb

from luban.tables.json_text import understood, written

M = TypeVar("M", bound=Model)
Adapt = Callable[[Any], Any]


@dataclass(frozen=True)
class Write:
    """A row to be put into a table, or (with `key`, its primary key) to be changed there; columns by attribute name."""

    model: type[Model]
    columns: Mapping[str, Any]
    key: Any = None


@dataclass(frozen=True)
class _Table:
    """A table as statements name it: its columns, and how values of some are read and written."""

    name: str
    key: str
    key_place: int
    names: tuple[str, ...]
    columns: Mapping[str, str]
    out: tuple[tuple[int, Adapt], ...]
    into: Mapping[str, Adapt]


@dataclass(frozen=True)
class _Way:
    """A table in a statement: the rows' model, where its columns begin, and by which link of which row it is reached."""

    path: str
    model: type[Model]
    table: _Table
    first: int
    holder: str = ""
    link: ForeignKey[Any, Any] | None = None


def read(model: type[M], *, where: str, given: Sequence[Any], along: tuple[str, ...] = ()) -> list[M]:
    """The rows that meet a condition written in SQL (`t."number" = %s FOR UPDATE`): one statement, whole rows.

    The table is called `t` in it. `along` names rows to be brought by foreign keys, the nearer first
    (`("organisation", "organisation.parent")`).
    """
    text, ways = _select(model, where, along)
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        found = cursor.fetchall()
    return [cast(M, _made(ways, row)) for row in found]


def whole(row: Model) -> Write:
    """A row as it stands in memory, to be put into its table."""
    return Write(type(row), {name: getattr(row, name) for name in _table(type(row)).names})


def write(*parts: Write) -> None:
    """Put and change rows, all in one statement and in the caller's transaction."""
    text = _together(tuple((p.model, p.key is not None, tuple(p.columns)) for p in parts))
    given: list[Any] = []
    for part in parts:
        into = _table(part.model).into
        given += [into[name](value) if name in into else value for name, value in part.columns.items()]
        if part.key is not None:
            given.append(part.key)
    with connection.cursor() as cursor:
        cursor.execute(text, given)


def _made(ways: tuple[_Way, ...], row: Sequence[Any]) -> Model | None:
    made: dict[str, Model | None] = {}
    for way in ways:
        table, values = way.table, list(row[way.first : way.first + len(way.table.names)])
        one = _instance(way.model, table, values)
        if way.link is not None:
            holder = made[way.holder]
            if holder is not None:
                way.link.set_cached_value(holder, one)
        made[way.path] = one
    return made[""]


def _instance(model: type[Model], table: _Table, values: list[Any]) -> Model | None:
    if values[table.key_place] is None:
        return None
    for place, adapt in table.out:
        if values[place] is not None:
            values[place] = adapt(values[place])
    return model.from_db(DEFAULT_DB_ALIAS, table.names, values)


@cache
def _table(model: type[Model]) -> _Table:
    meta = model._meta
    fields: list[Field[Any, Any]] = list(meta.concrete_fields)
    columns = {field.attname: _quoted(field.column) for field in fields}
    return _Table(
        name=_quoted(meta.db_table),
        key=columns[meta.pk.attname],
        key_place=list(columns).index(meta.pk.attname),
        names=tuple(columns),
        columns=columns,
        out=tuple((n, understood) for n, field in enumerate(fields) if isinstance(field, JSONField)),
        into={
            field.attname: _writing(field) for field in fields if isinstance(field, JSONField | ArrayField)
        },
    )


def _writing(field: Field[Any, Any]) -> Adapt:
    if isinstance(field, JSONField):
        return lambda value: None if value is None else Jsonb(value, dumps=written)
    return lambda value: field.get_db_prep_save(value, connection)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@cache
def _select(model: type[Model], where: str, along: tuple[str, ...]) -> tuple[str, tuple[_Way, ...]]:
    ways = {"": _Way("", model, _table(model), 0)}
    aliases, joins, first = {"": "t"}, "", len(ways[""].table.names)
    for n, path in enumerate(along, start=1):
        holder, _, name = path.rpartition(".")
        link = cast("ForeignKey[Any, Any]", ways[holder].model._meta.get_field(name))
        met = cast(type[Model], link.related_model)
        target = _table(met)
        ways[path] = _Way(path, met, target, first, holder, link)
        aliases[path], first = f"j{n}", first + len(target.names)
        joins += f" LEFT JOIN {target.name} AS j{n} ON j{n}.{target.key} = {aliases[holder]}.{_quoted(link.column)}"
    columns = (f"{aliases[way.path]}.{c}" for way in ways.values() for c in way.table.columns.values())
    text = f"SELECT {', '.join(columns)} FROM {ways[''].table.name} AS t{joins} WHERE {where}"  # noqa: S608
    return text, tuple(ways.values())


@cache
def _together(parts: tuple[tuple[type[Model], bool, tuple[str, ...]], ...]) -> str:
    texts = [_one(*part) for part in parts]
    before = ", ".join(f"w{n} AS ({text})" for n, text in enumerate(texts[:-1]))
    return f"WITH {before} {texts[-1]}" if before else texts[-1]


def _one(model: type[Model], changes: bool, names: tuple[str, ...]) -> str:
    table = _table(model)
    columns = [table.columns[name] for name in names]
    if changes:
        return f"UPDATE {table.name} SET {', '.join(f'{c} = %s' for c in columns)} WHERE {table.key} = %s"  # noqa: S608
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
