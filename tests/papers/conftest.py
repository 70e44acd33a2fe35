"""A day to work on and a seal service that answers at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import django
import pytest

django.setup()  # this file may be read before pytest-django gets to it

from luban.cases import house  # noqa: E402
from luban.kit.clock import Clock, clock  # noqa: E402
from luban.stages.licence import authorities, make  # noqa: E402
from tests.papers.walk import SealService  # noqa: E402


@pytest.fixture
def day() -> Iterator[Clock]:
    """A working day, the house read anew."""
    house.forget()
    with clock.at("2026-03-02T10:00") as held:
        yield held
    house.forget()


@pytest.fixture
def seal_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SealService:
    """Stands where the remote seal service stands."""
    service = SealService(tmp_path / "seal")
    monkeypatch.setattr(make, "RemoteSeal", service)
    monkeypatch.setattr(authorities, "_folder", lambda: tmp_path / "authorities")
    return service
