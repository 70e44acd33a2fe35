"""Straight to HTML, for pages that take rendered parts: read-only sections and the data forms of acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template import Context
from django.utils.safestring import SafeString

from luban.cases.house import context
from luban.kit.clock import clock
from luban.kit.findings import Finding
from luban.kit.form import Form, Section
from luban.ui.forms.choices import Choices
from luban.ui.forms.data import data_form
from luban.ui.forms.read import read_sections
from luban.ui.templatetags.lb import draw


def choices_today() -> Choices:
    """The registers as of today."""
    return Choices(context(), clock.today())


def render_section_read(
    *,
    form: Form,
    payload: Mapping[str, Any],
    section: str = "",
    before: Mapping[str, Any] | None = None,
    findings: tuple[Finding, ...] = (),
    open_secrets: bool = False,
    choices: Choices | None = None,
) -> SafeString:
    """One section (all of them without a name) read-only; see `read.read_sections`."""
    sections = read_sections(
        form=form,
        payload=payload,
        choices=choices or choices_today(),
        before=before,
        findings=findings,
        open_secrets=open_secrets,
    )
    return draw(Context(), [s for s in sections if section in ("", s.name)])


def render_data_form(
    section_class: type[Section],
    values: Mapping[str, Any] | None = None,
    findings: tuple[Finding, ...] = (),
    prefix: str = "data",
    *,
    choices: Choices | None = None,
) -> SafeString:
    """The fields of an act's data form, named `<prefix>.<field>`; read them back with `data.read_posted`."""
    form = data_form(
        section=section_class,
        values=values,
        findings=findings,
        prefix=prefix,
        choices=choices or choices_today(),
    )
    return draw(Context(), form)
