"""政策试算: what another threshold or another row of a table would have made of the stored cases, before it is proposed.

The list of trials, one trial (its draft set while it is drafted, its progress while it runs, its results when it is
done) and the buttons on it. For the city's register administrators; rows are chosen in `policy_rows`, single cases and
the sheet stand in `policy_cases`.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luban.faces.office.asked import day_of
from luban.faces.office.books import may_change
from luban.faces.office.frame import office_page
from luban.faces.office.policy_found import found_words
from luban.faces.office.policy_rows import cells_changed
from luban.kit.book import BookError
from luban.kit.clock import clock
from luban.kit.refusal import Refused
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.registers.book.changes import ChangeRefused
from luban.registers.book.shipped import spec_of
from luban.stages.policy import drafts, proposing, results, run
from luban.stages.policy.results import TrialView

NOT_HERE = "政策试算由市局的台账与参数管理员办理，需要试算请联系市局。"
STOOD = 90
"""Seconds without progress after which the page says so."""


@office_page(right="register.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def trials(request: ActorRequest) -> HttpResponse:
    """The trials, newest first, and a new one."""
    if request.method != "POST":
        return _list(request, _period_words())
    given = {name: request.POST.get(name, "") for name in ("title", "item", "since", "until")}
    if not may_change(request.actor):
        return _list(request, given, Refused("NOT_EDITOR", NOT_HERE, status=422))
    try:
        made = drafts.create(
            title=given["title"],
            item=given["item"],
            since=day_of(given["since"]),
            until=day_of(given["until"]),
            by=request.actor,
        )
    except Refused as refused:
        return _list(request, given, refused)
    noted(request, "policy.create", made)
    return HttpResponseRedirect(trial_href(made))


def _period_words() -> dict[str, str]:
    """Last year until today."""
    today = clock.today()
    return {"since": f"{today.year - 1}-01-01", "until": today.isoformat()}


def _list(request: ActorRequest, given: dict[str, str], refused: Refused | None = None) -> HttpResponse:
    allowed = may_change(request.actor)
    items = drafts.assessed_items()
    shorts = {item.code: item.short for item in items}
    words = {
        "allowed": allowed,
        "items": [(item.code, item.title) for item in items],
        "given": given,
        "refused": refused.message if refused else "",
        "lines": [(one, shorts.get(one.item, one.item)) for one in results.latest()] if allowed else (),
    }
    return render(request, "office/policy_list.html", words, status=refused.status if refused else 200)


def trial_href(trial_id: uuid.UUID) -> str:
    """The page of a trial."""
    return reverse("office:policy_trial", args=[trial_id])


@office_page(right="register.edit")
@require_safe
def trial(request: ActorRequest, trial_id: uuid.UUID) -> HttpResponse:
    """One trial; a script that watches its progress gets the bar alone, and the whole page once it has ended."""
    drafts.require_editor(request.actor)
    found = results.trial_of(trial_id)
    if request.headers.get("HX-Request") == "true":
        answer = render(request, "office/policy_progress.html", _progress(found))
        if found.state != drafts.RUNNING:
            answer["HX-Refresh"] = "true"
        return answer
    return _page(request, found)


def _page(
    request: ActorRequest, found: TrialView, refused: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    item = drafts.item_of(found.item)
    words: dict[str, Any] = {
        "trial": found,
        "item": item,
        "rows": [(row, spec_of(row.register), cells_changed(row)) for row in drafts.rows_of(found.id)],
        "refused": refused,
        "reason": reason,
        **_progress(found),
    }
    if found.state == drafts.DRAFT:
        words["registers"] = drafts.registers_of(item)
    if found.tally is not None:
        words |= found_words(trial=found, item=item)
    return render(request, "office/policy_trial.html", words, status=status)


def _progress(found: TrialView) -> dict[str, Any]:
    still = (clock.now() - found.moved_at).total_seconds() if found.moved_at else 0
    share = 100 * found.done // found.total if found.total else 0
    return {"trial": found, "share": share, "stands": found.state == drafts.RUNNING and still > STOOD}


@office_page(right="register.edit")
@require_POST
def start(request: ActorRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Begin the trial in the background."""
    count = run.start(trial_id=trial_id, by=request.actor)
    noted(request, "policy.start", trial_id)
    messages.success(request, f"已开始试算 {count:,} 件，可以离开这一页，完成后再回来看。")
    return HttpResponseRedirect(trial_href(trial_id))


@office_page(right="register.edit")
@require_POST
def cancel(request: ActorRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Stop it for good."""
    run.cancel(trial_id=trial_id, by=request.actor)
    noted(request, "policy.cancel", trial_id)
    messages.success(request, "已取消试算；方案还在，可以复制为新方案再试。")
    return HttpResponseRedirect(trial_href(trial_id))


@office_page(right="register.edit")
@require_POST
def copy(request: ActorRequest, trial_id: uuid.UUID) -> HttpResponse:
    """A new draft with the same rows."""
    made = drafts.copied(trial_id=trial_id, by=request.actor)
    noted(request, "policy.copy", made)
    messages.success(request, "已复制为新方案，可以接着改。")
    return HttpResponseRedirect(trial_href(made))


@office_page(right="register.edit")
@require_POST
def discard(request: ActorRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Delete a draft that was never tried."""
    drafts.discard(trial_id=trial_id, by=request.actor)
    noted(request, "policy.discard", trial_id)
    messages.success(request, "已删除方案。")
    return HttpResponseRedirect(reverse("office:policy"))


@office_page(right="register.edit")
@require_POST
def propose(request: ActorRequest, trial_id: uuid.UUID) -> HttpResponse:
    """Send the tried set to a second person; nothing takes effect before."""
    reason = request.POST.get("reason", "")
    try:
        count = proposing.propose(trial_id=trial_id, by=request.actor, reason=reason)
    except (BookError, ChangeRefused) as refused:
        return _page(request, results.trial_of(trial_id), str(refused), reason, 422)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _page(request, results.trial_of(trial_id), refused.message, reason, 422)
    noted(request, "policy.propose", trial_id)
    messages.success(request, f"已送双人复核 {count} 行，由另一位管理员复核后按生效日适用。")
    return HttpResponseRedirect(reverse("office:register_waiting"))


def noted(request: ActorRequest, action: str, trial_id: uuid.UUID) -> None:
    """A line of the audit trail."""
    audit(actor=request.actor, action=action, target=f"policy:{trial_id}", ip=address_of(request))
