"""Values a review rests on, readable: evidence of clauses and inputs of scores, as the history keeps them.

What a value is called is looked up by its name: first in the dictionary `assessment_value` (an item ships its names in
its `dictionary.csv`), then among the fields of the item's own form, whose words, units and regions are then used too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from luban.kit.form import FieldSpec, form_spec
from luban.kit.item import Item
from luban.kit.view import CaseView
from luban.ui.forms.choices import Choices
from luban.ui.forms.controls import words_of
from luban.ui.templatetags.lb import qty

NAMES = "assessment_value"
"""The dictionary of what values are called."""
_FIGURE = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True)
class Values:
    """Names and words of an item's values on a case."""

    item: Item
    view: CaseView
    choices: Choices

    def pairs(self, values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """(name, words) of each value, in the order they were given."""
        return tuple(
            (self.name(key), self.words(value, self._fields.get(key))) for key, value in values.items()
        )

    def name(self, key: str) -> str:
        """What a value is called; its key when nobody has named it."""
        term = self.view.term(NAMES, key)
        spec = self._fields.get(key)
        return spec.meta.label if term == key and spec is not None else term

    def words(self, value: Any, spec: FieldSpec | None = None) -> str:
        """A value as people read it."""
        if isinstance(value, Mapping):
            return "，".join(f"{name} {words}" for name, words in self.pairs(value))
        if isinstance(value, list | tuple):
            nested = any(isinstance(one, Mapping | list | tuple) for one in value)
            return ("；" if nested else "、").join(self.words(one, spec) for one in value)
        if isinstance(value, bool):
            return "是" if value else "否"
        return self._scalar(value, spec)

    def _scalar(self, value: Any, spec: FieldSpec | None) -> str:
        unit = spec.meta.unit if spec else ""
        if isinstance(value, int):
            return f"{qty(value)}{unit and f' {unit}'}"
        text = str(value)
        if _FIGURE.fullmatch(text):
            return f"{qty(Decimal(text))}{unit and f' {unit}'}"
        return f"{words_of(spec, text, self.choices)}{unit and f' {unit}'}" if spec else text

    @cached_property
    def _fields(self) -> Mapping[str, FieldSpec]:
        """The form's fields by name; a name that means several things means none."""
        found: dict[str, FieldSpec | None] = {}
        for section in form_spec(self.item.form).sections:
            for spec in _deep(section.fields):
                same = found.get(spec.name, spec)
                found[spec.name] = spec if same is not None and same.meta.label == spec.meta.label else None
        return {name: spec for name, spec in found.items() if spec is not None}


def _deep(fields: tuple[FieldSpec, ...]) -> tuple[FieldSpec, ...]:
    return tuple(
        one for spec in fields for one in (spec, *_deep(spec.rows)) if not spec.is_table or one is not spec
    )
