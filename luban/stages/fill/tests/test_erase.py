"""A draft that goes takes its files with it, and only its own."""

from __future__ import annotations

import os
import uuid
from typing import Any

import pytest

from luban.cases import house
from luban.cases.models import Draft, File
from luban.kit.clock import clock
from luban.stages.fill.erase import erase
from luban.trust.objects import ObjectMissing


def draft() -> Draft:
    now = clock.now()
    nothing: dict[str, Any] = {}
    return Draft.objects.create(
        id=uuid.uuid4(),
        item="solid_waste_utilisation",
        owner="91310115MA1TL1A06J",
        owner_name="示例",
        account="suxin",
        payload=nothing,
        sources=nothing,
        answers=nothing,
        seal=nothing,
        created_at=now,
        updated_at=now,
    )


def with_file(row: Draft, content: bytes) -> str:
    digest = house.objects().put(content)
    os.utime(house.objects()._path(digest), (0, 0))
    File.objects.create(
        draft=row,
        code="M01",
        seq=1,
        filename="示例.pdf",
        kind="pdf",
        size=1,
        pages=1,
        sm3=digest,
        recognised={},
        uploaded_by="suxin",
        uploaded_at=clock.now(),
    )
    return digest


@pytest.mark.django_db
def test_files_go_with_their_draft_unless_another_has_them(django_capture_on_commit_callbacks: Any) -> None:
    gone, stays = draft(), draft()
    own, shared = with_file(gone, b"only here"), with_file(gone, b"in two drafts")
    with_file(stays, b"in two drafts")
    with django_capture_on_commit_callbacks(execute=True):
        assert erase(drafts=[gone.pk]) == 1
    with pytest.raises(ObjectMissing):
        house.objects().get(own)
    assert house.objects().get(shared) == b"in two drafts"
    assert list(Draft.objects.values_list("pk", flat=True)) == [stays.pk]


@pytest.mark.django_db
def test_a_file_somebody_is_just_putting_there_stays(django_capture_on_commit_callbacks: Any) -> None:
    row = draft()
    digest = with_file(row, b"uploaded again")
    house.objects().put(b"uploaded again")
    with django_capture_on_commit_callbacks(execute=True):
        erase(drafts=[row.pk])
    assert house.objects().get(digest) == b"uploaded again"
