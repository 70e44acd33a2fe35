"""Verdicts (审查判定): what the machine says of each clause of a review, and what persons say to it.

A clause is a pure function of (form, facts, today) that yields what it judged, one per thing it looked at; the worst
of them is the clause's verdict. A clause that yields nothing does not apply. The machine's verdict is never written
over: a person settles a doubt, and whoever may override a fail does so with a reason, and both stand side by side
(common vocabulary 5.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar


class Verdict(StrEnum):
    """pass, doubt (a person has to settle it) or fail; later is worse."""

    PASS = "pass"  # noqa: S105 - a verdict
    DOUBT = "doubt"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """0 for pass, 2 for fail."""
        return tuple(Verdict).index(self)


class Disposal(StrEnum):
    """What a person says to the machine's verdict."""

    CONFIRM_PASS = "confirm_pass"  # noqa: S105 - a disposal
    CONFIRM_FAIL = "confirm_fail"
    OVERRIDE = "override"


@dataclass(frozen=True)
class Judged:
    """A clause's word: the verdict, its reason in Chinese, and the facts it rests on."""

    rule: str
    title: str
    verdict: Verdict
    reason: str
    path: str = ""
    law: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Disposed:
    """A person's word to a clause: which disposal, why, by whom."""

    rule: str
    disposal: Disposal
    reason: str
    by: str = ""


Review = Callable[[Any, Any, date], Iterable[Judged]]
R = TypeVar("R", bound=Review)


@dataclass(frozen=True)
class Clause:
    """A registered clause; `overridable`: a leader may let the case pass in spite of a fail."""

    id: str
    title: str
    law: tuple[str, ...]
    overridable: bool
    check: Review


class Clauses:
    """An ordered set of clauses; sets add up."""

    def __init__(self, clauses: Iterable[Clause] = (), *, version: str = "2026-1") -> None:
        self._clauses: dict[str, Clause] = {}
        self.version = version
        for clause in clauses:
            self._add(clause)

    def clause(
        self, clause_id: str, title: str, *, law: str | tuple[str, ...] = (), overridable: bool = False
    ) -> Callable[[R], R]:
        """Register the decorated function as clause `clause_id`, resting on law ids `law`."""
        laws = (law,) if isinstance(law, str) else law

        def register(check: R) -> R:
            self._add(Clause(clause_id, title, laws, overridable, check))
            return check

        return register

    def _add(self, clause: Clause) -> None:
        if clause.id in self._clauses:
            raise ValueError(f"clause {clause.id} is declared twice")
        self._clauses[clause.id] = clause

    def __add__(self, other: Clauses) -> Clauses:
        return Clauses([*self, *other], version=max(self.version, other.version))

    def __iter__(self) -> Iterator[Clause]:
        return iter(self._clauses.values())

    def __getitem__(self, clause_id: str) -> Clause:
        return self._clauses[clause_id]

    def __len__(self) -> int:
        return len(self._clauses)


def passes(reason: str, path: str = "", **evidence: Any) -> Judged:
    """In order."""
    return Judged("", "", Verdict.PASS, reason, path, evidence=evidence)


def doubts(reason: str, path: str = "", **evidence: Any) -> Judged:
    """A person has to settle it."""
    return Judged("", "", Verdict.DOUBT, reason, path, evidence=evidence)


def fails(reason: str, path: str = "", **evidence: Any) -> Judged:
    """Against the clause."""
    return Judged("", "", Verdict.FAIL, reason, path, evidence=evidence)


def judge(clauses: Clauses, form: Any, facts: Any, today: date) -> tuple[Judged, ...]:
    """Every clause that applies, in order of declaration, each with its worst verdict (the first of equals leads)."""
    return tuple(
        worst
        for clause in clauses
        if (worst := _worst(clause, tuple(clause.check(form, facts, today)))) is not None
    )


def _worst(clause: Clause, found: tuple[Judged, ...]) -> Judged | None:
    if not found:
        return None
    grave = max(one.verdict.rank for one in found)
    told = [one for one in found if one.verdict.rank == grave]
    reason = "；".join(dict.fromkeys(one.reason.rstrip("。") for one in told)) + "。"
    return replace(told[0], rule=clause.id, title=clause.title, law=clause.law, reason=reason)


def settled(judged: Iterable[Judged], disposed: Iterable[Disposed]) -> dict[str, Verdict]:
    """The verdict of each clause after persons have spoken; the latest word of a clause counts.

    Only a doubt is settled by confirming and only a fail is overridden: any other disposal changes nothing.
    """
    words = {one.rule: one.disposal for one in disposed}
    return {one.rule: _after(one.verdict, words.get(one.rule)) for one in judged}


def _after(verdict: Verdict, disposal: Disposal | None) -> Verdict:
    if verdict is Verdict.DOUBT and disposal is Disposal.CONFIRM_PASS:
        return Verdict.PASS
    if verdict is Verdict.DOUBT and disposal is Disposal.CONFIRM_FAIL:
        return Verdict.FAIL
    if verdict is Verdict.FAIL and disposal is Disposal.OVERRIDE:
        return Verdict.PASS
    return verdict


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of all; pass when there is none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=Verdict.PASS)
