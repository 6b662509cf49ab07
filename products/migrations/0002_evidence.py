from django.db import migrations, models


class Migration(migrations.Migration):
    """That an offer was accepted is claimed until somebody else has confirmed it."""

    dependencies = [
        ("customers", "0007_evidence"),
        ("products", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="offer",
            name="evidence",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Claimed"), (2, "Confirmed"), (3, "Refuted"), (4, "Withdrawn")],
                editable=False,
                null=True,
            ),
        ),
    ]
