"""What is written to these tables outside every act is noted."""

from django.db import migrations

from audit.untold import watched
from gridbank import triggers
from people.guards import WATCHED


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_untold"), ("people", "0004_token_power")]

    operations = [triggers.operation(sql) for sql in watched(WATCHED)]
