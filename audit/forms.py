"""The audit log's query string."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from audit.labels import actions
from audit.words import Word, unknown, words
from gridbank.fields import LARGEST_KEY, AskedField, DayField
from gridbank.numbers import no_personal_numbers


class PeriodForm(forms.Form):
    """Which rows to show: by day, by person."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    person = AskedField(label=_("Person"), required=False, max_length=60, validators=[no_personal_numbers])

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it starts."""
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day is before the first."))
        return data


class AuditFilterForm(PeriodForm):
    """Which events to show."""

    field_order = ("q", "since", "until", "person", "action", "subject")

    q = AskedField(
        label=_("Who, what, which, when"),
        required=False,
        max_length=80,
        validators=[no_personal_numbers],
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "placeholder": _("name · act · grid · household no. · 11-26 · 14:00"),
            }
        ),
    )
    action = forms.ChoiceField(label=_("Action"), required=False)
    subject = AskedField(
        label=_("Subject"),
        required=False,
        max_length=121,
        validators=[
            RegexValidator(r"^[a-z]+\.[a-z]+(:[\w-]{1,60})?\Z", _("Like people.user or people.user:12."))
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the actions by name."""
        super().__init__(*args, **kwargs)
        named = sorted(actions().items())
        self.fields["action"].choices = [("", _("all")), *named]  # type: ignore[attr-defined]

    def clean_q(self) -> list[Word]:
        """Sort the words out."""
        return words(self.cleaned_data["q"])

    @property
    def unknown(self) -> str:
        """Say which words of the search nothing is called by."""
        return unknown(self.cleaned_data.get("q", []))


class ReadingFilterForm(PeriodForm):
    """Which readings to show; whose archive it is, the auditor knows by its number only."""

    field_order = ("since", "until", "person", "household")

    household = forms.IntegerField(
        label=_("Household (row number)"), required=False, min_value=1, max_value=LARGEST_KEY
    )
