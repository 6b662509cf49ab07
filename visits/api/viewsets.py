"""Visits by API: reading them, and taking in what a laptop kept while it was away."""

from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.api.filtered import FilteredViewSet
from gridbank.api import CursorPages, StrictQuestions
from gridbank.idempotency import IdempotentPosts
from people.enums import BUSINESS_ROLES
from people.models import User
from visits import selectors, services
from visits.api.forms import ApiVisitForm
from visits.api.serializers import SyncAnswerSerializer, SyncSerializer, VisitSerializer
from visits.models import Visit


class NewestFirst(CursorPages):
    """Pages from the newest visit on."""

    ordering = ("-started_at", "-id")  # type: ignore[assignment]  # a tuple is as good


class VisitViewSet(FilteredViewSet):
    """Visits that the caller may know of, newest first."""

    serializer_class = VisitSerializer
    pagination_class = NewestFirst
    filter_form = ApiVisitForm
    lookup_value_regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

    def get_queryset(self) -> QuerySet[Visit]:
        """Read as the caller."""
        if self.action != "list":
            return selectors.visit_list(actor=self.actor)
        given = self.filters()
        wanted = selectors.Wanted(
            grid=given["grid"],
            staff_id=given["staff"],
            household_id=given["household"],
            since=given["since"],
            until=given["until"],
            mode=given["mode"],
            met={"true": True, "false": False}.get(given["met"]),
        )
        rows = selectors.visit_list(actor=self.actor, wanted=wanted)
        return rows if given["customer"] is None else rows.filter(customer_id=given["customer"])


class VisitSync(StrictQuestions, IdempotentPosts, APIView):
    """Take in up to 500 visits. Sending them again is safe: each is stored once, by its id."""

    allowed_roles: ClassVar = BUSINESS_ROLES
    # what comes back is the caller's own visits by their numbers
    tells_nothing: ClassVar = True

    @extend_schema(request=SyncSerializer, responses=SyncAnswerSerializer, operation_id="visits_sync")
    def post(self, request: Request) -> Response:
        """Store what is right and say of each what became of it; 200 only after all is on disk."""
        results = services.visits_sync(actor=cast("User", request.user), bodies=batch_of(request.data))
        return Response(
            {
                "results": [
                    {
                        "id": result.id,
                        "status": result.status.value,
                        "errors": result.errors,
                        "late": result.late,
                        "unplaced": result.unplaced,
                        "unconsented": result.unconsented,
                    }
                    for result in results
                ]
            }
        )


def batch_of(data: Any) -> list[Any]:
    """Return the bodies of a batch. Raises ValidationError (400)."""
    if not isinstance(data, dict) or set(data) != {"visits"} or not isinstance(data["visits"], list):
        raise ValidationError({"visits": [_("Send an object with one list, visits.")]})
    bodies: list[Any] = data["visits"]
    if len(bodies) > services.MOST_AT_ONCE:
        raise ValidationError(
            {"visits": [_("At most %(most)s visits at once.") % {"most": services.MOST_AT_ONCE}]}
        )
    return bodies
