from django.db import migrations, models

from gridbank.triggers import operation
from performance.guards import guards

GUARDS = operation(guards())


class Migration(migrations.Migration):
    """Amounts of facts are whole millionths, and a score line knows between which numbers its facts lie.

    Not reversible: what a month's hash is taken over is written in another way from here on, so a month that
    was computed before doesn't verify any more. No release ever computed one.
    """

    dependencies = [("grids", "0001_initial"), ("performance", "0002_guards")]

    operations = [
        migrations.RunPython(GUARDS.reverse_code, GUARDS.code),
        migrations.RemoveConstraint(model_name="fact", name="fact_not_negative"),
        migrations.RemoveIndex(model_name="fact", name="fact_drill"),
        migrations.AddField(
            "fact", "numerator_micros", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField(
            "fact", "denominator_micros", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.RunSQL(
            "UPDATE performance_fact SET numerator_micros = ROUND(numerator * 1000000), "
            "denominator_micros = ROUND(denominator * 1000000)"
        ),
        migrations.RemoveField("fact", "numerator"),
        migrations.RemoveField("fact", "denominator"),
        migrations.AddConstraint(
            model_name="fact",
            constraint=models.CheckConstraint(
                condition=models.Q(("denominator_micros__gte", 0), ("numerator_micros__gte", 0)),
                name="fact_not_negative",
            ),
        ),
        migrations.AddField("scoreline", "first_fact", models.PositiveIntegerField(null=True)),
        migrations.AddField("scoreline", "last_fact", models.PositiveIntegerField(null=True)),
        GUARDS,
    ]
