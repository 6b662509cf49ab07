import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


# The app is counted as it stands at the end of a month: steps of old need somebody's word as well. Other acts of before
# lie in months of schemes under which nobody was asked.
CLAIM = (
    "INSERT INTO customers_claim (customer_id, kind, source_id, day, entered_by_id, earner_id, entered_at, state, witness,"
    " reason) SELECT id, 'verified', id, app_verified_on, app_activated_by_id, app_activated_by_id, CURRENT_TIMESTAMP,"
    " 1, '', '' FROM customers_customer WHERE app_verified_on IS NOT NULL"
)
MARK = "UPDATE customers_customer SET app_evidence = 1 WHERE app_verified_on IS NOT NULL"


class Migration(migrations.Migration):
    """What one person entered and earns by is claimed until somebody else has confirmed it."""

    dependencies = [
        ("customers", "0006_complete_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="account_evidence",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Claimed"), (2, "Confirmed"), (3, "Refuted"), (4, "Withdrawn")],
                editable=False,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="app_evidence",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Claimed"), (2, "Confirmed"), (3, "Refuted"), (4, "Withdrawn")],
                editable=False,
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("source_id", models.BigIntegerField()),
                ("day", models.DateField()),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Claimed"), (2, "Confirmed"), (3, "Refuted"), (4, "Withdrawn")],
                        default=1,
                    ),
                ),
                (
                    "witness",
                    models.CharField(
                        blank=True,
                        choices=[("person", "Second person"), ("core", "Core system")],
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="customers.customer",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided_claims",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "earner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earned_claims",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entered_claims",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(condition=models.Q(("state", 1)), fields=["id"], name="claim_open"),
                    models.Index(fields=["kind", "source_id"], name="claim_source"),
                    models.Index(fields=["day", "state"], name="claim_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", [1, 2])),
                        fields=("kind", "source_id"),
                        name="claim_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("witness", "person"), _negated=True),
                            models.Q(
                                models.Q(
                                    models.Q(("decided_by", models.F("entered_by")), _negated=True),
                                    ("entered_by", None),
                                    _connector="OR",
                                ),
                                models.Q(
                                    models.Q(("decided_by", models.F("earner")), _negated=True),
                                    ("earner", None),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="claim_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", [2, 3]), _negated=True),
                            models.Q(("decided_at__isnull", False), models.Q(("witness", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="claim_decided_by_something",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CLAIM, migrations.RunSQL.noop),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
