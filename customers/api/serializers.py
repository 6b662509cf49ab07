"""What the API says of the archive: numbers masked, ages instead of dates of birth, no field by accident."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers

from customers.models import Customer, Household
from customers.personal import numbers, sealed, typed
from customers.pii import EncryptedField

# What services keep and the API tells; of what people fill in it tells all but sealed texts.
KEPT_AND_TOLD = {
    "id", "household", "customer_since", "app_informed_on", "app_downloaded_on", "app_verified_on", "restricted_at", "died_on",
    "created_at", "updated_at", "version",
}  # fmt: skip
TEXTS = {field.name for field in sealed(Customer)} - {field.name for field in numbers(Customer)}
# beside the last characters of the number a date of birth would tell the whole of it: the age stands for it
TOLD_OF_A_PERSON = (KEPT_AND_TOLD | set(typed(Customer))) - TEXTS - {"birth_date"}


class MaskedField(serializers.CharField):
    """A number of a person, written as its field in the model says."""

    def get_attribute(self, instance: Any) -> Any:
        """Read it masked."""
        return instance.masked(self.field_name)


class AgeField(serializers.IntegerField):
    """An age in whole years today, instead of the date of birth."""

    def get_attribute(self, instance: Any) -> Any:
        """Work it out."""
        return instance.years_on(timezone.localdate())


class HouseholdSerializer(serializers.ModelSerializer[Household]):
    """A household."""

    class Meta:
        model = Household
        fields: ClassVar = [
            "id", "code", "grid", "area", "head_name", "group_name", "house_type", "land_mu", "livestock", "vehicles",
            "business", "income_band", "income_source", "policy_tags", "source", "completeness", "complete_since", "archived_on",
            "last_met_on", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A person; the numbers are masked here and shown in clear nowhere in the API."""

    serializer_field_mapping: ClassVar = {
        **serializers.ModelSerializer.serializer_field_mapping,
        EncryptedField: MaskedField,
    }

    age = AgeField(read_only=True, allow_null=True)

    class Meta:
        model = Customer
        fields: ClassVar = [
            *(field.name for field in Customer._meta.concrete_fields if field.name in TOLD_OF_A_PERSON),
            "age",
        ]
        read_only_fields = fields
