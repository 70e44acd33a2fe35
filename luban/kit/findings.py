"""What a check found: one sentence, where, how grave, on what ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """block: cannot be submitted; warn: can, once acknowledged; info: said only."""

    BLOCK = "block"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True)
class Finding:
    """One finding of a rule. `path` is empty when it concerns the whole application."""

    rule: str
    severity: Severity
    path: str
    message: str
    law: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """Whether it stops submission."""
        return self.severity is Severity.BLOCK
