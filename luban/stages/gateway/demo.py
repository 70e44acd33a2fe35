"""The demonstration's applications, one for each of the four provinces, with fixed keys and secrets of this house's own.

Their secrets are written to var/demo/chain-apps.json (readable by the owner alone), where the sandbox's provinces find
them: {region: {name, key, secret, callback_secret}}. A second call changes nothing as long as the file is there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings

from luban.stages.gateway import applications
from luban.stages.gateway.models import ChainApp

PROVINCES = {
    "310000": ("sh", "上海市固体废物业务系统（演示）"),
    "320000": ("js", "江苏省固体废物业务系统（演示）"),
    "330000": ("zj", "浙江省固体废物业务系统（演示）"),
    "340000": ("ah", "安徽省固体废物业务系统（演示）"),
}


def secrets_file() -> Path:
    """Where the demonstration's secrets lie."""
    return Path(settings.LUBAN_VAR) / "demo" / "chain-apps.json"


def load() -> None:
    """Make the applications that are missing and note their secrets."""
    if not settings.LUBAN_DEMO:
        return
    noted = _noted()
    for region, (short, name) in PROVINCES.items():
        key = f"ak_{short}_demo"
        row = ChainApp.objects.filter(pk=key).first()
        if row is None:
            made = applications.issue(name=name, region=region, by="演示", key=key, rate=200)
            secret, callback = made.secret, made.callback_secret
        elif region in noted and noted[region]["key"] == key:
            continue
        else:
            secret = applications.rotate(key=key).secret
            callback = applications.callback_secret(row)
        noted[region] = {"name": name, "key": key, "secret": secret, "callback_secret": callback}
    _note(noted)


def _noted() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(secrets_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _note(noted: dict[str, Any]) -> None:
    path = secrets_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        json.dump(noted, handle, ensure_ascii=False, indent=2)
    draft.replace(path)
