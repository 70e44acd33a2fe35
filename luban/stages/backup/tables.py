"""Which tables a backup holds, and how their rows go out and come in (PostgreSQL COPY).

Left out: what migrations make (`django_migrations`, content types, permissions), sessions (whoever was signed in signs
in again), and the job queue, which only wakes work whose truth lies in the outbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import sql

LEFT_OUT = ("django_", "auth_", "procrastinate_")


@dataclass(frozen=True)
class Table:
    """A table and its columns in order, generated ones left out."""

    name: str
    columns: tuple[str, ...]


def tables() -> tuple[Table, ...]:
    """Every table a backup holds, by name."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.table_name, c.column_name from information_schema.columns c"
            " join information_schema.tables t using (table_schema, table_name)"
            " where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'"
            " order by c.table_name, c.ordinal_position"
        )
        for table, column in cursor.fetchall():
            if not table.startswith(LEFT_OUT):
                found.setdefault(table, []).append(column)
    return tuple(Table(name, tuple(columns)) for name, columns in found.items())


def sequences() -> dict[str, int]:
    """The last value of every sequence of those tables that has given one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select sequencename, last_value from pg_sequences"
            " where schemaname = current_schema() and last_value is not null order by 1"
        )
        return {name: int(value) for name, value in cursor.fetchall() if not name.startswith(LEFT_OUT)}


def migrations() -> list[str]:
    """The migrations this database has."""
    with connection.cursor() as cursor:
        cursor.execute("select app || '.' || name from django_migrations order by 1")
        return [row[0] for row in cursor.fetchall()]


def rows_out(table: Table) -> Iterator[bytes]:
    """The table's rows as COPY writes them, as they come."""
    with _raw().cursor() as cursor, cursor.copy(_copy(table, "to stdout")) as copy:
        for part in copy:
            yield bytes(part)


def rows_in(table: Table, parts: Iterator[bytes]) -> None:
    """Take rows that `rows_out` wrote."""
    with _raw().cursor() as cursor, cursor.copy(_copy(table, "from stdin")) as copy:
        for part in parts:
            copy.write(part)


def emptied(found: tuple[Table, ...]) -> None:
    """Take every row out of the tables, in this transaction."""
    names = sql.SQL(", ").join(sql.Identifier(table.name) for table in found)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("truncate {} cascade").format(names).as_string(_raw()))


def set_sequences(values: dict[str, int]) -> None:
    """Go on counting where the backup stopped."""
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute("select setval(%s::regclass, %s)", [name, value])


def _copy(table: Table, way: str) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    return sql.SQL("copy {} ({}) " + way).format(sql.Identifier(table.name), columns)


def _raw() -> Any:
    connection.ensure_connection()
    return connection.connection
