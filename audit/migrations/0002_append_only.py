"""Let the database itself refuse to change the audit trail."""

from django.db import migrations

from gridbank import triggers


class Migration(migrations.Migration):
    """Triggers on audit_auditevent."""

    dependencies = [("audit", "0001_initial")]

    operations = [triggers.operation(triggers.append_only("audit_auditevent", unique=("id", "hash")))]
