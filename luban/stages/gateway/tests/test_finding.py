"""Finding filings among more than fit on any page: what is counted and shown is what the caller may see, in one query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luban.kit.clock import clock
from luban.ledger.artefacts import RECORDS
from luban.ledger.models import ChainCursor, ChainRecord, ChainWrite
from luban.stages.gateway import finding
from luban.stages.gateway.asking import Caller, GatewayError
from luban.stages.gateway.call import Call
from luban.stages.gateway.models import ChainApp, Content, Grant

pytestmark = pytest.mark.django_db
JIANGSU, SHANGHAI, ZHEJIANG, ANHUI = 320000, 310000, 330000, 340000
MANY = 2105
"""More than the two thousand that were once looked through."""
UF = RECORDS["UF"]
PARTY, GRANTED = frozenset({"read:party"}), frozenset({"read:granted"})


@dataclass(frozen=True)
class Filing:
    """One filing by its number: where it goes, what the chain says of it."""

    n: int
    dest: int = SHANGHAI
    transit: tuple[int, ...] = ()
    status: int = 1
    version: int = 1

    @property
    def key(self) -> str:
        return f"{self.n:064x}"

    @property
    def core(self) -> dict[str, Any]:
        return {
            "recordKey": self.key,
            "applicationNo": f"GFB-320583-20260302-{self.n:04}",
            "docNo": "",
            "originProvince": JIANGSU,
            "destProvince": self.dest,
            "transitProvinces": list(self.transit),
        }


class Chain:
    """What the contract would answer, without a chain; `asked` counts the records it was asked about."""

    def __init__(self) -> None:
        self.filings: dict[str, Filing] = {}
        self.asked = 0

    def answer(self, asked: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
        self.asked += len(asked)
        return [self._told(arguments["key"]) for _, _, arguments in asked]

    def _told(self, key: str) -> dict[str, Any]:
        one = self.filings.get(key)
        core = one.core if one else {"recordKey": ""}
        status, version = (one.status, one.version) if one else (0, 0)
        return {"found": one is not None, "core": core, "status": status, "version": version}

    def take(self, *filings: Filing, block: int = 5) -> None:
        """The filings are handed over, written, and in the index."""
        self.hand_over(*filings)
        self.filings |= {one.key: one for one in filings}
        ChainWrite.objects.bulk_create(
            _write(one, "createFiling" if one.version == 1 else "appendVersion", block) for one in filings
        )

    def hand_over(self, *filings: Filing) -> None:
        """The filings are handed over and wait to be written."""
        Content.objects.bulk_create(_content(one) for one in filings)


def _digest(one: Filing) -> str:
    return f"{one.version:032x}{one.n:032x}"


def _content(one: Filing) -> Content:
    return Content(
        record="UF", record_key=one.key, version=one.version, form_digest=_digest(one), schema="UF-1.0",
        app="ak_js", case_no=one.core["applicationNo"], origin=JIANGSU, dest=one.dest, transit=list(one.transit),
        generator_uscc="", receiver_uscc="", core=one.core, sealed=b"", section_digests={}, attachments=[],
        created_at=clock.now(),
    )  # fmt: skip


def _write(one: Filing, function: str, block: int, **more: Any) -> ChainWrite:
    given = {
        "request_id": f"{function}:{one.n}:{one.version}", "group": "g", "account": "320000", "contract": UF,
        "function": function, "arguments": {}, "record_key": one.key, "version": one.version,
        "digest": _digest(one), "state": "confirmed", "block_number": block, "created_at": clock.now(),
    }  # fmt: skip
    return ChainWrite(**{**given, **more})


def _indexed(*filings: Filing) -> None:
    ChainRecord.objects.bulk_create(
        ChainRecord(
            record_key=one.key, kind="UF", address="", number=one.core["applicationNo"], doc_no="",
            status=one.status, version=1, origin=JIANGSU, dest=one.dest, core=one.core, changed_block=5, changed_at=0,
        ) for one in filings
    )  # fmt: skip
    ChainCursor.objects.update_or_create(
        pk=1, defaults={"genesis": "0x", "last_block": 5, "contracts": [], "looked_at": clock.now()}
    )


def find(region: int, scopes: frozenset[str] = PARTY, app: str = "ak", **query: Any) -> Mapping[str, Any]:
    caller = Caller(app, str(region), "", scopes)
    call = Call(caller, {}, {name: str(value) for name, value in query.items()}, {})
    return finding.find_filings(call).data


def numbers(found: Mapping[str, Any]) -> list[int]:
    return [int(row["record_key"], 16) for row in found["items"]]


@pytest.fixture
def chain(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chain]:
    """A chain that answers from memory, on a day."""
    made = Chain()
    monkeypatch.setattr(finding, "ask_many", made.answer)
    with clock.at("2026-03-10T10:00"):
        yield made


def _app(key: str, region: int) -> ChainApp:
    at = clock.now()
    return ChainApp.objects.create(
        key=key, name=key, region=str(region), org_id="", scopes=[], sealed_callback=b"", created_by="示例",
        created_at=at, changed_at=at,
    )  # fmt: skip


def _grant(app: ChainApp, *, days: int = 30, **what: Any) -> None:
    now = clock.now()
    Grant.objects.create(
        app=app, sections=["s3"], since=now - timedelta(days=60), until=now + timedelta(days=days),
        created_by="示例", created_at=now, **{"record": "UF", **what},
    )  # fmt: skip


def test_all_that_fit_are_counted_and_the_oldest_is_on_the_last_page(chain: Chain) -> None:
    chain.take(*(Filing(n) for n in range(1, MANY + 1)))
    first = find(JIANGSU, size=100)
    assert (first["total"], numbers(first)[:2], len(first["items"])) == (MANY, [MANY, MANY - 1], 100)
    last = find(JIANGSU, page=22, size=100)
    assert (last["total"], numbers(last)) == (MANY, [5, 4, 3, 2, 1])
    assert chain.asked == 105  # a page is read from the chain, not what stands before it
    assert numbers(find(JIANGSU, case_no="GFB-320583-20260302-0001")) == [1]
    assert find(JIANGSU, page=23, size=100)["items"] == []


def test_a_status_is_found_beyond_the_newest_two_thousand(chain: Chain) -> None:
    chain.take(Filing(1, status=2), *(Filing(n) for n in range(2, MANY + 1)))
    _indexed(*chain.filings.values())
    found = find(JIANGSU, status=2)
    assert (found["total"], numbers(found), chain.asked) == (1, [1], 1)
    assert find(JIANGSU, status=1, page=2, size=100)["total"] == MANY - 1


def test_what_happened_after_the_block_the_index_has_reached_is_asked_of_the_chain(chain: Chain) -> None:
    chain.take(Filing(1), Filing(2), Filing(3))
    _indexed(*chain.filings.values())
    chain.filings[Filing(2).key] = Filing(2, status=2)
    _write(Filing(2), "recordDecision", 6).save()
    chain.filings[Filing(3).key] = Filing(3, status=5)
    revocation = {
        "contract": RECORDS["UR"],
        "record_key": "f" * 64,
        "arguments": {"filingKey": Filing(3).key},
    }
    _write(Filing(3), "propose", 4, **revocation).save()
    _write(Filing(3), "approve", 7, **{**revocation, "arguments": {}}).save()
    assert [numbers(find(JIANGSU, status=status)) for status in (1, 2, 5)] == [[1], [2], [3]]
    assert [find(JIANGSU, status=status)["total"] for status in (1, 2, 5, 3)] == [1, 1, 1, 0]


def test_an_index_that_is_far_behind_is_said_and_nothing_is_guessed(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_UNREAD", 2)
    chain.take(Filing(1), Filing(2), Filing(3))
    with pytest.raises(GatewayError, match="正在追赶新区块") as caught:
        find(JIANGSU, status=1)
    assert caught.value.code == 50301
    assert find(JIANGSU)["total"] == 3


def test_each_province_counts_what_it_may_see_and_no_more(chain: Chain) -> None:
    chain.take(Filing(1), Filing(2, dest=ZHEJIANG), Filing(3, transit=(ZHEJIANG, ANHUI)))
    assert numbers(find(JIANGSU)) == [3, 2, 1]
    assert (numbers(find(SHANGHAI)), find(SHANGHAI)["total"]) == ([3, 1], 2)
    assert (numbers(find(ZHEJIANG)), find(ZHEJIANG, dest_province=ZHEJIANG)["total"]) == ([3, 2], 1)
    assert numbers(find(ANHUI)) == [3]
    assert find(ANHUI, frozenset({"read:all"}))["total"] == 3
    assert find(JIANGSU, frozenset({"verify"}))["total"] == 0


def test_grants_count_while_they_hold(chain: Chain) -> None:
    chain.take(*(Filing(n) for n in range(1, 5)))
    one, region, over = _app("ak_one", ANHUI), _app("ak_region", ANHUI), _app("ak_over", ANHUI)
    _grant(one, record_key=Filing(2).key)
    _grant(region, region=str(JIANGSU))
    _grant(over, region=str(JIANGSU), days=-1)
    _grant(over, region=str(JIANGSU), record="DF")
    for app, seen in (("ak_one", [2]), ("ak_region", [4, 3, 2, 1]), ("ak_over", []), ("ak_other", [])):
        found = find(ANHUI, GRANTED, app=app)
        assert (numbers(found), found["total"]) == (seen, len(seen)), app
    assert find(ANHUI, PARTY, app="ak_one")["total"] == 0  # without the scope a grant opens nothing


def test_the_version_on_the_chain_decides_who_sees_a_record(chain: Chain) -> None:
    chain.take(Filing(1, dest=ZHEJIANG))
    chain.hand_over(Filing(1, dest=ANHUI, version=2), Filing(2))
    assert [find(region)["total"] for region in (JIANGSU, ZHEJIANG, ANHUI, SHANGHAI)] == [1, 1, 0, 0]
    chain.filings[Filing(1).key] = Filing(1, dest=ANHUI, version=2)
    _write(Filing(1, version=2), "appendVersion", 6).save()
    assert [find(region)["total"] for region in (JIANGSU, ZHEJIANG, ANHUI)] == [1, 0, 1]


def test_a_page_costs_the_same_however_much_there_is(chain: Chain) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            find(JIANGSU, size=1)
        return len(captured)

    chain.take(Filing(1))
    few = cost()
    chain.take(*(Filing(n) for n in range(2, 60)))
    assert cost() == few
