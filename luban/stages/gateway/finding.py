"""Finding filings: by number on the chain, by anything else among what was handed over, within the caller's sight.

Who may see what, the filters, the page and the count are one query over the versions that stand on the chain; what is
told of a record is then read from the chain itself. Statuses come from the index of the chain, and for what happened
after the block it has reached, from the chain.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from luban.ledger.arguments import FORM_CALLS
from luban.ledger.artefacts import RECORDS
from luban.ledger.models import ChainCursor, ChainRecord, ChainWrite
from luban.ledger.states import CONFIRMED, SENT
from luban.stages.gateway.applications import in_force
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.call import Answer, Call
from luban.stages.gateway.chainside import ask, ask_many
from luban.stages.gateway.disclosed import sight_of
from luban.stages.gateway.models import Content
from luban.stages.gateway.reads import note

MOST_SIZE = 100
AT_ONCE = 100
MOST_UNREAD = 2000
"""Writes beyond the index that a question about a status may make us ask the chain about."""
PROPOSE = "propose"
FIELDS = {"case_no": "applicationNo", "generator_uscc": "generatorUscc", "receiver_uscc": "receiverUscc"}


def find_filings(call: Call) -> Answer:
    """GET /utilisation-filings: newest first; `total` counts all that fit. Raises GatewayError (40001, 50301)."""
    page = call.number("page", default=1, least=1, most=100_000)
    size = call.number("size", default=20, least=1, most=MOST_SIZE)
    status = call.number("status", default=-1, most=255)
    if call.query.get("filing_no"):
        found = [row for row in _read(call.caller, _numbered(call)) if status in (-1, row["status"])]
        total, rows = len(found), found[(page - 1) * size : page * size]
    else:
        fitting = _fitting(call)
        fitting = fitting if status < 0 else _standing(fitting, status)
        keys = fitting.order_by("-pk").values_list("record_key", flat=True)
        total, wanted = fitting.count(), list(keys[(page - 1) * size : page * size])
        rows = [row for row in _read(call.caller, wanted) if status in (-1, row["status"])]
    for row in rows:
        note(caller=call.caller, record="UF", record_key=row["record_key"], version=row["version"])
    return Answer({"items": rows, "page": page, "size": size, "total": total})


def _numbered(call: Call) -> list[str]:
    """The record with that filing number, if it is what else was asked for. Raises GatewayError."""
    told = ask(contract=RECORDS["UF"], function="getFilingByNo", docNo=call.query["filing_no"])
    if not told["found"]:
        return []
    core = told["core"]
    asked: dict[str, Any] = {FIELDS[name]: call.query[name] for name in FIELDS if call.query.get(name)}
    if call.query.get("dest_province"):
        asked["destProvince"] = call.number("dest_province", default=0, most=999_999)
    return [core["recordKey"]] if all(core[name] == value for name, value in asked.items()) else []


def _fitting(call: Call) -> QuerySet[Content]:
    """What the caller may see of what was asked for: one row a record, its newest version on the chain."""
    rows = _visible(call.caller, _on_chain())
    for name in FIELDS:
        if call.query.get(name):
            rows = rows.filter(**{name: call.query[name]})
    if call.query.get("dest_province"):
        rows = rows.filter(dest=call.number("dest_province", default=0, most=999_999))
    return rows


def _on_chain() -> QuerySet[Content]:
    """Of all that was handed over, the newest version of each filing that the chain took.

    A version handed over and not (yet) taken would be judged by provinces the record does not have.
    """
    taken = ChainWrite.objects.filter(
        contract=RECORDS["UF"], function__in=FORM_CALLS, state=CONFIRMED, record_key=OuterRef("record_key")
    )
    this = taken.filter(version=OuterRef("version"), digest=OuterRef("form_digest"))
    later = taken.filter(version__gt=OuterRef("version"))
    return Content.objects.filter(Exists(this), ~Exists(later), record="UF")


def _visible(caller: Caller, rows: QuerySet[Content]) -> QuerySet[Content]:
    """The records of which the caller may see anything: `sight` as a query (waste-chain §6.2)."""
    if caller.may("read:all"):
        return rows
    region, fits = int(caller.region), Q(pk__in=[])
    if caller.may("read:party"):
        fits |= Q(origin=region) | Q(dest=region) | Q(transit__contains=[region])
    if caller.may("read:granted"):
        grants = in_force(app=caller.app, record="UF")
        regions = grants.filter(record_key="").values_list("region", flat=True).distinct()
        fits |= Q(origin__in=[int(one) for one in regions])
        fits |= Q(record_key__in=grants.exclude(record_key="").values("record_key"))
    return rows.filter(fits)


def _standing(rows: QuerySet[Content], status: int) -> QuerySet[Content]:
    """Those with that status: as the index has it, or as the chain tells it now where the index may be behind."""
    unread = _unread()
    asked = [(RECORDS["UF"], "getFiling", {"key": key}) for key in unread]
    now = [
        told["core"]["recordKey"]
        for start in range(0, len(asked), AT_ONCE)
        for told in ask_many(asked[start : start + AT_ONCE])
        if told["found"] and told["status"] == status
    ]
    known = ChainRecord.objects.filter(kind="UF", status=status).values("record_key")
    settled = Q(record_key__in=known) & ~Q(record_key__in=unread)
    return rows.filter(settled | Q(record_key__in=now))


def _unread() -> list[str]:
    """Filings written to beyond the block the index has reached, through their revocations, too.

    Raises GatewayError (50301) when the index is so far behind that nothing can be said.
    """
    height = ChainCursor.objects.filter(pk=1).values_list("last_block", flat=True).first()
    beyond = Q(state=SENT) | Q(state=CONFIRMED, block_number__gt=-1 if height is None else height)
    writes = ChainWrite.objects.filter(beyond, contract__in=(RECORDS["UF"], RECORDS["UR"]))
    found = list(writes.values_list("record_key", "contract").distinct()[: MOST_UNREAD + 1])
    if len(found) > MOST_UNREAD:
        raise GatewayError(50301, "链上索引正在追赶新区块，暂不能按状态查询，请稍后再试。")
    revoked = [key for key, contract in found if contract == RECORDS["UR"]]
    proposed = ChainWrite.objects.filter(record_key__in=revoked, function=PROPOSE)
    through = {str(given["filingKey"]) for given in proposed.values_list("arguments", flat=True)}
    return sorted({key for key, contract in found if contract == RECORDS["UF"]} | through)


def _may_see(caller: Caller, key: str, core: dict[str, Any]) -> bool:
    try:
        sight_of(caller=caller, record="UF", record_key=key, core=core)
    except GatewayError:
        return False
    return True


def _read(caller: Caller, keys: list[str]) -> list[dict[str, Any]]:
    """What the chain says of these records; what is not there yet, or out of sight by now, is left out."""
    found = []
    for start in range(0, len(keys), AT_ONCE):
        asked = [(RECORDS["UF"], "getFiling", {"key": key}) for key in keys[start : start + AT_ONCE]]
        for told in ask_many(asked):
            core = told["core"]
            if told["found"] and _may_see(caller, core["recordKey"], core):
                found.append(
                    {
                        "record_key": core["recordKey"],
                        "case_no": core["applicationNo"],
                        "filing_no": core["docNo"],
                        "status": told["status"],
                        "version": told["version"],
                        "core": core,
                    }
                )
    return found
