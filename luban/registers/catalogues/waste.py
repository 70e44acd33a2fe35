"""Solid waste codes: their shape, their category, whether an end use suits them. Pure.

A code is industry (3 digits, 900 = no particular one) - sequence 001–099 - S and category 01–99 without 08, which
once meant radioactive waste. Source: 固体废物分类与代码目录 (2024).
"""

import re
from typing import Literal

from luban.kit.book import KEY_SEPARATOR, BookOnDay

WASTE_CODE = re.compile(r"\d{3}-0(0[1-9]|[1-9]\d)-S(0[1-79]|[1-9]\d)", re.ASCII)
HAZARDOUS_CODE = re.compile(r"\d{3}-\d{3}-\d{2}", re.ASCII)
MAJOR_CLASSES = {
    "industrial": (1, 59),
    "domestic": (60, 69),
    "construction": (70, 79),
    "agricultural": (80, 89),
    "other": (90, 99),
}
VERDICTS = {"ok": "满足", "confirm": "需人工确认", "no": "不满足"}
Verdict = Literal["ok", "confirm", "no"]


def is_waste_code(code: str) -> bool:
    """Whether the text has the shape of a solid waste code."""
    return WASTE_CODE.fullmatch(code) is not None


def is_hazardous_code(code: str) -> bool:
    """Whether the text has the shape of a hazardous waste code (900-249-08)."""
    return HAZARDOUS_CODE.fullmatch(code) is not None


def category_of(code: str) -> str:
    """SW and the code's last two digits: 900-003-S17 → SW17. Raises ValueError for another shape."""
    if not is_waste_code(code):
        raise ValueError(f"废物代码“{code}”格式不符")
    return f"SW{code[-2:]}"


def major_class_of(category: str) -> str:
    """The first-level class of a category: SW17 → industrial. Raises ValueError for another shape."""
    number = int(category.removeprefix("SW"))
    for major, (first, last) in MAJOR_CLASSES.items():
        if first <= number <= last:
            return major
    raise ValueError(f"废物种类“{category}”不在SW01至SW99之内")


def end_use(matrix: BookOnDay, *, waste_code: str, method: str) -> Verdict:
    """Whether a method of use, disposal or storage suits a waste: the code's own row, the category's, otherwise no."""
    for waste in (waste_code, category_of(waste_code)):
        row = matrix.get(f"{waste}{KEY_SEPARATOR}{method}")
        if row is not None:
            verdict: Verdict = row["verdict"]
            return verdict
    return "no"
