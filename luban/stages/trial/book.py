"""The case file: entries read, inherited (`like`), varied (`change`, `drop`) and checked for unknown names."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from luban.kit.form import path_parts


class _Loader(yaml.SafeLoader):
    """YAML as people write it: only `true` and `false` are truth values, so that `on:` stays a word."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


class TrialFault(ValueError):
    """The case file cannot be used; the message says where and why."""


class Strict(BaseModel):
    """No unknown names: a misspelt field must not pass in silence."""

    model_config = ConfigDict(extra="forbid")


class ApplicantEntry(Strict):
    """Who applies."""

    uscc: str
    name: str = ""
    organisation: str = ""


class FileEntry(Strict):
    """A file handed in."""

    code: str
    binding: int | None = None
    seq: int = 1
    filename: str = ""
    kind: str = "pdf"
    size: int = 1000
    sm3: str = ""
    recognised: dict[str, Any] = Field(default_factory=dict)
    check: Literal["pass", "mismatch", "unreadable", "pending", "exempt"] = "pass"


class SignEntry(Strict):
    """How the application is signed; `unchanged: false` when the form was edited afterwards."""

    mode: Literal["online", "upload", ""] = "online"
    signed: bool = True
    unchanged: bool = True


class StepEntry(Strict):
    """One line of the timeline. `by` is `role` or `role/account`; `change` edits the form of a resubmission."""

    on: date
    by: str
    act: str
    data: dict[str, Any] = Field(default_factory=dict)
    change: dict[str, Any] = Field(default_factory=dict)


class CaseEntry(Strict):
    """One trial."""

    name: str
    about: str = ""
    like: str = ""
    today: date
    by: str = ""
    applicant: ApplicantEntry
    form: dict[str, Any]
    materials: list[FileEntry] | Literal["complete", "none"] = "complete"
    without: list[str] = Field(default_factory=list)
    sign: SignEntry = Field(default_factory=SignEntry)
    sources: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, Any] = Field(default_factory=dict)
    acknowledge: bool = True
    timeline: list[StepEntry] = Field(default_factory=list)
    look_at: list[date] = Field(default_factory=list)
    expect: dict[str, Any] = Field(default_factory=dict)


E = TypeVar("E", bound=BaseModel)


def read_cases(source: Path | str) -> list[CaseEntry]:
    """Read a case file. Raises TrialFault naming the entry and the field."""
    return read_as(source, CaseEntry)


def read_as(source: Path | str, model: type[E]) -> list[E]:
    """Read a list of written cases of another model, with `like`, `change` and `drop`. Raises TrialFault."""
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    try:
        raw = yaml.load(text, Loader=_Loader)  # noqa: S506 — a SafeLoader
    except yaml.YAMLError as error:
        raise TrialFault(f"the file is not YAML: {error}") from error
    if not isinstance(raw, list):
        raise TrialFault("a case file is a list of cases, each beginning with `- name:`")
    return _entries(raw, model)


def _entries(raw: Sequence[Any], model: type[E]) -> list[E]:
    done: dict[str, dict[str, Any]] = {}
    entries = []
    for number, one in enumerate(raw, start=1):
        if not isinstance(one, dict) or "name" not in one:
            raise TrialFault(f"case {number} has no name")
        whole = _inherit(one, done)
        name = str(one["name"])
        if name in done:
            raise TrialFault(f"two cases are called {name}")
        done[name] = whole
        try:
            entries.append(model.model_validate(whole))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(p) for p in first["loc"])
            raise TrialFault(f"case {name}: {where}: {first['msg']}") from error
    return entries


def _inherit(one: Mapping[str, Any], done: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    base: dict[str, Any] = {}
    if like := one.get("like"):
        if like not in done:
            raise TrialFault(f"case {one['name']} is like {like}, which does not stand above it")
        base = copy.deepcopy(done[like])
        base.pop("expect", None)
    changes, drops = one.get("change", {}), one.get("drop", [])
    whole = {**base, **{k: v for k, v in one.items() if k not in {"change", "drop"}}}
    whole["form"] = copy.deepcopy(whole.get("form", {}))
    for path, value in changes.items():
        try:
            put_at(whole["form"], path, value)
        except (KeyError, IndexError, TypeError) as fault:
            raise TrialFault(f"case {one['name']}: nothing can be put at {path}") from fault
    for path in drops:
        drop_at(whole["form"], path)
    return whole


def put_at(tree: Any, path: str, value: Any) -> None:
    """Set a value deep in a form; missing sections and the row after the last one are made."""
    parts = path_parts(path)
    for part, following in pairwise(parts):
        tree = _step(tree, part, [] if isinstance(following, int) else {})
    last = parts[-1]
    if isinstance(last, int) and last == len(tree):
        tree.append(value)
    else:
        tree[last] = value


def _step(tree: Any, part: str | int, empty: Any) -> Any:
    if isinstance(part, int):
        if part == len(tree):
            tree.append(empty)
        return tree[part]
    return tree.setdefault(part, empty)


def drop_at(tree: Any, path: str) -> None:
    """Take a value or a row out of a form; what is not there is no fault."""
    parts = path_parts(path)
    try:
        for part in parts[:-1]:
            tree = tree[part]
        del tree[parts[-1]]
    except (KeyError, IndexError, TypeError):
        return
