"""What came in and could not be acted on, beside the deliveries that are stuck: which case, in which words it came."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from luban.links.inbox.receive import KIND, MessageView, messages
from luban.links.outbox.effects import EffectView

SHOWN_CHARACTERS = 4000
WAYS = {"push": "对方推送", "poll": "主动查询"}


def came_in(effect: EffectView) -> bool:
    """Whether the effect is about a message that came in."""
    return effect.kind == KIND


def told_in(effects: Iterable[EffectView]) -> Mapping[int, MessageView]:
    """Effect → the message it is about, for those that are about one."""
    named = {effect.id: int(effect.body["message"]) for effect in effects if came_in(effect)}
    found = messages(ids=named.values()) if named else {}
    return {effect: found[one] for effect, one in named.items() if one in found}


def way_of(told: MessageView) -> str:
    """How it came, in words."""
    return WAYS.get(told.came_by, told.came_by)


def words_of(told: MessageView) -> str:
    """The message as it came, laid out to be read; cut where it is very long."""
    try:
        text = json.dumps(json.loads(told.raw), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        text = told.raw
    return text[:SHOWN_CHARACTERS] + ("\n……" if len(text) > SHOWN_CHARACTERS else "")
