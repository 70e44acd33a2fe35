"""Signing."""
from __future__ import annotations
from luban.kit.facts import SealState
from luban.people.actor import Actor
from luban.stages.fill.views import DraftView
def paper(*, draft_id: str, actor: Actor) -> bytes: raise NotImplementedError
def sign_online(*, draft_id: str, actor: Actor) -> DraftView: raise NotImplementedError
def upload_sealed(*, draft_id: str, actor: Actor, filename: str, data: bytes) -> DraftView: raise NotImplementedError
def state(*, draft: DraftView) -> SealState: raise NotImplementedError
