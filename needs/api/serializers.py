"""What the API says of needs."""

from typing import ClassVar

from rest_framework import serializers

from needs.models import Need


class NeedSerializer(serializers.ModelSerializer[Need]):
    """A need."""

    class Meta:
        model = Need
        fields: ClassVar = [
            "id", "household", "customer", "text", "raised_on", "due_on", "status", "outcome", "closed_at", "origin",
        ]  # fmt: skip
        read_only_fields = fields
