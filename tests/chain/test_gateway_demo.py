"""The demonstration's applications: four, the same at every start, their secrets for the owner's eyes alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from luban.stages.gateway import applications, demo
from luban.stages.gateway.models import ChainApp
from luban.stages.gateway.scopes import DEFAULT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day")]


def test_four_applications_and_their_secrets(settings: Any, tmp_path: Path) -> None:
    settings.LUBAN_VAR, settings.LUBAN_DEMO = tmp_path, True
    demo.load()
    path = demo.secrets_file()
    assert path.stat().st_mode & 0o777 == 0o600
    told = json.loads(path.read_text(encoding="utf-8"))
    assert set(told) == {"310000", "320000", "330000", "340000"}
    for region, one in told.items():
        row = ChainApp.objects.get(pk=one["key"])
        assert (row.region, list(row.scopes)) == (region, list(DEFAULT))
        assert [secret for secret, _ in applications.secrets_of(row)] == [one["secret"]]
    demo.load()
    assert json.loads(path.read_text(encoding="utf-8")) == told
    path.unlink()  # the folder was emptied, the database was not
    demo.load()
    again = json.loads(path.read_text(encoding="utf-8"))
    assert (
        again["320000"]["key"] == told["320000"]["key"]
        and again["320000"]["secret"] != told["320000"]["secret"]
    )


def test_none_outside_the_demonstration(settings: Any, tmp_path: Path) -> None:
    settings.LUBAN_VAR, settings.LUBAN_DEMO = tmp_path, False
    demo.load()
    assert not ChainApp.objects.exists() and not demo.secrets_file().exists()
