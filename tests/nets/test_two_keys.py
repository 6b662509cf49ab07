"""A key of another bank's row, put where a form takes one, is as one that is nobody's: grid, person, household, colleague."""

import itertools
import re

import pytest
from django.db import transaction
from django.test import Client

from tests.nets.forms import Form
from tests.nets.making import ABSENT
from tests.nets.site import Route, World, plain
from tests.nets.test_hostile_input import shown_forms, taken, told_apart
from tests.nets.test_two_banks import BUSINESS, first, keys_of, second_bank

THEIRS: dict[str, str] = {}


def both() -> World:
    """Build the first bank, and the other one beside it."""
    world = first()
    THEIRS.update(keys_of(second_bank()))
    return world


BUILT = both


def takes_a_key(name: str) -> bool:
    """Leave out what is no key: the token, versions, a visit's own number, the counters of a formset."""
    return name not in {
        "csrfmiddlewaretoken",
        "form_key",
        "version",
        "head-version",
        "id",
    } and not name.endswith("_FORMS")


def answer(client: Client, form: Form, values: dict[str, str]) -> tuple[int, str]:
    """Send a form and undo what it did; numbers and tokens in the answer don't count."""
    with transaction.atomic():
        # what the last one said
        client.cookies.pop("messages", None)
        response = getattr(client, form.method)(form.action, values)
        transaction.set_rollback(True)
    return response.status_code, re.sub(r"[0-9]+", "0", plain(response))


@pytest.mark.parametrize("route", [route for route in BUSINESS if not route.is_api], ids=str)
def test_a_key_of_the_other_bank_in_a_form_is_as_absent(shared: World, route: Route):
    forms = shown_forms(shared, route)
    told = []
    for name, form in forms:
        client = shared.client(name)
        bases = taken(shared, client, form)
        for base, one in itertools.product(bases, told_apart(form)):
            if one.kind not in {"select", "radio", "hidden"} or not takes_a_key(one.name):
                continue
            absent = answer(client, form, {**base, one.name: str(ABSENT)})
            told += [
                f"{name} {form.path} {one.name}={what}"
                for what, key in THEIRS.items()
                if answer(client, form, {**base, one.name: key}) != absent
            ]
    assert told == []
