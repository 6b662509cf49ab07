from django.db import migrations

from gridbank.triggers import operation
from ground.guards import guards


class Migration(migrations.Migration):
    """A boundary that was drawn stays as it was, whoever asks."""

    dependencies = [("ground", "0001_initial")]

    operations = [operation(guards())]
