"""When a grant was withdrawn: a column that may be empty, so that processes of the old version go on writing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("gateway", "0001_initial")]

    operations = [
        migrations.AddField(model_name="grant", name="withdrawn_at", field=models.DateTimeField(null=True)),
    ]
