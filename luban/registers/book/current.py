"""The registers as the running house knows them: shipped rows with officials' edits lying over them.

Each process keeps what it has read. ``books()`` asks the database one small question (the version marks), at most once
in ``settings.LUBAN_REGISTERS_FRESH`` seconds, and reads again only the registers that were edited since. An edit made
by this very process is seen at once (``forget``).
"""

import threading
import time
from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings

from luban.kit.book import Book, Entry
from luban.people.genuine import all_genuine
from luban.registers.book.models import Row, Version
from luban.registers.book.shipped import all_specs, shipped, spec_of

_lock = threading.Lock()
_held: dict[str, tuple[int, Book, Book]] = {}  # register → version, shipped book, the two laid together


_asked: list[tuple[float, dict[str, int]]] = []


def books() -> Mapping[str, Book]:
    """Every register, as of a moment ago. At most one query, and one more for each register edited since."""
    versions = _versions()
    return MappingProxyType(
        {register: _book(register, versions.get(register, 0)) for register in all_specs()}
    )


def forget() -> None:
    """Ask for the version marks at the next call: this process has edited a register."""
    _asked.clear()


def marks() -> dict[str, int]:
    """The version mark of every register ever edited, as of now: equal marks mean that nothing was edited between."""
    return dict(Version.objects.values_list("register", "number"))


def _versions() -> dict[str, int]:
    held = _asked[:]
    if held and time.monotonic() - held[0][0] < settings.LUBAN_REGISTERS_FRESH:
        return held[0][1]
    versions = dict(Version.objects.values_list("register", "number"))
    _asked[:] = [(time.monotonic(), versions)]
    return versions


def current(register: str) -> Book:
    """One register, up to date. Raises UnknownRegister."""
    spec_of(register)
    number = Version.objects.filter(register=register).values_list("number", flat=True).first()
    return _book(register, number or 0)


def _book(register: str, version: int) -> Book:
    ship = shipped(register)
    held = _held.get(register)
    if held is not None and held[0] == version and held[1] is ship:
        return held[2]
    book = Book(register, ship.rows, edited(register) if version else ())
    with _lock:
        _held[register] = (version, ship, book)
    return book


def edited(register: str) -> tuple[Entry, ...]:
    """The edited rows of a register, oldest first. Raises RowTouched: no decision rests on a row of nobody's."""
    spec = spec_of(register)
    rows = all_genuine(Row.objects.filter(register=register).order_by("id"))
    return tuple(_entry(spec.entry(row.data), row.key, row.removed) for row in rows)


def _entry(entry: Entry, key: str, removed: bool) -> Entry:
    return Entry(key, entry.data, entry.from_, entry.to, entry.source, entry.certainty, removed)
