"""What is written to these tables outside every act is noted."""

from django.db import migrations

from audit.untold import watched
from gridbank import triggers
from performance.guards import WATCHED


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_untold"), ("performance", "0012_own_targets")]

    operations = [triggers.operation(sql) for sql in watched(WATCHED)]
