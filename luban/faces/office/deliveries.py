"""收发未成: what partners have not received, papers that were not made, messages that could not be acted on.

Try again or give up, always with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from luban.cases.models import Case
from luban.faces.office.effect_words import kind_of, partner_of, what_of
from luban.faces.office.frame import office_page
from luban.faces.office.incoming import came_in, told_in, way_of, words_of
from luban.faces.office.worklist import case_url
from luban.kit.fields import whole_number
from luban.kit.refusal import Refused
from luban.links.inbox.receive import MessageView
from luban.links.outbox import queue
from luban.links.outbox.effects import EffectView, State
from luban.people.access import refusal
from luban.people.actor import Actor, may_see, reach_of
from luban.people.requests import ActorRequest
from luban.people.trail import address_of, audit
from luban.stages.licence.give_up import cancel
from luban.ui.view import Empty, Pager
from luban.ui.words import Status, status

PAGE = 50
ACTS = {"resend": "重新投递", "cancel": "取消"}
ACTS_IN = {"resend": "重新处理", "cancel": "结束处理"}
CASE_ID = 36
REFUSED_IN = "未能办理"


@dataclass(frozen=True)
class Line:
    """A delivery that needs a person, with its case when it has one; `told` and `way` of a message that came in."""

    effect: EffectView
    mark: Status
    kind: str
    partner: str
    what: str
    case: Case | None
    href: str
    overdue: bool
    reason: str = ""
    told: str = ""
    way: str = ""


@office_page(right="delivery.resend")
@require_safe
def deliveries(request: ActorRequest) -> HttpResponse:
    """Stuck deliveries of the cases in the reader's sight, oldest first."""
    after = request.GET.get("after", "")
    effects = queue.stuck(limit=PAGE + 1, after=whole_number(after) or 0)
    shown = effects[:PAGE]
    here = reverse("office:deliveries")
    lines = lines_of(shown, actor=request.actor)
    following = f"{here}?after={shown[-1].id}" if len(effects) > PAGE else ""
    counts = queue.counts() if reach_of(request.actor).everything else {}
    words = {
        "lines": lines,
        "counts": [(status(of="delivery", code=s.value), n) for s, n in counts.items()],
        "pager": Pager(f"从早到晚，本页 {len(lines)} 条", here if after else "", following),
        "empty": Empty(
            "没有卡住的外发和来文。",
            "通知、文书和存证都已送达，来文都已办理，或正在按计划重试。",
            "circle-check",
        ),
    }
    return render(request, "office/deliveries.html", words)


def lines_of(effects: list[EffectView], *, actor: Actor) -> tuple[Line, ...]:
    """The deliveries the actor may deal with; those without a case are the city's."""
    told = told_in(effects)
    named = {e.id: told[e.id].case if e.id in told else e.case or "" for e in effects}
    rows = {str(row.pk): row for row in Case.objects.filter(pk__in=_keys(named.values()))}
    found = []
    for effect in effects:
        row = rows.get(named[effect.id])
        if _in_sight(row, actor):
            found.append(_line(effect, row, told.get(effect.id)))
    return tuple(found)


def _keys(named: Iterable[str]) -> list[str]:
    """Ids of cases; an effect may name something else in its place."""
    return [case for case in named if len(case) == CASE_ID]


def _in_sight(row: Case | None, actor: Actor) -> bool:
    if row is None:
        return reach_of(actor).everything
    return may_see(
        actor,
        applicant=row.applicant,
        handling_org=row.handling_org,
        parties=row.parties,
        item=row.item,
    )


def _line(effect: EffectView, row: Case | None, told: MessageView | None) -> Line:
    mark = status(of="delivery", code=effect.state.value)
    if came_in(effect) and effect.state == State.REJECTED:
        mark = replace(mark, word=REFUSED_IN)
    return Line(
        effect,
        mark,
        kind_of(effect),
        partner_of(effect),
        what_of(effect, item=row.item if row else ""),
        row,
        case_url(row.number) if row else "",
        effect.state in (State.REJECTED, State.MANUAL),
        (told.note if told else "") or effect.last_error,
        words_of(told) if told else "",
        way_of(told) if told else "",
    )


@office_page(right="delivery.resend")
@require_POST
def settle(request: ActorRequest, effect_id: int) -> HttpResponse:
    """Send again or give up, with a reason. Raises Refused (409, 422)."""
    act, reason = request.POST.get("act", ""), request.POST.get("reason", "").strip()[:500]
    if act not in ACTS:
        raise Refused("NO_ACTION", "请选择重新投递或取消。", status=422)
    effect = queue.get(effect_id=effect_id)
    if effect is None or not _in_sight(_case_of(effect), request.actor):
        raise refusal(request.actor)
    words = (ACTS_IN if came_in(effect) else ACTS)[act]
    if not reason:
        raise Refused("NO_REASON", f"请写明{words}的理由，再提交。", status=422)
    take = queue.resend if act == "resend" else cancel
    try:
        take(effect_id=effect_id, by=request.actor.account, reason=reason)
    except queue.OutboxRefused as refused:
        raise Refused("NOT_NOW", str(refused)) from refused
    audit(
        actor=request.actor,
        action=f"delivery.{act}",
        target=f"effect:{effect_id}",
        detail={"reason": reason, "case": effect.case or ""},
        ip=address_of(request),
    )
    messages.success(request, f"已{words}：{kind_of(effect)}。")
    return HttpResponseRedirect(reverse("office:deliveries"))


def _case_of(effect: EffectView) -> Case | None:
    told = told_in([effect]).get(effect.id)
    case = told.case if told else effect.case
    try:
        return Case.objects.filter(pk=case).first() if case else None
    except ValidationError:
        return None
