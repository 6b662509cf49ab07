"""One way to call each service of the people app: see `tests/nets/calling.py`."""

from typing import Any

from tests import factories
from tests.nets.calling import Call, call, once, row
from tests.nets.site import World


def account(**more: str) -> dict[str, str]:
    return {"username": "neu", "staff_no": "N1", "name": "新", "role": "account_manager", **more}


@once
def officer(_w: World) -> dict[str, Any]:
    """A second auditor: of the two, who is closed at the same time, one must stay."""
    return {"user": factories.UserFactory(role="auditor")}


CALLS: dict[str, Call] = {
    "people.services.passwords.password_change": call("li", lambda _w: {"password": "Broad-Valleys-2027"}, common="it is about oneself"),
    "people.services.accounts.account_create": call("sysadmin", lambda _w: account()),
    "people.services.accounts.accounts_bulk_create": call(
        None, lambda _w: {"rows": [row("people.services", "AccountRow", **account())]}
    ),
    "people.services.keeping.account_disable": call("sysadmin", officer, rival=lambda w: {"user": w.person("auditor")}),
    "people.services.keeping.account_enable": call("sysadmin", lambda _w: {"user": factories.UserFactory(is_active=False)}),
    "people.services.keeping.account_rename": call("sysadmin", lambda w: {"user": w.cast.li, "name": "李新"}),
    "people.services.keeping.account_withdraw": call("sysadmin", lambda _w: {"user": factories.UserFactory(role="account_manager")}),
    "people.services.keeping.sessions_end": call("sysadmin", lambda w: {"user": w.cast.li}),
    "people.services.keeping.password_reset": call("sysadmin", lambda w: {"user": w.cast.li}),
    "people.services.keeping.role_change": call("secadmin", lambda w: {"user": w.cast.li, "role": "branch_manager"}),
    "people.services.taking.list_taken": call(
        "li", lambda _w: {"name": "visits", "filters": {"met": "no"}, "rows": 3}, common="it is about oneself"
    ),
    "people.services.viewing.view_save": call(
        "li", lambda _w: {"name": "未见面", "of": "visits", "query": "met=no"}, common="it is about oneself"
    ),
    "people.services.viewing.view_delete": call("li", lambda w: {"view": w.row("view", "mine")}),
    "people.services.tokens.token_create": call("li", lambda _w: {"name": "x", "days": 1}, common="it is about oneself"),
    "people.services.tokens.token_revoke": call("li", lambda w: {"token": w.row("token", "mine")}),
}  # fmt: skip

OTHERS: dict[str, str] = {
    "people.services.viewing.kept_of": "reads",
    "people.services.tokens.token_used": "nothing is done by it: it says when a token opened the API; what it read stands in the read log",
    "people.services.accounts.account_check": "reads",
    "people.services.accounts.account_faults": "reads",
    "people.services.restoring.restored": "the server room's, after a restore",
    "people.services.restoring.everybody_out": "the server room's, after a restore: who calls it is signed out as well",
    "people.services.forgetting.sign_ins_forget": "the clock's: it removes what has ended already",
    "people.services.tokens.tokens_end": "part of whatever shuts an account's doors",
    "people.services.passwords.give_one_time": "part of opening and resetting an account",
}
