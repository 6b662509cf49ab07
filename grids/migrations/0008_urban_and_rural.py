"""Peer groups are called urban and rural; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grids", "0007_watched"),
    ]

    operations = [
        migrations.AlterField(
            model_name="grid",
            name="peer_group",
            field=models.CharField(
                choices=[("town", "Urban"), ("country", "Rural")], default="country", max_length=8
            ),
        ),
    ]
