"""Which cases and licences an official may see: the actor's reach as a filter, and the refusal for everything else."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from luban.cases.models import Case
from luban.people.access import refusal, require_sight
from luban.people.actor import Actor, reach_of
from luban.registers.licences.models import Licence


def cases_in_reach(actor: Actor) -> QuerySet[Case]:
    """The cases the actor may read."""
    reach = reach_of(actor)
    if reach.everything:
        rows = Case.objects.all()
    elif reach.applicant:
        rows = Case.objects.filter(applicant=reach.applicant)
    elif reach.office or reach.named:
        own = Q(handling_org=reach.office) if reach.office else Q()
        named = Q(parties__contains=[reach.named]) if reach.named else Q()
        rows = Case.objects.filter(own | named)
    else:
        return Case.objects.none()
    return rows if reach.items is None else rows.filter(item__in=sorted(reach.items))


def licences_in_reach(actor: Actor) -> QuerySet[Licence]:
    """The licences the actor may look through: all for the city, those of its own bureau for a district."""
    reach = reach_of(actor)
    if reach.everything:
        rows = Licence.objects.all()
    elif reach.office:
        rows = Licence.objects.filter(office=reach.office)
    else:
        return Licence.objects.none()
    return rows if reach.items is None else rows.filter(item__in=sorted(reach.items))


def case_of(*, number: str, actor: Actor) -> Case:
    """The case of that number with its current version. Raises what `people.access.refusal` says (403 officials)."""
    row = Case.objects.select_related("current").filter(number=number.replace("\x00", "")).first()
    if row is None:
        raise refusal(actor)
    require_sight(
        actor,
        applicant=row.applicant,
        handling_org=row.handling_org,
        parties=row.parties,
        item=row.item,
    )
    return row
