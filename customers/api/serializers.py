"""What the API says of the archive: numbers masked, no field by accident."""

from typing import ClassVar

from rest_framework import serializers

from customers.models import Customer, Household


class HouseholdSerializer(serializers.ModelSerializer[Household]):
    """A household."""

    class Meta:
        model = Household
        fields: ClassVar = [
            "id", "code", "grid", "area", "head_name", "group_name", "house_type", "land_mu", "livestock", "vehicles",
            "business", "income_band", "income_source", "policy_tags", "source", "completeness", "archived_on",
            "last_met_on", "created_at", "updated_at", "version",
        ]  # fmt: skip
        read_only_fields = fields


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A person; ID number and phone are masked here and shown in clear nowhere in the API."""

    id_number = serializers.CharField(source="masked_id_number", read_only=True)
    phone = serializers.CharField(source="masked_phone", read_only=True)

    class Meta:
        model = Customer
        fields: ClassVar = [
            "id", "household", "name", "relation", "gender", "birth_date", "id_type", "id_number", "phone",
            "wechat_added", "occupation", "workplace", "is_migrant", "back_season", "guardian", "customer_since",
            "app_informed_on", "app_downloaded_on", "app_verified_on", "do_not_contact", "created_at", "updated_at",
            "version",
        ]  # fmt: skip
        read_only_fields = fields
