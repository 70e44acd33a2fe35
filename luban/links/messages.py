"""What a link declares of itself: its name, the messages it takes and those it pushes, each with the model of its body.

A body is checked by its model before it leaves; a body that does not fit is our own mistake and goes to a person
at once (`Rejected`), since sending it again would not make it better.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from luban.links.outcomes import Rejected
from luban.links.transport import call

Direction = Literal["in", "out", "both"]

Uscc = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")]
Adcode = Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, StringConstraints(max_length=200)]
Required = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]


class Body(BaseModel):
    """Base of every message body: frozen, nothing undeclared."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Pushed(Body, ABC):
    """Base of what a partner pushes to us. `version` counts its own corrections of one thing; `key` is the sender's
    idempotency key, which says nothing about the thing."""

    version: int = Field(default=1, ge=1, le=999_999)
    key: Line = ""

    @property
    @abstractmethod
    def subject(self) -> str:
        """What it is about, in numbers both sides know (such as our letter's): later versions replace earlier ones."""

    @abstractmethod
    def told(self) -> Mapping[str, Any]:
        """What it says, in the words of our own dictionaries and forms, as JSON."""


@dataclass(frozen=True)
class Inbound:
    """One message a partner pushes to `/inbox/<link>/<name>/`; `ask` fetches the latest answer to our paper of
    a number, about a case (of one letter there may be several), where it can be asked for as well: None while there is
    none; raises Unavailable, Rejected."""

    name: str
    title: str
    model: type[Pushed]
    ask: Callable[[str, str], Pushed | None] | None = None


@dataclass(frozen=True)
class Message:
    """One message a partner takes: posted to `path`, shaped like `model`."""

    name: str
    title: str
    path: str
    model: type[Body]


@dataclass(frozen=True)
class Link:
    """A partner system. `direction` is seen from us: in = we ask it, out = we tell it."""

    code: str
    title: str
    direction: Direction
    messages: tuple[Message, ...] = ()
    inbound: tuple[Inbound, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """The partner has it. `reference` is the partner's own number, if it gives one; `data` all it answered."""

    link: str
    name: str
    reference: str
    message: str = ""
    repeated: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The receipt as the outbox keeps it."""
        return {
            "reference": self.reference,
            "message": self.message,
            "repeated": self.repeated,
            "data": dict(self.data),
        }


def send(*, link: Link, message: Message, body: Mapping[str, Any] | Body, key: str) -> Receipt:
    """Send one message under idempotency key `key`. Raises Rejected or Unavailable."""
    try:
        checked = message.model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Rejected("BODY", f"“{message.title}”的内容不完整：{place} {first['msg']}") from error
    answer = call(
        link=link.code,
        path=message.path,
        body=checked.model_dump(mode="json", exclude_none=True),
        idempotency_key=key,
    )
    return Receipt(
        link=link.code,
        name=message.name,
        reference=str(answer.data.get("reference") or ""),
        message=answer.message,
        repeated=answer.repeated,
        data=answer.data,
    )
