"""What ships with the code: the description of every register and its CSV rows. Free of Django.

``all_specs()`` finds every ``luban/registers/*/book_spec.py`` by itself. An item folder may add rows of its own
(``params.csv``, ``laws.csv``, ``dictionary.csv``): discovery names the folder to ``add_rows``. ``luban try`` reads
registers from here alone; the running house lays officials' edits over them (``current``).
"""

import importlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from luban.kit.book import Book, BookError, BookSpec, Entry, Problem, read_csv
from luban.kit.clock import WorkCalendar
from luban.kit.laws import Laws
from luban.kit.parameters import Parameters
from luban.registers.calendar.work import work_calendar

REGISTERS = Path(__file__).parents[1]
_added: dict[str, dict[Path, tuple[Entry, ...]]] = {}


class UnknownRegister(LookupError):
    """No register of this code."""

    def __init__(self, register: str) -> None:
        super().__init__(f"没有台账“{register}”，请检查名称。")


@cache
def all_specs() -> Mapping[str, BookSpec]:
    """Every register's description by code, in alphabetical order of folders. Raises ValueError for a code used twice."""
    found: dict[str, BookSpec] = {}
    for path in sorted(REGISTERS.glob("*/book_spec.py")):
        module = importlib.import_module(f"luban.registers.{path.parent.name}.book_spec")
        for spec in module.SPECS:
            if spec.code in found:
                raise ValueError(f"register {spec.code} is described twice, the second time in {path}")
            found[spec.code] = spec
    return found


def spec_of(register: str) -> BookSpec:
    """The description of one register. Raises UnknownRegister."""
    try:
        return all_specs()[register]
    except KeyError:
        raise UnknownRegister(register) from None


def add_rows(*, folder: Path, item: str) -> tuple[str, ...]:
    """Merge the rows an item folder ships; returns the registers it added to. Repeating it changes nothing.

    A register with an ``item`` column gets ``item`` where the cell is empty. Raises BookError for bad or double rows.
    """
    touched = []
    for spec in all_specs().values():
        path = folder / spec.extra
        if not spec.extra or not path.is_file() or path in _added.get(spec.code, {}):
            continue
        defaults = {"item": item} if any(column.code == "item" for column in spec.columns) else {}
        try:
            rows = read_csv(spec=spec, text=path.read_text(encoding="utf-8"), defaults=defaults)
        except BookError as error:
            raise BookError(f"{spec.title}（{path}）", error.problems) from None
        held = {(row.key, row.from_) for row in shipped(spec.code).rows}
        double = [row.key for row in rows if (row.key, row.from_) in held]
        if double:
            raise BookError(
                f"{spec.title}（{path}）", [Problem(0, key, "已由别处登记，请删除。") for key in double]
            )
        _added.setdefault(spec.code, {})[path] = rows
        touched.append(spec.code)
    if touched:
        shipped.cache_clear()
    return tuple(touched)


@cache
def shipped(register: str) -> Book:
    """The register as it ships, with the rows items added. Raises UnknownRegister, BookError."""
    spec = spec_of(register)
    own = read_csv(spec=spec, text=spec.file.read_text(encoding="utf-8")) if spec.file else ()
    added = (row for rows in _added.get(register, {}).values() for row in rows)
    return Book(register, (*own, *added))


def shipped_books() -> dict[str, Book]:
    """Every register as it ships."""
    return {register: shipped(register) for register in all_specs()}


def laws_of(books: Mapping[str, Book], *, today: date) -> Laws:
    """The laws as they are known today; each citation then asks for its own day."""
    return Laws.from_book(books["laws"].at(today))


def calendar_of(books: Mapping[str, Book], *, today: date) -> WorkCalendar:
    """The working calendar as it is known today."""
    return work_calendar(books["calendar"].at(today))


def parameters_of(books: Mapping[str, Book]) -> Parameters:
    """The parameters through time."""
    return Parameters(books["parameters"])
