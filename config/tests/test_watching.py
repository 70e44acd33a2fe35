"""What watches the house: probes, metrics from known addresses, log lines that can be followed."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client

from config import logs, probes
from luban.trust import ring
from luban.trust.keys import KeyMissing

pytestmark = pytest.mark.django_db


def test_a_ready_house_says_so(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "migrations": True, "keys": True, "files": True}


def test_a_house_without_keys_is_alive_but_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise KeyMissing("没有密钥")

    monkeypatch.setattr(ring, "keys", lost)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["keys"]) == (503, False)
    assert client.get("/healthz").status_code == 200


def test_metrics_are_for_known_addresses_only(client: Client, settings: object) -> None:
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    assert 'luban_requests_total{method="GET",status="200",view="healthz"}' in text
    assert "luban_database_up 1.0" in text
    assert "luban_trail_checkpoint " in text
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    settings.LUBAN_METRICS_FROM = ["203.0.113.0/24"]  # type: ignore[attr-defined]
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 200
    assert client.get("/metrics").status_code == 404


def test_a_request_keeps_its_id_and_a_strange_one_gets_a_fresh_one(client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "gateway-0001"})["X-Request-ID"] == "gateway-0001"
    fresh = client.get("/healthz", headers={"X-Request-ID": "<script>\n"})["X-Request-ID"]
    assert len(fresh) == 16
    assert fresh != client.get("/healthz")["X-Request-ID"]


def test_a_line_is_one_json_object_with_request_and_case() -> None:
    token = logs._about.set({"request": "abc", "case": "GFB-1"})
    try:
        try:
            raise ValueError("错")
        except ValueError:
            record = logging.getLogger("x").makeRecord(
                "x", logging.ERROR, "f", 1, "坏了\n%s", ("两行",), __import__("sys").exc_info()
            )
        line = logs.JsonLines().format(record)
    finally:
        logs._about.reset(token)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["request"], said["case"], said["message"]) == ("abc", "GFB-1", "坏了\n两行")
    assert "ValueError: 错" in said["exception"]


def test_addresses_that_are_none_are_unknown() -> None:
    assert not probes._known("")
    assert not probes._known("here")
