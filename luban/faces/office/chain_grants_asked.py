"""A grant as somebody filled it in: checked, the record looked up by its number, before anything is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.http import QueryDict

from luban.faces.office.asked import day_of
from luban.faces.office.chain_grants_words import Scope, plain_core
from luban.kit.clock import ZONE
from luban.kit.refusal import Refused
from luban.ledger.models import ChainRecord
from luban.ledger.setup import HOME
from luban.people.organisations import PROVINCES
from luban.stages.gateway.reading_back import KINDS, SECTIONS_OF

ONE, ALL = "one", "all"
YES, NO = "yes", "no"
MOST_REASON, LONGEST = 200, 100
REGIONS = (HOME, *PROVINCES)
_TEXTS = ("record", "scope", "which", "region", "attachments", "since", "until", "reason")


@dataclass(frozen=True)
class Wanted:
    """A grant that makes sense: what it opens, the record's key or none, the plain fields it is about, why."""

    scope: Scope
    core: Mapping[str, Any]
    reason: str

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.scope.since, time.min, ZONE)

    @property
    def ends(self) -> datetime:
        """The last second of the last day."""
        return datetime.combine(self.scope.until, time(23, 59, 59), ZONE)

    @property
    def owner(self) -> str:
        """Whose record it is: 移出单位 → 接收单位; empty for a whole region."""
        names = (str(self.core.get(name, "")) for name in ("generatorName", "receiverName"))
        return " → ".join(name for name in names if name)


def given_in(posted: QueryDict) -> dict[str, Any]:
    """What was typed and ticked; nothing is filled in for anybody."""
    given: dict[str, Any] = {name: posted.get(name, "").replace("\x00", "").strip() for name in _TEXTS}
    return {**given, "sections": posted.getlist("sections")}


def wanted(given: Mapping[str, Any], *, today: date) -> Wanted:
    """The grant that is asked for. Raises Refused (422, 400) that says what is missing or wrong."""
    kind = given["record"]
    if kind not in KINDS:
        raise _wrong("请选择业务类型。")
    found = _record(kind, given)
    region = "" if found else _region(given)
    sections = _sections(kind, given["sections"])
    attachments = _attachments(kind, given["attachments"])
    since, until = _days(given, today)
    if not given["reason"] or len(given["reason"]) > MOST_REASON:
        raise _wrong(f"请写明授权的理由，{MOST_REASON} 字以内，理由会记入审计日志。")
    number, key = (found.number, found.record_key) if found else ("", "")
    scope = Scope(kind, number, region, sections, attachments, since, until, key)
    provinces = {"originProvince": int(region or 0), "destProvince": 0}
    return Wanted(scope, plain_core(found) if found else provinces, given["reason"])


def _record(kind: str, given: Mapping[str, Any]) -> ChainRecord | None:
    """The one record; None when all of a region are meant."""
    if given["scope"] not in (ONE, ALL):
        raise _wrong("请选择授权一条记录，还是一省移出的全部记录。")
    if given["scope"] == ALL:
        return None
    which = given["which"][:LONGEST]
    if not which:
        raise _wrong("请填写办件编号、文号或记录主键。")
    named = Q(number=which) | Q(doc_no=which) | Q(record_key=which.removeprefix("0x").lower())
    found = list(ChainRecord.objects.filter(named, kind=kind).order_by("record_key")[:3])
    if not found:
        raise _wrong(
            f"链上没有查到“{which}”的{KINDS[kind]}。编号须完整；刚提交的几秒后才上链，请核对后再查。"
        )
    if len(found) > 1:
        raise _wrong(f"“{which}”对应不止一条{KINDS[kind]}，请改填办件编号或记录主键。")
    return found[0]


def _region(given: Mapping[str, Any]) -> str:
    if given["region"] not in REGIONS:
        raise _wrong("请选择移出省。")
    return str(given["region"])


def _sections(kind: str, ticked: list[str]) -> tuple[str, ...]:
    known = SECTIONS_OF[kind]
    if set(ticked) - set(known):
        raise _wrong(f"{KINDS[kind]}没有所选的节，请重新选择。")
    return tuple(one for one in known if one in ticked)


def _attachments(kind: str, said: str) -> bool:
    if not SECTIONS_OF[kind]:
        return False
    if said not in (YES, NO):
        raise _wrong("请选择是否含附件。")
    return said == YES


def _days(given: Mapping[str, Any], today: date) -> tuple[date, date]:
    since, until = day_of(given["since"]), day_of(given["until"])
    if since is None or until is None:
        raise _wrong("请填写起止日期；授权必须有止期。")
    if until < since:
        raise _wrong(f"止期 {until} 早于起期 {since}，请核对。")
    if until < today:
        raise _wrong(f"止期 {until} 已过，请改为今天或以后。")
    if since < today:
        raise _wrong(f"起期 {since} 已过，授权从给出时才起作用，请改为今天或以后。")
    return since, until


def _wrong(message: str) -> Refused:
    return Refused("BAD_GRANT", message, status=422)
