"""Months and rankings, to be read; and a month's publication."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridbank.api import StrictQuestions
from gridbank.days import month_read
from gridbank.errors import Refused
from gridbank.idempotency import IdempotentPosts
from gridbank.scoping import visible_or_404
from grids.authority import Act, roles_of
from people.enums import BUSINESS_ROLES
from people.models import User
from performance import selectors, services
from performance.api.serializers import (
    MONTH,
    PeriodDetailSerializer,
    PeriodSerializer,
    PublishSerializer,
    RankingSerializer,
)
from performance.enums import Level
from performance.models import Period, Score


class PeriodViewSet(StrictQuestions, viewsets.ReadOnlyModelViewSet[Period]):
    """The months of the caller's bank."""

    allowed_roles = BUSINESS_ROLES
    serializer_class = PeriodSerializer
    queryset = Period.objects.none()

    def get_serializer_class(self) -> type[PeriodSerializer]:
        """Tell of one month what stands out in it as well."""
        return PeriodDetailSerializer if self.action == "retrieve" else PeriodSerializer

    def get_queryset(self) -> QuerySet[Period]:
        """Return what the caller may see."""
        return selectors.period_list(actor=self.request.user)  # type: ignore[arg-type]


class PeriodPublish(IdempotentPosts, StrictQuestions, APIView):
    """Puts the caller's name to a closed month; 409 says what differs from its computation."""

    allowed_roles = roles_of(Act.MONTH_PUBLISH)

    @extend_schema(operation_id="periods_publish", request=PublishSerializer, responses=PeriodSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Publish a month that the caller may see, as the computation that he names. Raises Refused, OutOfSight."""
        actor: User = request.user  # type: ignore[assignment]
        period = visible_or_404(selectors.period_list(actor=actor), pk=pk)
        asked = PublishSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        if asked.validated_data["run"] != period.current_run_id:
            raise Refused(_("This is not the month's current computation."), field="run")
        looked_at = asked.validated_data["looked_at"]
        period = services.period_publish(actor=actor, period=period, looked_at=looked_at)
        return Response(PeriodSerializer(period).data)


@extend_schema_view(
    list=extend_schema(
        parameters=[
            OpenApiParameter("month", {"type": "string", "pattern": MONTH}, description="YYYY-MM"),
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
        if (text := self.request.query_params.get("month")) is not None:
            try:
                asked["run__period__month"] = month_read(text)
            except ValueError as error:
                raise ValidationError({"month": ["YYYY-MM"]}) from error
        if (level := self.request.query_params.get("level")) is not None:
            if level not in Level.values:
                raise ValidationError({"level": Level.values})
            asked["level"] = level
        return rows.filter(**asked)
