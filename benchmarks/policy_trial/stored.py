"""Run inside the house's environment: one case filed and assessed as in the written example, its copies, a started trial.

    python -m benchmarks.policy_trial.stored <cases>        prints the id of the trial

The copies have the model's form, history and kept facts, and acceptance days spread over two years, so that a batch asks
the registers for many days. The facts of the registers are those the written case says they know.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from config.discovery import discover  # noqa: E402
from luban.cases import house  # noqa: E402
from luban.cases.models import Case  # noqa: E402
from luban.kit.clock import clock  # noqa: E402
from luban.kit.item import Item  # noqa: E402
from luban.people.actor import Actor  # noqa: E402
from luban.registers.book.current import current  # noqa: E402
from luban.registers.book.shipped import all_specs  # noqa: E402
from luban.stages.policy import drafts, run  # noqa: E402
from luban.stages.trial import read_cases  # noqa: E402
from luban.stages.trial.house import context_for  # noqa: E402
from luban.stages.trial.play import play  # noqa: E402
from luban.stages.trial.registers import in_memory  # noqa: E402

ITEM = "hazwaste_transfer_out"
EDITOR = Actor("city_register", "示例台账甲", "register_admin", "310000", "", "310000")
CHANGED = ("hwt.score.low", "95")
_COPY = (
    ("cases_case", "t.id = %(model)s", {
        "id": "md5('case' || g)::uuid", "current_id": "md5('version' || g)::uuid", "number": "t.number || '-C' || g",
        "accepted_on": "t.accepted_on - (g %% 730)::int",
    }),
    ("cases_caseversion", "t.case_id = %(model)s", {"id": "md5('version' || g)::uuid", "case_id": "md5('case' || g)::uuid"}),
    ("cases_event", "t.case_id = %(model)s", {
        "case_id": "md5('case' || g)::uuid",
        "data": "CASE WHEN t.data ? '_assessment' THEN jsonb_set(t.data, '{_assessment,on}',"
                " to_jsonb((%(day)s::date - (g %% 730)::int)::text)) ELSE t.data END",
    }),
)  # fmt: skip


def assessed(item: Item) -> Case:
    """The first written case, taken as far as the machine's first word."""
    entry = read_cases(Path(item.folder) / "tests" / "cases.yaml")[0]
    providers, commands = house.offers()
    known = context_for(item=item, entry=entry, registers=in_memory(item=item, entry=entry)).providers
    house.offers = lambda: ({**providers, **known}, commands)  # type: ignore[assignment]
    house.forget()
    for until in range(1, len(entry.timeline)):
        with transaction.atomic():
            played = play(item=item, entry=entry.model_copy(update={"timeline": entry.timeline[:until]}))
            case = Case.objects.get(pk=played.case_id)
            if case.events.filter(data__has_key="_assessment").exists():
                return case
            transaction.set_rollback(True)
    raise RuntimeError("the written case is never assessed")


def copied(model: Case, upto: int) -> None:
    """Copy until there are `upto` cases of the item."""
    values = {"model": model.pk, "day": model.accepted_on, "many": upto - 1}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, which, changed in _COPY:
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND table_name = %s AND is_identity = 'NO' ORDER BY ordinal_position",
                [table],
            )
            columns = [name for (name,) in cursor.fetchall()]
            names = ", ".join(f'"{name}"' for name in columns)
            given = ", ".join(changed.get(name, f't."{name}"') for name in columns)
            copying = f"INSERT INTO {table} ({names}) SELECT {given} FROM {table} t, generate_series(1, %(many)s) g WHERE {which}"  # noqa: S608
            cursor.execute(copying, values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def main() -> int:
    """Store, draft, start."""
    discover()
    item = drafts.item_of(ITEM)
    copied(assessed(item), int(sys.argv[1]))
    key, value = CHANGED
    trial = drafts.create(
        title="低风险起点", item=ITEM, since=date(2020, 1, 1), until=date(2030, 1, 1), by=EDITOR
    )
    row = current("parameters").at(clock.today()).get(f"{key}|{ITEM}")
    if row is None:
        raise RuntimeError(f"no parameter {key}")
    cells = {**all_specs()["parameters"].texts(row), "value": value}
    drafts.put(trial_id=trial, register="parameters", cells=cells, by=EDITOR)
    run.start(trial_id=trial, by=EDITOR)
    sys.stdout.write(f"{trial}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
