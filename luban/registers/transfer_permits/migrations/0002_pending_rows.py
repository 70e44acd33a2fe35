import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("transfer_permits", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PendingRow",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("licence_no", models.CharField(max_length=60)),
                ("capacity_group", models.CharField(max_length=60)),
                ("tonnes", models.DecimalField(decimal_places=4, max_digits=14)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="transfer_permits.pendingapplication",
                    ),
                ),
            ],
        ),
    ]
