"""What makes a token believable; without a database."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from luban.people.identity import tokens
from luban.people.identity.platforms import may_ask

NOW, ISSUER, US = 1_772_420_400, "https://identity.example", "luban"
KEY = ECKey.generate_key("P-256", parameters={"kid": "k1", "use": "sig", "alg": "ES256"})
OTHER = ECKey.generate_key("P-256", parameters={"kid": "k1"})
KEYS: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}


def claims(**other: Any) -> dict[str, Any]:
    told = {"iss": ISSUER, "aud": US, "sub": "s", "nonce": "n", "iat": NOW, "exp": NOW + 300}
    return {name: value for name, value in {**told, **other}.items() if value is not None}


def signed(told: dict[str, Any], *, key: Any = KEY, **header: Any) -> str:
    return jwt.encode({"alg": "ES256", "kid": "k1", **header}, told, key)


def read(token: object, **more: Any) -> dict[str, Any]:
    given = {"keys": KEYS, "issuer": ISSUER, "client_id": US, "nonce": "n", "now": NOW}
    return tokens.id_token(token, **{**given, **more})


def why(token: object, **more: Any) -> str:
    with pytest.raises(tokens.TokenRefused) as refused:
        read(token, **more)
    return refused.value.why


def test_a_good_token_is_believed():
    assert read(signed(claims()))["sub"] == "s"
    assert read(signed(claims(aud=[US, "other"], azp=US)))["sub"] == "s"


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"aud": None}, "audience"),
        ({"aud": [US, "other"]}, "audience"),
        ({"azp": "other"}, "audience"),
        ({"exp": NOW - 61}, "expired"),
        ({"exp": None}, "expired"),
        ({"iat": NOW - 3600, "exp": NOW + 3600}, "expired"),
        ({"iat": NOW + 3600}, "expired"),
        ({"iat": None}, "expired"),
        ({"nbf": NOW + 3600}, "expired"),
        ({"nonce": "other"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": None}, "shape"),
        ({"sub": 7}, "shape"),
    ],
)
def test_a_claim_that_does_not_fit_is_named(other: dict[str, Any], reason: str):
    assert why(signed(claims(**other))) == reason


def test_another_key_or_algorithm_is_not_believed():
    assert why(signed(claims(), key=OTHER)) == "signature"
    shared = OctKey.import_key("a shared secret that is long enough")
    assert why(jwt.encode({"alg": "HS256", "kid": "k1"}, claims(), shared)) in ("signature", "key")
    head, body, _ = signed(claims()).split(".")
    assert why(f"{head}.{body}.") == "signature"
    none = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    assert why(f"{none}.{body}.") in ("signature", "key")
    assert why(signed(claims(), kid="k2")) == "key"
    assert why(signed(claims()), keys={}) == "key"


@pytest.mark.parametrize("token", [None, "", "a", "a.b.c", 7, "x" * 20_000, ["a"]])
def test_what_is_no_token_is_refused(token: object):
    assert why(token) in ("shape", "signature", "key")


def test_a_fresh_proof_must_be_fresh():
    asked = NOW - 20
    assert read(signed(claims(auth_time=NOW)), proved_since=asked)
    assert why(signed(claims(auth_time=NOW - 600)), proved_since=asked) == "age"
    assert why(signed(claims()), proved_since=asked) == "age"


def test_a_logout_token_is_no_id_token_and_the_other_way():
    ended: dict[str, Any] = {"events": {tokens.LOGOUT_EVENT: {}}, "jti": "j", "nonce": None}
    given: dict[str, Any] = {"keys": KEYS, "issuer": ISSUER, "client_id": US, "now": NOW}
    assert tokens.logout_token(signed(claims(**ended)), **given)["sub"] == "s"
    for wrong in (claims(), claims(**{**ended, "nonce": "n"}), claims(**{**ended, "events": {}})):
        with pytest.raises(tokens.TokenRefused, match="event"):
            tokens.logout_token(signed(wrong), **given)
    assert why(signed(claims(**ended))) == "nonce"


def test_only_https_is_asked_unless_it_is_this_machine():
    assert may_ask("https://identity.example/", local=False)
    assert not may_ask("http://identity.example/", local=True)
    assert may_ask("http://127.0.0.1:8010/x", local=True)
    assert not may_ask("http://127.0.0.1:8010/x", local=False)
    assert not may_ask("file:///etc/passwd", local=True)
