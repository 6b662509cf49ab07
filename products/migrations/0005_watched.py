"""What is written to these tables outside every act is noted."""

from django.db import migrations

from audit.untold import watched
from gridbank import triggers
from products.guards import WATCHED


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_untold"), ("products", "0004_accounts")]

    operations = [triggers.operation(sql) for sql in watched(WATCHED)]
