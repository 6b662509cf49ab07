import django.db.models.deletion
from django.db import migrations, models

from customers.guards import complete_guards
from gridbank.triggers import operation

FILL = "UPDATE customers_household SET complete_since = COALESCE(archived_on, CURRENT_DATE) WHERE completeness = 100"


class Migration(migrations.Migration):
    """Whether an archive is complete is a state of the day: since when it is now, and the days on which it was.

    An archive that was complete once and lacks something today begins without a span: since when isn't known.
    """

    dependencies = [("customers", "0005_deaths")]

    operations = [
        migrations.CreateModel(
            name="CompleteSpan",
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
                    "household",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complete_spans",
                        to="customers.household",
                    ),
                ),
            ],
            options={
                "ordering": ["household", "valid_to"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                        name="complete_span_in_order",
                    ),
                    models.UniqueConstraint(fields=("household", "valid_to"), name="complete_span_once"),
                ],
            },
        ),
        migrations.RemoveIndex(model_name="household", name="household_archived"),
        migrations.AddField(
            "household",
            "complete_since",
            models.DateField(blank=True, editable=False, null=True, verbose_name="archive complete since"),
        ),
        migrations.AlterField(
            "household",
            "archived_on",
            models.DateField(blank=True, editable=False, null=True, verbose_name="archive first complete on"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("complete_since__isnull", False), ("completeness", 100)),
                    models.Q(("complete_since", None), ("completeness__lt", 100)),
                    _connector="OR",
                ),
                name="household_complete_since_a_day",
            ),
        ),
        *(operation(sql) for sql in complete_guards()),
    ]
