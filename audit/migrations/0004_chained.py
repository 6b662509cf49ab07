"""Let the database itself tie the trail's head to its last event."""

from django.db import migrations

from audit.guards import chain
from gridbank import triggers


class Migration(migrations.Migration):
    """Triggers on audit_auditevent and audit_audithead."""

    dependencies = [("audit", "0003_head_time")]

    operations = [triggers.operation(chain())]
