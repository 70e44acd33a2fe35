"""The chain gateway under generated requests: rightly signed nonsense, and nonsense unsigned, against its description.

Every request goes through the whole web process; what is generated is signed on the way in, so that it comes past the
door. Without a chain an answer may be 50301, which is no failure of ours.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.discovery import discover
from luban.kit.clock import clock
from luban.stages.gateway import applications
from luban.stages.gateway.asking import GatewayError
from luban.stages.gateway.authentication import canonical_query, signing_text
from luban.stages.gateway.scopes import SCOPES
from luban.trust.digest import hmac_sm3

CHAIN_AWAY = 50301
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Signing:
    """The web application with every request signed before it comes in, when `app` is set."""

    def __init__(self, inner: Wsgi) -> None:
        self.inner = inner
        self.app: applications.Issued | None = None

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Sign and pass on."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if self.app is not None:
            environ |= _signed(self.app, environ, body)
        return self.inner({**environ, "wsgi.input": BytesIO(body)}, start)


def _signed(app: applications.Issued, environ: dict[str, Any], body: bytes) -> dict[str, str]:
    moment, nonce = str(int(clock.now().timestamp() * 1000)), secrets.token_hex(16)
    try:
        query = canonical_query(environ.get("QUERY_STRING", ""))
    except GatewayError:
        query = ""
    text = signing_text(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"].encode("latin-1").decode(errors="replace"),
        query=query,
        body=body,
        key=app.key,
        moment=moment,
        nonce=nonce,
    )
    signature = hmac_sm3(key=app.secret.encode(), message=text.encode(errors="surrogatepass"))
    return {
        "HTTP_X_APP_KEY": app.key,
        "HTTP_X_TIMESTAMP": moment,
        "HTTP_X_NONCE": nonce,
        "HTTP_X_SIGNATURE": signature,
        "HTTP_X_SIGN_ALG": "HMAC-SM3",
    }


discover()
door = Signing(get_wsgi_application())
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", door)
schema.config.phases.update(
    phases=["fuzzing"]
)  # hundreds of systematic cases an operation would take minutes
gateway = schema.include(path_regex="^/chain-gw/").exclude(path_regex="/events/stream$")
few = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    door.app = None
    yield
    door.app = None


def _answered(case: Any) -> Any:
    """The answer, held against the description; a failure only when it is not the chain that is away."""
    if case.query:
        case.query.pop("wait", None)  # nobody waits for a chain that is not there
    answer = case.call()
    assert answer.status_code < 500 or answer.json()["code"] == CHAIN_AWAY, answer.text
    case.validate_response(answer, checks=CHECKS)
    return answer


@gateway.parametrize()
@few
def test_signed_nonsense_is_answered_as_described(case: Any) -> None:
    door.app = applications.issue(name="测试", region="320000", by="测试", scopes=tuple(SCOPES), rate=1000)
    answer = _answered(case)
    assert answer.status_code != 401 or answer.json()["code"] == 40102  # a path no signature was made for


@gateway.parametrize()
@few
def test_unsigned_nonsense_stays_outside(case: Any) -> None:
    assert _answered(case).status_code in (401, 404, 405)
