"""Undo, right in the message that says what was done: one button, for who did it alone and for a short while.

A room says of an act what takes it back. That is a service like any other: it asks again who may, and leaves its row in
the trail. What is signed, final or counted has none; it asks before it is done.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.utils.translation import gettext as _

from gridbank.errors import Refused
from people.access import StaffRequest
from people.models import User

WITHIN = timedelta(minutes=10)
SALT = "gridbank.undo"
# takes an act back for who did it, as he was told of it then, and says so in a sentence
Undo = Callable[[User, Sequence[Any]], str]
_known: dict[str, Undo] = {}


def register(kind: str, undo: Undo) -> None:
    """Say what takes an act back; called once for each kind, when its room is ready."""
    _known[kind] = undo


def offer(
    request: StaffRequest, said: str, kind: str, *told: Any, level: int = messages.constants.SUCCESS
) -> None:
    """Say what was done, with the button that takes it back. `told` are plain values: keys and what stood before."""
    token = signing.dumps([request.user.pk, kind, told], salt=SALT, compress=True)
    messages.add_message(request, level, said, extra_tags=token)


def take_back(actor: User, token: str) -> str:
    """Take back what a button was made for; return the sentence that says so. Raises Refused, and what the act does."""
    try:
        owner, kind, told = signing.loads(token, salt=SALT, max_age=WITHIN)
    except signing.BadSignature:
        owner = kind = told = None
    if owner != actor.pk or kind not in _known:
        raise Refused(_("The time to undo this is over. Nothing was changed."))
    return _known[kind](actor, told)
