import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_exports")]

    operations = [
        migrations.CreateModel(
            name="Made",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file", models.CharField(max_length=32)),
                ("number", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "export",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="exchange.export",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "made",
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=("export", "number"), name="made_once")],
            },
        ),
    ]
