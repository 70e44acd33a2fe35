"""What a batch of cases came to, added up over batches. Pure; kept as JSON with the batch and the trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from luban.stages.policy.again import OVERALL, Difference

Move = tuple[str, str]
ClauseMove = tuple[str, str, str]
Scored = tuple[str, int]


@dataclass(frozen=True)
class Tally:
    """Counts. `same` and `changed` cases were assessed, `out` were not, by reason; `provisional` ones lack points on
    either side. `grades` and `suggestions` count (before, after) of all assessed cases, also unmoved ones; `before` and
    `after` (grade, total) where there are scores; `clauses` (clause, before, after) of those that changed; `up` and
    `down` factors by code."""

    same: int = 0
    changed: int = 0
    provisional: int = 0
    out: Counter[str] = field(default_factory=Counter)
    grades: Counter[Move] = field(default_factory=Counter)
    suggestions: Counter[Move] = field(default_factory=Counter)
    before: Counter[Scored] = field(default_factory=Counter)
    after: Counter[Scored] = field(default_factory=Counter)
    clauses: Counter[ClauseMove] = field(default_factory=Counter)
    up: Counter[str] = field(default_factory=Counter)
    down: Counter[str] = field(default_factory=Counter)

    @property
    def assessed(self) -> int:
        """Cases judged under both."""
        return self.same + self.changed

    @property
    def left_out(self) -> int:
        """Cases that could not be judged again."""
        return self.out.total()

    @property
    def moved(self) -> int:
        """Cases whose grade differs."""
        return sum(n for (before, after), n in self.grades.items() if before != after)

    @property
    def advised_otherwise(self) -> int:
        """Cases whose suggestion differs."""
        return sum(n for (before, after), n in self.suggestions.items() if before != after)

    @property
    def ordered_grades(self) -> tuple[str, ...]:
        """Every grade that occurs, the best first: by the mean of its totals; without scores by the worst verdict."""
        names = dict.fromkeys(grade for move in self.grades for grade in move)
        if not self.before and not self.after:
            return tuple(title for title in OVERALL.values() if title in names)
        both = self.before + self.after
        held = {name: [(total, n) for (grade, total), n in both.items() if grade == name] for name in names}
        mean = {name: sum(t * n for t, n in of) / max(1, sum(n for _, n in of)) for name, of in held.items()}
        return tuple(sorted(names, key=lambda name: (-mean[name], name)))

    def __add__(self, other: Tally) -> Tally:
        pairs = ((f.name, getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Tally(**{name: mine + others for name, mine, others in pairs})

    def as_json(self) -> dict[str, Any]:
        """Plain JSON: a count per list of words."""
        plain: dict[str, Any] = {}
        for name in (f.name for f in fields(self)):
            value = getattr(self, name)
            plain[name] = [[_words(k), n] for k, n in value.items()] if isinstance(value, Counter) else value
        return plain


def tally_of(found: Iterable[Difference | str]) -> Tally:
    """The tally of differences; a text is the reason a case was left out."""
    whole = Tally()
    for one in found:
        whole += Tally(out=Counter([one])) if isinstance(one, str) else _one(one)
    return whole


def _one(found: Difference) -> Tally:
    before, after = found.before, found.after
    scored = before.total is not None and after.total is not None
    return Tally(
        same=int(not found.changed),
        changed=int(found.changed),
        provisional=int(before.provisional or after.provisional),
        grades=Counter([(before.grade, after.grade)]),
        suggestions=Counter([(before.suggestion, after.suggestion)] if scored else ()),
        before=Counter([(before.grade, before.total)] if before.total is not None else ()),
        after=Counter([(after.grade, after.total)] if after.total is not None else ()),
        clauses=Counter(found.clauses),
        up=Counter(code for code, was, now in found.factors if (now or 0) > (was or 0)),
        down=Counter(code for code, was, now in found.factors if (now or 0) < (was or 0)),
    )


def read_tally(plain: Mapping[str, Any]) -> Tally:
    """A tally as it was kept; counts that are not there are nothing."""
    values: dict[str, Any] = {}
    for name in (f.name for f in fields(Tally)):
        value = plain.get(name, 0)
        values[name] = Counter({_key(k): n for k, n in value}) if isinstance(value, list) else value
    return Tally(**{name: value for name, value in values.items() if name in plain})


def _words(key: Any) -> Any:
    return list(key) if isinstance(key, tuple) else key


def _key(words: Any) -> Any:
    return tuple(words) if isinstance(words, list) else words


def added(tallies: Iterable[Mapping[str, Any]]) -> Tally:
    """All kept tallies in one."""
    whole = Tally()
    for plain in tallies:
        whole += read_tally(plain)
    return whole
