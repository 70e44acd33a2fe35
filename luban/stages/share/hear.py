"""What a partner told us becomes an act of the case it is about, taken as the partner's organisation.

The item declares it (`kit.sharing.Hear`): the message names one of our papers by its number, the act takes the case on.
The act is carried out by `cases.act` like any person's, under a request id made of the message's key, so a message done
twice acts once. Older versions are dropped once a later one has come. What cannot be done is refused with its reason:
the effect then waits in the office, where it can be done again or given up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from luban.cases import house
from luban.cases.context import Context
from luban.cases.models import Case, Event
from luban.cases.models import Document as Paper
from luban.kit import registry
from luban.kit.clock import clock
from luban.kit.item import Item
from luban.kit.refusal import Refused
from luban.kit.sharing import Hear, Taken
from luban.kit.view import CaseView
from luban.links.inbox import receive as inbox
from luban.links.inbox.models import APPLIED, REFUSED, STALE
from luban.links.messages import Inbound
from luban.links.outbox.effects import EffectView
from luban.links.outcomes import Rejected
from luban.links.registry import find_inbound
from luban.people.actor import Actor
from luban.trust.digest import sm3

NAME_CHARACTERS = 100
KEY_CHARACTERS = 40
DONE = "已办理。"


@dataclass(frozen=True)
class _Found:
    """The case a message is about, and how its item hears it."""

    case_id: str
    item: Item
    hear: Hear


def listening(*, link: str, name: str) -> Iterator[tuple[Item, Hear]]:
    """The items that hear a message, each with how."""
    for item in registry.all_items():
        yield from ((item, one) for one in item.hears if (one.link, one.name) == (link, name))


def request_of(*, key: str) -> str:
    """The request id of the act a message comes to."""
    return f"inbox:{sm3(key.encode())[:KEY_CHARACTERS]}"


def hear(effect: EffectView) -> Mapping[str, Any]:
    """Perform an `inbound` effect. Raises Rejected: no such case, not at that step, refused by its guard …"""
    message = inbox.message(message_id=int(effect.body["message"]))
    try:
        state, note = _apply(message)
    except (Rejected, Refused) as refusal:
        inbox.settle(message_id=message.id, state=REFUSED, note=refusal.message, at=clock.now())
        raise Rejected(refusal.code, refusal.message) from refusal
    inbox.settle(message_id=message.id, state=state, note=note, at=clock.now())
    return {"state": state, "note": note}


def _apply(message: inbox.MessageView) -> tuple[str, str]:
    """Take the act; what became of the message, and a word on it."""
    link, inbound = find_inbound(link=message.link, name=message.name)
    try:
        told = inbox.read(inbound=inbound, raw=message.raw).told()
    except inbox.Unreadable as problem:
        raise Rejected("BODY", str(problem)) from problem
    later = inbox.newer_than(message=message)
    if later is not None:
        return STALE, f"已收到第{later.version}版，本版不再办理。"
    found = _find(told, message, inbound)
    inbox.is_about(message_id=message.id, case=found.case_id)
    if Event.objects.filter(case_id=found.case_id, request_id=request_of(key=message.key)).exists():
        return APPLIED, DONE
    within = house.context()
    taken = found.hear.takes(told, _case_now(found, told, within))
    if taken is None:
        return STALE, "本件已登记同一内容。"
    if isinstance(taken, str):
        raise Rejected("NOT_TAKEN", taken)
    _take(taken, found.case_id, message, link.title, within)
    return APPLIED, DONE


def _case_now(found: _Found, told: Mapping[str, Any], within: Context) -> CaseView:
    """The case as it stands, with the numbers of its papers. Raises Rejected when another letter has taken the place
    of the one that is answered."""
    view = house.view_at(case_id=found.case_id, within=within)
    view = replace(view, numbers=house.numbered_by(case_id=found.case_id, seq=view.seq))
    asked, current = told.get("letter_no"), view.numbers.get(found.hear.document, "")
    if asked and asked != current:
        title = found.item.document(found.hear.document).title
        said = f"对方答复的是{title}{asked}，本件现行的是{current or '（未编号）'}，未予采用；请与对方核实。"
        raise Rejected("OLD_LETTER", said)
    return view


def _take(taken: Taken, case_id: str, message: inbox.MessageView, title: str, within: Context) -> None:
    office = within.office(taken.organisation)
    by = Actor(
        account=f"link:{message.link}",
        name=f"{office.name}（{title}）"[:NAME_CHARACTERS],
        role=taken.role,
        organisation=taken.organisation,
        organisation_name=office.name,
        adcode=office.adcode,
    )
    house.take(
        case_id=case_id, action=taken.action, by=by, data=taken.data, request_id=request_of(key=message.key)
    )


def _find(told: Mapping[str, Any], message: inbox.MessageView, inbound: Inbound) -> _Found:
    """The case that the message names. Raises Rejected when there is none, or when it may be one of several."""
    letter_no, case_no = str(told.get("letter_no") or ""), str(told.get("case_no") or "")
    found = [
        _Found(case_id, item, one)
        for item, one in listening(link=message.link, name=message.name)
        for case_id, number in _named(item, one, letter_no, case_no)
        if case_no in ("", number)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        said = f"“{letter_no}”一函商请了{len(found)}件，对方没有注明是哪一件，请对方注明办件号后重发。"
        raise Rejected("WHICH_CASE", said)
    named = "、".join(one for one in (letter_no, case_no) if one) or "未注明"
    said = f"没有与这份{inbound.title}对应的办件（对方注明“{named}”），请核对函号和办件号，与对方联系后重新处理。"
    raise Rejected("NO_CASE", said)


def _named(item: Item, one: Hear, letter_no: str, case_no: str) -> list[tuple[str, str]]:
    """Cases (id, number) of the item: those whose paper has that number (a merged letter has several), else by number."""
    if not letter_no:
        cases = Case.objects.filter(number=case_no, item=item.code).values_list("pk", "number")
        return [(str(case_id), number) for case_id, number in cases]
    papers = Paper.objects.filter(code=one.document, number=letter_no, case__item=item.code)
    rows = papers.exclude(state="void").values_list("case_id", "case__number").distinct()
    return [(str(case_id), number) for case_id, number in rows]
