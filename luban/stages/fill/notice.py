"""The notice (办理须知): the server keeps the countdown, the page only shows it.

The face notes in the session when the notice was first opened; a draft begins once the seconds of the notice have
passed (409 NOTICE_NOT_READ otherwise). A draft remembers the version it was begun under: when the notice has changed
since, it is read again before the application goes out (`reread`).
"""

from __future__ import annotations

import math
from datetime import datetime

from luban.cases.house import context
from luban.kit.item import Item
from luban.kit.refusal import Refused

NOT_READ = "NOTICE_NOT_READ"
CHANGED = "NOTICE_CHANGED"


def seconds_left(*, item: Item, opened_at: datetime | None, now: datetime) -> int:
    """Whole seconds until the notice counts as read; all of them when it was never opened (or "opened" later)."""
    if item.notice is None:
        return 0
    wanted = context().params(now.date(), item.code).integer(item.notice.seconds.key)
    if opened_at is None or opened_at > now:
        return wanted
    return max(0, math.ceil(wanted - (now - opened_at).total_seconds()))


def require_read(*, item: Item, opened_at: datetime | None, now: datetime) -> None:
    """Refuse (409) until the notice has been read."""
    left = seconds_left(item=item, opened_at=opened_at, now=now)
    if left > 0:
        raise Refused(NOT_READ, f"请阅读完办理须知（剩余{left}秒）。")


def version_of(item: Item) -> str:
    """The version of the notice that is in force; empty when the item has none."""
    return item.notice.version if item.notice else ""


def require_current(*, item: Item, version: str) -> None:
    """Refuse (409) when the notice has changed since `version` was read."""
    if version != version_of(item):
        raise Refused(CHANGED, "办理须知已更新，请重新阅读后再提交，已填写的内容都在。")
