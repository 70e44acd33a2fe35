"""The notice an applicant reads before starting: points, a countdown kept by the server, laws by date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from luban.kit.laws import Laws
from luban.kit.process import Param


@dataclass(frozen=True)
class Notice:
    """`points` may hold `{law:ID}`, printed as the law stands on the day."""

    version: str
    seconds: Param
    points: tuple[str, ...]

    def printed(self, *, laws: Laws, day: date) -> tuple[str, ...]:
        """The points as read on `day`."""
        return tuple(re.sub(r"\{law:([^}]+)\}", lambda m: laws.at(m[1], day).printed, p) for p in self.points)
