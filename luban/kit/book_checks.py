"""Checks of the columns that many registers have: credit codes, provinces, counties. Sentences, ready for an editor."""

from collections.abc import Iterable, Iterator

from stdnum.cn import uscc

REGION_LENGTH = 6
PROVINCE_END = "0000"


def credit_codes(*, values: Iterable[str | None], who: str = "") -> Iterator[str]:
    """What is wrong with credit codes (GB 32100); blanks are left to the columns. `who` they belong to."""
    for value in values:
        if value and not uscc.is_valid(value):
            yield f"{who}统一社会信用代码“{value}”校验不通过，请更正。"


def provinces(*, values: Iterable[str | None]) -> Iterator[str]:
    """What is wrong with codes of provinces."""
    for value in values:
        if value and not (len(value) == REGION_LENGTH and value.endswith(PROVINCE_END)):
            yield f"省份“{value}”应为6位省级区划代码，如 330000。"


def regions(*, values: Iterable[str]) -> Iterator[str]:
    """What is wrong with codes of regions."""
    for value in values:
        if not (len(value) == REGION_LENGTH and value.isdecimal()):
            yield f"区划代码“{value}”应为6位数字。"
