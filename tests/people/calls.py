"""One way to call each service of the people app: see `tests/nets/calling.py`."""

from tests import factories
from tests.nets.calling import Call, call, row


def account(**more: str) -> dict[str, str]:
    return {"username": "neu", "staff_no": "N1", "name": "新", "role": "account_manager", **more}


CALLS: dict[str, Call] = {
    "people.services.password_change": call("li", lambda _w: {"password": "Broad-Valleys-2027"}, common="it is about oneself"),
    "people.services.account_create": call("sysadmin", lambda _w: account()),
    "people.services.accounts_bulk_create": call(
        None, lambda _w: {"rows": [row("people.services", "AccountRow", **account())]}
    ),
    "people.services.account_disable": call("sysadmin", lambda w: {"user": w.cast.li}),
    "people.services.account_enable": call("sysadmin", lambda _w: {"user": factories.UserFactory(is_active=False)}),
    "people.services.sessions_end": call("sysadmin", lambda w: {"user": w.cast.li}),
    "people.services.password_reset": call("sysadmin", lambda w: {"user": w.cast.li}),
    "people.services.role_change": call("secadmin", lambda w: {"user": w.cast.li, "role": "branch_manager"}),
    "people.services.token_create": call("li", lambda _w: {"name": "x", "days": 1}, common="it is about oneself"),
    "people.services.token_revoke": call("li", lambda w: {"token": w.row("token", "mine")}),
}  # fmt: skip

OTHERS: dict[str, str] = {}
