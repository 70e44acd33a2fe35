"""The way the waste goes as a picture: places in a row, each leg with its means, kilometres and what runs there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

LEG_W = 190
MARGIN = 70
LINE_Y = 52

MODES = {"road": "公路", "ship": "水路", "rail": "铁路", "other": "其他方式"}
# Outlines of Tabler Icons (MIT), 24 by 24.
OUTLINES = {
    "road": "M5 17a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M15 17a2 2 0 1 0 4 0a2 2 0 1 0 -4 0"
    "M5 17h-2v-11a1 1 0 0 1 1 -1h9v12m-4 0h6m4 0h2v-6h-8m0 -5h5l3 5",
    "ship": "M2 20a2.4 2.4 0 0 0 2 1a2.4 2.4 0 0 0 2 -1a2.4 2.4 0 0 1 2 -1a2.4 2.4 0 0 1 2 1a2.4 2.4 0 0 0 2 1"
    "a2.4 2.4 0 0 0 2 -1a2.4 2.4 0 0 1 2 -1a2.4 2.4 0 0 1 2 1a2.4 2.4 0 0 0 2 1a2.4 2.4 0 0 0 2 -1"
    "M4 18l-1 -5h18l-2 4M5 13v-6h8l4 6M7 7v-4h-1",
    "rail": "M21 13c0 -3.87 -3.37 -7 -10 -7h-8M3 15h16a2 2 0 0 0 2 -2M3 6v5h17.5M3 11v4M8 11v-5M13 11v-4.5M3 19h18",
    "other": "M4 12h16m-4 -4l4 4l-4 4",
}


@dataclass(frozen=True)
class Leg:
    """One leg: from place to place, `mode` road, ship, rail or other, kilometres, roads or waters passed, provinces."""

    start: str
    end: str
    mode: str
    km: Decimal | None = None
    via: str = ""
    through: tuple[str, ...] = ()

    @property
    def mode_word(self) -> str:
        """公路, 水路, …"""
        return MODES.get(self.mode, MODES["other"])

    @property
    def km_word(self) -> str:
        """“425 千米”, or that it is not given."""
        return "里程未填" if self.km is None else f"{self.km.normalize():,f} 千米"


@dataclass(frozen=True)
class DrawnLeg:
    """A leg with its place in the picture."""

    leg: Leg
    x1: int
    x2: int

    @property
    def middle(self) -> float:
        """Where icon and text stand."""
        return (self.x1 + self.x2) / 2

    @property
    def icon(self) -> str:
        """Path of the means of transport."""
        return OUTLINES.get(self.leg.mode, OUTLINES["other"])

    @property
    def icon_x(self) -> float:
        """Left edge of the icon."""
        return self.middle - 12


@dataclass(frozen=True)
class Place:
    """A drawn place; `joined` is False where a leg does not start where the one before ended."""

    name: str
    x: int
    joined: bool = True
    end: bool = False


@dataclass(frozen=True)
class Route:
    """The finished picture; `label` says it in words."""

    width: int
    height: int
    line_y: int
    legs: tuple[DrawnLeg, ...]
    places: tuple[Place, ...]
    total: str
    label: str
    template: ClassVar[str] = "ui/components/route.html"


def route(*, legs: tuple[Leg, ...]) -> Route:
    """Lay out the legs left to right. Where two legs do not meet, both names are written and marked."""
    places: list[Place] = []
    drawn: list[DrawnLeg] = []
    for i, leg in enumerate(legs):
        x = MARGIN + i * LEG_W
        joined = i == 0 or legs[i - 1].end == leg.start
        name = leg.start if joined else f"{legs[i - 1].end} ≠ {leg.start}"
        places.append(Place(name, x, joined=joined, end=i == 0))
        drawn.append(DrawnLeg(leg, x + 9, x + LEG_W - 9))
    if legs:
        places.append(Place(legs[-1].end, MARGIN + len(legs) * LEG_W, end=True))
    known = [leg.km for leg in legs if leg.km is not None]
    total = f"{sum(known, Decimal(0)).normalize():,f} 千米" if known and len(known) == len(legs) else ""
    return Route(
        width=2 * MARGIN + len(legs) * LEG_W,
        height=118,
        line_y=LINE_Y,
        legs=tuple(drawn),
        places=tuple(places),
        total=total,
        label=_words(legs, total),
    )


def _words(legs: tuple[Leg, ...], total: str) -> str:
    said = [
        f"第{i}段{leg.mode_word}，从{leg.start}到{leg.end}，{leg.km_word}" for i, leg in enumerate(legs, 1)
    ]
    return "运输路线：" + "；".join(said) + (f"；共 {total}" if total else "")
