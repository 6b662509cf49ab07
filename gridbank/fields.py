"""Fields that every app's forms share."""

from typing import Any

from django import forms

# beyond it no database holds a key
LARGEST_KEY = 2**62


class DayInput(forms.DateInput):
    """The browser's own day picker, which reads and writes days in one way whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, picked or typed."""

    widget = DayInput


def key_read(text: str) -> int:
    """Read a key from an address, 0 when it is none: no row has it, and the field itself says what is wrong."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_KEY)) else 0
