"""What docs/api says of subscriptions, events and notices is what the gateway does."""

from __future__ import annotations

from pathlib import Path

import yaml

from luban.stages.subscriptions.asked import Asked, ReplayAsked
from luban.stages.subscriptions.operations import OPERATIONS

FILE = Path(__file__).parents[2] / "docs" / "api" / "paths" / "chain-subscriptions.yaml"
TOLD = yaml.safe_load(FILE.read_text(encoding="utf-8"))
FOUND = {
    (method.upper(), path.removeprefix("/chain-gw/v1/")): said
    for path, methods in TOLD["paths"].items()
    for method, said in methods.items()
}


def test_every_operation_is_described_and_nothing_else_but_the_stream() -> None:
    assert set(FOUND) == {(one.method, one.path) for one in OPERATIONS} | {("GET", "events/stream")}
    for one in OPERATIONS:
        said = FOUND[one.method, one.path]
        assert (said["operationId"], said["summary"]) == (one.name, one.title)
        assert {p["name"] for p in said["parameters"] if p.get("in") == "query"} == set(one.query)


def test_bodies_have_the_fields_that_are_read() -> None:
    schemas = TOLD["components"]["schemas"]
    assert set(schemas["GwSubscription"]["properties"]) == set(Asked.model_fields)
    assert set(schemas["GwReplay"]["properties"]) == set(ReplayAsked.model_fields)
