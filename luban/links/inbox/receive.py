"""Keeping what came: read it, keep it once, leave its job; and saying afterwards what came of it.

Only text that came is kept, never parsed foreign JSON, so nothing a partner sends can fail in the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from pydantic import ValidationError

from luban.links.inbox.models import APPLIED, RECEIVED, REFUSED, STALE, Message, Nonce
from luban.links.messages import Inbound, Pushed
from luban.links.outbox.effects import EffectRequest
from luban.links.outbox.queue import put
from luban.links.registry import find_inbound
from luban.links.signing import WINDOW_MS
from luban.trust.digest import sm3

KIND = "inbound"
PUSH, POLL = "push", "poll"
FAULTS: Mapping[str, str] = {
    "missing": "没有填写",
    "extra_forbidden": "不是约定的字段",
    "string_too_short": "没有填写",
    "string_too_long": "过长",
    "string_pattern_mismatch": "格式不对",
    "string_type": "应为文字",
    "string_unicode": "含有不能识别的字符",
    "date_from_datetime_parsing": "不是日期（年-月-日）",
    "date_parsing": "不是日期（年-月-日）",
    "decimal_parsing": "不是数",
    "decimal_max_places": "小数位数过多",
    "greater_than_equal": "过小",
    "less_than_equal": "过大",
}
"""What is wrong with a field, by pydantic's kind of error."""

MOST_BYTES = 256 * 1024
"""The largest message taken in; ours are a few thousand bytes."""


class Unreadable(ValueError):
    """A body that cannot be understood; the text says what is wrong (Chinese)."""


class Contradiction(ValueError):
    """The same version of the same thing with other words than before."""


@dataclass(frozen=True)
class Kept:
    """A message as the inbox has it. `repeated`: it had come before. `problem`: why it cannot be understood, or ""."""

    id: int
    repeated: bool
    problem: str = ""


@dataclass(frozen=True)
class MessageView:
    """A message as others see it."""

    id: int
    key: str
    link: str
    name: str
    subject: str
    version: int
    raw: str
    came_by: str
    state: str
    case: str
    note: str
    received_at: datetime


def read(*, inbound: Inbound, raw: str) -> Pushed:
    """A message by its model. Raises Unreadable."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("报文不是可以识别的JSON，请核对后重发。") from error
    if not isinstance(told, dict):
        raise Unreadable("报文应为JSON对象，请核对后重发。")
    try:
        return inbound.model.model_validate(told)
    except (ValidationError, RecursionError) as error:
        raise Unreadable(f"“{inbound.title}”的内容不合要求：{_first_fault(error)}") from error


def _first_fault(error: Exception) -> str:
    """Where a message fails and how, in words a partner and an official can read."""
    if not isinstance(error, ValidationError):
        return "层次过深"
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])[:100]
    kind, limits = first["type"], first.get("ctx", {})
    if kind == "value_error":
        return f"{place} {str(first['msg']).removeprefix('Value error, ')}".strip()
    if kind == "literal_error":
        return (
            f"{place} 只能是{limits.get('expected', '约定的取值').replace(' or ', '、').replace(', ', '、')}"
        )
    return f"{place} {FAULTS.get(kind, '填写不对，请核对类型和格式')}"


def receive(*, link: str, name: str, body: bytes, came_by: str, at: datetime) -> Kept:
    """Keep a message and leave its job; the same one again is only recognised.

    What cannot be understood is kept, too (`problem`), for an official to see. Raises Contradiction, UnknownMessage.
    """
    _, inbound = find_inbound(link=link, name=name)
    raw = body.decode("utf-8", "replace").replace("\x00", "�")
    try:
        pushed = read(inbound=inbound, raw=raw)
    except Unreadable as problem:
        digest = sm3(body)
        row = _row(link, name, raw, came_by, at, key=f"{link}:{name}:unreadable:{digest}", digest=digest)
        return _kept(row, str(problem))
    digest = sm3(pushed.model_dump_json(exclude={"key"}).encode())
    key = f"{link}:{pushed.subject}:{name}:{pushed.version}"
    row = _row(link, name, raw, came_by, at, key=key, digest=digest, pushed=pushed)
    return _kept(row)


def _row(
    link: str,
    name: str,
    raw: str,
    came_by: str,
    at: datetime,
    *,
    key: str,
    digest: str,
    pushed: Pushed | None = None,
) -> Message:
    return Message(
        key=key,
        link=link,
        name=name,
        subject=pushed.subject if pushed else "",
        version=pushed.version if pushed else 0,
        digest=digest,
        raw=raw,
        came_by=came_by,
        state=RECEIVED,
        case="",
        note="",
        received_at=at,
    )


def _kept(row: Message, problem: str = "") -> Kept:
    """The row written with its job, or the one that is there already."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            job = EffectRequest(
                key=f"{KIND}:{row.pk}",
                lane=f"{KIND}:{row.pk}",
                kind=KIND,
                name=row.name,
                link=row.link,
                body={"message": row.pk},
            )
            put(effects=[job], at=row.received_at)
    except IntegrityError:
        before = Message.objects.get(key=row.key)
        if before.digest != row.digest:
            raise Contradiction("同一版本的内容与上次收到的不同；如系更正，请把版本号加1后重发。") from None
        return Kept(before.pk, repeated=True, problem=problem)
    return Kept(row.pk, repeated=False, problem=problem)


def is_new_nonce(*, link: str, nonce: str, now_ms: int) -> bool:
    """Note the nonce of a rightly signed request; False when it was seen before: somebody replays the request."""
    Nonce.objects.filter(at_ms__lt=now_ms - 2 * WINDOW_MS).delete()
    try:
        with transaction.atomic():
            Nonce.objects.create(link=link, nonce=nonce, at_ms=now_ms)
    except IntegrityError:
        return False
    return True


def message(*, message_id: int) -> MessageView:
    """A message. Raises LookupError."""
    row = Message.objects.filter(pk=message_id).first()
    if row is None:
        raise LookupError(f"no inbound message {message_id}")
    return _view(row)


def newer_than(*, message: MessageView) -> MessageView | None:
    """The latest version of the same thing, when it is later than this one."""
    rows = Message.objects.filter(link=message.link, name=message.name, subject=message.subject)
    row = rows.filter(version__gt=message.version).order_by("-version").first() if message.subject else None
    return _view(row) if row else None


def settle(*, message_id: int, state: str, note: str, at: datetime) -> None:
    """Write down what came of a message: `applied`, `stale` or `refused`."""
    if state not in (APPLIED, STALE, REFUSED):
        raise ValueError(f"a message is not settled as {state!r}")
    Message.objects.filter(pk=message_id).update(state=state, note=note[:2000], settled_at=at)


def is_about(*, message_id: int, case: str) -> None:
    """Write down which case a message is about."""
    Message.objects.filter(pk=message_id).exclude(case=case).update(case=case)


def messages(*, ids: Iterable[int]) -> Mapping[int, MessageView]:
    """Messages by id, in one query."""
    return {row.pk: _view(row) for row in Message.objects.filter(pk__in=list(ids))}


def of_case(*, case: str) -> tuple[MessageView, ...]:
    """What came about a case, oldest first."""
    return tuple(_view(row) for row in Message.objects.filter(case=case).order_by("id"))


def _view(row: Message) -> MessageView:
    fields: dict[str, Any] = {name: getattr(row, name) for name in MessageView.__dataclass_fields__}
    return MessageView(**fields)
