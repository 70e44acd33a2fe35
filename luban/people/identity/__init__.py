"""Signing in through an identity platform (OpenID Connect, authorization code with PKCE).

``platforms`` says which platforms there are and speaks to them, ``tokens`` believes or refuses what they sign (pure),
``claims`` reads a person out of it (pure), ``binding`` finds or makes the account, ``flow`` leads a visitor there and
back, ``leaving`` ends a session on both sides. Why not a ready-made account framework: docs/adr/0024.
"""

import warnings

from authlib.deprecate import AuthlibDeprecationWarning  # type: ignore[import-untyped]

# Authlib will move to httpx2; the house speaks httpx everywhere.
warnings.filterwarnings(
    "ignore", message="The httpx module is deprecated", category=AuthlibDeprecationWarning
)
