from django.db import migrations

from gridbank.triggers import operation
from performance.guards import guards


class Migration(migrations.Migration):
    """A published month, a finished run and a used scheme can't change, whoever asks."""

    dependencies = [("performance", "0001_initial")]

    operations = [operation(guards())]
