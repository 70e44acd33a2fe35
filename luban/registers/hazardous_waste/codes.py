"""Codes of hazardous waste: their shape, what the catalogue says of one, which hazards a waste has. Pure.

A code is industry (3 digits, 900 = no particular one) - sequence - category (2 digits). Waste that was identified as
hazardous and has no code of its own is written 900-000-xx; these are answered here and need no rows.
Hazards separated by "," mean: has the first, may have the others; by "/": has one or more of them.
Source: 危险废物跨省转移业务说明 §5 P-05 … P-10, §7.1, §12.1, §12.2; the national catalogue (2025).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from luban.kit.book import BookOnDay, Entry
from luban.registers.hazardous_waste.parts import HAZARDS, CatalogueWaste

CODE = re.compile(r"\d{3}-\d{3}-\d{2}", re.ASCII)
IDENTIFIED = "900-000-"
"""How the code of a waste begins that was identified as hazardous and is not in the catalogue by itself."""

ONE_OR_MORE = "/"


def is_hazardous_code(code: str | None) -> bool:
    """Whether the text has the shape of a code (900-249-08); it may still not be in the catalogue."""
    return CODE.fullmatch(code or "") is not None


def is_identified(code: str | None) -> bool:
    """Whether the code stands for an identified waste (900-000-xx), which needs a report of identification."""
    return is_hazardous_code(code) and (code or "").startswith(IDENTIFIED)


def category_of(code: str) -> str:
    """HW and the code's last two digits: 900-249-08 → HW08. Raises ValueError for another shape."""
    if not is_hazardous_code(code):
        raise ValueError(f"废物代码“{code}”格式不符")
    return f"HW{code[-2:]}"


def agrees(*, code: str | None, category: str | None) -> bool:
    """Whether the code is well formed and its last two digits are those of the category (P-05)."""
    return is_hazardous_code(code) and category == category_of(code or "")


def waste(*, book: BookOnDay, code: str | None, categories: BookOnDay | None = None) -> CatalogueWaste | None:
    """What the catalogue (`hw_codes`) says of a code; None when it is unknown or stood in an older catalogue only.

    900-000-xx is answered for every category there is: the rows of `categories` (`hw_categories`), or without it the
    categories that have a code. Such a waste may have any hazard; which ones, its report says.
    """
    if code is None or not is_hazardous_code(code):
        return None
    if code.startswith(IDENTIFIED):
        return _identified(book, code, categories)
    row = book.get(code)
    return _waste(row) if row is not None and row["enabled"] else None


def _waste(row: Entry) -> CatalogueWaste:
    return CatalogueWaste(
        code=row.key,
        category=row["category"],
        name=row["name"],
        hazards=row["hazards"],
        joint=row["joint"] or ",",
        industry=row["industry"],
        valuable=bool(row["valuable"]),
    )


def _identified(book: BookOnDay, code: str, categories: BookOnDay | None) -> CatalogueWaste | None:
    category = category_of(code)
    known = categories.get(category) if categories is not None else None
    if known is None and (categories is not None or not book.where(category=category)):
        return None
    name = f"{known['name']}（经鉴别属危险废物）" if known else "经鉴别属危险废物"
    return CatalogueWaste(
        code=code,
        category=category,
        name=name,
        hazards=tuple(HAZARDS),
        joint=ONE_OR_MORE,
        industry="非特定行业",
    )


def successors(*, book: BookOnDay, code: str | None) -> tuple[str, ...]:
    """The codes to be used instead of one that stood in an older catalogue only (P-07); () for any other code."""
    row = book.get(code or "")
    return () if row is None or row["enabled"] else tuple(row["replaced_by"])


def parsed(expression: str) -> tuple[tuple[str, ...], str]:
    """Hazards and their joint from how the catalogue prints them: `T/In` → ("T", "In"), "/".

    Split, never searched: In is not I. Raises ValueError for an unknown hazard or both joints at once.
    """
    joint = ONE_OR_MORE if ONE_OR_MORE in expression else ","
    hazards = tuple(part.strip() for part in expression.split(joint) if part.strip())
    unknown = [hazard for hazard in hazards if hazard not in HAZARDS]
    if unknown:
        raise ValueError(f"危险特性“{expression}”无法识别")
    return hazards, joint


def effective_hazards(*, waste: CatalogueWaste, declared: Sequence[str]) -> tuple[str, ...]:
    """The hazards that count (§7.1): of "," all of the catalogue and what was declared; of "/" what was declared."""
    listed = waste.hazards if waste.joint != ONE_OR_MORE else ()
    return tuple(dict.fromkeys((*listed, *declared)))


def leading_hazards(*, waste: CatalogueWaste, declared: Sequence[str]) -> tuple[str, ...]:
    """The hazards a carrier's classes must cover (§12.8): the first of ","; every declared one of "/"."""
    return tuple(dict.fromkeys(declared)) if waste.joint == ONE_OR_MORE else waste.hazards[:1]


def declaration_fits(*, waste: CatalogueWaste, declared: Sequence[str]) -> bool:
    """Whether the declared hazards agree with the catalogue (P-09): of "/" some of those printed and no others; of
    "," at least the first."""
    if waste.joint == ONE_OR_MORE:
        return bool(declared) and set(declared) <= set(waste.hazards)
    return not waste.hazards or waste.hazards[0] in declared


def beyond_catalogue(*, waste: CatalogueWaste, declared: Sequence[str]) -> tuple[str, ...]:
    """Declared hazards the catalogue does not print for a "," waste, in order (P-10): each must be explained."""
    if waste.joint == ONE_OR_MORE:
        return ()
    return tuple(hazard for hazard in dict.fromkeys(declared) if hazard not in waste.hazards)
