"""Where vehicles report from: asked once a day a plate; a platform that is out makes the whole answer None."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from luban.kit.clock import clock
from luban.kit.facts import Applicant
from luban.links.outcomes import Rejected, Unavailable
from luban.links.vehicle_tracks.client import VehicleState
from luban.registers.vehicle_tracks import offers
from luban.registers.vehicle_tracks.memory import MEMORY
from luban.registers.vehicle_tracks.offers import COMMANDS, PROVIDERS
from luban.registers.vehicle_tracks.parts import Track
from luban.registers.vehicle_tracks.plates import plates_of

SEEN = datetime(2026, 7, 1, 1, 55, tzinfo=UTC)
KEYS = {"day": date(2026, 7, 1), "applicant": Applicant("91310115MA7K3Q2X8Y"), "number": ""}


def rows(*plates):
    """One carrier with these vehicles, as the form gives it."""
    return [SimpleNamespace(vehicles=[SimpleNamespace(plate_no=plate) for plate in plates])]


class Platform:
    def __init__(self):
        self.asked, self.out = [], None

    def __call__(self, *, plates):
        self.asked.append(list(plates))
        if self.out:
            raise self.out
        return {
            plate: VehicleState(plate, "终端", True, SEEN, Decimal("0.97"), "")
            for plate in plates
            if plate != "沪Z1"
        }


@pytest.fixture
def platform(monkeypatch):
    found = Platform()
    monkeypatch.setattr(offers, "vehicle_states", found)
    return found


def ask(*plates):
    return PROVIDERS["vehicle_tracks.of"](**KEYS, rows=rows(*plates))


@pytest.mark.django_db
def test_a_plate_is_asked_about_once_a_day_and_an_unknown_one_is_not_bound(platform):
    with clock.at("2026-07-01T10:00:00+08:00"):
        found = ask("沪A10101", "沪Z1")
        assert found["沪A10101"] == Track(
            plate_no="沪A10101",
            bound=True,
            last_report_at=SEEN,
            completeness_30d=Decimal("0.97"),
            fetched_at=clock.now(),
        )
        assert found["沪Z1"] == Track(plate_no="沪Z1")
    with clock.at("2026-07-02T09:59:00+08:00"):
        assert ask("沪A10101", "沪Z1") == found
    assert platform.asked == [["沪A10101", "沪Z1"]]
    with clock.at("2026-07-02T10:00:00+08:00"):
        ask("沪A10101")
    assert platform.asked[1:] == [["沪A10101"]]


@pytest.mark.django_db
@pytest.mark.parametrize("out", [Unavailable("停机"), Rejected("E900", "拒绝")])
def test_a_platform_that_is_out_answers_none_unless_all_plates_are_known_of_today(platform, out):
    with clock.at("2026-07-01T10:00:00+08:00"):
        ask("沪A10101")
        platform.out = out
        assert ask("沪A10101", "沪A10102") is None
        assert ask("沪A10101")["沪A10101"].bound
    with clock.at("2026-07-03T10:00:00+08:00"):
        assert ask("沪A10101") is None
    platform.out = None
    with clock.at("2026-07-03T10:00:01+08:00"):
        assert ask("沪A10101")["沪A10101"].bound


@pytest.mark.django_db
def test_without_vehicles_nobody_is_asked_and_the_answer_is_empty(platform):
    assert PROVIDERS["vehicle_tracks.of"](**KEYS, rows=None) == {}
    assert ask() == {}
    assert platform.asked == []


def test_plates_are_read_from_rows_or_their_json_each_once_and_only_what_can_be_one():
    given = [
        *rows("沪A10101", None, " 沪a10102 "),
        {"vehicles": [{"plate_no": "沪A10101"}, {}]},
        {"vehicles": None},
    ]
    assert plates_of(rows=given) == ("沪A10101", "沪A10102")
    assert plates_of(rows=rows("沪A1,沪A2", "沪A1234567890", "")) == ()


def test_a_case_file_gives_vehicles_and_misspelt_ones_are_named():
    register = MEMORY([{"plate_no": "沪A10101", "bound": True, "completeness_30d": "0.9"}])
    found = register.providers()["vehicle_tracks.of"](**KEYS, rows=rows("沪A10101", "沪A2"))
    assert (found["沪A10101"].completeness_30d, found["沪A2"].bound) == (Decimal("0.9"), False)
    assert set(register.providers()) == set(PROVIDERS) and register.commands() == COMMANDS
    with pytest.raises(ValueError, match="unknown plate"):
        MEMORY([{"plate": "沪A10101"}])
    with pytest.raises(ValueError, match="completeness_30d"):
        MEMORY([{"plate_no": "沪A10101", "completeness_30d": "much"}])
