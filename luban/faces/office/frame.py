"""What every page of the officials' face shares: who may open it, its navigation, refusals turned into pages.

    @office_page(right="register.read")
    def registers(request): ...

A right is a row of `people.permissions`; without one any official may open the page. The face's own settings of the
person (density, keys, saved views) are read once a request, and only where a page is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.views.decorators.cache import never_cache

from luban.faces.office.chain_tabs import first_page
from luban.faces.office.explorer_restore_list import waiting_for
from luban.faces.office.models import Preference
from luban.kit import registry
from luban.kit.process import Batch
from luban.kit.refusal import Refused
from luban.people.access import access
from luban.people.actor import Actor
from luban.people.permissions import allowed
from luban.people.requests import ActorRequest
from luban.people.roles import title_of
from luban.stages.fill.ownership import works
from luban.stages.review.worklist import DeskCount, desk_counts
from luban.ui.face import DeskGroup, Face, Link, NavItem

View = Callable[..., Any]
OPEN = "office.open"
DRAWN = {400: 400, 403: 403, 404: 404, 409: 409, 413: 413, 429: 429}
MOST_COUNTED = 99


def office_page(*, right: str = "case.read", part: bool = False) -> Callable[[View], View]:
    """A page for officials holding `right` ("": for everyone who signs in on this side). `part`: a fragment asked for
    by a script, whose refusals are sentences for the page."""

    def declare(view: View) -> View:
        guarded: View = access(face="office", right=right or OPEN)(never_cache(_framed(view, part)))
        return guarded

    return declare


def _framed(view: View, part: bool) -> View:
    @wraps(view)
    def framed(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not part:
            _set_up(request)
        try:
            answer: HttpResponse = view(request, *args, **kwargs)
        except Refused as refused:
            answer = refusal(request, refused, part=part)
        return answer

    return framed


def _set_up(request: ActorRequest) -> None:
    """The frame of this request, made when a page is drawn: an act that ends in a redirect draws none."""
    request.face = SimpleLazyObject(lambda: face_of(request))  # type: ignore[attr-defined]


def preference_of(request: ActorRequest) -> Preference:
    """The settings of the person, read once a request."""
    held: Preference | None = getattr(request, "preference", None)
    if held is None:
        account = request.actor.account
        held = Preference.objects.filter(account=account).first() or Preference(account=account, views=[])
        request.preference = held  # type: ignore[attr-defined]
    return held


def counts_of(request: ActorRequest) -> tuple[DeskCount, ...]:
    """The counts of the reader's own desk, read once a request."""
    held: tuple[DeskCount, ...] | None = getattr(request, "desk_counts", None)
    if held is None:
        held = desk_counts(actor=request.actor) if reads_cases(request.actor) else ()
        request.desk_counts = held  # type: ignore[attr-defined]
    return held


def refusal(request: ActorRequest, refused: Refused, *, part: bool = False) -> HttpResponse:
    """The refusal as a page of its own, or as words for a script."""
    if part and (request.FILES or request.headers.get("HX-Request") == "true"):
        return JsonResponse({"error": refused.code, "message": refused.message}, status=refused.status)
    if part:
        _set_up(request)
    template = f"ui/errors/{DRAWN.get(refused.status, 400)}.html"
    return render(request, template, {"message": refused.message}, status=refused.status)


def capped(count: int) -> str:
    """A count as lists show it: nothing for none, 99+ beyond."""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count) if count else ""


def reads_cases(actor: Actor) -> bool:
    """Whether the actor has cases to look at: the three administrators have none."""
    return allowed(actor, action="case.read") and not actor.is_firm


def begins(actor: Actor) -> bool:
    """Whether the actor begins items of its own (which firms do not apply for)."""
    return any(
        item.begun_by.at != "own" and works(desk=item.begun_by, actor=actor, item=item)
        for item in registry.all_items()
    )


