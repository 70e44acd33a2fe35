"""Every line of the audit trail has a random reference, so that a copy of a genuine line is not genuine."""

import uuid

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_sealed_rows")]

    operations = [
        migrations.RunSQL(
            "drop index if exists people_audit_once", migrations.RunSQL.noop
        ),  # a development version had it
        migrations.AddField(
            "auditentry",
            "ref",
            models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                unique=True,
            ),
        ),
    ]
