"""Opening accounts: what a row must be, and storing rows. A page, a command and a file share both."""

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.numbers import no_personal_numbers
from people import policies
from people.actions import Action
from people.models import User, canonical_staff_no, canonical_username
from people.selectors import people_by_number
from people.services.passwords import give_one_time

_NOT_OF_THE_ROW = {field.name for field in User._meta.get_fields()} - {"username", "staff_no", "name", "role"}


class NewAccount(NamedTuple):
    """An account and the password that is shown once."""

    user: User
    password: str


class AccountRow(NamedTuple):
    """An account that is to be; without an encoded password nobody can sign in as this person."""

    username: str
    staff_no: str
    name: str
    role: str
    encoded_password: str = ""
    is_active: bool = True


def account_faults(*, actor: User | None, row: AccountRow) -> dict[str, list[str]]:
    """Return what is wrong with a row, by field; nothing when an account can be made of it."""
    found: dict[str, list[str]] = {}
    try:
        _account(row).clean_fields(exclude=_NOT_OF_THE_ROW)
    except ValidationError as error:
        found = error.message_dict
    for field in ("staff_no", "username", "name"):
        try:
            no_personal_numbers(getattr(row, field))
        except ValidationError as error:
            found.setdefault(field, error.messages)
    if "role" not in found and row.role not in policies.roles_of_new_accounts(actor):
        message = _("New accounts start with a business role; the security administrator changes roles.")
        found["role"] = [message]
    return found


def account_check(*, actor: User | None, row: AccountRow) -> User:
    """Return the account that a row describes, not stored yet. Raises Refused."""
    for field, messages in account_faults(actor=actor, row=row).items():
        raise Refused(messages[0], field=field)
    return _account(row)


@transaction.atomic
def account_create(*, actor: User | None, username: str, staff_no: str, name: str, role: str) -> NewAccount:
    """Open an account with a one-time password. An officer's role is only given in the server room."""
    if not policies.opens_accounts(actor):
        raise PermissionDenied
    user = account_check(actor=actor, row=AccountRow(username, staff_no, name, role))
    password = give_one_time(user)
    _store([user])
    changes = {"username": user.username, "staff_no": user.staff_no, "role": user.role}
    record(actor=actor, action=Action.USER_CREATED, subject=user, changes=changes)
    return NewAccount(user, password)


@transaction.atomic
def accounts_bulk_create(*, actor: User | None, rows: Sequence[AccountRow]) -> list[User]:
    """Open many accounts, all or none; one audit row. Raises Refused, naming the account."""
    if not policies.opens_accounts(actor):
        raise PermissionDenied
    users = []
    for row in rows:
        try:
            users.append(account_check(actor=actor, row=row))
        except Refused as refused:
            raise Refused(f"{row.username}: {refused}", field=refused.field) from refused
    _store(users)
    record(actor=actor, action=Action.USER_BULK_CREATED, changes={"users": len(users)})
    return users


def _account(row: AccountRow) -> User:
    return User(
        username=canonical_username(row.username),
        staff_no=canonical_staff_no(row.staff_no),
        name=row.name.strip(),
        role=row.role,
        password=row.encoded_password,
        is_active=row.is_active,
    )


def _store(users: list[User]) -> None:
    for user in users:
        user.password = user.password or make_password(None)
    if people_by_number(staff_numbers=[user.staff_no for user in users]):
        raise Refused(_("The user name or the staff number is already taken."))
    try:
        with transaction.atomic():
            User.objects.bulk_create(users)
    except IntegrityError as error:
        raise Refused(_("The user name or the staff number is already taken.")) from error
