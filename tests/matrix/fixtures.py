"""Fixtures: one world for all tests of a module, undone with it; whatever a test does is undone before."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
import pytest
from pytest_django import DjangoDbBlocker

django.setup()  # this file is read before pytest-django gets to it

from django.db import transaction  # noqa: E402

from luban.cases import house  # noqa: E402
from luban.kit.clock import clock  # noqa: E402
from luban.links.data_hub import client as data_hub  # noqa: E402
from luban.links.outcomes import Unavailable  # noqa: E402
from luban.links.permits_national import client as permits_national  # noqa: E402
from luban.stages.fill import sign  # noqa: E402
from luban.trust import certificates  # noqa: E402
from luban.trust.local_seal import LocalSeal  # noqa: E402
from tests.matrix.world import World, build  # noqa: E402

NOW = "2026-03-02T10:00"


def _out(**_: Any) -> Any:
    raise Unavailable("无法连接对方系统。")


@cache
def _one_seal() -> LocalSeal:
    root = certificates.authority(organisation="示例机构", name="示例根证书")
    folder = Path(os.environ["LUBAN_VAR"]) / "matrix-seal"
    return LocalSeal(folder=folder, issuer=root, organisation="示例塑新", name="公章（演示）")


def _seal(**_: Any) -> LocalSeal:
    """The firm's seal at hand instead of the seal service."""
    return _one_seal()


@pytest.fixture(scope="module")
def quiet() -> Iterator[None]:
    """Thousands of refusals need no line each."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker, _items_stand: None) -> Iterator[World]:
    """The world, in a transaction that is rolled back with the module."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), clock.at(NOW):
        patch.setattr(data_hub, "legal_person", _out)
        patch.setattr(permits_national, "discharge_permit", _out)
        patch.setattr(sign, "RemoteSeal", _seal)
        house.forget()
        with transaction.atomic():
            yield build()
            transaction.set_rollback(True)
        house.forget()


@pytest.fixture
def untouched(world: World) -> Iterator[None]:
    """Whatever a test leaves behind is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
