"""Forms of the list of claims: which are shown, and what somebody says of those he ticked."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from customers import claiming, selectors
from customers.enums import Evidence
from customers.models import Claim
from customers.services.claims import REASON_MOST
from gridbank.days import month_read
from gridbank.fields import AskedField, TickedField
from people.models import User

SHOWN = (Evidence.CLAIMED, Evidence.CONFIRMED, Evidence.REFUTED)


class ClaimFilterForm(forms.Form):
    """Which claims: waiting or decided, of a kind, of a month."""

    state = forms.TypedChoiceField(
        label=_("State"),
        required=False,
        coerce=int,
        choices=[(one.value, one.label) for one in SHOWN],
    )
    kind = forms.ChoiceField(label=_("What was entered"), required=False)
    month = AskedField(
        label=_("Month"),
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"placeholder": "YYYY-MM"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the kinds that the rooms know."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.choices = [("", _("Any")), *((key, kind.label) for key, kind in claiming.kinds().items())]

    def clean_state(self) -> int:
        """Show what waits unless something else is asked for."""
        return self.cleaned_data["state"] or Evidence.CLAIMED

    def clean_month(self) -> date | None:
        """Read the month."""
        text = self.cleaned_data["month"]
        try:
            return month_read(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(_("Write a month as 2026-11.")) from error


class ClaimsDecideForm(forms.Form):
    """What somebody says of the claims he ticked, or of all that the page showed."""

    claims = TickedField(label=_("Claims"), queryset=Claim.objects.none(), required=False)
    shown = TickedField(label=_("Claims"), queryset=Claim.objects.none(), required=False)
    every = forms.BooleanField(label=_("All on this page"), required=False)
    verdict = forms.TypedChoiceField(
        label=_("Verdict"),
        coerce=int,
        choices=[(one.value, one.label) for one in (Evidence.CONFIRMED, Evidence.REFUTED)],
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=REASON_MOST)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Take only what waits for this person's word."""
        super().__init__(*args, **kwargs)
        for name in ("claims", "shown"):
            field: Any = self.fields[name]
            field.queryset = selectors.claims_to_decide(actor=actor)
            field.error_messages["invalid_choice"] = _(
                "One of these is decided already. Look at the list again."
            )

    def decision(self) -> dict[str, Any]:
        """Return what the service takes."""
        chosen = self.cleaned_data["shown" if self.cleaned_data["every"] else "claims"]
        return {
            "claims": [claim.pk for claim in chosen],
            "verdict": self.cleaned_data["verdict"],
            "reason": self.cleaned_data["reason"],
        }
