"""Peer groups are called urban and rural; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0013_watched"),
    ]

    operations = [
        migrations.AlterField(
            model_name="score",
            name="peer_group",
            field=models.CharField(
                blank=True, choices=[("town", "Urban"), ("country", "Rural")], max_length=8
            ),
        ),
    ]
