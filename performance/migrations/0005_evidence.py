from django.db import migrations, models


class Migration(migrations.Migration):
    """A scheme says whether what was only claimed counts; those of before say nothing, and it does."""

    dependencies = [
        ("performance", "0004_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="scheme",
            name="counts_claimed",
            field=models.BooleanField(null=True),
        ),
    ]
