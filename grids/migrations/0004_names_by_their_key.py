from django.db import migrations

from grids.guards import guards
from gridbank.triggers import renewal


class Migration(migrations.Migration):
    """An earlier name isn't replaced by its key either, on SQLite."""

    dependencies = [
        ("grids", "0003_names_and_backdatings"),
    ]

    operations = [renewal(guards())]
