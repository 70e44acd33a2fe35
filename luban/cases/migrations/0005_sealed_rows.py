"""Cases and their versions carry a code (HMAC-SM3); versions are found by the secrets they hold (blind index)."""

from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from luban.people.resealing import seal_rows

CASE = (
    (
        *("id", "number", "item", "state", "step", "desk", "desk_org", "handling_org", "applicant"),
        *("applicant_name", "headline", "channel", "version", "current_id", "submitted_on", "accepted_on"),
        *("decided_on", "closed_on", "due_on", "yellow_on", "timer_on", "paused", "marks", "pauses"),
        *("timers", "returned_from", "actors", "facts", "limits", "seq", "head", "salt", "copied_from"),
        *("invited", "parties", "grams", "updated_at"),
    ),
)
VERSION = (
    (
        *("id", "case_id", "n", "rules_version", "payload", "findings", "materials", "sources"),
        *("submitted_at", "index"),
    ),
)


def _mac() -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=255)


def seal(apps: Any, editor: Any) -> None:
    """Give the rows there are a code."""
    seal_rows(apps.get_model("cases", "Case"), CASE, editor)
    seal_rows(apps.get_model("cases", "CaseVersion"), VERSION, editor)


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_batches")]

    operations = [
        migrations.AddField("case", "mac", _mac()),
        migrations.AddField("caseversion", "mac", _mac()),
        migrations.AddField(
            "caseversion",
            "index",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=72), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddIndex(
            "caseversion",
            django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("index", []), _negated=True), fields=["index"], name="version_index"
            ),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
