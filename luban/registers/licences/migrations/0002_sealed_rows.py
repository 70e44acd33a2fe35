"""Licences carry a code (HMAC-SM3)."""

from typing import Any

from django.db import migrations, models

from luban.people.resealing import seal_rows

SEALED = (
    (
        *("token", "case_id", "case_number", "item", "document", "title", "number", "version", "holder"),
        *("holder_name", "office", "office_name", "valid_from", "valid_to", "status", "status_on"),
        *("status_reason", "changed_by", "replaced_by", "pending_by", "shows", "quantity", "file_sm3"),
        *("evidence", "issued_at"),
    ),
)


def seal(apps: Any, editor: Any) -> None:
    """Give the rows there are a code."""
    seal_rows(apps.get_model("licences", "Licence"), SEALED, editor)


class Migration(migrations.Migration):
    dependencies = [("licences", "0001_initial")]

    operations = [
        migrations.AddField(
            "licence", "mac", models.CharField(blank=True, db_default="", default="", max_length=255)
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
