"""From draft to case (提交): the server runs every rule itself, then files in the transaction that closes the draft.

A draft becomes one case and no more: it is locked, and once it names its case every further submission (a second
click, the back button, a repeated request) answers with that case.
"""

from __future__ import annotations

from django.db import transaction

from luban.cases.act import Filing, Outcome, check_findings
from luban.cases.house import context, file_case, take
from luban.cases.models import Case, Draft
from luban.cases.rows import state_of
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.item import Item
from luban.kit.materials import expected
from luban.people.actor import Actor
from luban.stages.fill import desk, files, notice
from luban.stages.fill.lapse import compare_signed
from luban.stages.fill.sealing import seal_state
from luban.stages.fill.typed import applied
from luban.stages.fill.views import DraftView
from luban.stages.precheck.check import Checked, check

MOST_NOTES = 2000


def precheck(*, draft: DraftView, actor: Actor) -> Checked:
    """Every finding on a draft as it stands today; files and signed papers are compared anew where the form has changed."""
    row, item = desk.find(draft_id=draft.id, actor=actor)
    return checked_of(row=row, item=item, draft=draft, actor=actor)


def checked_of(*, row: Draft, item: Item, draft: DraftView, actor: Actor) -> Checked:
    """`precheck` for callers that hold the row."""
    payload, form = applied(item.form, draft.payload)
    rows = files.compare_again(row=row, item=item, form=form)
    within, seal = context(), seal_state(seal=draft.seal, form=form)

    def checked() -> Checked:
        return check(
            item=item,
            payload=payload,
            context=within,
            day=clock.today(),
            applicant=applicant_of(draft, actor),
            files=files.handed_in(rows, expected(item.materials, form)),
            seal=seal,
            sources=draft.sources,
            number=draft.case_number,
            submitted_on=row.case.submitted_on if row.case else None,
        )

    found = checked()
    lapsed = compare_signed(rows=rows, item=item, draft=draft, checked=found, context=within)
    return checked() if lapsed else found


def applicant_of(draft: DraftView, actor: Actor) -> Applicant:
    """Who applies: the organisation the draft belongs to, by the hand of the actor."""
    return Applicant(draft.owner, draft.owner_name, account=actor.account, organisation=draft.owner)


def submit(
    *,
    draft_id: str,
    actor: Actor,
    acknowledged: bool,
    notes: str,
    request_id: str,
    channel: str = "pc",
) -> Outcome:
    """File the application, or the correction of a returned case.

    `acknowledged`: the warnings have been looked into; `notes` is what the applicant says about them. The same draft
    again returns its case with `repeated`. Raises Refused: 422 PRECHECK or ACKNOWLEDGE with findings, 409
    NOTICE_CHANGED, 409 when a returned case no longer waits, 404/403.
    """
    with transaction.atomic():
        row, item = desk.find(draft_id=draft_id, actor=actor, lock=True)
        if row.submitted_as:
            return _standing(row)
        if row.case_id is None:
            notice.require_current(item=item, version=row.notice_version)
        draft = desk.view(row, item)
        filing = _filing(row, item, draft, actor, acknowledged, notes[:MOST_NOTES], channel)
        check_findings(filing)
        outcome = _file(row, item, filing, actor, request_id)
        row.submitted_as, row.account, row.updated_at = outcome.case.number, actor.account, clock.now()
        desk.keep(row, ("submitted_as", "account", "updated_at"))
        return outcome


def _standing(row: Draft) -> Outcome:
    case = Case.objects.get(number=row.submitted_as)
    return Outcome(state_of(case), None, repeated=True)


def _filing(
    row: Draft, item: Item, draft: DraftView, actor: Actor, acknowledged: bool, notes: str, channel: str
) -> Filing:
    checked = checked_of(row=row, item=item, draft=draft, actor=actor)
    return Filing(
        form=checked.form,
        applicant=applicant_of(draft, actor),
        findings=checked.findings,
        acknowledged=acknowledged,
        notes=notes,
        copied_from=draft.copied_from,
        materials=checked.materials,
        channel=channel,
        sources=tuple(sorted(draft.sources.items())),
    )


def _file(row: Draft, item: Item, filing: Filing, actor: Actor, request_id: str) -> Outcome:
    sources = dict(filing.sources)
    if row.case_id is None:
        return file_case(item=item, filing=filing, by=actor, request_id=request_id, sources=sources)
    return take(
        case_id=str(row.case_id),
        action="resubmit",
        by=actor,
        data={},
        request_id=request_id,
        filing=filing,
        sources=sources,
    )


def case_of(*, draft: DraftView) -> str:
    """The id of the case a submitted draft became; empty before."""
    row = Case.objects.filter(number=draft.submitted_as).only("id").first() if draft.submitted_as else None
    return str(row.pk) if row else ""
