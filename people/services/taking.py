"""Lists that somebody takes with him: the trail knows which, how narrowed, and how many rows."""

from collections.abc import Mapping

from django.db import transaction

from audit.services import record
from people.actions import Action
from people.models import User

# what somebody looked for may be a person's name: that he looked is told, not for whom
SEARCH = "q"


@transaction.atomic
def list_taken(*, actor: User, name: str, filters: Mapping[str, str], rows: int) -> None:
    """Record that a list went out as a workbook, before it does."""
    told = {key: "*" if key == SEARCH else value for key, value in filters.items() if value}
    record(actor=actor, action=Action.LIST_TAKEN, changes={"list": name, "rows": rows, "filters": told})
