"""Drafts."""
from __future__ import annotations
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from luban.kit.item import Item
from luban.people.actor import Actor
from luban.stages.fill.views import DraftLine, DraftView

def start(*, item: Item, actor: Actor, answers: Mapping[str, Any], notice_opened_at: datetime | None, values: Mapping[str, Any] | None = None) -> DraftView: raise NotImplementedError
def start_correction(*, case_id: str, actor: Actor) -> DraftView: raise NotImplementedError
def read(*, draft_id: str, actor: Actor) -> DraftView: raise NotImplementedError
def save_section(*, draft_id: str, actor: Actor, revision: int, section: str, values: Mapping[str, Any]) -> DraftView: raise NotImplementedError
def edit_rows(*, draft_id: str, actor: Actor, revision: int, path: str, op: str, row: int | None = None) -> DraftView: raise NotImplementedError
def of_owner(*, actor: Actor, limit: int = 20, after: str | None = None) -> tuple[DraftLine, ...]: raise NotImplementedError
def discard(*, draft_id: str, actor: Actor) -> None: raise NotImplementedError
