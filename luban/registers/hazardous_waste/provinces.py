"""What other provinces refuse or limit (CR-18, TI-14). Pure. Source: 危险废物跨省转移业务说明 §1.5, §7.2 CR-18."""

from __future__ import annotations

from luban.kit.book import BookOnDay, Entry

RULE_TYPES = {"prohibit": "禁止", "limit": "限制"}


def refusals(
    *, book: BookOnDay, province: str | None, code: str | None, category: str | None, mode: str | None
) -> tuple[Entry, ...]:
    """The rows of a province (`province_rules`, six-digit code) that a waste and its way meet, prohibitions first."""
    met = [
        row
        for row in book.where(province=province or "")
        if (not row["codes"] or {code, category} & set(row["codes"]))
        and (not row["modes"] or mode in row["modes"])
    ]
    return tuple(sorted(met, key=lambda row: row["rule_type"] != "prohibit"))
