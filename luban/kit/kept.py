"""Facts kept with an assessment: what the machine looked at, as text, so that it can look again without asking anybody.

Registers move on and partners answer differently the next day. Whoever wants to know what another threshold would have
made of a case needs the facts of that day. Rows of dated registers are not kept: they have their own days. Everything
else an item needs is written as JSON by the type its facts class declares, and read back by the same type.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation

from luban.kit.facts import Facts, needs_of

BOOK = "book."


class NotKept(LookupError):
    """A fact that was not kept, or not in a shape that can be read today; the message says which."""


def kept_names(facts: type[Facts]) -> tuple[str, ...]:
    """The needs that registers or partners answer; those a dated register answers are left out."""
    kind: Any = facts  # mypy would take the instances' __hash__ for the class's
    return _names(kind)


@cache
def _names(facts: Any) -> tuple[str, ...]:
    return tuple(name for name, need in needs_of(facts).items() if not need.provider.startswith(BOOK))


@cache
def _adapter(facts: Any, name: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(facts)[name])


def texts_of(facts: Facts) -> dict[str, bytes]:
    """Each such fact as JSON, by field name."""
    kind: Any = type(facts)
    return {name: _adapter(kind, name).dump_json(getattr(facts, name)) for name in kept_names(kind)}


def value_of(*, facts: type[Facts], name: str, text: bytes) -> Any:
    """The fact a text holds, equal to what was kept. Raises NotKept when the declared type has changed since."""
    if name not in kept_names(facts):
        raise NotKept(name)
    kind: Any = facts
    try:
        return _adapter(kind, name).validate_json(text)
    except ValueError as error:
        raise NotKept(name) from error


def faults(facts: type[Facts]) -> Iterator[str]:
    """What cannot be kept: needs whose declared type no JSON can be made of and read back."""
    kind: Any = facts
    for name in kept_names(facts):
        try:
            _adapter(kind, name)
        except (PydanticSchemaGenerationError, PydanticUndefinedAnnotation, NameError) as error:
            yield f"fact {name} cannot be kept with an assessment: {error}"
