"""Seeding from the outside: when it is refused, and who can sign in afterwards."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.services import record
from customers.models import Household
from demo.actions import Action
from demo.bank import SIGN_INS
from demo.calendar import SCALES, Span
from demo.loading import Loader, Tell
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from grids.models import Grid
from people.models import User


def _refuse_full_database() -> None:
    with waive_scope("only whether the database is empty is asked"):
        if Household.objects.exists() or Grid.objects.exists() or User.objects.exists():
            raise Refused(_("The database is not empty: the demo is seeded into an empty one only."))


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python from looking for garbage among a hundred thousand rows that are all wanted: a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def demo_seed(*, scale: str, seed: int, today: date | None, password: str, tell: Tell) -> None:
    """Fill an empty database. Raises Refused when it isn't empty."""
    _refuse_full_database()
    real = timezone.localdate()
    day = today or real
    if day > real:
        raise Refused(_("The demo can't end in the future."))
    now = timezone.now() - timedelta(minutes=5)
    if day < real:
        now = timezone.make_aware(datetime.combine(day, time(20, 45)))
    with transaction.atomic(), _collector_at_rest():
        Loader(seed=seed, scale=SCALES[scale], span=Span(day), now=now, password=password, tell=tell).run()


@transaction.atomic
def passwords_reset(password: str) -> int:
    """Give everybody who signs in to the demo the same new password, ending their sessions."""
    names = [name for name, _who, _role in SIGN_INS]
    users = User.objects.filter(username__in=names)
    if not users.exists():
        raise Refused(_("There are no demo people here."))
    encoded = make_password(password)
    changed = users.update(password=encoded, session_epoch=F("session_epoch") + 1, must_change_password=False)
    record(actor=None, action=Action.USER_DEMO_PASSWORDS_RESET, changes={"users": changed})
    return changed


def table(password: str) -> list[str]:
    """Return the sign-ins as lines of text."""
    names = [name for name, _who, _role in SIGN_INS]
    users = sorted(User.objects.filter(username__in=names), key=lambda user: names.index(user.username))
    lines = [f"  {user.username:<10} {user.name:<8} {user.get_role_display()}" for user in users]
    label = _("Password of all")
    return ["", *lines, f"  {label}: {password}", ""]
