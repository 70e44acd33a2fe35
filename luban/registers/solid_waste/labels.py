"""What the answers of a form are called in sentences."""

from __future__ import annotations

from luban.kit.form import Form, FormSpec, form_spec


def spec_of(form: Form) -> FormSpec:
    """The declaration a filled form was made by."""
    return form_spec(type(form))


def label_of(form: Form, path: str) -> str:
    """The Chinese label of a path, with its row."""
    return spec_of(form).label(path)
