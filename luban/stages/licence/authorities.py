"""Whose seals we trust: the certificates of seal authorities, kept as files under var/authorities/.

An installation puts the city's authorities there by hand. While the seal service is the demonstration's stand-in, its
authority is remembered the first time it signs, so that a demonstration can show a verified seal.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from luban.links.channels import is_demonstration
from luban.trust.digest import sm3


def _folder() -> Path:
    return Path(settings.LUBAN_VAR) / "authorities"


def known() -> tuple[bytes, ...]:
    """The trusted authorities' certificates, DER."""
    return tuple(path.read_bytes() for path in sorted(_folder().glob("*.der")))


def remember(certificate: bytes) -> None:
    """Keep the stand-in's authority; does nothing with a real seal service."""
    if not is_demonstration(link="eseal"):
        return
    path = _folder() / f"demo-{sm3(certificate)[:16]}.der"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(certificate)
        fresh.replace(path)
