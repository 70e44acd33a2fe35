"""The stand-ins of hazardous waste: seen on their pages, and pushing replies."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sandbox.app import create
from sandbox.partners import PARTNERS
from sandbox.partners.hazwaste import MOVED, PLANNED, VEHICLES


@pytest.fixture
def http(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create(var=tmp_path)) as client:
        yield client


def test_the_national_system_and_the_track_platform_have_pages_and_faults(http: TestClient) -> None:
    overview = http.get("/").text
    for code in ("mee_hazwaste", "vehicle_tracks"):
        assert PARTNERS[code].title in overview
        assert "故障开关" in http.get(f"/{code}").text
        told = {"link": code, "fault": "down", "on": True}
        assert http.post("/_switch", json=told).json()["on"] == [f"{code}.down"]
        assert http.get(f"/{code}/vehicles").status_code == 503
        http.post("/_switch", json={**told, "on": False})


def test_nothing_is_told_to_somebody_who_does_not_sign(http: TestClient) -> None:
    for path in ("/solid_waste/management-plans", "/vehicle_tracks/vehicles", "/mee_hazwaste/replies"):
        assert http.get(path).status_code == 401


def test_a_reply_is_pushed_to_this_machine_only(http: TestClient) -> None:
    away = {"url": "http://example.com/in", "bodies": [{"letter_no": "X"}]}
    assert http.post("/_callback/mee_hazwaste", json=away).status_code == 400


def test_the_demonstration_holds_the_firms_of_the_written_examples_with_whole_figures() -> None:
    assert {"91310115MA7K3Q2X8Y", "91310116MA1GT58L82", "91310120574219H69G"} <= set(PLANNED)
    for _, _, _, rows in PLANNED.values():
        for row in rows:
            assert row["code"][:3].isdigit() and row["carriers"]
            assert all(len(row[name].partition(".")[2]) == 4 for name in row if name.endswith("_t"))
    assert set(MOVED) <= set(PLANNED)
    assert {bound for bound, _, _ in VEHICLES.values()} == {True, False}


def test_a_reply_is_asked_for_on_the_page_and_only_to_letters_that_came(http: TestClient) -> None:
    page = http.get("/mee_hazwaste").text
    assert "以外省厅名义复函" in page and "回调迟到" in page and "回调签名错误" in page
    told = {"letter_no": "沪环危转商〔2026〕0001号", "conclusion": "agree"}
    assert "没有商请函" in http.post("/_say/mee_hazwaste/reply", data=told).json()["message"]
    assert http.post("/_say/mee_hazwaste/reply", json=[1]).status_code == 400
    assert http.post("/_say/one_net/reply", json=told).status_code == 404
    away = http.post("/_say/mee_hazwaste/reply", data=told, headers={"Origin": "http://elsewhere.example"})
    assert away.status_code == 403
