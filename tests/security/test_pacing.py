"""Whoever asks too often waits: counted over all processes, told in Chinese when to come back, at one statement each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config import environment
from config.environment import EnvironmentMistake, paces
from config.pacing import PACED, TITLES
from luban.kit.clock import clock
from luban.people import demo, pace
from luban.people.access import routes
from luban.people.models import Account, PaceCount
from luban.people.signing import SEEN_KEY

pytestmark = pytest.mark.django_db
TOKEN = "AbCdEfGhIjKlMnOpQrStUv"


@pytest.fixture(autouse=True)
def _few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Three a minute, at a moment in the middle of one."""
    settings.LUBAN_PACES = dict.fromkeys(environment.PACES, (3, 60))
    monkeypatch.setattr(pace.time, "time", lambda: 1_800_000_010.0)
    with clock.at("2026-03-02T10:00"):
        yield


def signed_in(name: str) -> Client:
    demo.load()
    client = Client()
    client.force_login(Account.objects.get(username=name))
    session = client.session
    session[SEEN_KEY] = clock.now().timestamp()
    session.save()
    return client


def test_the_fourth_question_about_a_licence_waits_and_is_told_how_long(client: Client) -> None:
    codes = [client.get(f"/v/{TOKEN}").status_code for _ in range(4)]
    assert codes == [404, 404, 404, 429]
    answer = client.get(f"/v/{TOKEN}/")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "50"
    assert "核验过于频繁，每分钟最多3次，请50秒后再试" in answer.content.decode()
    assert client.get(f"/v/{TOKEN}", REMOTE_ADDR="10.0.0.9").status_code == 404  # somebody else's address


def test_the_next_minute_begins_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        client.get(f"/v/{TOKEN}")
    monkeypatch.setattr(pace.time, "time", lambda: 1_800_000_061.0)
    assert client.get(f"/v/{TOKEN}").status_code == 404


def test_two_processes_count_together() -> None:
    limit = pace.pace_of("verify")
    told = []
    for _ in range(4):
        pace.forget()  # another process: it remembers nothing of its own
        told.append(pace.wait_for(pace=limit, who="10.0.0.8"))
    assert told == [0, 0, 0, 50]
    assert PaceCount.objects.get().count == 4


def test_counting_costs_one_statement_and_a_flood_none() -> None:
    limit = pace.pace_of("verify")
    with CaptureQueriesContext(connection) as captured:
        for _ in range(50):
            pace.wait_for(pace=limit, who="10.0.0.8")
    assert len(captured) == 4


def test_a_query_that_asks_nothing_is_not_counted() -> None:
    client = signed_in("pudong_reviewer")
    assert {client.get("/office/cases/").status_code for _ in range(6)} == {200}
    codes = [client.get("/office/cases/?q=x").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    assert signed_in("pudong_leader").get("/office/cases/?q=x").status_code == 200


def test_uploads_are_counted_when_posted_and_refused_as_their_script_understands() -> None:
    client = signed_in("suxin")

    def send() -> Any:
        return client.post("/fill/none/materials/M02/", {"file": SimpleUploadedFile("a.pdf", b"x")})

    assert {client.get("/fill/none/materials/M02/").status_code for _ in range(5)} <= {404, 405}
    assert 429 not in [send().status_code for _ in range(3)]
    refused = send()
    assert refused.status_code == 429
    assert "已保存的内容不受影响" in refused.json()["message"]


def test_a_partner_is_told_in_its_own_words(client: Client) -> None:
    answers = [client.post("/inbox/data_hub/told/", b"{}", content_type="application/json") for _ in range(4)]
    assert [a.status_code for a in answers[:3]] == [404] * 3
    assert answers[3].status_code == 429
    assert answers[3].json()["code"] == "TOO_MANY"
    assert answers[3].headers["Retry-After"] == "50"


def test_yesterdays_counts_are_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    limit = pace.pace_of("verify")
    pace.wait_for(pace=limit, who="10.0.0.8")
    assert pace.sweep() == 0
    monkeypatch.setattr(pace.time, "time", lambda: 1_800_000_010.0 + 2 * 86_400)
    pace.wait_for(pace=limit, who="10.0.0.9")
    assert pace.sweep() == 1


def test_every_paced_address_exists_and_every_export_and_upload_is_paced() -> None:
    known = {route.path for route in routes()}
    assert set(PACED) <= known
    assert set(PACED.values()) == set(TITLES) == set(environment.PACES)
    exports = {path for path in known if path.endswith((".xlsx", ".csv", "proof.json"))}
    uploads = {path for path in known if path.endswith(("materials/<slug:code>/", "upload/", "import/"))}
    assert exports | uploads <= set(PACED), (exports | uploads) - set(PACED)


def test_limits_come_from_the_environment_and_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUBAN_PACES", json.dumps({"verify": [30, 10]}))
    assert paces()["verify"] == (30, 10)
    assert paces()["upload"] == environment.PACES["upload"]
    for wrong in ("{", '{"x": [1, 1]}', '{"verify": 3}', '{"verify": [0, 60]}', "[]"):
        monkeypatch.setenv("LUBAN_PACES", wrong)
        with pytest.raises(EnvironmentMistake):
            paces()
