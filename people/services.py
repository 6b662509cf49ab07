"""Writes of the people app. The actor None is the bank's own server room: a management command."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.numbers import refuse_numbers
from people import selectors
from people.actions import Action
from people.enums import BUSINESS_ROLES, THREE_OFFICERS, Role
from people.models import ApiToken, User, canonical_username
from people.tokens import new_token, token_digest

ONE_TIME_FOR = timedelta(hours=72)
TOKEN_DAYS = 90
TOKENS_EACH = 10
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken when read out


class NewAccount(NamedTuple):
    """An account and the password that is shown once."""

    user: User
    password: str


class AccountRow(NamedTuple):
    """An account among many; without an encoded password nobody can sign in as this person."""

    username: str
    staff_no: str
    name: str
    role: str
    encoded_password: str = ""
    is_active: bool = True


class NewToken(NamedTuple):
    """A token's row and the secret that is shown once."""

    token: ApiToken
    secret: str


@transaction.atomic
def password_change(*, actor: User, password: str) -> User:
    """Set one's own password, already validated by the form. Every other session of his ends with it."""
    user = User.objects.select_for_update().get(pk=actor.pk)
    user.set_password(password)
    user.must_change_password = False
    user.one_time_until = None
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "one_time_until", "password_changed_at"])
    record(actor=actor, action=Action.USER_PASSWORD_CHANGED, subject=user)
    return user


