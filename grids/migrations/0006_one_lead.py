"""A grid has one lead on a day, whoever writes it."""

from django.db import migrations

from gridbank.triggers import operation
from grids.guards import lead_guards


class Migration(migrations.Migration):
    dependencies = [("grids", "0005_handovers")]

    operations = [operation(lead_guards())]
