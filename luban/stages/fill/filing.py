"""Filing."""
from __future__ import annotations
from luban.cases.act import Outcome
from luban.people.actor import Actor
from luban.stages.fill.views import DraftView
from luban.stages.precheck.check import Checked
def precheck(*, draft: DraftView, actor: Actor) -> Checked: raise NotImplementedError
def submit(*, draft_id: str, actor: Actor, acknowledged: bool, notes: str, request_id: str, channel: str = "pc") -> Outcome: raise NotImplementedError
