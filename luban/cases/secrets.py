"""Secret fields at rest: SM4 in the database, plain only inside an act, a worker or an audited look.

The form says which fields are secret; tables are walked row by row. Digests are made over the plain values, so a new
key breaks no chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from luban.kit.form import FieldSpec, Form, form_spec
from luban.trust.envelope import EnvelopeBroken, blind_index, hide, is_hidden, rehide, reveal
from luban.trust.keys import KeyProvider

MASK_HEAD, MASK_TAIL = 3, 4
EVERYWHERE = "secrets"
"""What the blind indexes of secrets are made under."""


def sealed(*, form: type[Form], payload: Mapping[str, Any], keys: KeyProvider) -> dict[str, Any]:
    """The payload with its secret values enveloped; what is already enveloped stays."""

    def close(value: Any, name: str) -> Any:
        return (
            value if is_hidden(value) or value in (None, "") else hide(value=value, keys=keys, context=name)
        )

    return _mapped(form, payload, close)


def opened(
    *, form: type[Form], payload: Mapping[str, Any], keys: KeyProvider, lenient: bool = False
) -> dict[str, Any]:
    """The payload with its secret values in plain; `lenient`: one that no longer opens is blank, for checks that report.

    Raises KeyMissing, EnvelopeBroken.
    """

    def open_one(value: Any, name: str) -> Any:
        try:
            return reveal(hidden=value, keys=keys, context=name) if is_hidden(value) else value
        except EnvelopeBroken:
            if lenient:
                return None
            raise

    return _mapped(form, payload, open_one)


def rehidden(*, form: type[Form], payload: Mapping[str, Any], keys: KeyProvider) -> dict[str, Any]:
    """The payload with its secrets under the current key. Raises KeyMissing, EnvelopeBroken."""

    def renew(value: Any, name: str) -> Any:
        return rehide(hidden=value, keys=keys, context=name) if is_hidden(value) else value

    return _mapped(form, payload, renew)


def masked(*, form: type[Form], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it is shown: the first three and last four characters of a secret, the rest stars."""

    def hide_middle(value: Any, _: str) -> Any:
        return mask(value) if isinstance(value, str) else "••••" if is_hidden(value) else value

    return _mapped(form, payload, hide_middle)


def indexes(*, form: type[Form], payload: Mapping[str, Any], keys: KeyProvider) -> list[str]:
    """The blind indexes of every secret a payload (in plain or sealed) holds, under the current key, without repeats.

    One index for all fields: a person is looked for by a number, wherever it was written.
    """
    found: dict[str, None] = {}

    def index(value: Any, name: str) -> Any:
        plain = reveal(hidden=value, keys=keys, context=name) if is_hidden(value) else value
        if isinstance(plain, str) and plain.strip():
            found[blind_index(value=plain, field=EVERYWHERE, keys=keys)] = None
        return value

    _mapped(form, payload, index)
    return list(found)


def mask(text: str) -> str:
    """`13800001234` → `138****1234`; names keep their first character."""
    if len(text) <= MASK_HEAD + MASK_TAIL:
        return text[:1] + "*" * max(len(text) - 1, 1)
    return f"{text[:MASK_HEAD]}****{text[-MASK_TAIL:]}"


@dataclass(frozen=True)
class Secrets:
    """Which fields of a section or row are secret, and which of its tables hold some."""

    fields: tuple[str, ...]
    tables: tuple[tuple[str, Secrets], ...]


@cache
def secrets_of(form: type[Form]) -> tuple[tuple[str, Secrets], ...]:
    """The sections of a form that hold secrets."""
    found = ((section.name, _secrets(section.fields)) for section in form_spec(form).sections)
    return tuple((name, secrets) for name, secrets in found if secrets.fields or secrets.tables)


def _secrets(specs: tuple[FieldSpec, ...]) -> Secrets:
    below = ((spec.name, _secrets(spec.rows)) for spec in specs if spec.is_table)
    return Secrets(
        tuple(spec.name for spec in specs if spec.meta.secret),
        tuple((name, secrets) for name, secrets in below if secrets.fields or secrets.tables),
    )


def _mapped(
    form: type[Form], payload: Mapping[str, Any], change: Callable[[Any, str], Any]
) -> dict[str, Any]:
    """A copy in which secret values are changed; parts without secrets are shared with the original."""
    whole = dict(payload)
    for name, secrets in secrets_of(form):
        if isinstance(whole.get(name), dict):
            whole[name] = _changed(secrets, whole[name], name, change)
    return whole


def _changed(
    secrets: Secrets, values: Mapping[str, Any], prefix: str, change: Callable[[Any, str], Any]
) -> dict[str, Any]:
    copied = dict(values)
    for name in secrets.fields:
        if name in copied:
            copied[name] = change(copied[name], f"{prefix}.{name}")
    for name, below in secrets.tables:
        rows, path = copied.get(name), f"{prefix}.{name}"
        if isinstance(rows, list):
            copied[name] = [_changed(below, r, path, change) if isinstance(r, dict) else r for r in rows]
    return copied
