"""What is written to these tables outside every act is noted."""

from django.db import migrations

from audit.untold import watched
from gridbank import triggers
from customers.guards import WATCHED


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_untold"), ("customers", "0022_app_came")]

    operations = [triggers.operation(sql) for sql in watched(WATCHED)]
