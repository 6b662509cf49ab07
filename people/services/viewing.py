"""One's own views of lists: kept under a name, found again as a tab."""

from urllib.parse import urlencode

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from audit.services import record
from gridbank.errors import Refused
from gridbank.numbers import personal_numbers, refuse_numbers
from gridbank.turns import locked
from people import selectors
from people.actions import Action
from people.models import VIEW_NAME_LENGTH, VIEW_QUERY_LENGTH, SavedView, User

MOST = 30
# what was looked for may be a customer's name; where a page began, or what was taken, is no view
LEFT_OUT = ("q", "after", "before", "take", "key", "csrfmiddlewaretoken")


def kept_of(text: str) -> str:
    """Return what of a list's query can be kept, in one order; no number of a person stands in an address."""
    return urlencode([(name, value) for name, value in _pairs(text) if not personal_numbers(value)])


def _pairs(text: str) -> list[tuple[str, str]]:
    query = sorted(QueryDict(text).lists())
    return [(name, value) for name, values in query for value in values if value and name not in LEFT_OUT]


@transaction.atomic
def view_save(*, actor: User, name: str, of: str, query: str) -> SavedView:
    """Keep a list's filters, order and columns under a name; the same name again keeps the newer. Raises Refused."""
    asked, name, query = query, name.strip(), kept_of(query)
    if not name or len(name) > VIEW_NAME_LENGTH:
        raise Refused(_("Give it a name of at most %(n)s letters.") % {"n": VIEW_NAME_LENGTH}, field="name")
    refuse_numbers("name", name)
    # decoded: a digit of the sign before it would stand before a number
    for _key, value in _pairs(asked):
        refuse_numbers("query", value)
    if not query or len(query) > VIEW_QUERY_LENGTH:
        raise Refused(_("Set a filter, an order or columns first: there is nothing to keep."))
    owner = locked(User.objects.all()).get(pk=actor.pk)
    found = selectors.view_list(actor=actor).filter(list=of, name=name).first()
    if found is None and owner.saved_views >= MOST:
        raise Refused(_("%(most)s views are enough. Delete one first.") % {"most": MOST})
    if found is None:
        found = SavedView(owner=owner, list=of, name=name)
        owner.saved_views += 1
        owner.save(update_fields=["saved_views"])
    found.query = query
    found.save()
    record(
        actor=actor,
        action=Action.VIEW_SAVED,
        subject=found,
        changes={"list": of, "name": name, "query": query},
    )
    return found


@transaction.atomic
def view_delete(*, actor: User, view: SavedView) -> None:
    """Forget one of one's own views."""
    owner = locked(User.objects.all()).get(pk=actor.pk)
    found = selectors.view_list(actor=actor).get(pk=view.pk)
    changes = {"list": found.list, "name": found.name}
    owner.saved_views = max(0, owner.saved_views - 1)
    owner.save(update_fields=["saved_views"])
    key = found.pk
    found.delete()
    # the trail comes last, and names what was there
    found.pk = key
    record(actor=actor, action=Action.VIEW_DELETED, subject=found, changes=changes)
