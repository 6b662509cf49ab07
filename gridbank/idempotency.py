"""A POST repeated with the same `Idempotency-Key` is done once and answered twice.

The key is inserted before the work, in the work's own transaction: of two at the same time, the second
waits for the first and then finds its answer. Work that fails leaves no key, so it can be tried again.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from gridbank.errors import Refused
from gridbank.models import IdempotencyKey

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=7)
_KEY = re.compile(r"[\x21-\x7e]{1,64}\Z")


class IdempotentPosts:
    """Mixin for API views and viewsets, left of the view class: honours the header on every POST."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Wrap the handler after the caller was let in; a stranger's key is never looked at."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.headers.get(HEADER)
        if request.method == "POST" and key is not None:
            if not _KEY.match(key):
                raise ValidationError({HEADER: [_("Give 1 to 64 visible ASCII characters.")]})
            # the handler is looked up after this
            self.post: Any = once(_key(key), self.post)


def once(key: str, handler: Callable[..., Response]) -> Callable[..., Response]:
    """Return a handler that does the work for the first of equal requests and replays for the others."""

    def handle(request: Request, *args: Any, **kwargs: Any) -> Response:
        digest = _digest(request)
        with transaction.atomic():
            row = claim(request.user, key, digest)
            if row is None:
                return _replay(request.user, key, digest)
            response = handler(request, *args, **kwargs)
            row.status = response.status_code
            row.body = JSONRenderer().render(response.data).decode() or "null"
            row.save(update_fields=["status", "body"])
            return response

    return handle


def forget_expired() -> int:
    """Delete the keys that are too old to be asked for again; return how many."""
    gone, _models = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    return gone


def _key(given: str) -> str:
    """Return what is stored of a key: whatever the client made it of, it isn't kept in clear."""
    return salted_hmac("gridbank.idempotency.key", given, algorithm="sha256").hexdigest()


def _digest(request: Request) -> str:
    method, path = str(request.method), request.get_full_path()
    content = b"\0".join([method.encode(), path.encode(), request._request.body])
    return salted_hmac("gridbank.idempotency", content, algorithm="sha256").hexdigest()


def claim(user: Any, key: str, digest: str) -> IdempotencyKey | None:
    """Take a key until commit, after whoever has it now; None when it was used."""
    now = timezone.now()
    IdempotencyKey.objects.filter(user=user, key=key, created_at__lt=now - KEPT_FOR).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, request_hash=digest, created_at=now)
    except IntegrityError:
        return None


def _replay(user: Any, key: str, digest: str) -> Response:
    row = IdempotencyKey.objects.get(user=user, key=key)
    if row.request_hash != digest:
        raise Refused(_("This Idempotency-Key was used for another request."))
    return Response(json.loads(row.body), row.status, headers={"Idempotency-Replayed": "true"})
