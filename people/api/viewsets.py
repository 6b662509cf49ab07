"""API of the people app."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gridbank.api import StrictQuestions
from people.api.serializers import MeSerializer
from people.enums import EVERYONE
from people.models import User


class Me(StrictQuestions, APIView):
    """Who is calling."""

    allowed_roles = EVERYONE

    @extend_schema(responses=MeSerializer, operation_id="me_retrieve")
    def get(self, request: Request) -> Response:
        """Return the person behind the session or the token."""
        return Response(MeSerializer(cast(User, request.user)).data)
