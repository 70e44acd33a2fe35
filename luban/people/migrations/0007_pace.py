"""The counters of rate limits: a new, unlogged table (no write-ahead log, nothing that a crash must keep)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_permission_changes")]

    operations = [
        migrations.CreateModel(
            name="PaceCount",
            fields=[
                ("subject", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("window", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.RunSQL(
            "alter table people_pacecount set unlogged", "alter table people_pacecount set logged"
        ),
    ]
