"""Edits of registers and the rows they made carry a code (HMAC-SM3)."""

from typing import Any

from django.db import migrations, models

from luban.people.resealing import seal_rows

CHANGE = (
    (
        *("register", "key", "data", "from_day", "to_day", "removes", "reason", "batch", "state"),
        *("proposed_by", "proposed_by_name", "proposed_at", "approved_by", "approved_by_name"),
        *("decided_at", "decision_reason"),
    ),
)
ROW = (("register", "key", "data", "removed", "change_id"),)


def _mac() -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=255)


def seal(apps: Any, editor: Any) -> None:
    """Give the rows there are a code."""
    seal_rows(apps.get_model("book", "Change"), CHANGE, editor)
    seal_rows(apps.get_model("book", "Row"), ROW, editor)


class Migration(migrations.Migration):
    dependencies = [("book", "0001_initial")]

    operations = [
        migrations.AddField("change", "mac", _mac()),
        migrations.AddField("row", "mac", _mac()),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
