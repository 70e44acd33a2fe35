"""A draft that goes takes its files with it: what nobody else refers to is removed from the store as well.

Files are addressed by their content, so the same bytes may belong to another draft, to a case, to a paper. Only what
the draft itself held is looked at, after its rows are gone for good, and a file that was put there a moment ago stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction

from luban.cases import house
from luban.cases.models import CaseVersion, Document, Draft, File
from luban.registers.licences.models import Licence

FRESH_SECONDS = 5.0


def erase(*, drafts: Iterable[Any]) -> int:
    """Delete drafts by their ids with their files; returns how many drafts. Inside a transaction or in one of its own."""
    ids = list(drafts)
    with transaction.atomic():
        held = set(File.objects.filter(draft__in=ids).values_list("sm3", flat=True))
        deleted = Draft.objects.filter(pk__in=ids).delete()[1].get("cases.Draft", 0)
        transaction.on_commit(partial(_remove, held))
    return deleted


def _remove(digests: set[str]) -> None:
    """Take away the files that nothing refers to any more."""
    for digest in sorted(digests):
        if digest and not referred_to(digest):
            house.objects().remove(digest, fresh_seconds=FRESH_SECONDS)


def referred_to(digest: str) -> bool:
    """Whether a draft, a case, a paper or a licence has the file."""
    return (
        File.objects.filter(sm3=digest).exists()
        or Document.objects.filter(sm3=digest).exists()
        or Licence.objects.filter(file_sm3=digest).exists()
        or CaseVersion.objects.filter(materials__contains=[{"sm3": digest}]).exists()
    )
