"""The read log, which the database itself keeps."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.guards import read_log
from gridbank import triggers


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_chained"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("token", models.PositiveBigIntegerField(null=True)),
                ("route", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=40)),
                ("count", models.PositiveIntegerField()),
                ("first", models.PositiveBigIntegerField()),
                ("last", models.PositiveBigIntegerField()),
                ("keys", models.TextField()),
                ("request_id", models.CharField(max_length=32)),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["actor", "at"], name="reading_actor"),
                    models.Index(fields=["first"], name="reading_first"),
                ],
            },
        ),
        triggers.operation(read_log()),
    ]
