"""Which classes of dangerous goods a hazard needs (CQ-08, CQ-13). Pure. Source: 危险废物跨省转移业务说明 §12.8."""

from __future__ import annotations

from luban.kit.book import BookOnDay


def classes_for(*, book: BookOnDay, hazard: str, form: str | None) -> tuple[str, ...]:
    """The classes of which a carrier needs one for this hazard in this form (`hw_hazard_classes`).

    A row without forms holds for every form. () when the table says nothing (a flammable waste of form `other`).
    """
    rows = (row for row in book.where(hazard=hazard) if not row["forms"] or form in row["forms"])
    return tuple(dict.fromkeys(code for row in rows for code in row["class_codes"]))
