"""The audit log's query string."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from audit.labels import actions
from gridbank.fields import DayField
from gridbank.numbers import no_personal_numbers


class AuditFilterForm(forms.Form):
    """Which events to show."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To"), required=False)
    person = forms.CharField(
        label=_("Person"), required=False, max_length=60, validators=[no_personal_numbers]
    )
    action = forms.ChoiceField(label=_("Action"), required=False)
    subject = forms.CharField(
        label=_("Subject"),
        required=False,
        max_length=121,
        validators=[
            RegexValidator(r"^[a-z]+\.[a-z]+(:[\w-]{1,60})?\Z", _("Like people.user or people.user:12."))
        ],
    )
    before = forms.IntegerField(label=_("Page"), required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the actions by name."""
        super().__init__(*args, **kwargs)
        named = sorted(actions().items())
        self.fields["action"].choices = [("", _("all")), *named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it starts."""
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("The last day is before the first."))
        return data

    @property
    def filters(self) -> dict[str, Any]:
        """Return what the selector takes."""
        return {name: self.cleaned_data[name] for name in ("since", "until", "person", "action", "subject")}