def face_of(request: ActorRequest) -> Face:
    """The frame of this person's pages."""
    actor, preference = request.actor, preference_of(request)
    waiting = sum(c.count for c in counts_of(request))
    return Face(
        code="office",
        home_url=reverse("office:home"),
        nav=_nav(actor, waiting),
        search_url=reverse("office:cases") if reads_cases(actor) else "",
        sign_in_url=reverse("signin:office"),
        account_links=(
            Link("个人设置", reverse("office:settings"), "settings"),
            Link("账号与会话", reverse("signin:account"), "shield-lock"),
        ),
        density=preference.density,
        keys=preference.keys,
    )


def _nav(actor: Actor, waiting: int) -> tuple[NavItem, ...]:
    """The main navigation: what this role may open."""
    reads, chain = reads_cases(actor), first_page(actor)
    wanted = (
        (reads, NavItem("待办", reverse("office:home"), badge=capped(waiting))),
        (reads, NavItem("办件", reverse("office:cases"))),
        (begins(actor), NavItem("发起", reverse("office:drafts"))),
        (allowed(actor, action="register.read"), NavItem("台账", reverse("office:registers"))),
        (reads, NavItem("证照", reverse("office:licences"))),
        (reads, NavItem("统计", reverse("office:figures"))),
        (allowed(actor, action="delivery.resend"), NavItem("外发", reverse("office:deliveries"))),
        (bool(chain), NavItem("上链", chain)),
        (allowed(actor, action="audit.read"), NavItem("审计", reverse("office:audit"))),
        (allowed(actor, action="person.export"), NavItem("个人数据", reverse("office:audit_person"))),
        (allowed(actor, action="account.read"), NavItem("人员", reverse("office:people"))),
        (allowed(actor, action="permission.read"), NavItem("权限", reverse("office:permissions"))),
    )
    return tuple(item for shown, item in wanted if shown)


def desks_of(request: ActorRequest) -> tuple[DeskGroup, ...]:
    """The left column of a worklist: what is mine, my desk's steps, what is out of order."""
    actor, counts = request.actor, counts_of(request)
    home = reverse("office:home")
    waiting, over = sum(c.count for c in counts), sum(c.over for c in counts)
    mine: tuple[NavItem, ...] = (
        NavItem("待我处理", home, badge=capped(waiting), icon="user-check"),
        NavItem("我经办、别处办理", f"{home}?scope=handled", icon="arrow-forward-up"),
    )
    steps = tuple(
        NavItem(
            _desk_title(count, counts), f"{home}?step={count.item}:{count.step}", badge=capped(count.count)
        )
        for count in counts
    )
    odd = [
        NavItem(
            "超期", f"{home}?lamp=over", badge=capped(over) or "0", icon="alert-octagon", alarm=bool(over)
        )
    ]
    if allowed(actor, action="delivery.resend"):
        odd.append(NavItem("收发未成", reverse("office:deliveries"), icon="send-off"))
    if restoring := waiting_for(actor).count():
        odd.append(
            NavItem("恢复待批准", reverse("office:explorer"), badge=capped(restoring), icon="shield-lock")
        )
    if takes_batches(actor):
        mine = (*mine, NavItem("批次", reverse("office:batches"), icon="stack-2"))
    groups = [DeskGroup("我的", mine)]
    if steps:
        groups.append(DeskGroup(title_of(actor.role), steps))
    return (*groups, DeskGroup("异常", tuple(odd)))


def takes_batches(actor: Actor) -> bool:
    """Whether the actor's role takes acts in batches that are kept."""
    return any(
        isinstance(action.batch, Batch) and desk.role == actor.role
        for item in registry.all_items()
        for step in item.process.steps
        for action, desk in item.process.actions_at(step.code)
    )


def _desk_title(count: DeskCount, counts: tuple[DeskCount, ...]) -> str:
    """The step's title, with its item when two items have a step of that name here."""
    alike = [c for c in counts if c.title == count.title and c.item != count.item]
    return f"{short_of(count.item)} · {count.title}" if alike else count.title


def short_of(item: str) -> str:
    """The short name of an item; its code when it is no more."""
    found = next((i for i in registry.all_items() if i.code == item), None)
    return found.short if found else item
