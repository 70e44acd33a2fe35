"""Which law to cite on which day.

Rules, notices and documents name a law by its id (``SWPL.22.2``) and print it by the case's ``law_day``. On
2026-08-15 the Ecological and Environmental Code replaces ten laws: ``at()`` follows an article to its successor, and
when the successor or its article number is unknown or unverified it prints only the Code's name and says LAW-01, so
that nobody ever reads a repealed law or an invented number. Source: README 6.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from luban.kit.book import BookOnDay, Entry

CODE = "EEC"
UNVERIFIED: Literal["LAW-01"] = "LAW-01"


class UnknownLaw(LookupError):
    """No law of this id in the register: the declaration that names it is misspelt."""

    def __init__(self, law_id: str) -> None:
        self.law_id = law_id
        super().__init__(f"法律台账中没有“{law_id}”，请检查编号或先在台账中登记。")


class NoLawInForce(LookupError):
    """The law is known but nothing of its line was in force on that day."""

    def __init__(self, law_id: str, day: date) -> None:
        self.law_id, self.day = law_id, day
        super().__init__(f"“{law_id}”在{day}没有有效的法律，也没有登记替代它的法律，请在法律台账中补充。")


@dataclass(frozen=True, slots=True)
class Law:
    """One article. In force on ``in_force_from <= day < in_force_to``; ``successor`` ids take over on that day."""

    id: str
    name: str
    article: str
    text: str
    in_force_from: date | None
    in_force_to: date | None
    successor: tuple[str, ...]
    verified: bool
    source: str

    def in_force(self, day: date) -> bool:
        """Whether the article applied on ``day``."""
        started = self.in_force_from is None or self.in_force_from <= day
        return started and (self.in_force_to is None or day < self.in_force_to)


@dataclass(frozen=True, slots=True)
class Citation:
    """What a document prints: ``printed`` is without 依据, e.g. “《…法》第二十二条第二款” or “《…法典》有关规定”."""

    ids: tuple[str, ...]
    name: str
    article: str | None
    verified: bool
    printed: str
    warning: Literal["LAW-01"] | None


class Laws:
    """The register of laws."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self._laws = {law.id: law for law in laws}
        self._before: dict[str, list[str]] = {}
        for law in self._laws.values():
            for later in law.successor:
                self._before.setdefault(later, []).append(law.id)
                if later not in self._laws:
                    raise UnknownLaw(later)

    @classmethod
    def from_book(cls, book: BookOnDay) -> "Laws":
        """From the dated register as it stands today: the articles carry their own dates of force."""
        return cls(_law(row) for row in book.rows)

    def __contains__(self, law_id: str) -> bool:
        return law_id in self._laws

    def get(self, law_id: str) -> Law:
        """The article itself, whatever the day. Raises UnknownLaw."""
        try:
            return self._laws[law_id]
        except KeyError:
            raise UnknownLaw(law_id) from None

    def at(self, law_id: str, day: date) -> Citation:
        """What to print for ``law_id`` on ``day``. Raises UnknownLaw, or NoLawInForce when its line knows none."""
        law = self.get(law_id)
        if law_id == CODE and not law.in_force(day):
            raise NoLawInForce(law_id, day)
        line = self._before if law.in_force_from and day < law.in_force_from else None
        found = self._line(law_id, day, line, set()) or ([self._laws[CODE]] if self._code_on(day) else [])
        if not found:
            raise NoLawInForce(law_id, day)
        return _citation(found)

    def _code_on(self, day: date) -> bool:
        return CODE in self._laws and self._laws[CODE].in_force(day)

    def _line(self, law_id: str, day: date, before: dict[str, list[str]] | None, seen: set[str]) -> list[Law]:
        """The laws in force on ``day`` along the line of successors (or, given ``before``, of predecessors)."""
        if law_id in seen:
            return []
        seen.add(law_id)
        law = self._laws[law_id]
        if law.in_force(day):
            return [law]
        along = law.successor if before is None else tuple(before.get(law_id, ()))
        return [found for other in along for found in self._line(other, day, before, seen)]


def _law(row: Entry) -> Law:
    return Law(
        id=row.key,
        name=row["name"],
        article=row["article"],
        text=row["text"],
        in_force_from=row["in_force_from"],
        in_force_to=row["in_force_to"],
        successor=row["successor"],
        verified=bool(row["verified"]),
        source=row.source,
    )


def _citation(laws: list[Law]) -> Citation:
    """One citation for one or more articles; unless every one is verified, no number is printed."""
    verified = all(law.verified for law in laws)
    names = list(dict.fromkeys(law.name for law in laws))
    articles = {
        name: "、".join(law.article for law in laws if law.name == name and law.article) for name in names
    }
    parts = [f"《{name}》{articles[name] if verified else '有关规定'}" for name in names]
    return Citation(
        ids=tuple(law.id for law in laws),
        name="、".join(names),
        article="、".join(filter(None, articles.values())) or None if verified else None,
        verified=verified,
        printed="、".join(parts),
        warning=None if verified else UNVERIFIED,
    )
