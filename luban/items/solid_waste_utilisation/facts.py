"""What the registers know that a filing needs: exactly what every transfer of solid waste needs."""

from __future__ import annotations

from luban.registers.solid_waste.facts import WasteFacts


class FilingFacts(WasteFacts):
    """The facts of a filing."""
