"""Organisations, accounts, sign-in guards and the audit trail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SigninGuard",
            fields=[
                ("subject", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("since", models.DateTimeField()),
                ("locked_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("account", models.CharField(max_length=64)),
                ("role", models.CharField(blank=True, max_length=32)),
                ("organisation", models.CharField(blank=True, max_length=32)),
                ("action", models.CharField(max_length=64)),
                ("object", models.CharField(blank=True, max_length=200)),
                ("detail", models.JSONField(default=dict)),
                ("ip", models.CharField(blank=True, max_length=45)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["account", "-id"], name="people_audit_account"),
                    models.Index(fields=["object", "-id"], name="people_audit_object"),
                    models.Index(fields=["action", "-id"], name="people_audit_action"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("code", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100)),
                ("kind", models.CharField(max_length=20)),
                ("adcode", models.CharField(blank=True, max_length=6)),
                ("enabled", models.BooleanField(default=True)),
                ("letter_title", models.CharField(blank=True, max_length=100)),
                ("seal_code", models.CharField(blank=True, max_length=40)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("username", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=50)),
                (
                    "kind",
                    models.CharField(
                        choices=[("enterprise", "企业"), ("official", "工作人员"), ("operator", "运维")],
                        max_length=12,
                    ),
                ),
                ("roles", models.JSONField(default=list)),
                ("items", models.JSONField(blank=True, default=list)),
                ("enabled", models.BooleanField(default=True)),
                ("signed_in_at", models.DateTimeField(blank=True, null=True)),
                ("demo", models.BooleanField(default=False)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["username"],
                "base_manager_name": "objects",
            },
        ),
    ]
