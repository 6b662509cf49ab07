from django.db import migrations

from customers.guards import complete_guards, guards, residence_guards
from gridbank.triggers import renewal


class Migration(migrations.Migration):
    """A span isn't replaced by its key either, on SQLite."""

    dependencies = [
        ("customers", "0012_tied"),
    ]

    operations = [renewal(sql) for sql in (*guards(), *complete_guards(), residence_guards())]
