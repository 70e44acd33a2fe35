"""Whom an item tells what, what it makes of what partners tell, and which of its events are put in evidence.

`on` names actions, marks or states (`submit`, `accepted`, `closed_granted`…). Bodies are made by the worker from the
case as of the event, so a repeat says exactly the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from luban.kit.view import CaseView

Body = Callable[[CaseView], Mapping[str, Any]]


@dataclass(frozen=True)
class Tell:
    """Tell partner `link` a message `name` when one of `on` happens and `when` (if any) holds.

    `when` is asked with the act, before papers have numbers, and again when the message is worded.
    `part` tells apart several messages of one name about one event.
    """

    link: str
    name: str
    on: tuple[str, ...]
    body: Body
    when: Callable[[CaseView], bool] | None = None
    part: str = ""


@dataclass(frozen=True)
class Taken:
    """The act that a partner's message comes to: whoever works as `role` at `organisation` takes `action` with `data`."""

    action: str
    data: Mapping[str, Any]
    role: str
    organisation: str


@dataclass(frozen=True)
class Hear:
    """What partner `link` tells us in message `name` about a case, and which act of the case it is.

    The message (a mapping, in our own words) names one of our papers, `document`, by its number under `letter_no`; a
    message without one names the case under `case_no`. `takes(told, case)` words the act: None when the case has it
    already, a sentence when nothing can be made of it. At `steps` the case waits for the message, and we also ask.
    """

    link: str
    name: str
    document: str
    takes: Callable[[Mapping[str, Any], CaseView], Taken | str | None]
    steps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attest:
    """Record an evidence request: contract `record` (UF, UR, DC, DF), function `call`."""

    record: str
    call: str
    on: tuple[str, ...]
    body: Body


@dataclass(frozen=True)
class Evidence:
    """How an item's records are digested: schema version, form sections in order (name → digest key), the attests.

    `single_version`: the record has one version whatever the case went through (UR).
    """

    schema: str
    sections: tuple[tuple[str, str], ...]
    attests: tuple[Attest, ...]
    number: Callable[[CaseView], str] | None = None
    single_version: bool = False
