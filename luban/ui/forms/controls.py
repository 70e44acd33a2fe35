"""From a field's declaration and its value to the control that is drawn. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from luban.kit.fields import FieldMeta
from luban.kit.findings import Finding, Severity
from luban.kit.form import FieldSpec
from luban.ui.forms.boxes import FieldBox, Option, Wiring, field_id
from luban.ui.forms.choices import Choices
from luban.ui.view import Message, Source

TYPED = frozenset({"self", "manual"})
SEVERITY = {Severity.BLOCK: "bad", Severity.WARN: "warn"}
"""What is said beside a field or paper; what is only information stands in the list."""
MODES = {"whole": "numeric", "decimal": "decimal", "mobile": "tel", "phone": "tel", "email": "email"}
DEGREES = 6
"""Decimal places of degrees: places on the map are written out, quantities are not."""
YES_NO = (("true", "是"), ("false", "否"))


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a form is drawn from.

    `findings` of the precheck (paths as in the form); `sources` of values by path and what a source is called;
    `strict` says also beside blank fields that they are blank; `whole` is the form conditions look paths up in;
    fields at the paths `left_out` are not drawn.
    """

    whole: Any
    choices: Choices
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    title_of: Callable[[str], str] = str
    wiring: Wiring = field(default_factory=Wiring)
    strict: bool = False
    left_out: frozenset[str] = frozenset()
    by_path: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)


def by_path(findings: tuple[Finding, ...]) -> dict[str, tuple[Finding, ...]]:
    """Findings to be said beside their path, gravest first."""
    found: dict[str, tuple[Finding, ...]] = {}
    beside = [f for f in findings if f.severity in SEVERITY]
    for finding in sorted(beside, key=lambda f: list(SEVERITY).index(f.severity)):
        found[finding.path] = (*found.get(finding.path, ()), finding)
    return found


def text_of(value: Any) -> str:
    """A value as its control holds it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "、".join(str(v) for v in value)
    return str(value)


def words_of(spec: FieldSpec, value: Any, choices: Choices) -> str:
    """A value as people read it: names instead of codes."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool) or (text_of(value) in {"true", "false"} and spec.kind.name == "yesno"):
        return "是" if text_of(value) == "true" else "否"
    if isinstance(value, list | tuple):
        return "、".join(_word(spec, str(v), choices) for v in value)
    if spec.kind.name == "decimal" and (spec.kind.places or 0) < DEGREES:
        return _quantity(text_of(value))
    return _word(spec, text_of(value), choices)


def _quantity(text: str) -> str:
    """A figure as people read it: thousands commas, no idle zeros; what is no figure stays as it was written."""
    try:
        return f"{Decimal(text).normalize():,f}"
    except (InvalidOperation, ValueError):
        return text


def _word(spec: FieldSpec, code: str, choices: Choices) -> str:
    if spec.kind.name == "adcode" or holds_provinces(spec) or spec.name.endswith("_provinces"):
        return choices.region(code)
    meta = spec.meta
    return choices.word(meta, code) if meta.options or meta.dictionary or meta.book else code


def holds_provinces(spec: FieldSpec) -> bool:
    """Whether a list of codes is one of provinces (by the common vocabulary's naming)."""
    return spec.name.endswith("_province_codes")


def field_box(
    *,
    spec: FieldSpec,
    path: str,
    value: Any,
    required: bool,
    given: Given,
    cell: bool = False,
    spoken: str = "",
) -> FieldBox:
    """The control of a field with all that stands around it."""
    meta = spec.meta
    readonly, why = _fixed(meta, path, value, given)
    control, options = ("text", ()) if readonly else _control(spec, value, given.choices, cell)
    shown = words_of(spec, value, given.choices)
    return FieldBox(
        path=path,
        control=control,
        label=meta.label,
        value=text_of(value),
        shown=shown,
        unit=meta.unit,
        help=meta.help,
        example="" if readonly else meta.example,
        required=required,
        readonly=readonly,
        why=why,
        source=source_of(meta, path, value, given),
        message=message_of(path, value, given),
        options=options,
        offers=given.wiring.book(meta.book) if meta.book and given.wiring.book and not readonly else "",
        max_len=meta.max_len,
        mode=MODES.get(spec.kind.name, ""),
        width=_width(spec, control),
        cell=cell,
        spoken=spoken or meta.label,
    )


def _fixed(meta: FieldMeta, path: str, value: Any, given: Given) -> tuple[bool, str]:
    if meta.derived:
        return True, ""
    source = given.sources.get(path, "self")
    if meta.locked and value not in (None, "") and source not in TYPED:
        name = given.title_of(source)
        return True, f"来自{name}，不能修改；如有误请先在{name}更正。"
    return False, ""


def _control(spec: FieldSpec, value: Any, choices: Choices, cell: bool) -> tuple[str, tuple[Option, ...]]:
    kind, meta = spec.kind.name, spec.meta
    allowed = choices.regions_below("") if holds_provinces(spec) else choices.of(meta)
    if kind == "yesno":
        if meta.commitment:
            return "pledge", ()
        return ("select" if cell else "yesno"), options_of(YES_NO, text_of(value))
    if kind == "codes":
        chosen = {str(v) for v in value} if isinstance(value, list | tuple) else set()
        picked = tuple(Option(code, name, code in chosen) for code, name in allowed)
        return ("checks", picked) if allowed and not cell else ("text", ())
    if allowed:
        return "select", options_of(allowed, text_of(value))
    if meta.book:
        return "book", ()
    return {"long": "long", "day": "day"}.get(kind, "text"), ()


def options_of(allowed: tuple[tuple[str, str], ...], value: str) -> tuple[Option, ...]:
    """Options with the chosen one marked; a value no longer allowed is kept, so that nothing is lost."""
    found = tuple(Option(code, name, code == value) for code, name in allowed)
    return (
        found
        if not value or any(o.on for o in found)
        else (*found, Option(value, f"{value}（已停用）", True))
    )


def _width(spec: FieldSpec, control: str) -> str:
    if spec.meta.wide or control in {"long", "checks", "pledge"}:
        return "w6"
    return ""


def source_of(meta: FieldMeta, path: str, value: Any, given: Given) -> Source | None:
    """The mark of where a value comes from; none for a blank."""
    if value in (None, "", []):
        return None
    source = given.sources.get(path, "")
    if meta.derived or source == "computed":
        return Source("calc")
    if not source:
        return None
    return Source("self") if source in TYPED else Source("prefill", given.title_of(source))


def message_of(path: str, value: Any, given: Given) -> Message | None:
    """The gravest finding at a path; beside a blank only when `strict`."""
    findings = given.by_path.get(path, ())
    if not findings or (value in (None, "", [], False) and not given.strict):
        return None
    return Message(findings[0].message, SEVERITY[findings[0].severity], f"{field_id(path)}-m")
