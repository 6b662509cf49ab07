"""Reading people, their tokens and their locks."""

from collections.abc import Iterable
from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Q, QuerySet, Sum
from django.db.models.functions import Upper
from django.utils import timezone

from people import policies
from people.models import ApiToken, SavedView, User, canonical_staff_no, canonical_username
from people.passwords import lock_length


def account_list(*, actor: User, search: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    """Return the accounts, for the two officers who keep them; nobody else sees any."""
    if not policies.keeps_accounts(actor):
        return User.objects.none()
    rows = User.objects.order_by("username")
    if search:
        name = Q(username__contains=canonical_username(search)) | Q(name__contains=search.strip())
        rows = rows.filter(name | Q(staff_no__iexact=search.strip()))
    if role:
        rows = rows.filter(role=role)
    if state:
        rows = rows.filter(is_active=state != "disabled")
    if state == "never":
        rows = rows.filter(last_login=None)
    if state == "one_time":
        rows = rows.filter(must_change_password=True)
    return rows


def is_taken(*, username: str, staff_no: str) -> bool:
    """Say whether a new account would collide with one that exists."""
    return User.objects.filter(
        Q(username=canonical_username(username)) | Q(staff_no__iexact=staff_no.strip())
    ).exists()


def token_list(*, actor: User) -> QuerySet[ApiToken]:
    """Return one's own tokens; all of them for the system administrator."""
    rows = ApiToken.objects.select_related("user").order_by("-created_at", "-pk")
    return rows if policies.sees_all_tokens(actor) else rows.filter(user_id=actor.pk)


def live_token_list(*, user: User) -> QuerySet[ApiToken]:
    """Return a person's tokens that open the API now."""
    return ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())


def live_token(*, digest: str) -> ApiToken | None:
    """Return the token behind a digest if it opens the API now, for whoever is about to be let in."""
    rows = ApiToken.objects.select_related("user").filter(user__is_active=True)
    return rows.filter(digest=digest, revoked_at=None, expires_at__gt=timezone.now()).first()


def _guesses_from(address: str) -> QuerySet[AccessAttempt]:
    since = timezone.now() - lock_length()
    rows: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(ip_address=address, attempt_time__gt=since)
    return rows


def is_address_locked(*, address: str | None) -> bool:
    """Say whether so many guesses came from an address, at whichever names, that it has to wait."""
    if address is None:
        return False
    guesses = _guesses_from(address).aggregate(total=Sum("failures_since_start"))["total"]
    return (guesses or 0) >= settings.GUESSES_FROM_AN_ADDRESS


def address_lock_end(*, address: str) -> datetime:
    """Return when a locked address may guess again."""
    last = _guesses_from(address).aggregate(last=Max("attempt_time"))["last"]
    return (last or timezone.now()) + lock_length()


def lock_end(*, username: str) -> datetime:
    """Return when a locked name opens again, whether or not an account of that name exists."""
    last = AccessAttempt.objects.filter(username=username).aggregate(last=Max("attempt_time"))["last"]
    return (last or timezone.now()) + lock_length()


def view_list(*, actor: User) -> QuerySet[SavedView]:
    """Return one's own views of lists, nobody else's."""
    return SavedView.objects.filter(owner_id=actor.pk)


def views_of(*, actor: User, name: str) -> list[SavedView]:
    """Return one's own views of a list; nothing is asked of the database for whoever keeps none."""
    return list(view_list(actor=actor).filter(list=name)) if actor.saved_views else []


def person(*, username: str) -> User | None:
    """Return whoever has a user name; for the server room, which names on whose behalf it acts."""
    return User.objects.filter(username=canonical_username(username)).first()


def people_by_number(*, staff_numbers: Iterable[str]) -> dict[str, User]:
    """Return people by the canonical forms of their staff numbers; for a file that names them in any case."""
    wanted = {canonical_staff_no(one) for one in staff_numbers}
    rows = User.objects.alias(number=Upper("staff_no")).filter(number__in=wanted)
    return {canonical_staff_no(user.staff_no): user for user in rows}
