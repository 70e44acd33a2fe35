"""The officials' directory as its list asks for it: filters kept in the address, keyset pages, one statement a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from luban.kit.refusal import Refused
from luban.people.genuine import touched
from luban.people.models import Account, AccountKind
from luban.people.roles import OFFICIAL_ROLES, ROLES, Kind
from luban.people.staff import Employer, Person, person_of
from luban.stages.review.paging import Key, Slice, page_of

PAGE = 50
ACTIVE, WAITING, DISABLED = "active", "waiting", "disabled"
STATES = {ACTIVE: "在用", WAITING: "待授角色", DISABLED: "停用"}
ROLE_CODES = tuple(code for code in ROLES if code in OFFICIAL_ROLES)
_BY_NAME = (Key("username", str),)


@dataclass(frozen=True)
class Wanted:
    """Which officials ("": no matter): `q` part of a name or account, `office` an organisation with its divisions,
    `role`, `state` one of STATES; and where the page begins."""

    q: str = ""
    office: str = ""
    role: str = ""
    state: str = ""
    after: str = ""
    before: str = ""

    @property
    def parts(self) -> dict[str, str]:
        """The filters that are set, as parts of an address."""
        said = {"q": self.q, "office": self.office, "role": self.role, "state": self.state}
        return {name: value for name, value in said.items() if value}

    @property
    def query(self) -> str:
        """The same as text."""
        return urlencode(self.parts)


@dataclass(frozen=True)
class Line:
    """An official in the list; `problem` when the row is not as the platform wrote it."""

    person: Person
    problem: bool


def checked(*, wanted: Wanted, offices: Sequence[Employer]) -> Wanted:
    """The filters, when they were offered. Raises Refused (400) otherwise."""
    known = {"", *(one.code for one in offices)}
    if (
        wanted.office not in known
        or wanted.role not in ("", *ROLE_CODES)
        or wanted.state not in ("", *STATES)
    ):
        raise Refused("BAD_FILTER", "没有这个机构、角色或状态，请从列表中选择。", status=400)
    return wanted


def page(*, wanted: Wanted) -> tuple[tuple[Line, ...], Slice[Account]]:
    """One page by account name, each row held against its code. Raises Refused (400) for a bad cursor."""
    found = page_of(rows_of(wanted), keys=_BY_NAME, after=wanted.after, before=wanted.before, size=PAGE)
    return tuple(_line(row) for row in found.rows), found


def everybody(*, wanted: Wanted) -> Iterator[Line]:
    """Everybody who fits, for the export."""
    return (_line(row) for row in rows_of(wanted).order_by("username").iterator(chunk_size=500))


def waiting_count() -> int:
    """How many enabled accounts have no role yet."""
    return rows_of(Wanted(state=WAITING)).count()


def rows_of(wanted: Wanted) -> QuerySet[Account]:
    """The accounts wanted, in no order."""
    rows = Account.objects.filter(kind=AccountKind.OFFICIAL)
    if wanted.q:
        rows = rows.filter(Q(name__icontains=wanted.q) | Q(username__icontains=wanted.q))
    if wanted.office:
        division = Q(organisation__parent_id=wanted.office, organisation__kind=Kind.DIVISION)
        rows = rows.filter(Q(organisation_id=wanted.office) | division)
    if wanted.role:
        rows = rows.filter(roles__contains=[wanted.role])
    if wanted.state:
        rows = rows.filter(enabled=wanted.state != DISABLED)
    if wanted.state == WAITING:
        return rows.filter(roles=[])
    return rows.exclude(roles=[]) if wanted.state == ACTIVE else rows


def state_of(person: Person) -> str:
    """How an account stands: disabled, without a role, or in use."""
    if not person.enabled:
        return DISABLED
    return ACTIVE if person.roles else WAITING


def _line(row: Account) -> Line:
    return Line(person_of(row), touched(row) is not None)
