"""Whether a licence covers a waste code, and whether the way asked for is one it allows. Pure.

Source: 危险废物跨省转移业务说明 §1.2 scope_cover, §7.2 CR-03, CR-04.
"""

from __future__ import annotations

from enum import StrEnum

from luban.registers.hazardous_waste.codes import category_of, is_hazardous_code
from luban.registers.receivers.parts import Cover, Licence, Scope

_BEST = (Cover.COVERED, Cover.UNCLEAR, Cover.NOT_COVERED)


class Agreement(StrEnum):
    """How a way agrees with a licence: named on it, only of a family it allows, or of a family it does not allow."""

    NAMED = "named"
    FAMILY_ONLY = "family_only"
    OTHER_FAMILY = "other_family"


def line_cover(*, scope: Scope, code: str | None) -> Cover:
    """Whether one line covers a code."""
    if code is None or not is_hazardous_code(code) or scope.category != category_of(code):
        return Cover.NOT_COVERED
    if scope.match_type == "CATEGORY_ONLY":
        return Cover.UNCLEAR
    named = code in scope.codes
    covers = {"ALL": True, "INCLUDE": named, "EXCEPT": not named}.get(scope.match_type, False)
    return Cover.COVERED if covers else Cover.NOT_COVERED


def scope_cover(
    *, licence: Licence, code: str | None, mode: str | None = None, family: str = ""
) -> tuple[Cover, Scope | None]:
    """The best a licence says of a code, and the line that says it (None when no line covers it).

    Of lines that say the same, the one that names the way goes first, then one of the way's family.
    """
    found = [(line_cover(scope=scope, code=code), scope) for scope in licence.scopes]
    covering = [(cover, scope) for cover, scope in found if cover is not Cover.NOT_COVERED]
    if not covering:
        return Cover.NOT_COVERED, None
    return min(covering, key=lambda one: (_BEST.index(one[0]), -_nearness(one[1], mode, family)))


def line_number(*, licence: Licence, scope: Scope) -> int:
    """The number of a line on its licence, from 1."""
    return scope.seq or licence.scopes.index(scope) + 1


def mode_agreement(*, licence: Licence, code: str | None, mode: str | None, family: str) -> Agreement | None:
    """How a way of a family (R, D, S) agrees with the lines that speak of a code; None when none does (CR-03 says so).

    A licence to use or dispose of waste is not refused for collecting it (S): a person looks.
    """
    lines = [s for s in licence.scopes if line_cover(scope=s, code=code) is not Cover.NOT_COVERED]
    if not lines:
        return None
    if any(mode in line.mode_codes for line in lines):
        return Agreement.NAMED
    allowed = {
        f for line in lines for f in ((line.mode_family,) if line.mode_family else licence.business_modes)
    }
    if family in ("R", "D") and allowed and family not in allowed:
        return Agreement.OTHER_FAMILY
    return Agreement.FAMILY_ONLY


def _nearness(scope: Scope, mode: str | None, family: str) -> int:
    if mode in scope.mode_codes:
        return 2
    return 1 if family and scope.mode_family == family else 0
