"""Giving rows a code in a migration: for rows written before their table carried one, or before a key or column changed.

    def seal(apps, editor):
        seal_rows(apps.get_model("licences", "Licence"), SEALED, editor)

    operations = [..., migrations.RunPython(seal, migrations.RunPython.noop)]

An empty table asks for no key, so a fresh house migrates before it has any.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import connection

from luban.trust import ring
from luban.trust.row_mac import Groups, row_mac

AT_ONCE = 500


def seal_rows(model: Any, groups: Groups, editor: Any, *, append_only: bool = False) -> None:
    """Give every row without a code one. `append_only`: lift the table's triggers meanwhile."""
    rows = model.objects.filter(mac="")
    if not rows.exists():
        return
    table = model._meta.db_table
    if append_only:
        editor.execute(f"alter table {table} disable trigger user")
    seal_all(rows=rows, groups=groups)
    if append_only:
        editor.execute(f"alter table {table} enable trigger user")


def seal_all(*, rows: Any, groups: Groups) -> int:
    """Write the codes of the rows of a queryset anew, some at a time, without asking what they were; returns how many."""
    model, keys = rows.model, ring.keys()
    table, key, kind = model._meta.db_table, model._meta.pk.column, model._meta.pk.rel_db_type(connection)
    words = (
        f'UPDATE "{table}" SET mac = given.mac FROM unnest(%s::{kind}[], %s::text[]) AS given (id, mac)'  # noqa: S608
        f' WHERE "{table}"."{key}" = given.id'
    )
    count = 0
    found = rows.order_by("pk").iterator(chunk_size=AT_ONCE)
    while held := list(islice(found, AT_ONCE)):
        codes = [row_mac(table=table, groups=groups, values=row.__dict__, keys=keys) for row in held]
        with connection.cursor() as cursor:
            cursor.execute(words, [[row.pk for row in held], codes])
        count += len(held)
    return count
