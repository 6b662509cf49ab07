"""Fields that every app's forms share."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's own day picker, which reads and writes days in one way whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day, picked or typed."""

    widget = DayInput
