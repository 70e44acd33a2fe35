"""What people see of the stand-ins, and what their switches and pushes do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.app import create


@pytest.fixture
def http(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create(var=tmp_path)) as client:
        yield client


def test_the_overview_names_every_partner_and_says_it_is_a_demonstration(http: TestClient) -> None:
    page = http.get("/")
    for title in ("市一网通办", "市电子印章系统", "市大数据资源平台", "演示"):
        assert title in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "<script" not in page.text and "style=" not in page.text


def test_a_partner_page_shows_what_came_and_nothing_of_it_is_markup(http: TestClient) -> None:
    assert "还没有收到内容" in http.get("/one_net").text
    page = http.get("/one_net", params={"case": '"><script>alert(1)</script>'})
    assert page.status_code == 200 and "<script>" not in page.text
    assert http.get("/nobody").status_code == 404
    assert http.get("/one_net/nodes").status_code == 401


def test_a_switch_is_set_from_the_page_and_shown(http: TestClient) -> None:
    form = {"link": "one_net", "fault": "slow", "on": "1", "seconds": "2.5"}
    assert "已打开" in http.post("/_switch", data=form).text
    assert "应答缓慢" in http.get("/").text
    assert http.post("/_switch", json={"link": "one_net", "fault": "slow", "on": False}).json() == {"on": []}


@pytest.mark.parametrize(
    "told",
    [
        {"link": "x", "fault": "down"},
        {"link": "sms", "fault": "x"},
        {"link": "sms", "fault": "slow", "on": True, "seconds": "soon"},
        {"link": "sms", "fault": "slow", "on": True, "seconds": 1e9},
        [1],
        "text",
    ],
)
def test_a_wrong_switch_is_explained(http: TestClient, told: Any) -> None:
    answer = http.post("/_switch", json=told)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_another_site_cannot_set_switches(http: TestClient) -> None:
    answer = http.post("/_switch", json={}, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


def test_seals_survive_a_restart(tmp_path: Path) -> None:
    with TestClient(create(var=tmp_path)):
        pass
    first = (tmp_path / "links" / "eseal.key").read_text()
    with TestClient(create(var=tmp_path)) as http:
        assert http.get("/").status_code == 200
    assert (tmp_path / "links" / "eseal.key").read_text() == first


@pytest.fixture
def product() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    heard: list[tuple[str, Any]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.headers["Idempotency-Key"], json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api/in", heard
    server.shutdown()


def test_a_push_is_doubled_and_reversed_when_told_so(http: TestClient, product: Any) -> None:
    url, heard = product
    for fault in ("duplicate", "out_of_order"):
        http.post("/_switch", json={"link": "letters", "fault": fault, "on": True, "times": 1})
    told = {"url": url, "bodies": [{"key": "a", "n": 1}, {"key": "b", "n": 2}]}
    assert len(http.post("/_callback/letters", json=told).json()["sent"]) == 4
    assert [key for key, _ in heard] == ["b", "b", "a", "a"]
    http.post("/_callback/letters", json=told)
    assert [key for key, _ in heard[4:]] == ["a", "b"]
    away = {"url": "http://example.com/", "bodies": []}
    assert http.post("/_callback/letters", json=away).status_code == 400
