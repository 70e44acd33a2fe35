"""Rights outside the steps of a case, asked here by every page, interface and job: action → roles in force now.

What may be done to a case at its step is declared by the item's process (its desks); everything else stands in the
table of `rights`, and views cite it: ``@access(face="office", right="register.edit")``. The table in force is the
shipped one with the security administrator's changes; where those are kept is told by ``use`` (`grants`), so that this
module stays free of the database. Scope comes with the role (``roles``).
"""

from collections.abc import Callable

from luban.people.actor import Actor
from luban.people.rights import (
    PERMISSIONS,
    SHIPPED,
    Permission,
    Rights,
    UnknownPermissionError,
    permission_of,
)

__all__ = [
    "PERMISSIONS",
    "Permission",
    "UnknownPermissionError",
    "allowed",
    "in_force",
    "may",
    "shipped",
    "use",
]

_source: list[Callable[[], Rights]] = [lambda: SHIPPED]


def use(source: Callable[[], Rights]) -> None:
    """Say where the table in force comes from; until then it is the shipped one."""
    _source[:] = [source]


def in_force() -> Rights:
    """The table in force now."""
    return _source[0]()


def may(action: str) -> frozenset[str]:
    """The roles that hold the right to ``action`` now: ask at each request, never at import. Raises UnknownPermissionError."""
    return in_force().of(action)


def shipped(action: str) -> frozenset[str]:
    """The roles that hold the right as the house ships. Raises UnknownPermissionError."""
    return permission_of(action).roles


def allowed(actor: Actor, *, action: str) -> bool:
    """Whether the actor's active role holds the right to ``action`` now (scope not considered). Raises UnknownPermissionError."""
    return actor.is_system or actor.role in may(action)
