"""Fields that every app's forms share."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridbank.days import day_read
from gridbank.spelling import spellings

# beyond it no database holds a key
LARGEST_KEY = 2**62


class DayInput(forms.DateInput):
    """A day that is typed in a few keys; day-field.js puts the browser's own picker beside it."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        given = {
            "data-typed-day": True,
            "autocomplete": "off",
            "maxlength": "20",
            "placeholder": "1210 · +30",
        }
        super().__init__(given | (attrs or {}), format="%Y-%m-%d")


class Pick(forms.Select):
    """A menu that is typed into; pick.js makes the box. What follows " · " in a choice is said beside it."""

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"data-pick": True} | (attrs or {}), choices)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give each choice the ways in which it may be typed."""
        option = super().create_option(*args, **kwargs)
        if option["value"]:
            option["attrs"]["data-keys"] = spellings(str(option["label"]).partition(" · ")[0])
        return option


class DayField(forms.DateField):
    """A day as people type it: whole, without its year, or so many days from today."""

    widget = DayInput
    default_error_messages: ClassVar = {"invalid": _("Write a day like 2026-12-10, 1210 or +30.")}

    def to_python(self, value: Any) -> date | None:
        """Read what was typed. Raises ValidationError."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return day_read(value, timezone.localdate())
        except (ValueError, OverflowError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


def key_read(text: str) -> int:
    """Read a key from an address, 0 when it is none: no row has it, and the field itself says what is wrong."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_KEY)) else 0
