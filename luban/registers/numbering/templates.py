"""How numbers look: ``{prefix}-{adcode}-{yyyyMMdd}-{4}`` → ``GFB-310115-20260302-0001``. Free of Django.

``{4}`` is the running number, padded to four digits and growing when they are used up; ``{n}`` is it unpadded.
``{yyyyMMdd}`` and ``{yyyy}`` come from the day, ``{year}`` too unless it is given; any other name must be given.
Numbers that differ only in their running number share a sequence. Source: 公共约定 5.3.
"""

import re
from collections.abc import Callable
from datetime import date

CASE = "{prefix}-{adcode}-{yyyyMMdd}-{4}"
FILING = "GFBA-{adcode}-{year}-{4}"
REVOCATION = "GFCX-{adcode}-{year}-{4}"
PERMIT = "GFXK-310000-{year}-{4}"

_SLOT = re.compile(r"\{([A-Za-z_]+|\d)\}")
_PART = re.compile(r"[0-9A-Za-z\u4e00-\u9fff-]+")


class TemplateFault(ValueError):
    """A number template that cannot be filled in."""


def sequence_of(*, template: str, day: date, **parts: str) -> str:
    """The name of the sequence: the number with ``*`` for its running part. Raises TemplateFault."""
    return _filled(template, day, parts, lambda width: "*")


def format_number(*, template: str, value: int, day: date, **parts: str) -> str:
    """The number for running number ``value`` (from 1). Raises TemplateFault."""
    if value < 1:
        raise TemplateFault("流水号从1开始。")
    return _filled(template, day, parts, lambda width: str(value).zfill(width))


def _filled(template: str, day: date, parts: dict[str, str], running: Callable[[int], str]) -> str:
    known = {"yyyyMMdd": f"{day:%Y%m%d}", "yyyy": f"{day:%Y}", "year": f"{day:%Y}", **parts}
    counters = 0

    def fill(slot: re.Match[str]) -> str:
        nonlocal counters
        name = slot[1]
        if name == "n" or name.isdecimal():
            counters += 1
            return running(0 if name == "n" else int(name))
        if name not in known:
            raise TemplateFault(f"编号模板“{template}”需要“{name}”。")
        if not _PART.fullmatch(known[name]):
            raise TemplateFault(f"编号的“{name}”不能是“{known[name]}”。")
        return known[name]

    filled = _SLOT.sub(fill, template)
    if counters != 1 or "{" in filled or "}" in filled:
        raise TemplateFault(f"编号模板“{template}”须有且只有一处流水号，如{{4}}或{{n}}。")
    return filled
