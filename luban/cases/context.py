"""Everything outside a case that an act needs to know: laws, calendar, terms, places, parameters, organisations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from luban.kit.book import Book, BookOnDay
from luban.kit.clock import WorkCalendar
from luban.kit.laws import Laws
from luban.kit.parameters import Parameters, ParametersOnDay
from luban.kit.view import Office


@dataclass(frozen=True)
class Context:
    """The registers as of now. `offices` are enabled organisations by code; `books` every dated register."""

    laws: Laws
    calendar: WorkCalendar
    parameters: Parameters
    books: Mapping[str, Book]
    offices: Mapping[str, Office]
    verify_base: str = "/v/"
    providers: Mapping[str, Callable[..., Any]] = field(default_factory=dict)

    def params(self, day: date, item: str) -> ParametersOnDay:
        """The parameters of an item on a day."""
        return self.parameters.at(day, item)

    def terms(self, day: date) -> BookOnDay:
        """The dictionaries on a day."""
        return self.books["dictionary"].at(day)

    def places(self, day: date) -> BookOnDay:
        """The regions on a day."""
        return self.books["divisions"].at(day)

    def office(self, code: str) -> Office:
        """An organisation as it signs; an unregistered code stands for itself."""
        return self.offices.get(code) or Office(code, code, code)

    def handling(self, candidates: tuple[str, ...]) -> str:
        """The first enabled organisation; the last candidate when none is registered."""
        return next((code for code in candidates if code in self.offices), candidates[-1])
