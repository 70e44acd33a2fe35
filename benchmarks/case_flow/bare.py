"""A peer in the same run: what the database server gives a bare psycopg loop with as many commits as a case has.

One bare case: a row with the very payload of a filed case and its first event, four updates with an event each, one
page of twenty rows. No rights, no rules, no clocks, no effects.
"""

from __future__ import annotations

import time

import psycopg
from psycopg.types.json import Jsonb

from benchmarks.case_flow.case import ACTS_A_CASE

_TABLES = """
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;
CREATE TABLE bench.bare (id bigint PRIMARY KEY, step int NOT NULL, payload jsonb NOT NULL);
CREATE INDEX bare_step ON bench.bare (step, id);
CREATE TABLE bench.bare_event (id bigserial PRIMARY KEY, bare bigint NOT NULL, step int NOT NULL, said jsonb NOT NULL);
"""
_EVENT = "INSERT INTO bench.bare_event (bare, step, said) VALUES (%s, %s, %s)"
WARM = 10


def bare_rate(*, database_url: str, cases: int) -> float:
    """Bare cases a second over one connection."""
    with psycopg.connect(database_url) as connection:
        connection.execute(_TABLES)
        connection.commit()
        payload = _payload(connection)
        for n in range(WARM):
            _case(connection, -1 - n, payload)
        began = time.perf_counter()
        for n in range(cases):
            _case(connection, n, payload)
        seconds = time.perf_counter() - began
        connection.execute("DROP SCHEMA bench CASCADE")
    return cases / seconds


def _payload(connection: psycopg.Connection) -> dict[str, object]:
    row = connection.execute("SELECT payload FROM cases_caseversion LIMIT 1").fetchone()
    connection.commit()
    if row is None:
        raise RuntimeError("a case must have been filed before")
    payload: dict[str, object] = row[0]
    return payload


def _case(connection: psycopg.Connection, n: int, payload: dict[str, object]) -> None:
    with connection.transaction():
        connection.execute(
            "INSERT INTO bench.bare (id, step, payload) VALUES (%s, 0, %s)", [n, Jsonb(payload)]
        )
        connection.execute(_EVENT, [n, 0, Jsonb({"act": "submit"})])
    for step in range(1, ACTS_A_CASE + 1):
        with connection.transaction():
            connection.execute("UPDATE bench.bare SET step = %s WHERE id = %s", [step, n])
            connection.execute(_EVENT, [n, step, Jsonb({"act": f"act {step}"})])
    with connection.transaction():
        connection.execute("SELECT * FROM bench.bare WHERE step = %s ORDER BY id LIMIT 20", [2]).fetchall()
