"""How the OpenAPI document describes our doors, and who may read it."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView

from gridbank.idempotency import HEADER
from people.api.permissions import HasRole
from people.enums import BUSINESS_ROLES, Role

SCHEMA_READERS = BUSINESS_ROLES | {Role.SYSADMIN, Role.AUDITOR}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Token gb_…`."""

    target_class = "people.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe the header."""
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token gb_…"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session of the page."""

    target_class = "people.api.authentication.SignedInSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Describe the cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class Schema(SpectacularAPIView):
    """The OpenAPI document: not public, it tells an attacker where to look."""

    allowed_roles = SCHEMA_READERS
    permission_classes = [HasRole]


def document_idempotency(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the Idempotency-Key header to every POST of the document."""
    parameter = {
        "name": HEADER,
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$"},
        "description": "Repeat a POST with the same key and body, and it is done once and answered again.",
    }
    for operations in result["paths"].values():
        if "post" in operations:
            operations["post"].setdefault("parameters", []).append(parameter)
    return result
