"""`GET /api/openapi.json`: what our HTTP interfaces are, put together from docs/api: a cover, and a file a group of paths.

A group brings `tags`, `paths` and `components`; a name that two files bring is a mistake that stops at the first look.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from luban.people.access import access
from luban.people.requests import ActorRequest
from luban.people.roles import PUBLIC

COVER, GROUPS = "openapi.yaml", "paths"
MAX_AGE = 300


class DescriptionMistake(ValueError):
    """Two files describe the same thing; the message names it."""


@access(face="public", roles=PUBLIC, scope="open")
@require_safe
def openapi(request: ActorRequest) -> HttpResponse:
    """The description as JSON."""
    answer = JsonResponse(description(Path(settings.BASE_DIR) / "docs" / "api"))
    answer["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return answer


@cache
def description(folder: Path) -> Mapping[str, Any]:
    """The whole description (OpenAPI 3.0). Raises DescriptionMistake."""
    whole: dict[str, Any] = yaml.safe_load((folder / COVER).read_text(encoding="utf-8"))
    for file in sorted((folder / GROUPS).glob("*.yaml")):
        group = yaml.safe_load(file.read_text(encoding="utf-8"))
        whole["tags"] += group.get("tags", [])
        _add(whole["paths"], group.get("paths", {}), file.name)
        for kind, named in group.get("components", {}).items():
            _add(whole["components"].setdefault(kind, {}), named, file.name)
    return whole


def _add(held: dict[str, Any], more: Mapping[str, Any], where: str) -> None:
    twice = set(held) & set(more)
    if twice:
        raise DescriptionMistake(f"{where}: {', '.join(sorted(twice))} is described twice")
    held.update(more)
