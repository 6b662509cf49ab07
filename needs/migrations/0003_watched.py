"""What is written to these tables outside every act is noted."""

from django.db import migrations

from audit.untold import watched
from gridbank import triggers
from needs.guards import WATCHED


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_untold"), ("needs", "0002_open_of_a_household")]

    operations = [triggers.operation(sql) for sql in watched(WATCHED)]
