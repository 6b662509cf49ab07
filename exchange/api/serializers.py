"""What the API says of files that were brought in."""

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exchange.models import Batch, State
from exchange.presenting.batches import wrong_told
from exchange.selectors import counted
from exchange.services.returning import phase_of
from exchange.sheets import sheets


@extend_schema_field(OpenApiTypes.BINARY)
class NamedFile(serializers.FileField):
    """A file in a form."""


class BringSerializer(serializers.Serializer[Any]):
    """A file of a kind, and the day of which it tells; today when none is given."""

    kind = serializers.ChoiceField(choices=[])
    file = NamedFile(allow_empty_file=True, use_url=False, help_text="A part with a file name.")
    as_of = serializers.DateField(required=False, help_text="Not after today.")
    dry_run = serializers.BooleanField(required=False, default=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the kinds that the rooms declare."""
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(sheet.kind, sheet.kind) for sheet in sheets()]


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
