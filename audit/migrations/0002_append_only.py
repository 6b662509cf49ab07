"""Let the database itself refuse to change the audit trail."""

from django.db import migrations

from audit.guards import guards
from gridbank import triggers


class Migration(migrations.Migration):
    """Triggers on audit_auditevent."""

    dependencies = [("audit", "0001_initial")]

    operations = [triggers.operation(guards())]