@transaction.atomic
def account_create(*, actor: User | None, username: str, staff_no: str, name: str, role: str) -> NewAccount:
    """Open an account with a one-time password. An officer's role is only given in the server room."""
    _only(actor, Role.SYSADMIN)
    if actor is not None and role not in BUSINESS_ROLES:
        raise Refused(_("New accounts start with a business role; the security administrator changes roles."))
    refuse_numbers("name", name)
    password = _one_time_password()
    user = User(username=canonical_username(username), staff_no=staff_no, name=name, role=role)
    _give_one_time(user, password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Refused(_("The user name or the staff number is already taken.")) from error
    changes = {"username": user.username, "staff_no": staff_no, "role": role}
    record(actor=actor, action=Action.USER_CREATED, subject=user, changes=changes)
    return NewAccount(user, password)


@transaction.atomic
def accounts_bulk_create(*, actor: User | None, rows: Sequence[AccountRow]) -> list[User]:
    """Open many accounts in the server room, for an import or the demo; one audit row. Raises Refused."""
    _only(actor, Role.SYSADMIN)
    users = [
        User(
            username=canonical_username(row.username), staff_no=row.staff_no, name=row.name, role=row.role,
            password=row.encoded_password or make_password(None), is_active=row.is_active,
        )
        for row in rows
    ]  # fmt: skip
    try:
        with transaction.atomic():
            User.objects.bulk_create(users)
    except IntegrityError as error:
        raise Refused(_("The user name or the staff number is already taken.")) from error
    record(actor=actor, action=Action.USER_BULK_CREATED, changes={"users": len(users)})
    return users


@transaction.atomic
def account_disable(*, actor: User, user: User) -> User:
    """Close an account: its sessions and tokens die with the next request."""
    _only(actor, Role.SYSADMIN)
    user = _locked(actor, user)
    _not_oneself(actor, user)
    if not user.is_active:
        raise Refused(_("The account is disabled already."))
    _not_the_last_officer(user)
    user.is_active = False
    _cut_off(user)
    user.save(update_fields=["is_active", "session_epoch"])
    record(actor=actor, action=Action.USER_DISABLED, subject=user, changes={"active": [True, False]})
    return user


@transaction.atomic
def account_enable(*, actor: User, user: User) -> User:
    """Open a disabled account again, with its old password and without its old tokens."""
    _only(actor, Role.SYSADMIN)
    user = _locked(actor, user)
    _not_oneself(actor, user)
    if user.is_active:
        raise Refused(_("The account is active already."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(actor=actor, action=Action.USER_ENABLED, subject=user, changes={"active": [False, True]})
    return user


@transaction.atomic
def sessions_end(*, actor: User, user: User) -> User:
    """Sign a person out everywhere and revoke his tokens."""
    _only(actor, Role.SYSADMIN)
    user = _locked(actor, user)
    revoked = _cut_off(user)
    user.save(update_fields=["session_epoch"])
    record(actor=actor, action=Action.USER_SESSIONS_ENDED, subject=user, changes={"tokens_revoked": revoked})
    return user


@transaction.atomic
def password_reset(*, actor: User | None, user: User) -> NewAccount:
    """Replace a password by a one-time one. Nobody becomes an officer this way: theirs is done in the server room."""
    _only(actor, Role.SYSADMIN)
    user = _locked(actor, user)
    if actor is not None:
        _not_oneself(actor, user)
        if user.role in THREE_OFFICERS:
            raise Refused(_("An officer's password is reset in the server room, by two people."))
    password = _one_time_password()
    _give_one_time(user, password)
    _cut_off(user)
    user.save(
        update_fields=[
            "password",
            "must_change_password",
            "one_time_until",
            "password_changed_at",
            "session_epoch",
        ]
    )
    record(actor=actor, action=Action.USER_PASSWORD_RESET, subject=user)
    return NewAccount(user, password)


@transaction.atomic
def role_change(*, actor: User, user: User, role: str) -> User:
    """Give a person another role; one role each, so the three officers exclude one another and all others."""
    _only(actor, Role.SECADMIN)
    user = _locked(actor, user)
    _not_oneself(actor, user)
    if user.role == role:
        raise Refused(_("The person has this role already."))
    if (
        role in THREE_OFFICERS and user.must_change_password
    ):  # whoever gave the one-time password could be the officer
        raise Refused(_("First the person must sign in and choose a password of his own."))
    _not_the_last_officer(user)
    before, user.role = user.role, role
    _cut_off(user)
    user.save(update_fields=["role", "session_epoch"])
    record(actor=actor, action=Action.USER_ROLE_CHANGED, subject=user, changes={"role": [before, role]})
    return user


@transaction.atomic
def token_create(*, actor: User, name: str, days: int) -> NewToken:
    """Make oneself a token for the API; its secret is shown once."""
    if actor.role not in BUSINESS_ROLES:
        raise PermissionDenied
    if not 1 <= days <= TOKEN_DAYS:
        raise Refused(_("A token lives for 1 to 90 days."), field="days")
    refuse_numbers("name", name)
    user = User.objects.select_for_update().get(pk=actor.pk)
    if selectors.live_token_list(user=user).count() >= TOKENS_EACH:
        raise Refused(_("Ten tokens are enough. Revoke one first."))
    secret = new_token()
    expires_at = timezone.now() + timedelta(days=days)
    token = ApiToken.objects.create(user=user, name=name, digest=token_digest(secret), expires_at=expires_at)
    record(actor=actor, action=Action.TOKEN_CREATED, subject=token, changes={"name": name, "days": days})
    return NewToken(token, secret)


@transaction.atomic
def token_revoke(*, actor: User, token: ApiToken) -> ApiToken:
    """End a token: one's own, or anybody's for the system administrator."""
    token = selectors.token_list(actor=actor).select_for_update(of=("self",)).get(pk=token.pk)
    if token.revoked_at is not None:
        raise Refused(_("The token is revoked already."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(actor=actor, action=Action.TOKEN_REVOKED, subject=token, changes={"name": token.name})
    return token


def _only(actor: User | None, role: Role) -> None:
    if actor is not None and (actor.role != role or not actor.is_active):
        raise PermissionDenied


def _locked(actor: User | None, user: User) -> User:
    rows = User.objects.all() if actor is None else selectors.account_list(actor=actor)
    return rows.select_for_update().get(pk=user.pk)


def _not_oneself(actor: User, user: User) -> None:
    if actor.pk == user.pk:
        raise Refused(_("You cannot do this to your own account."))


def _not_the_last_officer(user: User) -> None:
    if user.role not in THREE_OFFICERS or not user.is_active:
        return
    same = User.objects.select_for_update().filter(role=user.role, is_active=True).order_by("pk")
    if len(same) == 1:
        raise Refused(_("This is the last active account with this officer's role."))


def _cut_off(user: User) -> int:
    user.session_epoch += 1
    return selectors.live_token_list(user=user).update(revoked_at=timezone.now())


def _give_one_time(user: User, password: str) -> None:
    user.set_password(password)
    user.must_change_password = True
    user.one_time_until = timezone.now() + ONE_TIME_FOR
    user.password_changed_at = timezone.now()


def _one_time_password() -> str:
    groups = ("".join(secrets.choice(_READABLE) for _letter in range(4)) for _group in range(4))
    return "-".join(groups)
