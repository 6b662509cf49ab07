"""Writes of the people app. The actor None is the bank's own server room: a management command."""

from people.services.accounts import (
    AccountRow,
    NewAccount,
    account_check,
    account_create,
    account_faults,
    accounts_bulk_create,
)
from people.services.forgetting import sign_ins_forget
from people.services.keeping import (
    account_disable,
    account_enable,
    account_rename,
    account_withdraw,
    password_reset,
    role_change,
    sessions_end,
)
from people.services.passwords import password_change
from people.services.restoring import everybody_out, restored
from people.services.taking import list_taken
from people.services.tokens import TOKEN_DAYS, NewToken, token_create, token_revoke, token_used
from people.services.viewing import kept_of, view_delete, view_save

__all__ = [
    "TOKEN_DAYS",
    "AccountRow",
    "NewAccount",
    "NewToken",
    "account_check",
    "account_create",
    "account_disable",
    "account_enable",
    "account_faults",
    "account_rename",
    "account_withdraw",
    "accounts_bulk_create",
    "everybody_out",
    "kept_of",
    "list_taken",
    "password_change",
    "password_reset",
    "restored",
    "role_change",
    "sessions_end",
    "sign_ins_forget",
    "token_create",
    "token_revoke",
    "token_used",
    "view_delete",
    "view_save",
]
