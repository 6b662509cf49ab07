"""One bank for all tests of a module: built once, and after each test rolled back to how it was built.

Not for modules with transactional tests: the bank's own transaction stays open between the tests.
"""

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.nets.site import MAKE, ROW_ROUTES, World, make_world


def built() -> World:
    """Build the bank with a row of everything, Li's and the stranger's."""
    world = make_world()
    for whose in ("mine", "theirs"):
        for kind in MAKE:
            world.row(kind, whose)
        for route in ROW_ROUTES:
            world.kwargs(route, whose)
    return world


@pytest.fixture(scope="module")
def bank(django_db_setup, django_db_blocker, request) -> Iterator[World]:
    """Build it; a module that wants another bank says how in BUILT."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield getattr(request.module, "BUILT", built)()
        transaction.set_rollback(True)


@pytest.fixture
def shared(bank: World, db) -> World:
    """Give a copy of the bank's objects, a service may change what it is given; `db` rolls back to the bank."""
    return copy.deepcopy(bank)
