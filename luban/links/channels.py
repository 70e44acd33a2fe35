"""Where each partner is and with which key we speak to it.

`LUBAN_LINKS` (environment, JSON) maps a link's code to its base address, or to
`{"base_url": …, "app": …, "key_file": …, "timeout": …}`; a link not named there is asked at `LUBAN_SANDBOX_URL/<code>`.
Keys lie in `var/links/<code>.key`, 64 hexadecimal characters. In a demonstration they are made at first start, by
whichever side comes first; elsewhere a missing key is a configuration fault, and the effects wait until it is there.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from luban.links.outcomes import Unavailable

APP = "luban"
TIMEOUT_SECONDS = 15.0
MAX_ANSWER_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Channel:
    """A way to one partner: base address, our name and key there, seconds for a whole answer, largest answer."""

    base_url: str
    app: str
    key: bytes = field(repr=False)
    timeout: float = TIMEOUT_SECONDS
    max_answer_bytes: int = MAX_ANSWER_BYTES


def channel(*, link: str) -> Channel:
    """The configured channel of `link`. Raises Unavailable when its key is missing or damaged."""
    stated = settings.LUBAN_LINKS.get(link, "")
    options: Mapping[str, Any] = {"base_url": stated} if isinstance(stated, str) else stated
    base = options.get("base_url") or f"{settings.LUBAN_SANDBOX_URL.rstrip('/')}/{link}"
    key_file = Path(options.get("key_file") or Path(settings.LUBAN_VAR) / "links" / f"{link}.key")
    return Channel(
        base_url=str(base).rstrip("/"),
        app=str(options.get("app") or APP),
        key=_key(path=key_file, make=settings.LUBAN_DEMO and not options.get("key_file"), link=link),
        timeout=float(options.get("timeout") or TIMEOUT_SECONDS),
    )


def is_demonstration(*, link: str) -> bool:
    """Whether the link points at the stand-ins, so that screens and seals must say 演示."""
    return not settings.LUBAN_LINKS.get(link)


def _key(*, path: Path, make: bool, link: str) -> bytes:
    if make and not path.exists():
        _make_key(path=path)
    try:
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise Unavailable(f"未配置对接系统“{link}”的密钥，或密钥文件无法读取，请联系系统管理员。") from error
    if len(key) != 32:
        raise Unavailable(f"对接系统“{link}”的密钥长度不对，请联系系统管理员。")
    return key


def _make_key(*, path: Path) -> None:
    """Write a new key unless somebody else does it first; a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
