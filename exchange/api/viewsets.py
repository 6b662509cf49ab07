"""The unattended door: files that other systems send at night, and what became of them."""

from typing import Any, ClassVar, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from exchange import selectors, services
from exchange.api.serializers import BatchSerializer, BringSerializer
from exchange.models import Batch, State
from exchange.reading import BYTES_AT_MOST
from exchange.selectors import JUDGE, STORE, UNDO
from exchange.views.batches import WORKS
from gridbank.api import StrictQuestions
from gridbank.idempotency import IdempotentPosts
from gridbank.scoping import visible_or_404
from people.enums import LEADING_ROLES, TokenPower
from people.models import User

ACCEPTED = 202
DONE = {JUDGE: State.JUDGED, STORE: State.STORED, UNDO: State.UNDONE}
TAKEN = OpenApiResponse(BatchSerializer, description="Taken; `Location` says where to look.")


def _accepted(batch: Batch) -> Response:
    address = reverse("batch-detail", args=[batch.pk])
    return Response(BatchSerializer(batch).data, status=ACCEPTED, headers={"Location": address})


class BatchDoor(StrictQuestions, APIView):
    """Takes a file in and stores it. The same file of the same day sent again is the same batch."""

    allowed_roles: ClassVar = LEADING_ROLES
    token_power: ClassVar = TokenPower.FILES
    parser_classes = (MultiPartParser,)
    # values of the caller's own file, masked
    tells_nothing: ClassVar = True

    @extend_schema(
        operation_id="batches_create",
        request={"multipart/form-data": BringSerializer},
        responses={ACCEPTED: TAKEN},
    )
    def post(self, request: Request) -> Response:
        """Take a file in. Raises Refused, which says what is wrong with it."""
        asked = BringSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        data: dict[str, Any] = asked.validated_data
        batch = services.batch_arrive(
            actor=cast("User", request.user),
            kind=data["kind"],
            name=data["file"].name,
            content=data["file"].read(BYTES_AT_MOST + 1),
            as_of=data.get("as_of") or timezone.localdate(),
            work=JUDGE if data["dry_run"] else STORE,
        )
        return _accepted(batch)


class BatchDetail(StrictQuestions, APIView):
    """What became of a file."""

    allowed_roles: ClassVar = LEADING_ROLES
    token_power: ClassVar = TokenPower.FILES
    tells_nothing: ClassVar = True

    @extend_schema(operation_id="batches_retrieve", responses=BatchSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a batch that the caller may see."""
        rows = selectors.batch_list(actor=cast("User", request.user))
        return Response(BatchSerializer(visible_or_404(rows, pk=pk)).data)


class BatchWork(StrictQuestions, IdempotentPosts, APIView):
    """Stores a file after its dry run, or puts it back."""

    allowed_roles: ClassVar = LEADING_ROLES
    token_power: ClassVar = TokenPower.FILES
    tells_nothing: ClassVar = True

    @extend_schema(operation_id="batches_work", request=None, responses={ACCEPTED: TAKEN})
    def post(self, request: Request, pk: int, work: str) -> Response:
        """Ask for the work; what was done already is said to be. Raises Refused when it can't begin now."""
        actor = cast("User", request.user)
        batch = visible_or_404(selectors.batch_list(actor=actor), pk=pk)
        # a body that is no JSON is refused, though nothing in it is asked for
        _body = request.data
        # asked again, what is done is done
        if batch.state != DONE[WORKS[work]]:
            services.batch_start(actor=actor, batch=batch, work=WORKS[work])
        return _accepted(visible_or_404(selectors.batch_list(actor=actor), pk=pk))
