"""Rules: pure functions of (form, facts, today), one per clause of the brief.

A rule yields findings made with `block`, `warn`, `info`; the runner adds the rule's id and laws. All rules run, none
stops another; findings come in the order the rules were declared, then by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from luban.kit.findings import Finding, Severity

Check = Callable[[Any, Any, date], Iterable[Finding]]
C = TypeVar("C", bound=Check)


@dataclass(frozen=True)
class Rule:
    """A registered rule: its id, the laws it rests on, its aspect (for review sheets) and its check."""

    id: str
    law: tuple[str, ...]
    aspect: str
    check: Check


class Rules:
    """An ordered set of rules; sets add up: `SWC + SWU`."""

    def __init__(self, rules: Iterable[Rule] = (), *, version: str = "2026-1") -> None:
        self._rules: dict[str, Rule] = {}
        self.version = version
        for rule in rules:
            self._add(rule)

    def rule(self, rule_id: str, *, law: str | tuple[str, ...] = (), aspect: str = "") -> Callable[[C], C]:
        """Register the decorated function as rule `rule_id`, resting on law ids `law`."""
        laws = (law,) if isinstance(law, str) else law

        def register(check: C) -> C:
            self._add(Rule(rule_id, laws, aspect, check))
            return check

        return register

    def _add(self, rule: Rule) -> None:
        if rule.id in self._rules:
            raise ValueError(f"rule {rule.id} is declared twice")
        self._rules[rule.id] = rule

    def __add__(self, other: Rules) -> Rules:
        return Rules([*self, *other], version=max(self.version, other.version))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __getitem__(self, rule_id: str) -> Rule:
        return self._rules[rule_id]

    def __len__(self) -> int:
        return len(self._rules)


def run_rules(rules: Rules, form: Any, facts: Any, today: date) -> tuple[Finding, ...]:
    """Run every rule and return all findings."""
    return tuple(
        replace(found, rule=rule.id, law=rule.law)
        for rule in rules
        for found in rule.check(form, facts, today)
    )


def finding(severity: Severity | str, path: str, message: str, **evidence: Any) -> Finding:
    """A finding of a severity given as a value (where a parameter decides it)."""
    return Finding(rule="", severity=Severity(severity), path=path, message=message, evidence=evidence)


def block(path: str, message: str, **evidence: Any) -> Finding:
    """Cannot be submitted."""
    return finding(Severity.BLOCK, path, message, **evidence)


def warn(path: str, message: str, **evidence: Any) -> Finding:
    """Can be submitted once acknowledged; travels with the case to the official."""
    return finding(Severity.WARN, path, message, **evidence)


def info(path: str, message: str, **evidence: Any) -> Finding:
    """Said, nothing asked."""
    return finding(Severity.INFO, path, message, **evidence)
