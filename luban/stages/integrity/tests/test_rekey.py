"""No sealed column is forgotten when keys change: an older key could never be laid aside."""

from django.apps import apps
from django.db import models

from luban.people.genuine import SealedRow
from luban.people.models import AuditEntry
from luban.people.models import PermissionChange as Moved
from luban.stages.integrity.rekey import _places

APPENDED = {AuditEntry, Moved}
"""Lines that are never written again: they keep the code they were given, under the key of their day."""


def test_every_sealed_column_and_every_row_with_a_code_is_written_anew_after_a_rotation() -> None:
    covered = {place.model for place in _places()}
    for model in apps.get_models():
        binary = [f.name for f in model._meta.concrete_fields if isinstance(f, models.BinaryField)]
        if any(name.startswith("sealed") for name in binary):
            assert model in covered, f"{model.__name__} lies sealed and is not written anew"
        if issubclass(model, SealedRow) and model not in APPENDED:
            assert model in covered, f"{model.__name__} carries a code that is not made anew"
