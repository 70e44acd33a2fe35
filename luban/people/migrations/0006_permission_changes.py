"""Changes to rights: their state in one row, their history append-only; additions only."""

from django.db import migrations, models

FORWARD = """
create function people_permission_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'people_permissionchange is append-only';
end $$;
create trigger people_permission_append_only before update or delete on people_permissionchange
    for each row execute function people_permission_append_only();
"""
BACKWARD = """
drop trigger people_permission_append_only on people_permissionchange;
drop function people_permission_append_only();
"""


def _mac() -> models.CharField:
    return models.CharField(blank=True, db_default="", default="", max_length=255)


class Migration(migrations.Migration):
    dependencies = [("people", "0005_signing_in")]

    operations = [
        migrations.CreateModel(
            name="PermissionState",
            fields=[
                ("mac", _mac()),
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("given", models.JSONField(default=list)),
                ("taken", models.JSONField(default=list)),
                ("changed_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="PermissionChange",
            fields=[
                ("mac", _mac()),
                ("version", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("account", models.CharField(max_length=64)),
                ("right", models.CharField(max_length=64)),
                ("role", models.CharField(max_length=32)),
                ("gives", models.BooleanField()),
                ("reason", models.CharField(max_length=200)),
            ],
            options={"ordering": ["-version"]},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
