"""What a partner is: paths it takes messages on, each with its own model of the body, questions it answers, and what it
can be made to say (its outlets)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.protocol import Refused
from sandbox.store import Store

Take = Callable[[Any, Store], Mapping[str, Any]]
"""Judge a checked body and return the answer's data; raises Refused."""
Tell = Callable[[Mapping[str, str], Store], Mapping[str, Any]]
"""Answer a question from its query; raises Refused."""


class Told(BaseModel):
    """Base of the partners' own models: what they do not know they ignore, what they need they insist on."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


@dataclass(frozen=True)
class Inlet:
    """One path messages come in on."""

    model: type[Told]
    take: Take


@dataclass(frozen=True)
class Asked:
    """A blank of an outlet's form; with `options` (code, words) it is chosen."""

    name: str
    label: str
    preset: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outlet:
    """Something the partner says when told to: `word` makes the message of what is asked for and keeps it (so that it is
    known to whoever asks); it is then pushed to `path` of the product."""

    title: str
    about: str
    path: str
    asks: tuple[Asked, ...]
    word: Callable[[Mapping[str, Any], Store], Mapping[str, Any]]


@dataclass(frozen=True)
class Partner:
    """One partner system."""

    code: str
    title: str
    about: str
    inlets: Mapping[str, Inlet] = field(default_factory=dict)
    questions: Mapping[str, Tell] = field(default_factory=dict)
    outlets: Mapping[str, Outlet] = field(default_factory=dict)


def checked(*, inlet: Inlet, body: Mapping[str, Any]) -> Told:
    """The body as the partner's own model. Raises Refused naming the first field that does not fit."""
    try:
        return inlet.model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "正文"
        raise Refused("E400", f"报文不合要求：{place}（{first['type']}）") from error
