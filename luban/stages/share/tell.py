"""Tell a partner: word the message as of its event, deliver it under the effect's key.

Wording happens here and not in the act, so the act is short; it is the same each time, because it speaks of a frozen
event. A message that mentions a document waits until that document is sealed, and goes to a person when the document
was given up. A node of the case brings the applicant's own message with it (`news`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from luban.cases import house
from luban.cases.context import Context
from luban.cases.models import Document as Paper
from luban.cases.nodes import STANDARD
from luban.kit import registry
from luban.links.outbox.effects import EffectView
from luban.links.outcomes import Rejected, Unavailable
from luban.links.registry import deliver
from luban.stages.share.compose import message
from luban.stages.share.news import leave

SKIPPED = {"skipped": True}
STANDARD_LINKS = frozenset(tell.link for tell in STANDARD)
"""Told of every event of every case; what they are told never mentions the number of a paper."""


def tell(effect: EffectView) -> Mapping[str, Any]:
    """Perform a `share` effect: about an event (worded now) or with a body worded already. Raises Rejected, Unavailable."""
    if "seq" not in effect.body:
        return deliver(link=effect.link, name=effect.name, body=effect.body, key=effect.key).as_json()
    case_id, seq = str(effect.body["case"]), int(effect.body["seq"])
    within = house.context()
    view = house.view_at(case_id=case_id, seq=seq, within=within)
    item = registry.get(view.item)
    if effect.link not in STANDARD_LINKS:
        view = replace(view, numbers=house.numbered_by(case_id=case_id, seq=seq))
    part = str(effect.body.get("part", ""))
    body = message(item=item, link=effect.link, name=effect.name, view=view, part=part)
    if body is None:
        return SKIPPED
    if "document" in body:
        body = with_paper(body, case_id, within)
    if effect.name == "case_node":
        leave(effect=effect, node=str(body["node"]), view=view)
    return deliver(link=effect.link, name=effect.name, body=body, key=effect.key).as_json()


def with_paper(body: Mapping[str, Any], case_id: str, within: Context) -> Mapping[str, Any]:
    """The body with its `document` replaced by the sealed paper's digest and verification address; a `letter_no` left
    blank becomes the paper's number."""
    papers = Paper.objects.filter(case_id=case_id, code=body["document"]).order_by("-event_seq")
    states = {paper.state: paper for paper in reversed(papers)}
    paper = states.get("sealed")
    if paper is None and set(states) == {"void"}:
        raise Rejected("PAPER_VOID", "所附文书已作废，请核实后取消本条投递。")
    if paper is None:
        raise Unavailable("所附文书尚未盖章，盖章后自动发送。")
    rest = {k: v for k, v in body.items() if k != "document"}
    if rest.get("letter_no") == "":
        rest["letter_no"] = paper.number
    return {**rest, "file_sm3": paper.sm3, "verify_url": f"{within.verify_base}{paper.token}"}
