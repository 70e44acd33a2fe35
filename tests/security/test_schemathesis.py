"""What the OpenAPI description promises is what the house answers: generated requests, good and bad, against the app.

No answer is a failure (5xx), each has a status, a content type and a shape that the description names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as house
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config import environment
from config.discovery import discover
from luban.faces.api.described import DescriptionMistake, description
from luban.people.access import routes

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
FOLDER = Path(house.BASE_DIR) / "docs" / "api"
OURS = {
    "healthz",
    "readyz",
    "metrics",
    "api/openapi.json",
    "v/",
    "v/<str:token>/",
    "v/<str:token>/proof.json",
}
OURS |= {"v/platform.pem", "inbox/<slug:link>/<slug:name>/"}
FULL = bool(os.environ.get("LUBAN_EVERY_NONSENSE"))

discover()
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    """As many requests as the test likes, all on the connection whose transaction the test undoes."""
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    monkeypatch.setattr(house, "LUBAN_PACES", dict.fromkeys(environment.PACES, (1_000_000, 60)))
    yield


@schema.include(path_regex="^/(healthz|readyz|metrics|api/|v/|inbox/)").parametrize()
@settings(
    max_examples=60 if FULL else 12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_the_house_answers_as_it_is_described(case: Any) -> None:
    answer = case.call()
    case.validate_response(answer, checks=CHECKS)


def test_every_interface_that_is_no_page_is_described() -> None:
    described = {path.strip("/") for path in description(FOLDER)["paths"]}
    written = {_as_described(path) for path in OURS}
    assert written <= described
    applications = {r.path for r in routes() if r.access and r.access.scope == "application"}
    missing = {p for p in applications if not p.startswith("chain-gw/")} - OURS
    assert not missing, f"describe {missing} in docs/api/paths"


def test_the_description_is_public_and_whole(client: Client) -> None:
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.0")
    assert client.post("/api/openapi.json").status_code == 405


def test_two_files_must_not_describe_the_same_thing(tmp_path: Path) -> None:
    (tmp_path / "paths").mkdir()
    (tmp_path / "openapi.yaml").write_text("tags: []\npaths: {/a: {}}\ncomponents: {}\n")
    (tmp_path / "paths" / "x.yaml").write_text("paths: {/a: {}}\n")
    with pytest.raises(DescriptionMistake, match="/a is described twice"):
        description(tmp_path)


def _as_described(path: str) -> str:
    for convert in ("str", "slug"):
        path = path.replace(f"<{convert}:", "{")
    return path.replace(">", "}").strip("/")
