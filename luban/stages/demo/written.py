"""A demonstration case as it is written, and its relative days made real."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from luban.stages.trial.book import Strict, read_as

AHEAD = 14
"""Days from today to the day on which the demonstration's transfers begin."""
_DAY = re.compile(r"\{today([+-]\d+)?\}")
_YEAR = re.compile(r"\{year\+(\d+)\}")


class DemoAct(Strict):
    """Something an official does: the account, the act and its words."""

    by: str
    act: str
    data: dict[str, Any] = Field(default_factory=dict)


class DemoCase(Strict):
    """A case of the demonstration: who files, what the guide is answered, the form; how far it goes."""

    name: str
    like: str = ""
    account: str
    answers: dict[str, Any] = Field(default_factory=dict)
    form: dict[str, Any]
    until: Literal["draft", "filed"] = "filed"
    warns: list[str] = Field(default_factory=list)
    """Rules that may warn of it, on some days or on all."""
    timeline: list[DemoAct] = Field(default_factory=list)


def read_demo(*, source: Path | str, today: date) -> list[DemoCase]:
    """The cases of a file, their days made real. Raises TrialFault naming the entry and the field."""
    found = read_as(source, DemoCase)
    return [
        case.model_copy(
            update={
                **real({"form": case.form, "answers": case.answers}, today),
                "timeline": [act.model_copy(update={"data": real(act.data, today)}) for act in case.timeline],
            }
        )
        for case in found
    ]


def real(value: Any, today: date) -> Any:
    """The value with every relative day in it worked out."""
    if isinstance(value, Mapping):
        return {name: real(one, today) for name, one in value.items()}
    if isinstance(value, list):
        return [real(one, today) for one in value]
    return _real_text(value, today) if isinstance(value, str) else value


def _real_text(text: str, today: date) -> Any:
    begins = today + timedelta(days=AHEAD)
    if text == "{year}":
        return begins.year
    if text == "{year_choice}":
        return "this" if begins.year == today.year else "next"
    if text == "{year_end}":
        return date(begins.year, 12, 31).isoformat()
    if whole := _DAY.fullmatch(text):
        return (today + timedelta(days=int(whole[1] or 0))).isoformat()
    return _YEAR.sub(lambda found: str((today + timedelta(days=int(found[1]))).year), text)


def unread(value: Any) -> Iterator[str]:
    """Tokens that were left standing: misspelt ones."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from unread(one)
    elif isinstance(value, list):
        for one in value:
            yield from unread(one)
    elif isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        yield value
