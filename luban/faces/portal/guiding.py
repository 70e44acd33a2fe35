"""What a visitor has read and answered before a form exists: kept in the session, checked by the server.

Per item: when its notice was first opened, under which version, whether it was ticked as read, and the guide's
answers. Signing in keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from luban.cases.house import context
from luban.kit.clock import clock
from luban.kit.guide import Guide, GuideState, Question
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.stages.fill import notice

KEY = "portal_before_form"
NOT_TICKED = "请先勾选“我已读完并知悉以上内容”，再继续。"


@dataclass(frozen=True)
class Before:
    """What stands in the session for one item."""

    opened_at: datetime | None = None
    read: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)


def before(request: HttpRequest, item: Item) -> Before:
    """What was read and answered so far; reading counts only for the notice in force."""
    kept = _kept(request, item)
    current = kept.get("version", "") == notice.version_of(item)
    opened = kept.get("opened") if current else None
    return Before(
        datetime.fromisoformat(opened) if opened else None,
        bool(current and kept.get("read")),
        dict(kept.get("answers", {})),
    )


def open_notice(request: HttpRequest, item: Item) -> Before:
    """As `before`, noting the moment when the notice is seen for the first time."""
    seen = before(request, item)
    if item.notice is None or seen.opened_at is not None:
        return seen
    _keep(request, item, version=notice.version_of(item), opened=clock.now().isoformat(), read=False)
    return before(request, item)


def tick_notice(request: HttpRequest, item: Item, *, ticked: bool) -> None:
    """The notice has been read. Raises Refused (409) before its seconds have passed, 422 when it is not ticked."""
    seen = before(request, item)
    notice.require_read(item=item, opened_at=seen.opened_at, now=clock.now())
    if not (ticked or seen.read):
        raise Refused("NOTICE_NOT_TICKED", NOT_TICKED, status=422)
    _keep(request, item, read=True)


def seconds_left(item: Item, seen: Before) -> int:
    """Whole seconds until the notice may be ticked."""
    return notice.seconds_left(item=item, opened_at=seen.opened_at, now=clock.now())


def require_ticked(item: Item, seen: Before) -> None:
    """Refuse (409) to begin before the notice has been ticked as read."""
    if item.notice is not None and not seen.read:
        notice.require_read(item=item, opened_at=seen.opened_at, now=clock.now())
        raise Refused("NOTICE_NOT_TICKED", NOT_TICKED)


def stand_of(item: Item, answers: Mapping[str, Any]) -> GuideState:
    """Where the answers lead today."""
    today = clock.today()
    guide = item.guide or Guide(())
    return guide.state(answers, day=today, params=context().params(today, item.code))


def answer(request: HttpRequest, item: Item, *, code: str, values: list[str]) -> None:
    """Keep an answer. Raises Refused (422) for an unknown question, a closed option or none chosen."""
    question = next((q for q in (item.guide.questions if item.guide else ()) if q.code == code), None)
    if question is None:
        raise Refused("UNKNOWN_QUESTION", "没有找到这个问题，请刷新页面后重新回答。", status=422)
    chosen = _chosen(item, question, values)
    if not chosen:
        raise Refused("NO_ANSWER", f"请选择一个答案：{question.text}", status=422)
    kept = {**before(request, item).answers, code: chosen if question.many else chosen[0]}
    _keep(request, item, answers=kept)


def _chosen(item: Item, question: Question, values: list[str]) -> list[str]:
    today = clock.today()
    params = context().params(today, item.code)
    return [o.value for o in question.options if o.value in values and o.open_on(today, params)]


def _kept(request: HttpRequest, item: Item) -> dict[str, Any]:
    found = request.session.get(KEY, {}).get(item.code, {})
    return dict(found)


def _keep(request: HttpRequest, item: Item, **changes: Any) -> None:
    everything = dict(request.session.get(KEY, {}))
    everything[item.code] = {**everything.get(item.code, {}), **changes}
    request.session[KEY] = everything
