import json
from datetime import timedelta
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from customers.guards import guards
from gridbank.triggers import operation

BATCH = 1000


def fill(apps: Any, _schema_editor: Any) -> None:
    """Read from the trail where each household that moved was before; what it doesn't tell whole is left out."""
    household_model, attribution = (
        apps.get_model("customers", name) for name in ("Household", "Attribution")
    )
    events = apps.get_model("audit", "AuditEvent").objects.filter(
        action="household.updated", changes__contains='"grid":['
    )
    moves: dict[int, list[tuple[Any, int, int]]] = {}
    for pk, at, changes in events.order_by("pk").values_list("subject_id", "at", "changes"):
        old, new = json.loads(changes)["fields"]["grid"]
        moves.setdefault(int(pk), []).append((timezone.localdate(at), old, new))
    grids = set(apps.get_model("grids", "Grid").objects.values_list("pk", flat=True))
    spans = []
    for at in range(0, len(moves), BATCH):
        keys = sorted(moves)[at : at + BATCH]
        rows = household_model.objects.filter(pk__in=keys)
        for pk, grid_id, created_at in rows.values_list("pk", "grid_id", "created_at"):
            chain = moves[pk]
            stands = [new for _day, _old, new in chain] == [*[old for _day, old, _new in chain[1:]], grid_id]
            since = timezone.localdate(created_at)
            for day, old, _new in chain if stands else ():
                if since < day and old in grids:
                    until = day - timedelta(days=1)
                    spans.append(attribution(household_id=pk, grid_id=old, valid_from=since, valid_to=until))
                since = max(since, day)
    attribution.objects.bulk_create(spans, batch_size=BATCH)


class Migration(migrations.Migration):
    """Which grid a household belonged to is dated, from what the trail tells; spans are only ever added."""

    dependencies = [
        ("audit", "0002_append_only"),
        ("customers", "0001_initial"),
        ("grids", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(db_index=True)),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attributions",
                        to="grids.grid",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attributions",
                        to="customers.household",
                    ),
                ),
            ],
            options={
                "ordering": ["household", "valid_to"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                        name="attribution_in_order",
                    ),
                    models.UniqueConstraint(fields=("household", "valid_to"), name="attribution_once"),
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        *(operation(sql) for sql in guards()),
    ]
