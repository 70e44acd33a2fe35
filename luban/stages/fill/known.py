"""Asking the sources: registration and permit of a firm, its account, the day, its entries in registers, its last case.

Partners are asked at the same time and not for long. One that does not answer stops nobody: its fields are typed by
hand and marked `manual`, so that officials know what nobody has verified.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from typing import Any

from luban.cases.house import keys, prefills
from luban.cases.models import Case
from luban.cases.secrets import opened
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.kit.item import Item
from luban.links.data_hub import client as data_hub
from luban.links.outcomes import Rejected, Unavailable
from luban.links.permits_national import client as permits_national
from luban.people.actor import Actor
from luban.people.genuine import genuine
from luban.registers.enterprises import shelf as enterprises
from luban.registers.enterprises.parts import EnterpriseFact
from luban.stages.fill.offered import complete_offered, named_sources
from luban.stages.fill.prefill import Filled, Known, plain

PATIENCE_SECONDS = 6.0
"""How long a person waits for all partners together before the form opens without them."""

DATA_HUB, PERMITS = data_hub.LINK.code, permits_national.LINK.code
PARTNERS = (DATA_HUB, PERMITS)
FIRM_WORDS = ("uscc", "name", "legal_rep", "reg_address", "status", "industry_code")
LOOKED_AT = 20
_askers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="prefill")


def known_of(*, item: Item, actor: Actor) -> Known:
    """Ask every source about the organisation the actor acts for. Never raises for a partner that is out."""
    own: dict[str, Mapping[str, Any]] = {
        "account": {
            "uscc": actor.subject,
            "organisation": actor.organisation_name or actor.name,
            "name": actor.name,
        },
        "today": {"year": clock.today().year, "date": clock.today().isoformat()},
    }
    declared = named_sources(item.form)
    for name, offer in prefills().items():
        if offer.begins and name in declared:
            answer = offer.ask(applicant=_applicant(actor), day=clock.today(), given={})
            own[name] = {word: plain(value) for word, value in answer.items()}
    asked, down = _ask(actor.subject) if actor.is_firm and declared & set(PARTNERS) else ({}, ())
    return Known({**own, **asked}, last_filed(item=item, owner=actor.subject), down)


def _applicant(actor: Actor) -> Applicant:
    name = actor.organisation_name or actor.name
    return Applicant(actor.subject, name, account=actor.account, organisation=actor.subject)


def settled(*, item: Item, filled: Filled, actor: Actor) -> Filled:
    """A draft just begun, with what registers know of every key that stands in it."""
    return complete_offered(
        form=item.form,
        filled=filled,
        offers=prefills(),
        applicant=_applicant(actor),
        day=clock.today(),
    )


def _ask(uscc: str) -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """The partners' answers, and those who did not give one in time."""
    waiting = {DATA_HUB: _askers.submit(_legal_person, uscc), PERMITS: _askers.submit(_permit, uscc)}
    until = time.monotonic() + PATIENCE_SECONDS
    found: dict[str, dict[str, Any]] = {}
    down: list[str] = []
    for link, answer in waiting.items():
        try:
            found[link] = answer.result(timeout=max(0.0, until - time.monotonic()))
        except (Unavailable, Rejected, TooSlow):
            down.append(link)
    return found, tuple(down)


def _legal_person(uscc: str) -> dict[str, Any]:
    told = data_hub.legal_person(uscc=uscc)
    return {} if told is None else {k: plain(v) for k, v in dataclasses.asdict(told).items()}


def _permit(uscc: str) -> dict[str, Any]:
    told = permits_national.discharge_permit(uscc=uscc)
    if told is None:
        return {}
    return {"class": told.permit_class, "number": told.permit_no, "valid_to": plain(told.valid_to)}


def remember(*, known: Known) -> None:
    """Keep what the registry said of the firm in the register of enterprises."""
    told = known.values.get(DATA_HUB) or {}
    if told.get("uscc"):
        words = {w: str(told.get(w) or "") for w in FIRM_WORDS}
        fact = EnterpriseFact(
            uscc=words["uscc"],
            name=words["name"],
            legal_rep=words["legal_rep"],
            reg_address=words["reg_address"],
            status=words["status"],
            industry_code=words["industry_code"],
            source=DATA_HUB,
        )
        enterprises.remember(enterprise=fact, at=clock.now())


def last_filed(*, item: Item, owner: str) -> dict[str, Any]:
    """The latest payload the owner filed for this item, or else for one of its family; empty when none."""
    family = [other.code for other in registry.all_items() if other.family == item.family]
    rows = Case.objects.filter(applicant=owner, item__in={item.code, *family}).select_related("current")
    latest = list(rows.order_by("-submitted_on", "-updated_at")[:LOOKED_AT])
    row = next((r for r in latest if r.item == item.code), latest[0] if latest else None)
    if row is None:
        return {}
    return opened(form=registry.get(row.item).form, payload=genuine(row.current).payload, keys=keys())
