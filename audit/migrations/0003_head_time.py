"""The head says when its last event was."""

from django.db import migrations, models


def fill(apps, _schema_editor):
    """Take the time of the event that stands last."""
    last = apps.get_model("audit", "AuditEvent").objects.order_by("-pk").values("at")[:1]
    apps.get_model("audit", "AuditHead").objects.update(at=models.Subquery(last))


class Migration(migrations.Migration):
    """A column for audit_audithead."""

    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddField(
            model_name="audithead",
            name="at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
