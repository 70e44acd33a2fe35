"""Pictures of the big screen as numbers for SVG: bars of 24 hours, bars of kinds, ribbons between provinces. Pure.

Everything is computed here, so that the pictures need no script and no inline style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from luban.stages.chain.figures_feed import Hour

BARS_WIDTH, BARS_HEIGHT, BARS_LEFT, BARS_TOP, BARS_BASE = 440, 200, 40, 14, 172
FLOW_WIDTH, FLOW_HEIGHT, FLOW_NODE, FLOW_GAP = 720, 330, 14, 18
FLOW_LEFT, FLOW_RIGHT = 150, 570
MOST_KINDS = 5
THINNEST = 3.0
TEN_THOUSAND = 10_000
TONES = ("a", "b", "c", "d", "e")


@dataclass(frozen=True)
class Bar:
    """A bar of the hours: place, height, its figures, and the hour where one is written."""

    x: float
    y: float
    height: float
    count: int
    title: str
    label: str


@dataclass(frozen=True)
class Hours:
    """The 24 hours: bars of transactions, a line over blocks, the scale."""

    bars: tuple[Bar, ...]
    line: str
    ticks: tuple[tuple[float, str], ...]
    transactions: int
    blocks: int


@dataclass(frozen=True)
class Kind:
    """A kind of waste: name, share of the longest bar (0–100), figures."""

    name: str
    width: float
    amount: str
    count: int


@dataclass(frozen=True)
class Place:
    """A province at one side of the flows."""

    name: str
    y: float
    height: float
    amount: str
    count: int
    tone: str

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True)
class Ribbon:
    """One flow: its outline, what it says, the colour of where it begins."""

    path: str
    title: str
    tone: str


@dataclass(frozen=True)
class Flows:
    """All flows of the year: who sends, who takes, the ribbons, and the same as a table."""

    origins: tuple[Place, ...]
    dests: tuple[Place, ...]
    ribbons: tuple[Ribbon, ...]
    rows: tuple[tuple[str, str, str, int], ...]


def unit_of(tonnage: float) -> tuple[float, str]:
    """The divisor and the unit in which an amount is told."""
    return (TEN_THOUSAND, "万吨") if tonnage >= TEN_THOUSAND else (1, "吨")


def amount(tonnage: float, divisor: float) -> str:
    """An amount in the unit; whole numbers without a place."""
    value = tonnage / divisor
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def hours_drawn(found: Sequence[Hour]) -> Hours:
    """The 24 hours."""
    top = _round_up(max((one.transactions for one in found), default=0))
    most_blocks = max((one.blocks for one in found), default=0) or 1
    step = (BARS_WIDTH - BARS_LEFT) / max(len(found), 1)
    room = BARS_BASE - BARS_TOP
    bars, points = [], []
    for n, one in enumerate(found):
        x, height = BARS_LEFT + n * step, room * one.transactions / top
        bars.append(
            Bar(
                round(x + step * 0.2, 1),
                round(BARS_BASE - height, 1),
                round(height, 1),
                one.transactions,
                f"{one.hour} 时：{one.transactions} 笔，{one.blocks} 块",
                f"{one.hour} 时" if (len(found) - 1 - n) % 6 == 0 else "",
            )
        )
        points.append(f"{x + step / 2:.1f},{BARS_BASE - room * one.blocks / most_blocks:.1f}")
    ticks = tuple((round(BARS_BASE - room * part, 1), f"{top * part:,.0f}") for part in (0, 0.5, 1))
    sent, blocks = sum(one.transactions for one in found), sum(one.blocks for one in found)
    return Hours(tuple(bars), " ".join(points), ticks, sent, blocks)


def kinds_drawn(rows: Iterable[Mapping[str, Any]], name: Callable[[str], str]) -> tuple[Kind, ...]:
    """The largest kinds of waste, the rest as one."""
    ranked = list(rows)
    shown = [(name(one["category"]), one["tonnage"], one["count"]) for one in ranked[:MOST_KINDS]]
    rest = ranked[MOST_KINDS:]
    if rest:
        shown.append(("其他", sum(one["tonnage"] for one in rest), sum(one["count"] for one in rest)))
    most = max((tonnage for _, tonnage, _ in shown), default=0) or 1
    divisor, unit = unit_of(most)
    return tuple(
        Kind(title, round(100 * tonnage / most, 1), f"{amount(tonnage, divisor)} {unit}", count)
        for title, tonnage, count in shown
    )


def flows_drawn(rows: Sequence[Mapping[str, Any]], name: Callable[[str], str]) -> Flows:
    """Ribbons from those who send to those who take, as wide as their tonnes."""
    total = sum(one["tonnage"] for one in rows) or 1
    origins, dests = _sums(rows, "origin"), _sums(rows, "dest")
    scale = (FLOW_HEIGHT - FLOW_GAP * (max(len(origins), len(dests), 1) - 1)) / total
    divisor, unit = unit_of(max((one["tonnage"] for one in rows), default=0))
    tones = {code: TONES[n % len(TONES)] for n, code in enumerate(origins)}
    left = _places(origins, scale, name, divisor, unit, tones)
    right = _places(dests, scale, name, divisor, unit, {})
    ribbons = _ribbons(rows, scale, left, right, name, unit, divisor)
    table = tuple(
        (name(one["origin"]), name(one["dest"]), f"{amount(one['tonnage'], divisor)} {unit}", one["count"])
        for one in rows
    )
    return Flows(tuple(left.values()), tuple(right.values()), ribbons, table)


def _sums(rows: Iterable[Mapping[str, Any]], end: str) -> dict[str, tuple[float, int]]:
    sums: dict[str, tuple[float, int]] = {}
    for one in rows:
        tonnage, count = sums.get(one[end], (0.0, 0))
        sums[one[end]] = (tonnage + one["tonnage"], count + one["count"])
    return dict(sorted(sums.items(), key=lambda pair: -pair[1][0]))


def _places(
    sums: Mapping[str, tuple[float, int]],
    scale: float,
    name: Callable[[str], str],
    divisor: float,
    unit: str,
    tones: Mapping[str, str],
) -> dict[str, Place]:
    """One below the other, in the middle of the height."""
    heights = {code: max(tonnage * scale, THINNEST) for code, (tonnage, _) in sums.items()}
    y = (FLOW_HEIGHT - sum(heights.values()) - FLOW_GAP * (len(heights) - 1)) / 2
    places = {}
    for code, (tonnage, count) in sums.items():
        places[code] = Place(
            name(code),
            round(y, 1),
            round(heights[code], 1),
            f"{amount(tonnage, divisor)} {unit}",
            count,
            tones.get(code, ""),
        )
        y += heights[code] + FLOW_GAP
    return places


def _ribbons(
    rows: Sequence[Mapping[str, Any]],
    scale: float,
    left: Mapping[str, Place],
    right: Mapping[str, Place],
    name: Callable[[str], str],
    unit: str,
    divisor: float,
) -> tuple[Ribbon, ...]:
    """Each begins below the one before it at both ends; those that end higher begin higher, so that fewer cross."""
    at_left = {code: place.y for code, place in left.items()}
    at_right = {code: place.y for code, place in right.items()}
    order = sorted(rows, key=lambda one: (left[one["origin"]].y, right[one["dest"]].y))
    found, middle = [], (FLOW_LEFT + FLOW_NODE + FLOW_RIGHT) / 2
    for one in order:
        width = max(one["tonnage"] * scale, THINNEST)
        a, b = at_left[one["origin"]], at_right[one["dest"]]
        at_left[one["origin"]], at_right[one["dest"]] = a + width, b + width
        start, end = FLOW_LEFT + FLOW_NODE, FLOW_RIGHT
        path = (
            f"M{start} {a:.1f}C{middle:.0f} {a:.1f} {middle:.0f} {b:.1f} {end} {b:.1f}"
            f"V{b + width:.1f}C{middle:.0f} {b + width:.1f} {middle:.0f} {a + width:.1f} {start} {a + width:.1f}Z"
        )
        words = f"{name(one['origin'])}到{name(one['dest'])}：{amount(one['tonnage'], divisor)} {unit}，{one['count']} 件"
        found.append(Ribbon(path, words, left[one["origin"]].tone))
    return tuple(found)


def _round_up(value: int) -> int:
    """A round number not below, for a scale that is cut in two."""
    step = 2
    while step * 5 < value:
        step *= 10 if step * 10 * 5 < value else 5 if step % 5 else 2
    return max(-(-value // step) * step, 2)
