"""What the writing services share: ground, plain text, stale edits, masked changes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from customers import completeness, selectors
from customers.catalogue import CATALOGUE, DataClass
from customers.enums import PolicyTag
from customers.models import Customer, Household
from customers.personal import mask_of
from gridbank.errors import Refused, StaleEdit
from gridbank.numbers import personal_numbers
from gridbank.scoping import ScopedModel
from people.models import User

HIDDEN = "***"


def refuse_unknown(data: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Hold the list of fields a caller may set. Raises TypeError: a caller's fault, not a person's."""
    unknown = set(data) - set(allowed)
    if unknown:
        raise TypeError(f"not to be set from outside: {', '.join(sorted(unknown))}")


def plain_name(name: str) -> str:
    """Return a name as it is kept: without blanks around it, and with one between its parts."""
    return " ".join(name.split())


def own_ground(actor: User, household: Household) -> None:
    """Let a special grid's manager read a member's household but not write to it. Raises PermissionDenied."""
    if not selectors.grids_to_write(actor=actor).filter(pk=household.grid_id).exists():
        raise PermissionDenied


def plain_text(field: str, text: str) -> str:
    """Refuse personal numbers in free text, saying where they belong. Raises Refused."""
    kinds = personal_numbers(text)
    if "id" in kinds:
        raise Refused(
            _("This text holds an ID number. It belongs in the person's ID number field."), field=field
        )
    if "phone" in kinds:
        raise Refused(
            _("This text holds a phone number. It belongs in the person's phone field."), field=field
        )
    if "card" in kinds:
        raise Refused(_("This text holds a card number. Card numbers are not kept here."), field=field)
    return text


def check_texts(instance: models.Model, fields: Iterable[str]) -> None:
    """Check every free text among the fields. Raises Refused."""
    for name in fields:
        field = instance._meta.get_field(name)
        value = getattr(instance, name)
        if isinstance(field, models.CharField) and not field.choices and isinstance(value, str):
            plain_text(name, value)


def check_model(instance: ScopedModel, fields: Iterable[str]) -> None:
    """Check lengths, choices and bounds of the named fields. Raises Refused at the first that is wrong."""
    kept = set(fields)
    others = {field.name for field in instance._meta.fields} - kept
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], field=field) from error
    tags = getattr(instance, "policy_tags", ())
    if not isinstance(tags, list | tuple) or not set(tags) <= set(PolicyTag.values):
        raise Refused(_("One of the policy groups is unknown."), field="policy_tags")
    check_texts(instance, sorted(kept))


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


def remeasure(household: Household, actor: User | None) -> None:
    """Score the archive again and keep the day on which it first was complete. Saves the household."""
    head = selectors.head_values(household.pk)
    found = completeness.measure(selectors.household_values(household), head)
    household.completeness, household.completeness_rule = found.score, found.rule
    if found.is_complete and household.archived_on is None:
        household.archived_on, household.archived_by = timezone.localdate(), actor
    household.save(update_fields=["completeness", "completeness_rule", "archived_on", "archived_by"])
