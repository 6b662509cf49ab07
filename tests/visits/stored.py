"""What is stored once visits were sent: rows whoever may see them, and what the audit says."""

from audit.models import AuditEvent
from gridbank.scoping import waive_scope


def statuses(results):
    return [result.status.value for result in results]


def everything(model):
    with waive_scope("a test counts rows"):
        return list(model.objects.all())


def one(model):
    (row,) = everything(model)
    return row


def events(action):
    return [event.details for event in AuditEvent.objects.filter(action=action)]
