"""The form that moves several households: those that were ticked, where to, from when on, and why."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import policies
from customers.models import Household
from customers.selectors import household_list
from customers.services.reveal import REASON_MOST
from gridbank.fields import DayField, key_read
from gridbank.listing import SIZES
from grids.models import Grid
from people.models import User


def homes_ticked(actor: User, keys: list[str]) -> QuerySet[Household]:
    """Return the households of these keys that somebody may move, at most a page of them."""
    known = [key for text in keys[: max(SIZES)] if (key := key_read(text))]
    rows = household_list(actor=actor).filter(pk__in=known, ended_on=None)
    return rows.filter(grid__in=policies.grids_to_write(actor=actor).values("pk")).order_by("pk")


class HouseholdsMoveForm(forms.Form):
    """Where to, from which day on, and why; a day before today waits for a second signature."""

    grid: Any = forms.ModelChoiceField(
        Grid.objects.none(), label=_("To which grid"), empty_label=_("not chosen")
    )
    first_day = DayField(label=_("First day there"))
    reason = forms.CharField(label=_("Reason"), max_length=REASON_MOST)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        """Offer the grids in which the actor may keep archives, and that go on."""
        super().__init__(*args, **kwargs)
        grid: Any = self.fields["grid"]
        grid.queryset = policies.grids_to_write(actor=actor).filter(valid_to=None)
        self.fields["first_day"].initial = timezone.localdate()
