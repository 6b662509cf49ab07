"""Mistakes in the code and its catalogues, whatever the profile."""

import os
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.db import models

from gridbank import environment
from gridbank.scoping import ScopedModel

# Models that may point at a row with an owner and be read by anybody; each says why.
OPEN_ROWS: dict[str, str] = {}


def _keys_to_owned_rows(model: type[models.Model]) -> list[str]:
    """Name the keys whose target has an owner, whatever they are called; a many-to-many is two such keys."""
    return [
        field.name
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if isinstance(field.related_model, type) and issubclass(field.related_model, ScopedModel)
    ]


@register()
def rows_with_an_owner_are_scoped(**_: Any) -> list[CheckMessage]:
    """E001: a model with a key to a ScopedModel must be one itself, or be named in OPEN_ROWS with its reason."""
    return [
        Error(
            f"{model.__name__}.{keys[0]} points at a row with an owner, but {model.__name__} is no ScopedModel.",
            id="gridbank.E001",
            obj=model,
        )
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, ScopedModel)
        and model._meta.label not in OPEN_ROWS
        and (keys := _keys_to_owned_rows(model))
    ]


@register()
def catalogues_are_compiled(**_: Any) -> list[CheckMessage]:
    """W002: without compiled catalogues the site would speak English only."""
    places = [
        settings.BASE_DIR / "locale",
        *(settings.BASE_DIR / app / "locale" for app in settings.INSTALLED_APPS),
    ]
    missing = [
        po
        for place in places
        for po in place.glob("*/LC_MESSAGES/django.po")
        if not po.with_suffix(".mo").exists()
    ]
    return [
        Caution(
            f"{po.relative_to(settings.BASE_DIR)} is not compiled; run make messages.", id="gridbank.W002"
        )
        for po in missing
    ]


@register()
def no_setting_goes_unread(**_: Any) -> list[CheckMessage]:
    """W020: a misspelt name sets nothing."""
    return [Caution(text, id="gridbank.W020") for text in environment.unread(os.environ)]
