"""Reorder."""
from __future__ import annotations
from luban.kit.item import Item
from luban.people.actor import Actor
from luban.stages.fill.views import DraftView
def possible(*, item: Item, actor: Actor) -> bool: raise NotImplementedError
def again(*, item: Item, actor: Actor, case_number: str | None = None) -> DraftView: raise NotImplementedError
