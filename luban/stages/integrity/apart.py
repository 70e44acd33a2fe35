"""The quick part of `luban verify` by several processes at once, each looking at its part of the house.

They are forks of this process, which spares each of them the start of a house, some seconds of processor time. That is
right only where nothing else runs beside it (the command); a process with threads starts fresh ones.
"""

from __future__ import annotations

import threading
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from multiprocessing import get_context

import django
from django.db import connections

from luban.people.genuine import unchecked
from luban.stages.integrity.check import Checked, check_quick
from luban.stages.integrity.fault import Fault
from luban.stages.integrity.part import Part


def check_apart(*, processes: int) -> Checked:
    """Row codes, histories and the trail. Raises KeyMissing."""
    parts = [Part(number, processes) for number in range(processes)]
    alone = threading.active_count() == 1
    connections.close_all()
    kind = get_context("fork" if alone else "spawn")
    with ProcessPoolExecutor(processes, mp_context=kind, initializer=None if alone else django.setup) as pool:
        return reduce(_together, pool.map(check_part, parts))


def check_part(part: Part) -> Checked:
    """What one process does."""
    faults: list[Fault] = []
    with unchecked():
        return check_quick(faults, part=part)


def _together(one: Checked, other: Checked) -> Checked:
    return Checked(
        one.cases + other.cases,
        one.events + other.events,
        0,
        0,
        (*one.faults, *other.faults),
        rows=one.rows + other.rows,
        lines=one.lines + other.lines,
    )
