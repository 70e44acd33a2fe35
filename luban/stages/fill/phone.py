"""Phone."""
from __future__ import annotations
from luban.people.actor import Actor
from luban.stages.fill.views import FileView, PhoneLink, PhoneSlot
def link(*, draft_id: str, actor: Actor, code: str, binding: int | None) -> PhoneLink: raise NotImplementedError
def opened(*, token: str) -> PhoneSlot: raise NotImplementedError
def hand_in(*, token: str, filename: str, data: bytes) -> FileView: raise NotImplementedError
