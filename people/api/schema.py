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


# what each door answers when it doesn't do what was asked, by method; `{` is a key in the address
REFUSALS = {
    "400": "What was asked is wrong; by field what.",
    "401": "Nobody is signed in, or the token has ended.",
    "403": "The caller's role or place doesn't allow it.",
    "404": "It is absent, or out of the caller's sight.",
    "409": "A rule of the bank forbids it now, or somebody else was faster.",
    "503": "The database is busy or away; try again after Retry-After.",
}


def document_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say of every operation what it answers when it refuses."""
    body = {"application/json": {"schema": {"type": "object", "additionalProperties": {}}}}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            fitting = REFUSALS.keys() - ({"404"} if "{" not in path else set())
            fitting -= {"409"} if method != "post" else set()
            for status in sorted(fitting):
                answer = {"description": REFUSALS[status], "content": body}
                operation.setdefault("responses", {}).setdefault(status, answer)
    return result
