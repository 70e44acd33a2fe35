"""From rows of the registers to lines of the list and point-to-point records. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from luban.kit.book import BookOnDay, Entry
from luban.registers.exemptions.parts import ExemptionRule, PointToPoint


def conditions_of(cells: Iterable[str]) -> dict[str, str]:
    """Conditions written `key=what is asked`, in order; a cell without a key is left out."""
    pairs = (cell.partition("=") for cell in cells)
    return {key.strip(): text.strip() for key, sign, text in pairs if sign and key.strip() and text.strip()}


def rules_of(*, book: BookOnDay) -> tuple[ExemptionRule, ...]:
    """Every line of the list on the register's day."""
    return tuple(_rule(row) for row in book.rows)


def records_of(
    *, book: BookOnDay, receiver: str | None, drawn: Mapping[str, Decimal] | None = None
) -> tuple[PointToPoint, ...]:
    """The point-to-point records of a user, in the register's order; `drawn` are tonnes permits took, by number."""
    found = (_record(row) for row in book.where(receiver_uscc=receiver or ""))
    taken = drawn or {}
    return tuple(replace(one, used_t=one.used_t + taken.get(one.p2p_no, Decimal(0))) for one in found)


def _rule(row: Entry) -> ExemptionRule:
    return ExemptionRule(
        rule_id=row.key,
        stage=row["stage"],
        list_no=row["list_no"],
        codes=row["codes"],
        content=row["content"],
        conditions=conditions_of(row["conditions"]),
        cross_province=bool(row["cross_province"]),
        region=row["region"],
    )


def _record(row: Entry) -> PointToPoint:
    return PointToPoint(
        p2p_no=row.key,
        generator_uscc=row["generator_uscc"],
        receiver_uscc=row["receiver_uscc"],
        waste_code=row["waste_code"],
        quota_t=row["quota_t"],
        used_t=row["used_t"] or Decimal(0),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        status=row["status"],
        names_region=bool(row["names_region"]),
        approving_province=row["approving_province"],
        target_use=row["target_use"],
    )
