"""Coordinates as columns."""

import math
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class DegreesField(models.FloatField):  # type: ignore[type-arg]
    """A coordinate within bounds, which forms and services ask the field about. Migrations don't hold them."""

    def __init__(
        self, *args: Any, within: tuple[float, float] = (-math.inf, math.inf), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.within = within

    def deconstruct(self) -> Any:
        """Describe the column alone."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.FloatField", args, kwargs

    def validate(self, value: Any, model_instance: Any) -> None:
        """Refuse what lies beyond, and what is no number at all."""
        super().validate(value, model_instance)
        low, high = self.within
        if value is not None and not low <= value <= high:
            raise ValidationError(_("From %(low)g to %(high)g.") % {"low": low, "high": high})

    def formfield(self, **kwargs: Any) -> Any:
        """Return the input of a form, with the same bounds."""
        low, high = self.within
        return super().formfield(**{"min_value": low, "max_value": high, **kwargs})
