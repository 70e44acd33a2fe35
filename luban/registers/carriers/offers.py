"""What the library of carriers offers: facts (`PROVIDERS`), commands (`COMMANDS`), what a firm's own form starts with.

A provider answers `provider(*, day, applicant, number, **keys)`; keys may be None while a draft is incomplete. The
commands are those of `decisions`: they run as `command(*, view, at)` inside the act's transaction, on the entry of the
firm that files, its row locked; `decisions` says how such a form is shaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from functools import partial
from typing import Any

from luban.kit.daily import Daily
from luban.kit.facts import Applicant
from luban.kit.prefill import Prefill
from luban.registers.carriers import endings, shelf
from luban.registers.carriers.decisions import COMMANDS as DECISIONS
from luban.registers.carriers.parts import Carrier
from luban.registers.carriers.rows import chosen_values, ids_in, own_values, plates_in


def chosen(
    *, day: date, applicant: Applicant, number: str, rows: Iterable[Any] | None
) -> Mapping[str, Carrier]:
    """The carriers that rows with a `carrier_id` name, by that number; unknown ones are left out. One query."""
    return shelf.by_ids(ids=ids_in(rows))


def own(*, day: date, applicant: Applicant, number: str) -> Carrier | None:
    """The applicant's own entry, whatever it stands at; None when it has none."""
    return shelf.by_uscc(uscc=applicant.uscc)


def plates(*, day: date, applicant: Applicant, number: str, rows: Iterable[Any] | None) -> Mapping[str, str]:
    """Plates of rows with a `plate_no` that another carrier in service has filed: plate → that carrier's name."""
    return shelf.others_with(plates=plates_in(rows), but=applicant.uscc)


def own_entry(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a firm's own filing starts with (see `rows.own_values`)."""
    return own_values(shelf.by_uscc(uscc=applicant.uscc))


def chosen_entry(*, applicant: Applicant, day: date, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a row that names a carrier's number says of it (see `rows.chosen_values`)."""
    number = str(given.get("carrier_id") or "").strip().upper()
    return chosen_values(shelf.by_ids(ids=(number,)).get(number) if number else None)


PREFILL = {
    "own_carrier": Prefill("运输单位库", own_entry, begins=True, returning=True),
    "chosen_carrier": Prefill("运输单位库", chosen_entry, keys=("carrier_id",)),
}
PROVIDERS: dict[str, Callable[..., Any]] = {
    "carriers.chosen": chosen,
    "carriers.own": own,
    "carriers.plates": plates,
}
COMMANDS: dict[str, Callable[..., None]] = {name: partial(shelf.change, command=name) for name in DECISIONS}
DAILY = (Daily("carriers.ending", "运输单位许可证到期提醒", time(1, 30), endings.remind_ending),)
"""What the register does every day."""
