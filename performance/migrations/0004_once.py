import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gridbank.triggers import operation
from performance.guards import ledgers


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def link(to: str, name: str, **options: bool) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=to, **options)


class Migration(migrations.Migration):
    """What a final month counted never earns again; what comes too late for it is listed. Both lists only grow."""

    dependencies = [
        ("grids", "0001_initial"),
        ("performance", "0003_facts_in_millionths"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Earned",
            fields=[
                ("id", key()),
                ("indicator", models.CharField(max_length=40)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("customer", "Customer"),
                            ("offer", "Offer"),
                            ("household", "Household"),
                            ("visit", "Visit"),
                        ],
                        max_length=20,
                    ),
                ),
                ("source_id", models.CharField(max_length=60)),
                ("period", link("performance.period", "earned")),
            ],
            options={
                "verbose_name_plural": "earned",
                "constraints": [
                    models.UniqueConstraint(fields=("indicator", "source", "source_id"), name="earned_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="LateChange",
            fields=[
                ("id", key()),
                ("at", models.DateTimeField()),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.CharField(max_length=60)),
                ("changes", models.JSONField()),
                ("actor", link(settings.AUTH_USER_MODEL, "late_changes", null=True)),
                ("grid", link("grids.grid", "late_changes")),
                ("period", link("performance.period", "late_changes")),
            ],
            options={"ordering": ["-at", "-pk"]},
        ),
        *(operation(sql) for sql in ledgers()),
    ]
