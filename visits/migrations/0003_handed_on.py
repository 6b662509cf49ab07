from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0002_late_visits"),
    ]

    operations = [
        migrations.AlterField(
            model_name="heldvisit",
            name="reason",
            field=models.CharField(
                choices=[
                    ("conflict", "Same number, different content"),
                    ("clock", "Dated in the future"),
                    ("before_customer", "Dated before the archive existed"),
                    ("before_staff", "Dated before the person joined"),
                    ("handed_on", "Of a household that was handed on since"),
                ],
                max_length=16,
            ),
        ),
    ]
