"""Whether the application is signed, and still says what was signed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from luban.kit.facts import SealState
from luban.kit.form import Form
from luban.stages.fill.paper import digest_of


def seal_state(*, seal: Mapping[str, Any], form: Form) -> SealState:
    """The signature of a draft (`DraftView.seal`) against the form as it stands now, hidden answers left out."""
    if not seal:
        return SealState()
    unchanged = seal.get("digest") == digest_of(form)
    return SealState("upload" if seal.get("mode") == "upload" else "online", signed=True, unchanged=unchanged)
