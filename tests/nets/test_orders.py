"""No list, export or answer stands in an order that is finer than what it shows: who lies between two would be told.

Each order is agreed here with what is shown of it. A day of birth is shown as an age, a number by its mask.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from rest_framework.filters import OrderingFilter
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination

from customers.models import Customer, Household
from customers.personal import index_columns, names, sealed
from gridbank.listing import Listing

# by which column of the database each column of a list is sorted, and the list itself
AGREED = {
    "audit.events": {"": "", "time": ""},
    "audit.readings": {"": "", "time": ""},
    "customers.claims": {"": "", "day": "day"},
    "customers.duplicates": {"": "score", "score": "score"},
    "customers.households": {"": "", "place": "grid__path", "archive": "completeness", "days": "last_met_on"},
    "customers.merges": {"": ""},
    "customers.people": {
        "": "", "name": "pinyin", "grid": "household__grid__path", "age": "age_year",
        "archive": "household__completeness", "met": "household__last_met_on",
    },
    "grids": {"": "code", "name": "code", "kind": "kind", "above": "parent__code"},
    "needs": {"": "due_on", "due": "due_on", "raised": "raised_on"},
    "points": {
        "": "code", "name": "code", "code": "code", "kind": "kind", "grid": "grid__code", "opened": "opened_on",
        "closed": "closed_on",
    },
    "people.accounts": {
        "": "username", "name": "name", "username": "username", "staff_no": "staff_no", "role": "role",
        "last": "last_login",
    },
    "visits": {"": "started_at", "when": "started_at"},
}  # fmt: skip


def listings() -> Iterator[Listing[Any]]:
    for config in apps.get_app_configs():
        if not config.path.startswith(str(settings.BASE_DIR)) or ".venv" in config.path:
            continue
        for found in pkgutil.walk_packages([config.path], f"{config.name}."):
            if ".presenting" in found.name or found.name.endswith(".views"):
                yield from (
                    one for one in vars(import_module(found.name)).values() if isinstance(one, Listing)
                )


def guarded() -> set[str]:
    """Return the columns of people of which less is shown than stands in them."""
    found = {"birth_date", "salt"}
    for model in (Customer, Household):
        found |= {*index_columns(model), *names(sealed(model))}
        found |= {field.name for field in model._meta.concrete_fields if field.name.endswith("digest")}
    return found


def test_lists_stand_in_an_order_of_what_they_show():
    orders = {
        one.name: {"": one.order.field} | {each.key: each.order.field for each in one.columns if each.order}
        for one in listings()
    }
    assert orders == AGREED
    sorted_by = {
        part for fields in AGREED.values() for field in fields.values() for part in field.split("__")
    }
    assert {"birth_date", "phone_digest"} <= guarded()
    assert not sorted_by & guarded()


def kin(of: type[Any]) -> set[type[Any]]:
    """Return a class's own kin: whoever inherits from it, in any place of the house."""
    return {each for one in of.__subclasses__() for each in (one, *kin(one))}


def test_answers_by_key_and_visits_by_their_beginning():
    for urls in ("gridbank.urls", "gridbank.api_urls"):
        import_module(urls)
    orders = {
        (one.ordering,) if isinstance(one.ordering, str) else tuple(one.ordering)
        for one in kin(CursorPagination)
    }
    assert orders == {("pk",), ("-started_at", "-id")}
    assert not any(OrderingFilter in view.filter_backends for view in kin(GenericAPIView))
