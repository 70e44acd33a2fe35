"""Finding filings: by number on the chain, by anything else among what was handed over, within the caller's sight.

Candidates come from the gateway's own table, newest first; status and document number are the chain's.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Q, QuerySet

from luban.ledger.artefacts import RECORDS
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.call import Answer, Call
from luban.stages.gateway.chainside import ask, ask_many
from luban.stages.gateway.disclosed import sight_of
from luban.stages.gateway.models import Content, Grant
from luban.stages.gateway.reads import note

MOST_SIZE = 100
MOST_LOOKED = 2000
AT_ONCE = 100


def find_filings(call: Call) -> Answer:
    """GET /utilisation-filings: `total` counts what fits among the newest MOST_LOOKED records."""
    page = call.number("page", default=1, least=1, most=100_000)
    size = call.number("size", default=20, least=1, most=MOST_SIZE)
    status = call.number("status", default=-1, most=255)
    keys = _keys(call)
    first = (page - 1) * size
    wanted = keys[first : first + size] if status < 0 else keys
    found = [row for row in _read(call.caller, wanted) if status < 0 or row["status"] == status]
    total = len(keys) if status < 0 else len(found)
    rows = found if status < 0 else found[first : first + size]
    for row in rows:
        note(caller=call.caller, record="UF", record_key=row["record_key"], version=row["version"])
    return Answer({"items": rows, "page": page, "size": size, "total": total})


def _keys(call: Call) -> list[str]:
    number = call.query.get("filing_no", "")
    if number:
        told = ask(contract=RECORDS["UF"], function="getFilingByNo", docNo=number)
        if not told["found"]:
            return []
        key, core = told["core"]["recordKey"], told["core"]
        fits = all(core[name] == value for name, value in _plain(call).items())
        return [key] if fits and _may_see(call.caller, key, core) else []
    rows = _visible(call.caller, Content.objects.filter(record="UF"))
    for name in ("case_no", "generator_uscc", "receiver_uscc"):
        if call.query.get(name):
            rows = rows.filter(**{name: call.query[name]})
    if call.query.get("dest_province"):
        rows = rows.filter(dest=call.number("dest_province", default=0, most=999_999))
    newest = rows.values("record_key").annotate(newest=Max("id")).order_by("-newest")
    return [row["record_key"] for row in newest[:MOST_LOOKED]]


def _plain(call: Call) -> dict[str, Any]:
    names = {"case_no": "applicationNo", "generator_uscc": "generatorUscc", "receiver_uscc": "receiverUscc"}
    asked: dict[str, Any] = {names[name]: call.query[name] for name in names if call.query.get(name)}
    if call.query.get("dest_province"):
        asked["destProvince"] = call.number("dest_province", default=0, most=999_999)
    return asked


def _visible(caller: Caller, rows: QuerySet[Content]) -> QuerySet[Content]:
    """The records of which the caller may see anything (waste-chain §6.2)."""
    if caller.may("read:all"):
        return rows
    region, fits = int(caller.region), Q(pk__in=[])
    if caller.may("read:party"):
        fits |= Q(origin=region) | Q(dest=region) | Q(transit__contains=[region])
    if caller.may("read:granted"):
        for one in Grant.objects.filter(app_id=caller.app, record="UF"):
            fits |= Q(record_key=one.record_key) if one.record_key else Q(origin=int(one.region))
    return rows.filter(fits)


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
