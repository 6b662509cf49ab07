"""What is told of a change: to the trail, masked, and to whoever saved later."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from customers.catalogue import CATALOGUE, DataClass
from customers.models import Customer, Household
from customers.personal import mask_of
from gridbank.errors import StaleEdit

HIDDEN = "***"


def shown(instance: models.Model, field: str, value: Any) -> Any:
    """Return a value as the audit trail may hold it for ever, read by an auditor who sees no customer.

    What identifies a person or shows his means (class C2 of the catalogue) is masked or left out.
    """
    mask = mask_of(type(instance), field)
    if mask is not None:
        return mask(value or "")
    entry = CATALOGUE[type(instance).__name__][field]
    if entry.data_class == DataClass.C2:
        return HIDDEN if value else ""
    return getattr(value, "pk", value) if isinstance(value, models.Model) else value


def changed(instance: models.Model, before: Mapping[str, Any], fields: Iterable[str]) -> dict[str, list[Any]]:
    """Return {field: [old, new]}, masked, of what is different now."""
    return {
        name: [shown(instance, name, before[name]), shown(instance, name, getattr(instance, name))]
        for name in fields
        if before[name] != getattr(instance, name)
    }


def refuse_stale(instance: Household | Customer, version: int) -> None:
    """Compare the version a form was opened with. Raises StaleEdit, naming who changed what."""
    if instance.version == version:
        return
    events = AuditEvent.objects.filter(
        subject_type=instance._meta.label_lower, subject_id=str(instance.pk)
    ).order_by("pk")
    names: set[str] = set()
    who: set[str] = set()
    for event in events.select_related("actor"):
        details = json.loads(event.changes)
        if details.get("version", 0) > version:
            names.update(details.get("fields", {}))
            who.add(str(event.actor or ""))
    labels = [str(instance._meta.get_field(name).verbose_name) for name in sorted(names)]  # type: ignore[union-attr]
    raise StaleEdit(
        _("%(who)s changed this meanwhile: %(what)s. Compare and save again.")
        % {"who": "、".join(sorted(who)) or "?", "what": "、".join(labels) or "?"},
        fields=tuple(sorted(names)),
        version=instance.version,
    )
