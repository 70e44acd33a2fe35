"""A house that has been at work for two years: genuinely filed cases, copied inside the database.

Two cases that were filed, decided and sealed are the models, one that went straight and one that was sent back. Their
copies are spread over the sixteen districts, two years of days, four thousand firms and three hundred receivers; four
in a hundred are still open, at the desks of acceptance, review and confirmation, with due days around today. A copy
has its version, history, papers and licence; messages long delivered are left out. Its history has the times and so the
digests of the model: `luban verify --rows` finds nothing wrong with it once its rows have their codes.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

_DAYS, _FIRMS, _RECEIVERS, _OPEN_EACH = 730, 4000, 300, 25
_DISTRICTS = [
    "310115",
    "310115",
    "310115",
    "310112",
    "310112",
    "310114",
    "310117",
    "310113",
    "310120",
    "310116",
    "310118",
    "310151",
    "310101",
    "310104",
    "310105",
    "310106",
    "310107",
    "310109",
    "310110",
]
"""Big districts have more firms."""

_PLAN = """
CREATE TEMP TABLE copies ON COMMIT DROP AS
SELECT g, md5('case' || g)::uuid AS id, md5('version' || g)::uuid AS version, m.id AS model,
       d.code AS district, %(today)s::date - (g %% {days}) AS day,
       g %% {open_each} = 0 AS open, (g / {open_each}) %% 3 AS stand,
       %(today)s::date + (g / {open_each}) %% 9 - 2 AS due,
       lpad((g %% {firms})::text, 4, '0') AS firm,
       '9132' || lpad((g %% {receivers})::text, 14, '0') AS receiver,
       'GFB-' || d.code || '-' || to_char(%(today)s::date - (g %% {days}), 'YYYYMMDD') || '-C' || g AS number
FROM generate_series(%(first)s::int, %(last)s::int) g
JOIN (SELECT id, row_number() OVER (ORDER BY seq, number) - 1 AS n FROM cases_case WHERE number = ANY(%(models)s)) m
  ON m.n = g %% %(many)s
JOIN unnest(%(districts)s::text[]) WITH ORDINALITY AS d (code, n) ON d.n = 1 + g %% {districts}
"""
_STATE = "(ARRAY['submitted','accepted','accepted'])[c.stand + 1]"
_STEP = "(ARRAY['accept','review','confirm'])[c.stand + 1]"
_HEAD = "(SELECT e.digest FROM cases_event e WHERE e.case_id = c.model AND e.seq = c.stand + 1)"
_DESK = "(ARRAY['district_reviewer','district_reviewer','district_leader'])[c.stand + 1]"
_CASE = {
    "id": "c.id",
    "current_id": "c.version",
    "number": "c.number",
    "handling_org": "c.district",
    "applicant": "'91310115MA1T' || c.firm || '0X'",
    "applicant_name": "'上海示例' || c.firm || '材料有限公司'",
    "grams": "t.grams || ARRAY[substr(c.firm, 1, 2), substr(c.firm, 2, 2), substr(c.firm, 3, 2)]::varchar[]",
    "submitted_on": "c.day",
    "accepted_on": "CASE WHEN c.open AND c.stand = 0 THEN NULL ELSE c.day + 1 END",
    "decided_on": "CASE WHEN c.open THEN NULL ELSE c.day + 5 END",
    "closed_on": "CASE WHEN c.open THEN NULL ELSE c.day + 5 END",
    "due_on": "CASE WHEN c.open THEN c.due END",
    "yellow_on": "CASE WHEN c.open THEN c.due - 2 END",
    "state": f"CASE WHEN c.open THEN {_STATE} ELSE t.state END",
    "step": f"CASE WHEN c.open THEN {_STEP} ELSE t.step END",
    "desk": f"CASE WHEN c.open THEN {_DESK} ELSE '' END",
    "desk_org": "CASE WHEN c.open THEN c.district ELSE '' END",
    "seq": "CASE WHEN c.open THEN c.stand + 1 ELSE t.seq END",
    "head": f"CASE WHEN c.open THEN {_HEAD} ELSE t.head END",
    "updated_at": "(c.day + 5)::timestamp + (c.g % 36000) * interval '1 second'",
}
_VERSION = {"id": "c.version", "case_id": "c.id", "submitted_at": "c.day + time '10:00'"}
_EVENT = {"case_id": "c.id"}
_DOCUMENT = {
    "id": "md5(t.code || c.g)::uuid",
    "case_id": "c.id",
    "number": "t.number || 'C' || c.g",
    "token": "left(md5('paper' || t.code || c.g), 22)",
}
_LICENCE = {
    "token": "left(md5('licence' || c.g), 22)",
    "case_id": "c.id::text",
    "case_number": "c.number",
    "number": "t.number || 'C' || c.g",
    "holder": "'91310115MA1T' || c.firm || '0X'",
    "holder_name": "'上海示例' || c.firm || '材料有限公司'",
    "office": "c.district",
    "quantity": "jsonb_set(t.quantity, '{receiver_uscc}', to_jsonb(c.receiver))",
    "valid_from": "c.day + 10",
    "valid_to": "c.day + 300",
}
_TABLES: tuple[tuple[str, str, Mapping[str, str], str], ...] = (
    ("cases_case", "t.id = c.model", _CASE, ""),
    ("cases_caseversion", "t.case_id = c.model", _VERSION, ""),
    ("cases_event", "t.case_id = c.model", _EVENT, "NOT c.open OR t.seq <= c.stand + 1"),
    ("cases_document", "t.case_id = c.model", _DOCUMENT, "NOT c.open"),
    ("licences_licence", "t.case_id = c.model::text", _LICENCE, "NOT c.open"),
)


def store(*, database_url: str, models: list[str], today: str, upto: int) -> None:
    """Copy until `upto` cases are stored. `models` are numbers of sealed cases."""
    with psycopg.connect(database_url) as connection:
        stands = _count(connection)
        if stands >= upto:
            return
        plan = _PLAN.format(
            days=_DAYS,
            open_each=_OPEN_EACH,
            firms=_FIRMS,
            receivers=_RECEIVERS,
            districts=len(_DISTRICTS),
        )
        values = {
            "today": today,
            "first": stands + 1,
            "last": upto,
            "models": models,
            "many": len(models),
            "districts": _DISTRICTS,
        }
        # Copies refer to one another as their models do; checking each reference again would double the time.
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(plan, values)
        connection.execute("ANALYZE copies")
        for table, join, changed, only in _TABLES:
            connection.execute(_copy(connection, table, join, changed, only))
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute("SELECT count(*) FROM cases_case").fetchone()
    return int(row[0]) if row else 0


def _copy(
    connection: psycopg.Connection, table: str, join: str, changed: Mapping[str, str], only: str
) -> str:
    """Every column as the model has it, but for those that differ; identity columns number themselves."""
    columns = [
        row[0]
        for row in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND table_name = %s AND is_identity = 'NO' ORDER BY ordinal_position",
            [table],
        )
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    where = f" WHERE {only}" if only else ""
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM copies c JOIN {table} t ON {join}{where}"  # noqa: S608
