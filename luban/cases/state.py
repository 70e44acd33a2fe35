"""Where a case stands, and what an act makes of it: plain frozen values, the same in memory and in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from luban.kit.clock import Pause


@dataclass(frozen=True)
class Timer:
    """The system will take action `act` on day `on`, unless the case has moved."""

    act: str
    on: date


@dataclass(frozen=True)
class CaseState:
    """A case between two acts. `marks` are (name, day) in order; `actors` says which account last took an action.

    `invited` is the organisation outside the city that has a word in it, `parties` are those outside the handling
    office that have been given a desk: from then on they may read it.
    """

    id: str
    number: str
    item: str
    state: str
    step: str
    version: int
    applicant: str
    applicant_name: str
    handling_org: str
    submitted_on: date
    accepted_on: date | None = None
    marks: tuple[tuple[str, date], ...] = ()
    pauses: tuple[Pause, ...] = ()
    timers: tuple[Timer, ...] = ()
    returned_from: str = ""
    actors: Mapping[str, str] = field(default_factory=dict)
    seq: int = 0
    head: str = ""
    salt: str = ""
    copied_from: str = ""
    invited: str = ""
    parties: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether the case has ended."""
        return self.state.startswith("closed_")

    def marked(self, name: str) -> date | None:
        """The day a mark was last set."""
        return next((day for mark, day in reversed(self.marks) if mark == name), None)


@dataclass(frozen=True)
class Event:
    """One entry of the history; `digest` = SM3(previous digest ‖ canonical JSON of the entry)."""

    seq: int
    at: datetime
    actor: str
    actor_name: str
    role: str
    action: str
    title: str
    from_step: str
    to_step: str
    state: str
    version: int
    data: Mapping[str, Any]
    prev: str
    digest: str
    request_id: str


@dataclass(frozen=True)
class Planned:
    """Something an act causes and a job will do: kind document, share or evidence; `about` names it.

    `when` is asked of the case as the act leaves it: what nobody has to be told is not planned at all.
    """

    kind: str
    name: str
    lane: str
    link: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    when: Callable[[Any], bool] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Move:
    """What an act does: the case after it, its event, what jobs must do, which register commands run with it."""

    before: CaseState
    after: CaseState
    event: Event
    effects: tuple[Planned, ...] = ()
    records: tuple[str, ...] = ()
