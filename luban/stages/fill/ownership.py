"""Whose draft is whose: who may begin an item, who may open a draft, and what others are told.

A draft belongs to an organisation: the firm that applies, or the bureau that begins an item of its own. A firm is told
404 of foreign drafts, as if nothing were there; an official 403.
"""

from __future__ import annotations

from luban.cases.models import Draft
from luban.kit.item import Item
from luban.kit.process import Desk
from luban.kit.refusal import Refused
from luban.people.actor import Actor
from luban.people.organisations import CITY

AGENT = "agent"


def works(*, desk: Desk, actor: Actor, item: Item) -> bool:
    """Whether the actor fills that desk of this item for the organisation it acts for."""
    if not actor.signed_in:
        return False
    if desk.at == "own":
        agent = actor.role == AGENT and item.code in actor.items
        return bool(actor.subject) and (actor.role == desk.role or agent)
    return actor.role == desk.role and (desk.at != "city" or actor.organisation == CITY)


def require_begin(*, item: Item, actor: Actor) -> None:
    """Refuse (403) whoever may not begin this item."""
    if works(desk=item.begun_by, actor=actor, item=item):
        return
    if actor.role == AGENT:
        message = f"您尚未获得办理“{item.title}”的授权，请由本单位申请人账号授权后再办。"
    else:
        message = f"“{item.title}”由{item.applicants or '申请单位'}发起，您的账号不能发起。"
    raise Refused("NOT_YOURS_TO_BEGIN", message, status=403)


def require_open(*, draft: Draft, item: Item, actor: Actor) -> None:
    """Refuse whoever the draft does not belong to: 404 for firms and visitors, 403 for officials."""
    desks = (item.begun_by, item.process.corrects)
    mine = draft.owner == actor.subject and any(works(desk=d, actor=actor, item=item) for d in desks)
    if not mine:
        raise foreign(actor)


def foreign(actor: Actor, *, what: str = "草稿") -> Refused:
    """What is said of a draft or file that is not the actor's, or not there at all."""
    if actor.is_firm or not actor.signed_in:
        return Refused("NOT_FOUND", f"没有找到这份{what}，可能已删除。请从“我的办件”重新进入。", status=404)
    return Refused("FORBIDDEN", f"这份{what}不属于您的单位或岗位，不能查看或修改。", status=403)
