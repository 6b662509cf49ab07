from django.db import migrations

from gridbank.triggers import renewal
from performance.guards import ledgers


class Migration(migrations.Migration):
    """What earned isn't replaced by its key either, on SQLite."""

    dependencies = [
        ("performance", "0005_evidence"),
    ]

    operations = [renewal(sql) for sql in ledgers()]
