"""Parameters: the item's own value first, by date, and never a silent default."""

from datetime import date
from decimal import Decimal

import pytest

from luban.kit.book import Book, Entry
from luban.kit.parameters import ParameterKind, Parameters, UnknownParameter

DAY = date(2026, 3, 2)
PARAMETERS = Parameters(
    Book(
        "parameters",
        [
            Entry("correction.days|", {"value": "30"}),
            Entry("correction.days|machinery", {"value": "20"}),
            Entry("detour|", {"value": "2.5"}),
            Entry("stop|", {"value": "是"}),
            Entry("days|", {"value": "30;7"}),
            Entry("late|", {"value": "1"}, date(2026, 4, 1)),
        ],
        [Entry("detour|", {"value": "3"}, date(2026, 4, 1))],
    )
)


def test_the_items_own_value_goes_before_the_general_one() -> None:
    assert PARAMETERS.at(DAY).integer("correction.days") == 30
    assert PARAMETERS.at(DAY, "machinery").integer("correction.days") == 20
    assert PARAMETERS.at(DAY, "filing").integer("correction.days") == 30


def test_an_edit_applies_from_its_day() -> None:
    assert PARAMETERS.at(date(2026, 3, 31)).decimal("detour") == Decimal("2.5")
    assert PARAMETERS.at(date(2026, 4, 1)).decimal("detour") == 3


def test_kinds() -> None:
    day = PARAMETERS.at(DAY)
    assert day.flag("stop") is True
    assert day.codes("days") == ("30", "7")
    with pytest.raises(ParameterKind, match="不是整数"):
        day.integer("detour")
    with pytest.raises(ParameterKind, match="“是”或“否”"):
        day.flag("detour")
    with pytest.raises(ParameterKind, match="不是数字"):
        day.decimal("stop")


def test_an_unknown_or_not_yet_valid_key_is_an_error() -> None:
    with pytest.raises(UnknownParameter, match=r"corection\.days"):
        PARAMETERS.at(DAY).integer("corection.days")
    with pytest.raises(UnknownParameter):
        PARAMETERS.at(DAY).integer("late")
    assert PARAMETERS.knows("late") and not PARAMETERS.knows("corection.days")


def test_given_values_go_first_but_cannot_invent_keys() -> None:
    assert PARAMETERS.at(DAY).with_values({"detour": 4}).decimal("detour") == 4
    with pytest.raises(UnknownParameter):
        PARAMETERS.at(DAY).with_values({"detuor": 4})
