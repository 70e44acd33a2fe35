"""Figures that officials may change from a future day on: limits, seconds, thresholds, switches.

A parameter has a key, optionally an item (the item's own value goes before the general one), a kind, a value and
dates. Prechecks ask for today's value, everything after acceptance for the value of the day of acceptance
(README 5.7). An unknown key is an error of the code, never a silent default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from luban.kit.book import CODES_SEPARATOR, FALSE, KEY_SEPARATOR, TRUE, Book, BookOnDay


class UnknownParameter(LookupError):
    """No parameter of this key applies: misspelt, or not yet in force on that day."""

    def __init__(self, key: str, item: str | None, day: date) -> None:
        self.key, self.item, self.day = key, item, day
        super().__init__(
            f"参数台账中没有{day}适用的“{key}”{f'（{item}）' if item else ''}，请检查名称或先登记。"
        )


class ParameterKind(TypeError):
    """The value is not of the kind that was asked for."""

    def __init__(self, key: str, value: str, wanted: str) -> None:
        super().__init__(f"参数“{key}”的值“{value}”不是{wanted}，请在参数台账中更正。")


@dataclass(frozen=True, slots=True)
class ParametersOnDay:
    """The parameters as they apply on one day to one item (None: in general). ``given`` values go before all."""

    rows: BookOnDay
    item: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """The value as text. Raises UnknownParameter."""
        if key in self.given:
            return str(self.given[key])
        for item in (self.item, "") if self.item else ("",):
            row = self.rows.get(f"{key}{KEY_SEPARATOR}{item}")
            if row is not None:
                return str(row["value"])
        raise UnknownParameter(key, self.item, self.rows.day)

    def integer(self, key: str) -> int:
        """The value as a whole number. Raises UnknownParameter, ParameterKind."""
        value = self.text(key)
        try:
            return int(value)
        except ValueError:
            raise ParameterKind(key, value, "整数") from None

    def decimal(self, key: str) -> Decimal:
        """The value as an exact decimal. Raises UnknownParameter, ParameterKind."""
        value = self.text(key)
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise ParameterKind(key, value, "数字") from None
        if not number.is_finite():
            raise ParameterKind(key, value, "数字")
        return number

    def flag(self, key: str) -> bool:
        """The value as yes or no. Raises UnknownParameter, ParameterKind."""
        value = self.text(key)
        if value.lower() not in TRUE | FALSE:
            raise ParameterKind(key, value, "“是”或“否”")
        return value.lower() in TRUE

    def codes(self, key: str) -> tuple[str, ...]:
        """The value as a list written with ``;``. Raises UnknownParameter."""
        return tuple(part.strip() for part in self.text(key).split(CODES_SEPARATOR) if part.strip())

    def with_values(self, given: Mapping[str, object]) -> "ParametersOnDay":
        """A copy in which ``given`` values go first (``luban try``, tests). Raises UnknownParameter for a new key."""
        for key in given:
            self.text(key)
        return ParametersOnDay(self.rows, self.item, {**self.given, **{k: str(v) for k, v in given.items()}})


@dataclass(frozen=True, slots=True)
class Parameters:
    """The register of parameters through time; keys of its book are ``key|item``."""

    book: Book

    def at(self, day: date, item: str | None = None) -> ParametersOnDay:
        """The parameters that apply to ``item`` on ``day``."""
        return ParametersOnDay(self.book.at(day), item)

    def knows(self, key: str, item: str | None = None) -> bool:
        """Whether the key exists at all, for this item or in general (asked when an item is assembled)."""
        keys = self.book.keys()
        return f"{key}{KEY_SEPARATOR}" in keys or bool(item and f"{key}{KEY_SEPARATOR}{item}" in keys)
