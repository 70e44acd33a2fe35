"""Rows that carry a code of their own (HMAC-SM3, `trust.row_mac`): written with it, and refused when it does not fit.

A model derives from `SealedRow` and lists its columns in `SEALED`. `save` and `create` write the code; whoever writes
by `update` puts `mac_of(row)` among the columns. `genuine(row)` stands where rows become facts: a touched row is never
shown as genuine, it raises `RowTouched`, a refusal in plain words, and sounds the alarm. Between `unchecked()` and its
end nothing is refused: that is for `luban verify`, which reports instead.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db import models

from luban.kit.refusal import Refused
from luban.trust import ring
from luban.trust.keys import KeyProvider
from luban.trust.row_mac import Groups, Touched, check_row, row_mac

logger = logging.getLogger(__name__)
TOUCHED = "ROW_TOUCHED"
_lenient: ContextVar[bool] = ContextVar("lenient", default=False)
_heard: ContextVar[list[Alarm] | None] = ContextVar("heard", default=None)


@dataclass(frozen=True)
class Alarm:
    """A touched row that somebody came upon: table, what names the row, the columns that differ as far as known."""

    table: str
    row: str
    columns: tuple[str, ...]


class RowTouched(Refused):
    """A row is not as the platform wrote it."""

    def __init__(self, alarm: Alarm) -> None:
        super().__init__(
            TOUCHED,
            f"“{alarm.row}”的登记数据与写入时的校验码不符，可能被改动过，已停止显示和办理并报警。"
            "请联系平台安全管理员核对（luban verify），从备份恢复后再办理。",
        )
        self.alarm = alarm


class SealedRow(models.Model):
    """Base of the tables whose rows carry a code. Each group of `SEALED` is what one migration brought."""

    mac = models.CharField(max_length=255, default="", db_default="", blank=True)

    SEALED: ClassVar[Groups] = ()
    _genuine = False  # whether this instance was looked at

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row with its code."""
        self.mac = mac_of(self)
        columns = kwargs.get("update_fields")
        if columns is not None:
            kwargs["update_fields"] = {*columns, "mac"}
        super().save(*args, **kwargs)
        self._genuine = True


Row = TypeVar("Row", bound=SealedRow)


def mac_of(row: SealedRow, *, keys: KeyProvider | None = None) -> str:
    """The code of a row as it stands in memory; every column of it must have been read. Raises KeyMissing."""
    return row_mac(
        table=row._meta.db_table, groups=row.SEALED, values=_columns(row), keys=keys or ring.keys()
    )


def _columns(row: SealedRow) -> dict[str, Any]:
    """The columns the code covers, read as attributes: the row may stand behind a lazy object."""
    return {name: getattr(row, name) for group in row.SEALED for name in group}


def touched(row: SealedRow) -> Touched | None:
    """What is wrong with a row, None when it is as it was written. Raises KeyMissing."""
    return check_row(
        table=row._meta.db_table, groups=row.SEALED, values=_columns(row), mac=row.mac, keys=ring.keys()
    )


def genuine(row: Row) -> Row:
    """The row, if it is as it was written (looked at once an instance). Raises RowTouched, KeyMissing."""
    if row._genuine or _lenient.get():
        return row
    found = touched(row)
    if found is not None:
        alarm = Alarm(row._meta.db_table, str(row), found.columns)
        sound(alarm)
        raise RowTouched(alarm)
    row._genuine = True
    return row


def all_genuine(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows one by one, each looked at."""
    return (genuine(row) for row in rows)


@contextmanager
def unchecked() -> Iterator[None]:
    """Read whatever stands there, for checks that report faults themselves."""
    token = _lenient.set(True)
    try:
        yield
    finally:
        _lenient.reset(token)


def reads_unchecked() -> bool:
    """Whether whatever stands there is being read, for a check that reports."""
    return _lenient.get()


@contextmanager
def listening() -> Iterator[list[Alarm]]:
    """The alarms sounded until the end, so that they can be written down after a transaction was rolled back."""
    heard: list[Alarm] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def sound(alarm: Alarm) -> None:
    """Raise the alarm: a critical log line, and a line of the trail once the request is over."""
    logger.critical("integrity: %s %s touched (%s)", alarm.table, alarm.row, ", ".join(alarm.columns) or "?")
    heard = _heard.get()
    if heard is not None and alarm not in heard:
        heard.append(alarm)
