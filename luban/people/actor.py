"""The actor: who does something, in which role, for which organisation. Plain facts, no account and no database.

Every request carries one (``request.actor``; the signed-out visitor is ``Actor.public()``), every act on a case is
given one, and the history keeps its words. What an actor may read is decided here and nowhere else: ``reach_of``
turns role and organisation into a reach, ``may_see`` asks it about one case, lists filter by it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from luban.people.organisations import CITY, CITY_TITLE
from luban.people.roles import FIRM_ROLES, Scope, role_of, title_of


@dataclass(frozen=True, slots=True)
class Actor:
    """``account`` is the sign-in name, ``role`` the one role active now, ``organisation`` the bureau or firm.

    For an official of a division ``organisation`` is the city bureau and ``division`` the 处室.
    ``items`` are the item codes an agent, an rso or a rad_officer is authorised for.
    """

    account: str
    name: str
    role: str
    organisation: str
    organisation_name: str
    adcode: str
    division: str = ""
    items: frozenset[str] = frozenset()

    @classmethod
    def system(cls) -> "Actor":
        """The house itself: timers, sealing, partners' replies. It sees everything and signs in nowhere."""
        return cls("system", "系统", "system", CITY, CITY_TITLE, CITY)

    @classmethod
    def public(cls) -> "Actor":
        """A visitor who is not signed in."""
        return cls("", "", "public", "", "", "")

    @property
    def signed_in(self) -> bool:
        """Whether an account stands behind this actor."""
        return self.role not in ("public", "system")

    @property
    def is_system(self) -> bool:
        """Whether the house itself acts."""
        return self.role == "system"

    @property
    def is_firm(self) -> bool:
        """Whether this is the applicants' side."""
        return self.role in FIRM_ROLES

    @property
    def subject(self) -> str:
        """The applicant id this actor applies as: the firm's USCC, or the account of a natural person."""
        return self.organisation or self.account

    @property
    def role_title(self) -> str:
        """The Chinese title of the active role."""
        return title_of(self.role)

    @property
    def may_seal(self) -> bool:
        """Whether the role may put the firm's seal (企业签章): the applicant, never an agent."""
        return not self.is_system and role_of(self.role).may_seal


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases an actor may read; a case is in reach when one of the first four says so and the limits hold.

    ``everything`` all cases · ``applicant`` cases of this firm · ``office`` cases this bureau handles · ``named``
    cases that name this organisation or expert among their parties ('' = not applicable).
    Limits: ``items`` only these items (None = any) · ``division`` only this division's cases, or cases that
    belong to no division ('' = any).
    """

    everything: bool = False
    applicant: str = ""
    office: str = ""
    named: str = ""
    items: frozenset[str] | None = None
    division: str = ""


def reach_of(actor: Actor) -> Reach:
    """The reach of the actor's active role. The public and the three operators reach no case. Raises UnknownRoleError."""
    if actor.is_system:
        return Reach(everything=True)
    named = actor.subject
    match role_of(actor.role).scope:
        case Scope.OWN_FIRM:
            return Reach(applicant=actor.subject)
        case Scope.OWN_FIRM_ITEMS:
            return Reach(applicant=actor.subject, items=actor.items)
        case Scope.CITY:
            return Reach(everything=True)
        case Scope.CITY_DIVISION:
            return Reach(everything=True, division=actor.division)
        case Scope.CITY_ITEMS:
            return Reach(everything=True, items=actor.items)
        case Scope.OWN_OFFICE if actor.organisation == CITY:
            return Reach(everything=True)
        case Scope.OWN_DISTRICT | Scope.OWN_OFFICE:
            return Reach(office=actor.organisation, named=named)
        case Scope.ASSIGNED:
            return Reach(named=named)
        case _:
            return Reach()


def may_see(
    actor: Actor,
    *,
    applicant: str,
    handling_org: str,
    parties: Collection[str] = (),
    item: str = "",
    division: str = "",
) -> bool:
    """Whether the actor may read a case (pure).

    ``applicant`` is the firm's USCC, ``handling_org`` the bureau's code, ``parties`` the organisations (or experts'
    accounts) invited or assigned to it, ``item`` its item code, ``division`` the 处室 it belongs to ('' = none).
    An agent, rso or rad_officer needs ``item``: without it the answer is no.
    A refused firm or visitor is told 404, a refused official 403: see ``access.refusal``.
    """
    reach = reach_of(actor)
    if reach.items is not None and item not in reach.items:
        return False
    if reach.division and division and division != reach.division:
        return False
    return (
        reach.everything
        or (bool(reach.applicant) and reach.applicant == applicant)
        or (bool(reach.office) and reach.office == handling_org)
        or (bool(reach.named) and reach.named in parties)
    )
