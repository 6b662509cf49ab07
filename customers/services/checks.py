"""What a row must be like before it is stored, whoever stores it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from customers.enums import PolicyTag
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
from gridbank.scoping import ScopedModel


def refuse_unknown(data: Mapping[str, Any], allowed: Iterable[str]) -> None:
    """Hold the list of fields a caller may set. Raises TypeError: a caller's fault, not a person's."""
    unknown = set(data) - set(allowed)
    if unknown:
        raise TypeError(f"not to be set from outside: {', '.join(sorted(unknown))}")


def plain_text(field: str, text: str) -> str:
    """Refuse personal numbers in free text, saying where they belong. Raises Refused."""
    refuse_numbers(field, text)
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
    if not isinstance(tags, list | tuple) or any(tag not in PolicyTag.values for tag in tags):
        raise Refused(_("One of the policy groups is unknown."), field="policy_tags")
    check_texts(instance, sorted(kept))
