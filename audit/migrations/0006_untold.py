"""What no event tells of."""

from django.db import migrations, models

from audit.untold import notes
from gridbank import triggers


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_readings")]

    operations = [
        migrations.CreateModel(
            name="Untold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=60)),
                ("relation", models.CharField(max_length=63)),
                ("row", models.CharField(max_length=40)),
            ],
            options={"indexes": [models.Index(fields=["act", "relation"], name="untold_act")]},
        ),
        triggers.operation(notes()),
    ]
