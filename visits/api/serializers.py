"""What the API says of visits, and what it takes."""

from typing import Any, ClassVar

from rest_framework import serializers

from ground.geometry import EAST, NORTH, SOUTH, WEST
from needs.enums import NEED_LENGTH
from products.enums import OfferResult
from visits.body import COLUMNS, NOTE_LENGTH, OPTIONAL, REQUIRED
from visits.enums import Mode, Outcome
from visits.models import Visit


class VisitSerializer(serializers.ModelSerializer[Visit]):
    """A visit as it stands; its offers and needs are found by `origin` among offers and needs."""

    class Meta:
        model = Visit
        fields: ClassVar = [
            "id", "household", "grid", "staff", "day", *(name.removesuffix("_id") for name in COLUMNS),
            "version", "is_late", "received_at",
        ]  # fmt: skip
        read_only_fields = fields


class SentOfferSerializer(serializers.Serializer[Any]):
    """An offer in a visit sent; for the document only."""

    product = serializers.IntegerField()
    result = serializers.ChoiceField(choices=OfferResult.choices)


class SentNeedSerializer(serializers.Serializer[Any]):
    """A need in a visit sent; for the document only."""

    text = serializers.CharField(max_length=NEED_LENGTH)
    due_on = serializers.DateField(required=False, allow_null=True)


class SentVisitSerializer(serializers.ModelSerializer[Visit]):
    """A visit as laptops send it; for the document only: visits.body checks it."""

    # here stands what the model doesn't say of a field by itself
    id = serializers.UUIDField()
    customer = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    mode = serializers.ChoiceField(choices=Mode.choices)
    met = serializers.BooleanField()
    note = serializers.CharField(required=False, allow_blank=True, max_length=NOTE_LENGTH)
    offers = SentOfferSerializer(many=True, required=False)
    needs = SentNeedSerializer(many=True, required=False)
    next_on = serializers.DateField(required=False, allow_null=True)
    latitude = serializers.FloatField(required=False, allow_null=True, min_value=SOUTH, max_value=NORTH)
    longitude = serializers.FloatField(required=False, allow_null=True, min_value=WEST, max_value=EAST)
    accuracy_m = serializers.FloatField(required=False, allow_null=True, min_value=0)

    class Meta:
        model = Visit
        fields: ClassVar = [*REQUIRED, *OPTIONAL]


class SyncSerializer(serializers.Serializer[Any]):
    """A batch; for the document only."""

    visits = SentVisitSerializer(many=True)


class SyncResultSerializer(serializers.Serializer[Any]):
    """What became of one visit of the batch."""

    id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=Outcome.choices)
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField())
    )
    late = serializers.BooleanField(
        help_text="Stored now for a month that is published: listed there, counted nowhere."
    )
    unplaced = serializers.BooleanField(
        help_text="Stored without its position: nobody of the household agreed that it is kept."
    )
    unconsented = serializers.BooleanField(
        help_text="Its offers count as no success: the customer hadn't agreed to marketing on that day."
    )


class SyncAnswerSerializer(serializers.Serializer[Any]):
    """What became of the batch, in its order."""

    results = SyncResultSerializer(many=True)
