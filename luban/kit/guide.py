"""The guide: one question at a time leads to this item, to another one, or to a reason why not.

Questions, options, where they lead and what they say are data. Answers are kept with the draft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from luban.kit.parameters import ParametersOnDay

Answers = Mapping[str, str | list[str]]


@dataclass(frozen=True)
class YearOfDay:
    """A value an option sets: the year of the day it is chosen on, plus some."""

    plus: int = 0


@dataclass(frozen=True)
class Option:
    """An answer. `sets` presets form paths; `stops` ends here with a message; `leads_to` another item; `hint` is said.

    `not_before` names a parameter (month-day, `12-01`): before that day of the year the option cannot be chosen.
    """

    value: str
    label: str
    sets: Mapping[str, Any] = field(default_factory=dict)
    stops: str = ""
    leads_to: str = ""
    hint: str = ""
    from_day: str = ""
    not_before: str = ""

    def open_on(self, day: date | None, params: ParametersOnDay | None) -> bool:
        """Whether it may be chosen on `day`; without a day or parameters nothing is closed."""
        if not self.not_before or day is None or params is None:
            return True
        return day.strftime("%m-%d") >= params.text(self.not_before)

    def presets(self, day: date | None) -> dict[str, Any]:
        """What it sets on `day`; years are left out without one."""
        return {
            path: day.year + value.plus if isinstance(value, YearOfDay) and day else value
            for path, value in self.sets.items()
            if day or not isinstance(value, YearOfDay)
        }


@dataclass(frozen=True)
class Question:
    """A question; with `many` several options may be chosen."""

    code: str
    text: str
    options: tuple[Option, ...]
    many: bool = False
    help: str = ""


@dataclass(frozen=True)
class GuideState:
    """Where an applicant stands: the next question, or the end (ready, stopped with a message, or sent elsewhere)."""

    next: Question | None
    stopped: str = ""
    leads_to: str = ""
    sets: Mapping[str, Any] = field(default_factory=dict)
    hints: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """All questions answered and the item applies."""
        return self.next is None and not self.stopped and not self.leads_to


@dataclass(frozen=True)
class Guide:
    """Questions in order."""

    questions: tuple[Question, ...]

    def state(
        self, answers: Answers, *, day: date | None = None, params: ParametersOnDay | None = None
    ) -> GuideState:
        """Where these answers lead on `day`. Unknown answers and options not open yet are taken as not given."""
        sets: dict[str, Any] = {}
        hints: list[str] = []
        for question in self.questions:
            chosen = tuple(o for o in _chosen(question, answers.get(question.code)) if o.open_on(day, params))
            if not chosen:
                return GuideState(question, sets=sets, hints=tuple(hints))
            for option in chosen:
                sets.update(option.presets(day))
                if option.hint:
                    hints.append(option.hint)
                if option.stops:
                    return GuideState(None, stopped=option.stops, sets=sets, hints=tuple(hints))
                if option.leads_to:
                    return GuideState(None, leads_to=option.leads_to, sets=sets, hints=tuple(hints))
        return GuideState(None, sets=sets, hints=tuple(hints))


def _chosen(question: Question, answer: str | list[str] | None) -> tuple[Option, ...]:
    wanted = [answer] if isinstance(answer, str) else list(answer or ())
    picked = tuple(o for o in question.options if o.value in wanted)
    return picked if question.many else picked[:1]
