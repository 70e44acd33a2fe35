"""Facts kept with an assessment: equal when they are read back, whatever an item declares; books are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest

from luban.kit.book import BookOnDay
from luban.kit.clock import ZONE
from luban.kit.facts import Applicant, Facts, SealState, need
from luban.kit.kept import NotKept, faults, kept_names, texts_of, value_of
from luban.kit.materials import Materials
from luban.kit.parameters import ParametersOnDay


class Kind(StrEnum):
    A = "a"


@dataclass(frozen=True, kw_only=True)
class Firm:
    name: str
    kind: Kind
    tonnes: Decimal
    since: date | None = None
    heard: datetime | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Known(Facts):
    bands: BookOnDay = need("book.score_bands")
    firm: Firm | None = need("firms.of")
    region: tuple[Firm, ...] = need("firms.region")
    rooms: Mapping[str, Firm] | None = need("firms.rooms")


BOOK = BookOnDay("score_bands", date(2026, 3, 2), (), {})
FIRM = Firm(
    name="示例单位",
    kind=Kind.A,
    tonnes=Decimal("300.0000"),
    since=date(2026, 1, 1),
    heard=datetime(2026, 3, 2, 9, 30, tzinfo=ZONE),
    codes=("398-004-22",),
)


def known(firm: Firm | None) -> Known:
    return Known(
        item="x",
        params=ParametersOnDay(BOOK, "x"),
        applicant=Applicant("91310115MA7K3Q2X8Y"),
        materials=Materials(),
        seal=SealState(),
        terms=BOOK,
        bands=BOOK,
        firm=firm,
        region=(FIRM, FIRM),
        rooms={"1": FIRM} if firm else None,
    )


@pytest.mark.parametrize("firm", [FIRM, None])
def test_what_was_kept_is_read_back_equal(firm: Firm | None) -> None:
    facts = known(firm)
    for name, text in texts_of(facts).items():
        assert value_of(facts=Known, name=name, text=text) == getattr(facts, name), name
    again = value_of(facts=Known, name="region", text=texts_of(facts)["region"])
    assert str(again[0].tonnes) == "300.0000"


def test_rows_of_dated_registers_are_not_kept() -> None:
    assert kept_names(Known) == ("firm", "region", "rooms")
    with pytest.raises(NotKept):
        value_of(facts=Known, name="bands", text=b"{}")


def test_a_fact_of_another_shape_says_which_it_is() -> None:
    with pytest.raises(NotKept, match="firm"):
        value_of(facts=Known, name="firm", text=b'{"name": "x"}')


def test_a_type_that_cannot_be_kept_is_named_when_the_item_is_assembled() -> None:
    class Odd:
        pass

    @dataclass(frozen=True, kw_only=True)
    class OddFacts(Facts):
        odd: Odd = need("odd.of")

    OddFacts.__annotations__["odd"] = Odd
    assert list(faults(Known)) == []
    assert [fault.split(" cannot")[0] for fault in faults(OddFacts)] == ["fact odd"]
