"""A form that creates is done once: it carries a key made when it was opened, and sent twice it leads to what it made.

The key is claimed before the work and in the work's own transaction, as of an API's POST: of two at the same instant
the second waits for the first and then goes where that one went. What is refused or comes back with what is wrong
leaves no key, so the form may be sent again.
"""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from gridbank.errors import Refused
from gridbank.idempotency import claim
from gridbank.models import IdempotencyKey
from gridbank.retries import whole

FIELD = "form_key"
# of an answer that is no redirect, but made something: where that stands
MADE = "Content-Location"
_KEY = re.compile(r"[0-9a-f]{32}")
_LEFT_OUT = {FIELD, "csrfmiddlewaretoken"}
# answers of the work itself: what it had committed by then stays
_ANSWERS = (Refused, PermissionDenied, Http404)

View = TypeVar("View", bound=Callable[..., HttpResponse])


def once(view: View) -> View:
    """Do the work of a view for the first of equal forms, and lead the others to what it made. Innermost decorator."""

    @wraps(view)
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if not _KEY.fullmatch(given):
            return view(request, *args, **kwargs)
        with whole(connection):
            response, error = _in_one(request, given, lambda: view(request, *args, **kwargs))
        if error is not None:
            raise error
        return cast("HttpResponse", response)

    # for the net that looks for forms without it
    handle.is_once = True  # type: ignore[attr-defined]
    return cast("View", handle)


@transaction.atomic
def _in_one(
    request: HttpRequest, given: str, work: Callable[[], HttpResponse]
) -> tuple[HttpResponse | None, Exception | None]:
    key, digest = _hashed("key", given), _digest(request)
    row = claim(request.user, key, digest)
    if row is None:
        return _first(request, key, digest), None
    try:
        response = work()
    except _ANSWERS as error:
        row.delete()
        return None, error
    made = response.get("Location") or response.get(MADE)
    if made is None:
        row.delete()
    else:
        row.status, row.body = response.status_code, json.dumps(made)
        row.save(update_fields=["status", "body"])
    return response, None


def _first(request: HttpRequest, key: str, digest: str) -> HttpResponse:
    """Lead to what the first of the forms made."""
    user: Any = request.user
    row = IdempotencyKey.objects.get(user=user, key=key)
    if row.request_hash != digest:
        raise Refused(
            _(
                "This form was saved before, with other words. Nothing was changed: look at what was saved and "
                "change it there."
            )
        )
    messages.info(request, _("This form was saved before; it was not saved a second time."))
    return redirect(json.loads(row.body))


def _digest(request: HttpRequest) -> str:
    sent = [(name, values) for name, values in sorted(request.POST.lists()) if name not in _LEFT_OUT]
    return _hashed("form", f"{request.get_full_path()}\0{urlencode(sent, doseq=True)}")


def _hashed(what: str, text: str) -> str:
    """Return what is stored of a form: nothing is kept in clear."""
    return salted_hmac(f"gridbank.once.{what}", text, algorithm="sha256").hexdigest()
