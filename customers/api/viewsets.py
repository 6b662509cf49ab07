"""Reading the archive by API: the same selectors as the pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from customers import selectors
from customers.api.filtered import FilteredViewSet
from customers.api.forms import ApiHouseholdForm, ApiPeopleForm
from customers.api.serializers import CustomerSerializer, HouseholdSerializer
from customers.conditions import Wanted
from customers.models import Customer, Household
from gridbank.fields import key_read


class HouseholdViewSet(FilteredViewSet):
    """Households that the caller may know of; `grid` counts with everything below it."""

    serializer_class = HouseholdSerializer
    filter_form = ApiHouseholdForm

    def get_queryset(self) -> QuerySet[Household]:
        """Read as the caller."""
        rows = selectors.household_list(actor=self.actor)
        grid: Any = self.filters()["grid"] if self.action == "list" else None
        return rows if grid is None else rows.filter(selectors.ground_q(actor=self.actor, grid=grid))


class CustomerViewSet(FilteredViewSet):
    """People that the caller may know of, numbers masked."""

    serializer_class = CustomerSerializer
    filter_form = ApiPeopleForm

    def get_object(self) -> Customer:
        """Return the person, by the number of an archive that went into his as well."""
        try:
            found: Customer = super().get_object()
        except Http404:
            old = key_read(self.kwargs["pk"])
            into = selectors.survivors([old]).get(old) if old else None
            if into is None:
                raise
            self.kwargs["pk"] = into
            found = super().get_object()
        return found

    def get_queryset(self) -> QuerySet[Customer]:
        """Read as the caller."""
        if self.action != "list":
            return selectors.customer_list(actor=self.actor)
        given = self.filters()
        wanted = Wanted(term=given["q"], grid=given["grid"], app=given["app"], age=given["age"])
        rows = selectors.people_wanted(actor=self.actor, wanted=wanted)
        if given["household"] is not None:
            rows = rows.filter(household_id=given["household"])
        return rows
