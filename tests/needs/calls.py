"""One way to call each service of the needs app: see `tests/nets/calling.py`."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from needs.services import need_close
from tests.nets.calling import MONTH, Call, call, once, row
from tests.nets.site import World


def need_row(w: World) -> Any:
    values = {"household_id": w.row("household", "mine").pk, "text": "买牛", "raised_on": MONTH}
    return row("needs.services", "NeedRow", raised_by_id=w.cast.li.pk, **values)


@once
def closed(w: World) -> Any:
    """One that he has closed himself."""
    return need_close(actor=w.cast.li, need=w.row("need", "mine"), status="done", outcome="已放款")


CALLS: dict[str, Call] = {
    "needs.services.need_raise": call(
        "li", lambda w: {"household": w.row("household", "mine"), "text": "买牛", "raised_on": timezone.localdate()}
    ),
    "needs.services.need_close": call(
        "li", lambda w: {"need": w.row("need", "mine"), "status": "done", "outcome": "已放款"}
    ),
    "needs.services.needs_close": call(
        "li", lambda w: {"needs": [w.row("need", "mine")], "status": "done", "outcome": "已放款"}
    ),
    "needs.services.needs_reopen": call("li", lambda w: {"needs": [closed(w)]}),
    "needs.services.needs_bulk_create": call("li", lambda w: {"rows": [need_row(w)]}),
    "needs.services.needs_replace": call("li", lambda w: {"origin": uuid4(), "rows": [need_row(w)]}),
}  # fmt: skip

OTHERS: dict[str, str] = {
    "needs.services.needs_follow": "part of moving a person",
    "needs.services.register_merging": "says what follows a merge, when the app is ready",
}
