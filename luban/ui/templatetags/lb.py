"""Tags that draw view objects. They only render: no database, no decisions.

{% load lb %}
{% draw object %}                     any view object, with its own template
{% status "case" case.state %}        a status mark; word="存疑 3" replaces its word
{% icon "printer" %}                  an icon, hidden from screen readers (a text must stand beside it)
{{ text|figures }}                    the figures of a sentence in bold
{{ 12345.6|qty }}                     12,345.6
{{ number|ordinal }}                  一、二、… for the sections of a form
{{ day|day_words }}                   7 月 21 日（周二）
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message as FlashMessage
from django.template import Context
from django.template.loader import get_template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from luban.ui import words
from luban.ui.view import Note

register = template.Library()

_FIGURE = re.compile(
    r"(?<![A-Za-z0-9_.-])\d[\d,]*(?:\.\d+)?"
    r"(?:\s?(?:%|吨|千米|公里|家|天|日|分(?![钟之])|个工作日|个月|辆|元|千克|立方米)|(?![\w.-]))"
)
_NUMERALS = "零一二三四五六七八九十"


@register.simple_tag(takes_context=True)
def draw(context: Context, thing: Any) -> SafeString:
    """Render one view object, or each of a list; None draws nothing."""
    if thing is None or thing == "":
        return SafeString("")
    if isinstance(thing, SafeString):
        return thing
    if isinstance(thing, Iterable) and not isinstance(thing, str):
        return SafeString("".join(draw(context, one) for one in thing))
    if not hasattr(thing, "template"):
        return conditional_escape(thing)
    variables = {"c": thing, "csrf_token": context.get("csrf_token", ""), "size": context.get("size", "")}
    return SafeString(get_template(thing.template).render(variables))


@register.simple_tag(takes_context=True)
def status(context: Context, of: str, code: str, word: str = "") -> SafeString:
    """The status mark of `code` in vocabulary `of`."""
    return draw(context, words.status(of=of, code=code, word=word))


@register.simple_tag(takes_context=True)
def message_note(context: Context, message: FlashMessage) -> SafeString:
    """A message of the last request as a note."""
    kind = {"error": "bad", "warning": "warn", "success": "ok"}.get(message.level_tag, "info")
    return draw(context, Note(str(message.message), kind=kind))


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of `icons.txt`."""
    return format_html('<i class="ti ti-{}{}" aria-hidden="true"></i>', name, f" {css}" if css else "")


@register.filter
def figures(text: str) -> SafeString:
    """Bold every figure with its unit; codes such as CR-07 or 900-039-49 stay as they are."""
    escaped = conditional_escape(text)
    return mark_safe(_FIGURE.sub(lambda m: f"<b>{m[0]}</b>", escaped))  # noqa: S308 - escaped the line before


@register.filter
def qty(value: Decimal | float | int | None) -> str:
    """A figure with thousands commas and no idle zeros; None is a dash."""
    if value is None:
        return "—"
    if isinstance(value, Decimal):
        return f"{value.normalize():,f}"
    return f"{value:,}"


@register.filter
def ordinal(number: int) -> str:
    """1 → 一, 12 → 十二, 20 → 二十 (up to 99)."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return head + (_NUMERALS[ones] if ones or not tens else "")


@register.filter
def day_words(day: date | None) -> str:
    """2026-07-21 → 7 月 21 日（周二）."""
    return "—" if day is None else f"{day.month} 月 {day.day} 日（周{'一二三四五六日'[day.weekday()]}）"
