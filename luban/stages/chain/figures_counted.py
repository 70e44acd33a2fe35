"""The figures of the big screen by their definitions (waste-chain §9), counted from records as the chain tells them. Pure.

Tonnage counts filings in force and permits in force that were decided this year (a permit with the amount approved);
a record of several kinds of waste counts once in each kind, its tonnes with the first code alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

FILED, FILING_REVOKED = 2, 5
REVOCATION_APPROVED = 2
CASE_APPROVED, CASE_REVOKED = 8, 12
MODES = {1: "road", 2: "ship", 3: "other"}
CONSISTENT = ("consistent", "consistent_pending")
UNREACHABLE = "chain_unreachable"
_TONNE = Decimal(1000)
_PLACES = Decimal("0.001")


@dataclass(frozen=True)
class Kept:
    """A record: kind, status by its contract, provinces as six digits, codes in order, kilograms, day as yyyymmdd."""

    kind: str
    status: int
    origin: int
    dest: int
    codes: tuple[str, ...]
    total_kg: int
    approved_kg: int
    mode: int
    decided_on: int


@dataclass
class Sum:
    """How many and how much."""

    count: int = 0
    kg: int = 0

    def as_json(self) -> dict[str, Any]:
        """With tonnes as a number of three places."""
        return {"count": self.count, "tonnage": tonnes(self.kg)}


def tonnes(kg: int) -> float:
    """Kilograms as tonnes."""
    return float((Decimal(kg) / _TONNE).quantize(_PLACES))


def counted(records: Iterable[Kept], *, year: int, category: Callable[[str], str]) -> dict[str, Any]:
    """All figures about records; `category` gives the kind of a waste code."""
    found = list(records)
    now = [one for one in found if in_force(one) and one.decided_on // 10000 == year]
    return {
        "filings_total": sum(_was_filed(one) for one in found),
        "filings_year": sum(_was_filed(one) and one.decided_on // 10000 == year for one in found),
        "revocations_total": sum(one.kind == "UR" and one.status == REVOCATION_APPROVED for one in found),
        "disposal_total": sum(one.kind == "DC" for one in found),
        "disposal_approved": sum(
            one.kind == "DC" and one.status in (CASE_APPROVED, CASE_REVOKED) for one in found
        ),
        "tonnage_year": tonnes(sum(amount(one) for one in now)),
        "by_route": _routes(now),
        "by_category": _categories(now, category),
        "by_mode": _modes(now),
    }


def in_force(one: Kept) -> bool:
    """A filing that stands, or a permit that does."""
    return (one.kind, one.status) in (("UF", FILED), ("DC", CASE_APPROVED))


def amount(one: Kept) -> int:
    """Kilograms: of a permit what was approved."""
    return one.approved_kg if one.kind == "DC" else one.total_kg


def pass_rate(results: Mapping[str, int]) -> float | None:
    """Share of verifications that agreed, of those that could be made; None for none."""
    made = sum(results.values()) - results.get(UNREACHABLE, 0)
    agreed = sum(results.get(name, 0) for name in CONSISTENT)
    return round(agreed / made, 4) if made else None


def masked(uscc: str) -> str:
    """A credit code as the big screen shows it: the first eight characters, the last four."""
    return f"{uscc[:8]}****{uscc[-4:]}" if len(uscc) > 12 else ""


def _was_filed(one: Kept) -> bool:
    return one.kind == "UF" and one.status in (FILED, FILING_REVOKED)


def _routes(now: Iterable[Kept]) -> list[dict[str, Any]]:
    sums: dict[tuple[int, int], Sum] = {}
    for one in now:
        _add(sums.setdefault((one.origin, one.dest), Sum()), amount(one))
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1].kg, pair[0]))
    return [{"origin": f"{a:06d}", "dest": f"{b:06d}", **found.as_json()} for (a, b), found in ranked]


def _categories(now: Iterable[Kept], category: Callable[[str], str]) -> list[dict[str, Any]]:
    sums: dict[str, Sum] = {}
    for one in now:
        kinds = tuple(dict.fromkeys(_kinds(one, category)))
        for n, kind in enumerate(kinds):
            _add(sums.setdefault(kind, Sum()), amount(one) if n == 0 else 0)
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1].kg, pair[0]))
    return [{"category": kind, **found.as_json()} for kind, found in ranked]


def _kinds(one: Kept, category: Callable[[str], str]) -> Iterator[str]:
    for code in one.codes:
        try:
            yield category(code)
        except ValueError:
            yield "other"


def _modes(now: Iterable[Kept]) -> list[dict[str, Any]]:
    sums: dict[str, Sum] = {}
    for one in now:
        _add(sums.setdefault(MODES.get(one.mode, "other"), Sum()), amount(one))
    return [{"mode": mode, **sums[mode].as_json()} for mode in MODES.values() if mode in sums]


def _add(found: Sum, kg: int) -> None:
    found.count += 1
    found.kg += kg
