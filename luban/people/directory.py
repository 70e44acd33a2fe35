"""The directory: organisations and accounts as other layers read them, never rows.

Letters take their head and seal from here, stages ask whom to tell, the case asks which bureau handles a site.
``install_bureaus`` brings the shipped organisations; it changes nothing that an administrator has edited.
"""

from dataclasses import dataclass

from luban.people.models import Account, Organisation
from luban.people.organisations import SPECIAL_AREAS, bureaus, handling_bureau
from luban.people.roles import Kind


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """One organisation. ``kind`` is a value of ``roles.Kind``; ``parent`` a code or ''."""

    code: str
    name: str
    kind: str
    adcode: str
    parent: str
    enabled: bool
    letter_title: str
    seal_code: str


class UnknownOrganisationError(LookupError):
    """No organisation has this code; the message is for the person who gave it."""


def organisation(*, code: str) -> OrganisationCard:
    """The organisation with this code. Raises UnknownOrganisationError."""
    row = Organisation.objects.filter(code=code).first()
    if row is None:
        raise UnknownOrganisationError(f"没有代码为“{code}”的机构，请检查机构代码。")
    return _card(row)


def organisations(*, kind: str = "", enabled_only: bool = True) -> tuple[OrganisationCard, ...]:
    """Organisations by code, of one kind or ('') of all kinds."""
    rows = Organisation.objects.all()
    if kind:
        rows = rows.filter(kind=kind)
    if enabled_only:
        rows = rows.filter(enabled=True)
    return tuple(_card(row) for row in rows)


def bureau_for(*, county: str, special_area: str = "") -> str:
    """The code of the bureau that handles a site today: its special-area agency once that is enabled, else its
    district. Raises ValueError for codes outside Shanghai's lists.
    """
    enabled: tuple[str, ...] = ()
    if special_area in SPECIAL_AREAS:
        enabled = tuple(
            Organisation.objects.filter(code=special_area, enabled=True).values_list("code", flat=True)
        )
    return handling_bureau(county=county, special_area=special_area, enabled=enabled)


@dataclass(frozen=True, slots=True)
class Holder:
    """An account that holds a role: whom to give a to-do or a message."""

    account: str
    name: str
    organisation: str


def holders(*, role: str, organisation: str) -> tuple[Holder, ...]:
    """Enabled accounts that hold ``role`` in ``organisation`` or in one of its divisions, by account name."""
    rows = Account.objects.filter(enabled=True, roles__contains=[role])
    rows = rows.filter(organisation_id=organisation) | rows.filter(organisation__parent_id=organisation)
    return tuple(
        Holder(row.username, row.name, organisation)
        for row in rows.order_by("username")
        if row.organisation is None or row.organisation.enabled
    )


def register_firm(*, uscc: str, name: str, adcode: str = "") -> OrganisationCard:
    """The firm with this USCC, made on first sight; its name follows the register that calls."""
    row, made = Organisation.objects.get_or_create(
        code=uscc,
        defaults={"name": name, "kind": "enterprise", "adcode": adcode or uscc[2:8], "seal_code": uscc},
    )
    if not made and row.name != name:
        row.name = name
        row.save(update_fields=["name"])
    return _card(row)


def install_bureaus() -> int:
    """Add the shipped organisations that are missing; returns how many were added."""
    known = set(Organisation.objects.values_list("code", flat=True))
    missing = [bureau for bureau in bureaus() if bureau.code not in known]
    Organisation.objects.bulk_create(
        [
            Organisation(
                code=bureau.code,
                name=bureau.name,
                kind=bureau.kind,
                adcode=bureau.adcode,
                parent_id=bureau.parent or None,
                enabled=bureau.enabled,
                letter_title=bureau.letter_title,
                seal_code=bureau.seal_code,
            )
            for bureau in missing
        ],
        ignore_conflicts=True,
    )
    return len(missing)


def _card(row: Organisation) -> OrganisationCard:
    return OrganisationCard(
        row.code,
        row.name,
        row.kind,
        row.adcode,
        row.parent_id or "",
        row.enabled,
        row.letter_title,
        row.seal_code,
    )


def organisations_that_act() -> tuple[OrganisationCard, ...]:
    """Every enabled organisation that is not a firm: bureaus, agencies, institutions, provinces."""
    rows = Organisation.objects.filter(enabled=True).exclude(kind=Kind.ENTERPRISE.value)
    return tuple(_card(row) for row in rows.order_by("code"))
