"""A disposal case as its sender keeps it, for tests: form, case, entries, the last entry's hash."""

from __future__ import annotations

from typing import Any

from luban.ledger.artefacts import RECORDS
from luban.ledger.digests import organisation_id
from luban.ledger.tests.chainbench import EMPTY, JIANGSU, SHANGHAI, Bench, core, evidence

DF, DC = RECORDS["DF"], RECORDS["DC"]
START = 1772416800000

_count = iter(range(1, 100_000))


def fresh() -> str:
    return f"{next(_count):064x}"


class Case:
    """One case as its sender keeps it: status, entries, the last entry's hash."""

    def __init__(self, bench: Bench, *, dest: str = "320000", formed: bool = True) -> None:
        self.bench, self.form, self.key, self.dest = bench, fresh(), fresh(), dest
        self.seq, self.prev, self.form_version = 0, EMPTY, 1
        if formed:
            bench.write(SHANGHAI, DF, "createForm", core=self.core(self.form), ev=evidence())

    def core(self, key: str, **changes: Any) -> dict[str, Any]:
        told = {"endUseType": 3, "methodCode": "DM01", "destProvince": int(self.dest), "totalKg": 600000}
        return core(key, **{**told, "destRegion": int(self.dest) + 583, "endDate": 20270301, **changes})

    def create(self, **changes: Any) -> Any:
        told: dict[str, Any] = {
            "core": self.core(self.key),
            "formKey": self.form,
            "formVersion": 1,
            "occurredAt": START,
            "operatorHash": "d1" * 32,
            "entryHash": fresh(),
        }
        told |= changes
        events = self.bench.write(SHANGHAI, DC, "createCase", **told)
        self.seq, self.prev = 1, told["entryHash"]
        return events

    def move(self, to: int, by: str = SHANGHAI, **changes: Any) -> Any:
        entry = {
            "opinionDigest": "e1" * 32,
            "docDigest": EMPTY,
            "docNo": f"沪环固{self.key[-6:]}" if to == 8 else "",
            "approvedKg": 500000 if to == 8 else 0,
            "validFrom": 20260401 if to == 8 else 0,
            "validTo": 20270331 if to == 8 else 0,
            "occurredAt": START + self.seq,
            "operatorHash": "d1" * 32,
            "prevEntryHash": self.prev,
        }
        expected = changes.pop("expectedSeq", self.seq)
        digest = changes.pop("entryHash", fresh())
        events = self.bench.write(
            by,
            DC,
            "transition",
            key=self.key,
            expectedSeq=expected,
            to=to,
            e=entry | changes,
            entryHash=digest,
        )
        self.seq, self.prev = self.seq + 1, digest
        return events

    def reply(self, by: str = JIANGSU, **changes: Any) -> Any:
        told: dict[str, Any] = {
            "result": 1,
            "replyKg": 0,
            "replyValidTo": 0,
            "docDigest": "e3" * 32,
            "docNo": "苏环函1",
            "onBehalf": False,
            "occurredAt": START + self.seq,
            "operatorHash": "d5" * 32,
            "prevEntryHash": self.prev,
            "entryHash": fresh(),
        }
        told |= changes
        events = self.bench.write(by, DC, "reply", key=self.key, expectedSeq=self.seq, r=told)
        self.seq, self.prev = self.seq + 1, told["entryHash"]
        return events

    def to(self, *states: int) -> Case:
        """Go through these states (6 by a reply)."""
        for state in states:
            self.reply() if state == 6 else self.move(state)
        return self

    @property
    def status(self) -> int:
        return int(self.bench.read(DC, "getCase", key=self.key)["status"])


def made(bench: Bench, **how: Any) -> Case:
    case = Case(bench, **how)
    case.create()
    return case


def notices(events: Any) -> list[tuple[str, int]]:
    return [(e[1]["partyOrg"], e[1]["noticeType"]) for e in events if e[0] == "PartyNotified"]


def org(region: str) -> str:
    return organisation_id(region=region)
