"""Secret fields at rest: SM4 in the database, plain only inside an act, a worker or an audited look.

The form says which fields are secret; tables are walked row by row. Digests are made over the plain values, so a new
key breaks no chain.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from luban.kit.form import FieldSpec, Form, form_spec
from luban.trust.envelope import hide, is_hidden, reveal
from luban.trust.keys import KeyProvider

MASK_HEAD, MASK_TAIL = 3, 4


def sealed(*, form: type[Form], payload: Mapping[str, Any], keys: KeyProvider) -> dict[str, Any]:
    """The payload with its secret values enveloped; what is already enveloped stays."""

    def close(value: Any, name: str) -> Any:
        return (
            value if is_hidden(value) or value in (None, "") else hide(value=value, keys=keys, context=name)
        )

    return _mapped(form, payload, close)


def opened(*, form: type[Form], payload: Mapping[str, Any], keys: KeyProvider) -> dict[str, Any]:
    """The payload with its secret values in plain. Raises KeyMissing, EnvelopeBroken."""

    def open_one(value: Any, name: str) -> Any:
        return reveal(hidden=value, keys=keys, context=name) if is_hidden(value) else value

    return _mapped(form, payload, open_one)


def masked(*, form: type[Form], payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it is shown: the first three and last four characters of a secret, the rest stars."""

    def hide_middle(value: Any, _: str) -> Any:
        return mask(value) if isinstance(value, str) else "••••" if is_hidden(value) else value

    return _mapped(form, payload, hide_middle)


def mask(text: str) -> str:
    """`13800001234` → `138****1234`; names keep their first character."""
    if len(text) <= MASK_HEAD + MASK_TAIL:
        return text[:1] + "*" * max(len(text) - 1, 1)
    return f"{text[:MASK_HEAD]}****{text[-MASK_TAIL:]}"


def _mapped(
    form: type[Form], payload: Mapping[str, Any], change: Callable[[Any, str], Any]
) -> dict[str, Any]:
    whole = copy.deepcopy(dict(payload))
    for section in form_spec(form).sections:
        values = whole.get(section.name)
        if isinstance(values, dict):
            _change(section.fields, values, section.name, change)
    return whole


def _change(
    specs: tuple[FieldSpec, ...], values: dict[str, Any], prefix: str, change: Callable[[Any, str], Any]
) -> None:
    for spec in specs:
        if spec.is_table:
            for row in values.get(spec.name) or ():
                if isinstance(row, dict):
                    _change(spec.rows, row, f"{prefix}.{spec.name}", change)
        elif spec.meta.secret and spec.name in values:
            values[spec.name] = change(values[spec.name], f"{prefix}.{spec.name}")
