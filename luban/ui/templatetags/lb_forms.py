"""Tags that draw forms; they only render, what to draw is built in `luban.ui.forms`.

{% load lb_forms %}
{% lb_form form_box %}          every section of a FormBox
{% lb_section section_box %}    one section (also a read-only one)
{% lb_slots slot_boxes %}       the slots of materials
{% lb_data data_form %}         the fields of an act's data form
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from luban.ui.forms.boxes import FormBox
from luban.ui.templatetags.lb import draw

register = template.Library()


@register.simple_tag(takes_context=True)
def lb_form(context: Context, form: FormBox) -> SafeString:
    """All sections, in order."""
    return draw(context, form.sections)


@register.simple_tag(takes_context=True)
def lb_section(context: Context, section: Any) -> SafeString:
    """One section."""
    return draw(context, section)


@register.simple_tag(takes_context=True)
def lb_slots(context: Context, slots: Any) -> SafeString:
    """Slots of materials."""
    return draw(context, slots)


@register.simple_tag(takes_context=True)
def lb_data(context: Context, form: Any) -> SafeString:
    """The fields of a data form."""
    return draw(context, form)
