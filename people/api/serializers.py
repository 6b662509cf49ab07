"""What the API says of people."""

from rest_framework import serializers

from people.enums import Role
from people.models import User


class MeSerializer(serializers.ModelSerializer[User]):
    """The caller himself."""

    role = serializers.ChoiceField(choices=Role.choices, read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "staff_no", "name", "role"]
        read_only_fields = fields
