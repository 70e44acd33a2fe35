"""A delivery in words: what kind it is, who receives it, what is in it; never a code of ours."""

from __future__ import annotations

from luban.kit import registry
from luban.links.inbox.receive import KIND as INBOUND
from luban.links.outbox.effects import EffectView
from luban.links.registry import find, find_inbound
from luban.links.registry import title as link_title

KINDS = {
    "document": "生成文书",
    "share": "通知对方系统",
    "evidence": "存证",
    "inbound": "办理来文",
    "daily": "每日工作",
}
OURSELVES = "本平台"


def kind_of(effect: EffectView) -> str:
    """What kind of thing is delivered."""
    return KINDS.get(effect.kind, "其他")


def partner_of(effect: EffectView) -> str:
    """Who receives it."""
    return link_title(link=effect.link) if effect.link else OURSELVES


def what_of(effect: EffectView, *, item: str) -> str:
    """What it is, in the partner's words or the item's; '' when neither has a word for it."""
    try:
        if effect.kind == INBOUND:
            return find_inbound(link=effect.link, name=effect.name)[1].title
        if effect.link:
            return find(link=effect.link, name=effect.name)[1].title
        return registry.get(item).document(effect.name).title if item else ""
    except LookupError:
        return ""
