"""Run an item's rules over what was typed. Pure: the caller brings the registers and the files.

The same function answers the page while someone types, the server at submission, and `luban try`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from luban.cases.context import Context
from luban.cases.facts import resolve
from luban.kit.choices import unlisted_choices
from luban.kit.facts import Applicant, SealState
from luban.kit.findings import Finding, Severity
from luban.kit.form import Form
from luban.kit.item import Item
from luban.kit.materials import HandedIn, Materials, expected
from luban.kit.reading import read_form
from luban.kit.rules import run_rules


@dataclass(frozen=True)
class Checked:
    """The form as read, the facts as known, the slots for materials, and every finding; `passed` rules had none."""

    form: Form
    facts: Any
    materials: Materials
    findings: tuple[Finding, ...]
    passed: int
    unknown: tuple[str, ...] = ()

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What must be put right."""
        return tuple(f for f in self.findings if f.severity is Severity.BLOCK)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What must be taken note of."""
        return tuple(f for f in self.findings if f.severity is Severity.WARN)


def check(
    *,
    item: Item,
    payload: Mapping[str, Any],
    context: Context,
    day: date,
    applicant: Applicant,
    files: tuple[HandedIn, ...] = (),
    seal: SealState | None = None,
    sources: Mapping[str, str] | None = None,
    number: str = "",
    submitted_on: date | None = None,
) -> Checked:
    """Read the form, look its choices up in their lists and run all rules on it as of `day`."""
    reading = read_form(item.form, payload)
    materials = Materials(expected(item.materials, reading.form), files)
    facts = resolve(
        item=item,
        form=reading.form,
        context=context,
        day=day,
        applicant=applicant,
        materials=materials,
        seal=seal or SealState(),
        sources=dict(sources or {}),
        number=number,
        submitted_on=submitted_on,
    )
    reading.form.complete(facts)
    found = run_rules(item.rules, reading.form, facts, day)
    unreadable = {f.path for f in reading.faults}
    found = tuple(f for f in found if not (f.path in unreadable and f.message.startswith("请填写")))
    passed = len(item.rules) - len({f.rule for f in found})
    unlisted = unlisted_choices(reading.form, facts.terms)
    found = (*reading.faults, *unlisted, *found)
    return Checked(reading.form, facts, materials, found, passed, reading.unknown)
