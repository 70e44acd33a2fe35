"""Signing in by identity platforms and certificates, one-time codes of administrators, one session an account.

Additions only (ADR 20); the new sealed column of accounts is a group of its own, taken up when a row is next written.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _mac() -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=255)


class Migration(migrations.Migration):
    dependencies = [("people", "0004_audit_ref")]

    operations = [
        migrations.AddField("account", "password_set_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "account",
            "session_mark",
            models.CharField(blank=True, db_default="", default="", max_length=43),
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                ("mac", _mac()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="second_factor",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret", models.JSONField()),
                ("last_step", models.BigIntegerField(default=0)),
                ("enrolled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mac", _mac()),
                ("issuer", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identities",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("issuer", "subject"), name="people_identity_once"),
                    models.UniqueConstraint(fields=("issuer", "account"), name="people_identity_one"),
                ],
            },
        ),
    ]
