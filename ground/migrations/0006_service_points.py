"""Who looks after a service point, and why it was closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ground", "0005_watched")]

    operations = [
        migrations.AddField(
            model_name="servicepoint",
            name="partner",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="servicepoint",
            name="close_reason",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]
