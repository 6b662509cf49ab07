"""Months and rankings, to be read."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.exceptions import ValidationError

from gridbank.api import StrictQuestions
from gridbank.days import month_read
from people.enums import BUSINESS_ROLES
from performance import selectors
from performance.api.serializers import PeriodSerializer, RankingSerializer
from performance.enums import Level
from performance.models import Period, Score


class PeriodViewSet(StrictQuestions, viewsets.ReadOnlyModelViewSet[Period]):
    """The months of the caller's bank."""

    allowed_roles = BUSINESS_ROLES
    serializer_class = PeriodSerializer
    queryset = Period.objects.none()

    def get_queryset(self) -> QuerySet[Period]:
        """Return what the caller may see."""
        return selectors.period_list(actor=self.request.user)  # type: ignore[arg-type]


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("month", OpenApiTypes.STR, description="YYYY-MM"),
            OpenApiParameter("level", OpenApiTypes.STR, enum=Level.values),
        ]
    )
)
class RankingViewSet(StrictQuestions, viewsets.ReadOnlyModelViewSet[Score]):
    """The scores of each month's current computation."""

    allowed_roles = BUSINESS_ROLES
    serializer_class = RankingSerializer
    query_words = frozenset({"month", "level"})
    queryset = Score.objects.none()

    def get_queryset(self) -> QuerySet[Score]:
        """Return what the caller may see, of one month or level if asked. Raises ValidationError."""
        rows = selectors.current_scores(actor=self.request.user)  # type: ignore[arg-type]
        asked: dict[str, Any] = {}
        if text := self.request.query_params.get("month"):
            try:
                asked["run__period__month"] = month_read(text)
            except ValueError as error:
                raise ValidationError({"month": ["YYYY-MM"]}) from error
        if level := self.request.query_params.get("level"):
            if level not in Level.values:
                raise ValidationError({"level": Level.values})
            asked["level"] = level
        return rows.filter(**asked)
