"""Accounts and lines of the audit trail carry a code (HMAC-SM3); the trail is sealed by signed checkpoints."""

from typing import Any

import django.contrib.postgres.fields
from django.db import migrations, models

from luban.people.resealing import seal_rows

ACCOUNT = (("username", "name", "kind", "organisation_id", "roles", "items", "enabled", "demo", "password"),)
ENTRY = (("at", "account", "role", "organisation", "action", "object", "detail", "ip"),)

FORWARD = """
create trigger people_auditseal_append_only before update or delete on people_auditseal
    for each row execute function people_audit_append_only();
"""
BACKWARD = "drop trigger people_auditseal_append_only on people_auditseal;"


def _mac() -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=255)


def seal(apps: Any, editor: Any) -> None:
    """Give the rows there are a code."""
    seal_rows(apps.get_model("people", "Account"), ACCOUNT, editor)
    seal_rows(apps.get_model("people", "AuditEntry"), ENTRY, editor, append_only=True)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_audit_append_only")]

    operations = [
        migrations.AddField("account", "mac", _mac()),
        migrations.AddField("auditentry", "mac", _mac()),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "entries",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("last", models.BigIntegerField()),
                ("prev", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("sealed_at", models.DateTimeField()),
                ("certificate", models.TextField()),
                ("signature", models.TextField()),
            ],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
