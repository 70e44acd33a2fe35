"""What docs/api says of the gateway is what the gateway does: every operation, its scopes, its parameters, its body."""

from __future__ import annotations

from pathlib import Path

import yaml

from luban.stages.gateway import bodies
from luban.stages.gateway.operations import OPERATIONS

FILE = Path(__file__).parents[2] / "docs" / "api" / "paths" / "chain-gateway.yaml"
TOLD = yaml.safe_load(FILE.read_text(encoding="utf-8"))
FOUND = {
    (method.upper(), path.removeprefix("/chain-gw/v1/")): said
    for path, methods in TOLD["paths"].items()
    for method, said in methods.items()
}


def test_every_operation_is_described_and_nothing_else() -> None:
    assert set(FOUND) == {(one.method, one.path) for one in OPERATIONS}


def test_names_scopes_and_parameters_agree() -> None:
    for one in OPERATIONS:
        said = FOUND[one.method, one.path]
        assert (said["operationId"], said["summary"]) == (one.name, one.title)
        assert all(scope in said["description"] for scope in one.scopes)
        named = {p["name"] for p in said["parameters"] if p.get("in") == "query"}
        assert named == {*one.query, *(("wait", "timeout_ms") if one.queues else ())}
        keyed = any(p.get("$ref", "").endswith("GwRequestId") for p in said["parameters"])
        assert keyed == one.writes


def test_bodies_have_the_fields_that_are_read() -> None:
    schemas = TOLD["components"]["schemas"]
    for name in ("CoreBody", "FormBody", "ProposalBody", "TransitionBody", "ReplyBody", "VerifyBody"):
        model = getattr(bodies, name)
        fields = {field.alias or key for key, field in model.model_fields.items()}
        assert set(schemas[f"Gw{name}"]["properties"]) == fields
        assert schemas[f"Gw{name}"]["additionalProperties"] is False
