"""Facts: what the registers know that the rules need.

An item declares its needs as a frozen dataclass derived from `Facts`; `need` names the provider in the registers and
the form paths that are its keys. The stage resolves each need in one query; `luban try` takes them from the case
file. Four facts are always there: parameters of the day, the applicant, the materials, the state of the signature.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from luban.kit.book import BookOnDay
from luban.kit.materials import Materials
from luban.kit.parameters import ParametersOnDay


@dataclass(frozen=True)
class Need:
    """A declared need: the provider's name and its keys (argument → form path)."""

    provider: str
    keys: Mapping[str, str]


def need(provider: str, *, default: Any = dataclasses.MISSING, **keys: str) -> Any:
    """Declare a need. `provider` is `book.<register>` or a provider a register offers; `default` when unknown."""
    return field(metadata={"need": Need(provider, keys)}, default=default, kw_only=True)


@dataclass(frozen=True)
class Applicant:
    """Who applies: the organisation of the signed-in account."""

    uscc: str
    name: str = ""
    account: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class SealState:
    """How the application paper is signed: on line or uploaded, and whether the form is still what was signed."""

    mode: Literal["online", "upload", ""] = ""
    signed: bool = False
    unchanged: bool = True


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Always at hand. `sources` says of prefilled paths where the value came from; `number` is empty before filing."""

    item: str
    params: ParametersOnDay
    applicant: Applicant
    materials: Materials
    seal: SealState
    terms: BookOnDay
    sources: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    submitted_on: date | None = None


def needs_of(facts: type[Facts]) -> dict[str, Need]:
    """The needs a facts class declares, by field name."""
    return {f.name: f.metadata["need"] for f in dataclasses.fields(facts) if "need" in f.metadata}
