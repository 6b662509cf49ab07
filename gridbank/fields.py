"""Fields that every app's forms share."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from gridbank.days import day_read
from gridbank.listing import SIZES
from gridbank.spelling import spellings

# what Django says of a choice that isn't there: our catalogue answers it in the bank's words
gettext_noop("Select a valid choice. %(value)s is not one of the available choices.")
gettext_noop("Select a valid choice. That choice is not one of the available choices.")

# beyond it no database holds a key
LARGEST_KEY = 2**62


_FIGURE, _BETWEEN = "[0-9０-９]", r"[\s\-]*"
_MOBILE = rf"[1１]{_BETWEEN}[3-9３-９](?:{_BETWEEN}{_FIGURE}){{9}}(?!{_FIGURE})"
# what a browser's pattern lets through: no mobile number, and nothing as long as an ID or card number
NO_NUMBER = rf"(?!(?:.*[^0-9０-９])?(?:86{_BETWEEN})?{_MOBILE})(?!.*(?:{_FIGURE}{_BETWEEN}){{15}}).*"
NO_NUMBER_HERE = _("An address takes no ID, phone or card number. Search for one in the box on top.")


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


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick in a frame that scrolls; ticks.js adds the line in which one looks for a name."""

    template_name = "gridbank/ticks"

    def get_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Say what the line is called, and how each choice may be typed."""
        context = super().get_context(*args, **kwargs)
        context["widget"]["find"] = _("Find by name, pinyin, group or number")
        for _group, options, _index in context["widget"]["optgroups"]:
            for option in options:
                option["keys"] = spellings(str(option["label"]).partition(" · ")[0])
        return context


class AskedField(forms.CharField):
    """Words that travel in an address. The browser itself holds back an ID, phone or card number; so does the server."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Say so in the field."""
        return {**super().widget_attrs(widget), "pattern": NO_NUMBER, "title": NO_NUMBER_HERE}


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


class TickedField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Keys of ticked rows: at most a page of them, as many as are shown before anything is done with them."""

    default_error_messages: ClassVar = {
        "too_many": _("At most %(most)s at once: that many are shown before.")
    }

    def clean(self, value: Any) -> Any:
        """Refuse too many, and what is no key of any database, before it is asked."""
        given = value or ()
        if len(given) > max(SIZES):
            said = self.error_messages["too_many"]
            raise forms.ValidationError(said, code="too_many", params={"most": max(SIZES)})
        if any(not key_read(str(each)) for each in given):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


def key_read(text: str) -> int:
    """Read a key from an address, 0 when it is none: no row has it, and the field itself says what is wrong."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_KEY)) else 0
