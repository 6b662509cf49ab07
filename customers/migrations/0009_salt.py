"""What ties a person's sealed numbers to his row; who was there before gets it from rekey_personal_data."""

from django.db import migrations, models

import customers.pii


def salt(**more):
    return models.CharField(max_length=16, null=True, blank=True, editable=False, unique=True, **more)


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_residences")]

    operations = [
        migrations.AddField(model_name="customer", name="salt", field=salt()),
        # the database knows nothing of the default
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="customer", name="salt", field=salt(default=customers.pii.new_salt)
                )
            ]
        ),
    ]
