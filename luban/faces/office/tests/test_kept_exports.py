"""Exports go when their days are over."""

from __future__ import annotations

import uuid

import pytest

from luban.cases import house
from luban.faces.office.kept_exports import forget_old
from luban.faces.office.models import ExportRun
from luban.kit.clock import clock


def exported(content: bytes) -> ExportRun:
    return ExportRun.objects.create(
        id=uuid.uuid4(),
        account="city_window",
        actor={},
        title="办件",
        query={},
        state="done",
        sm3=house.objects().put(content),
        created_at=clock.now(),
    )


@pytest.mark.django_db
def test_an_export_is_kept_for_a_month() -> None:
    with clock.at("2026-03-02T10:00"):
        old = exported(b"old export")
    with clock.at("2026-03-31T10:00"):
        assert forget_old() == 0
        new = exported(b"new export")
    with clock.at("2026-04-02T10:00"):
        assert forget_old() == 1
    assert list(ExportRun.objects.values_list("pk", flat=True)) == [new.pk]
    assert not house.objects().exists(old.sm3)
    assert house.objects().exists(new.sm3)
