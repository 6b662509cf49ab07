"""Keeping accounts: closing and opening them, ending sessions, resetting passwords, giving roles."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.turns import locked
from people import policies, selectors
from people.actions import Action
from people.enums import THREE_OFFICERS
from people.holding import in_the_way, led_by
from people.models import User
from people.persons import is_same
from people.services.accounts import AccountRow, NewAccount, account_faults
from people.services.passwords import PASSWORD_FIELDS, give_one_time
from people.services.tokens import tokens_end


@transaction.atomic
def account_disable(*, actor: User | None, user: User) -> User:
    """Close an account: its sessions and tokens die with the next request."""
    _allow(policies.opens_accounts(actor))
    user = _locked_with_officers(actor, user)
    if actor is not None:
        _not_oneself(actor, user)
    if not user.is_active:
        raise Refused(_("The account is disabled already."))
    _not_the_last_officer(user)
    if names := led_by(user).names:
        message = _("The person leads: %(grids)s. That is handed over first.")
        raise Refused(message % {"grids": _(", ").join(names)})
    user.is_active = False
    _cut_off(user)
    user.save(update_fields=["is_active", "session_epoch"])
    record(actor=actor, action=Action.USER_DISABLED, subject=user, changes={"active": [True, False]})
    return user


@transaction.atomic
def account_enable(*, actor: User | None, user: User) -> User:
    """Open a disabled account again, with its old password and without its old tokens."""
    _allow(policies.opens_accounts(actor))
    user = _locked(actor, user)
    if actor is not None:
        _not_oneself(actor, user)
    if user.is_active:
        raise Refused(_("The account is active already."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(actor=actor, action=Action.USER_ENABLED, subject=user, changes={"active": [False, True]})
    return user


@transaction.atomic
def account_rename(*, actor: User | None, user: User, name: str) -> User:
    """Call a person by another name, who married or whose name was mistyped. Raises Refused."""
    _allow(policies.opens_accounts(actor))
    user = _locked(actor, user)
    row = AccountRow(user.username, user.staff_no, name.strip(), user.role)
    if wrong := account_faults(actor=None, row=row).get("name"):
        raise Refused(wrong[0], field="name")
    before, user.name = user.name, row.name
    if before == user.name:
        raise Refused(_("The person has this name already."), field="name")
    user.save(update_fields=["name"])
    record(actor=actor, action=Action.USER_RENAMED, subject=user, changes={"name": [before, user.name]})
    return user


@transaction.atomic
def account_withdraw(*, actor: User | None, user: User) -> None:
    """Remove an account that was opened by mistake. Raises Refused when somebody used it or anything tells of it."""
    _allow(policies.opens_accounts(actor))
    user = _locked(actor, user)
    used = _("The account of %(name)s was used since.") % {"name": user.name}
    if user.last_login or user.password_changed_at:
        raise Refused(used)
    changes = {"username": user.username, "staff_no": user.staff_no}
    try:
        with transaction.atomic():
            user.delete()
    except (ProtectedError, IntegrityError) as error:
        raise Refused(used) from error
    record(actor=actor, action=Action.USER_WITHDRAWN, changes=changes)


@transaction.atomic
def sessions_end(*, actor: User, user: User) -> User:
    """Sign a person out everywhere and revoke his tokens."""
    _allow(policies.opens_accounts(actor))
    user = _locked(actor, user)
    revoked = _cut_off(user)
    user.save(update_fields=["session_epoch"])
    record(actor=actor, action=Action.USER_SESSIONS_ENDED, subject=user, changes={"tokens_revoked": revoked})
    return user


@transaction.atomic
def password_reset(*, actor: User | None, user: User) -> NewAccount:
    """Replace a password by a one-time one. Nobody becomes an officer this way: theirs is done in the server room."""
    _allow(policies.opens_accounts(actor))
    user = _locked(actor, user)
    if actor is not None:
        _not_oneself(actor, user)
        if user.role in THREE_OFFICERS:
            raise Refused(_("An officer's password is reset in the server room, by two people."))
    password = give_one_time(user)
    _cut_off(user)
    user.save(update_fields=[*PASSWORD_FIELDS, "session_epoch"])
    record(actor=actor, action=Action.USER_PASSWORD_RESET, subject=user)
    return NewAccount(user, password)


@transaction.atomic
def role_change(*, actor: User, user: User, role: str) -> User:
    """Give a person another role; one role each, so the three officers exclude one another and all others."""
    _allow(policies.gives_roles(actor))
    user = _locked_with_officers(actor, user)
    _not_oneself(actor, user)
    if user.role == role:
        raise Refused(_("The person has this role already."))
    # Whoever gave the one-time password could be the officer.
    if role in THREE_OFFICERS and user.must_change_password:
        raise Refused(_("First the person must sign in and choose a password of his own."))
    _not_the_last_officer(user)
    if held := in_the_way(user, role):
        message = _("With this role the person could not be: %(parts)s. End that first.")
        raise Refused(message % {"parts": "、".join(held)})
    before, user.role = user.role, role
    _cut_off(user)
    user.save(update_fields=["role", "session_epoch"])
    record(actor=actor, action=Action.USER_ROLE_CHANGED, subject=user, changes={"role": [before, role]})
    return user


def _allow(allowed: bool) -> None:  # noqa: FBT001  a policy's answer
    if not allowed:
        raise PermissionDenied


def _seen(actor: User | None) -> QuerySet[User]:
    return User.objects.all() if actor is None else selectors.account_list(actor=actor)


def _locked(actor: User | None, user: User) -> User:
    return locked(_seen(actor)).get(pk=user.pk)


def _locked_with_officers(actor: User | None, user: User) -> User:
    """Lock the account and every officer, in one order: two that take the last two away wait for one another."""
    wanted = Q(pk=user.pk) | Q(role__in=THREE_OFFICERS)
    rows = locked(_seen(actor).filter(wanted)).order_by("pk")
    return {row.pk: row for row in rows}[user.pk]


def _not_oneself(actor: User, user: User) -> None:
    if is_same(actor, user):
        raise Refused(_("You cannot do this to your own account."))


def _not_the_last_officer(user: User) -> None:
    if user.role not in THREE_OFFICERS or not user.is_active:
        return
    others = User.objects.filter(role=user.role, is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise Refused(_("This is the last active account with this officer's role."))


def _cut_off(user: User) -> int:
    user.session_epoch += 1
    return tokens_end(user)
