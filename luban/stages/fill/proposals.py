"""Drafts begun at a licence: by the bureau that issued it, or proposed to that bureau by its holder."""
from __future__ import annotations
from luban.kit.item import Item
from luban.people.actor import Actor
from luban.stages.fill.views import DraftView
def items_for(*, licence_token: str, actor: Actor) -> tuple[Item, ...]: raise NotImplementedError
def propose(*, item: Item, actor: Actor, licence_token: str) -> None: raise NotImplementedError
def begin(*, item: Item, actor: Actor, licence_token: str) -> DraftView: raise NotImplementedError
