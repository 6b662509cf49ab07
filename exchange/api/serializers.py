"""What the API says of files that were brought in."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exchange.models import Batch, State
from exchange.presenting.batches import wrong_told
from exchange.selectors import counted
from exchange.services.returning import phase_of


class BringSerializer(serializers.Serializer[Any]):
    """A file of a kind, and the day of which it tells; today when none is given."""

    kind = serializers.CharField(max_length=20)
    file = serializers.FileField(allow_empty_file=True, use_url=False)
    as_of = serializers.DateField(required=False, allow_null=True)
    dry_run = serializers.BooleanField(required=False, default=False)

    def validate_as_of(self, value: Any) -> Any:
        """Refuse a day that is still to come."""
        if value is not None and value > timezone.localdate():
            raise serializers.ValidationError(_("The day lies in the future."))
        return value


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong in a row: in which column, with which value (masked where it is personal), and what to do."""

    column = serializers.CharField()
    value = serializers.CharField()
    sentence = serializers.CharField()
    remedy = serializers.CharField()


class WrongSerializer(serializers.Serializer[Any]):
    """A row that isn't in."""

    sheet = serializers.CharField()
    row = serializers.IntegerField()
    fate = serializers.CharField()
    faults = FaultSerializer(many=True)


class BatchSerializer(serializers.ModelSerializer[Batch]):
    """How far a file is, what became of its rows, and the first hundred of those that are not in."""

    state = serializers.ChoiceField(choices=State.choices, read_only=True)
    counts = serializers.SerializerMethodField()
    out = serializers.SerializerMethodField()

    class Meta:
        model = Batch
        fields: ClassVar = [
            "id", "kind", "name", "as_of", "state", "brought_at", "stored_at", "undone_at", "rows", "counts", "out",
        ]  # fmt: skip
        read_only_fields = fields

    def get_counts(self, batch: Batch) -> dict[str, int]:
        """Return how many rows had which fate so far."""
        return dict(counted(batch, phase_of(batch)))

    @extend_schema_field(WrongSerializer(many=True))
    def get_out(self, batch: Batch) -> list[dict[str, Any]]:
        """Return rows that are not in."""
        return wrong_told(batch)
