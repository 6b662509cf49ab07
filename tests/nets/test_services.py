"""Every service, asked by those who have no business with the row: refused, and the database as it was.

Who may stands in `services.txt`, service by service: what a change opens shows in the diff.
"""

import inspect

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.http import Http404

from gridbank.errors import Refused
from people.models import User
from tests import factories
from tests.nets.calling import CALLS, KNOWN, SERVICES, done, given
from tests.nets.frozen import hold_line, read
from tests.nets.site import World, ledger
from tests.people import assign

REFUSAL = (PermissionDenied, Http404, Refused, ObjectDoesNotExist)
STRANGERS = ("wu", "zhou", "foreign", "sun")
HELPING = {"helper": ("account_manager", "grid_li"), "aide": ("branch_manager", "east")}
# each calls every service with Li's row
CALLERS = (
    *STRANGERS, "helper", "aide", "special", "wang", "chen", "zhao", "sysadmin", "secadmin", "auditor",
)  # fmt: skip
# `actor: None` in the signature: only a command on the server calls them, and mypy holds it
ASKED = [
    name for name in KNOWN if inspect.signature(SERVICES[name]).parameters["actor"].annotation is not None
]


def caller(world: World, name: str) -> User:
    """Return who calls; the four whom the cast lacks are made."""
    if name in HELPING:
        role, grid = HELPING[name]
        made = factories.UserFactory(username=name, role=role)
        factories.AssignmentFactory(user=made, grid=getattr(world.cast, grid), part="helper")
        return made
    if name == "special":
        market = factories.GridFactory(parent=world.cast.east, nature="special")
        made = factories.UserFactory(username="special")
        assign(made, market)
        market.special_members.create(household=world.row("household", "mine"), since=market.valid_from)
        return made
    if name == "foreign":
        other = factories.GridFactory(tier="head_office", parent=None)
        made = factories.UserFactory(username="foreign", role="head_office")
        assign(made, other)
        return made
    return world.person(name)


def refused(name: str, arguments: dict) -> bool:
    """Tell whether a service refuses; what it did otherwise is undone."""
    with transaction.atomic():
        try:
            result = done(name, arguments)
        except REFUSAL:
            return True
        if CALLS[name].refused(result):
            return True
        transaction.set_rollback(True)
    return False


@pytest.mark.parametrize("name", ASKED)
def test_who_may_is_who_was_agreed_and_a_refusal_leaves_nothing(shared: World, name: str, request):
    people = {each: caller(shared, each) for each in CALLERS}
    arguments = given(shared, name)
    before, may, left = ledger(), [], {}
    assert not refused(name, arguments), "nobody may: the rest would prove nothing"
    for each, actor in people.items():
        if not refused(name, {**arguments, "actor": actor}):
            may.append(each)
        after = ledger()
        if after != before:
            left[each] = [table for table, digest in after.items() if digest != before[table]]
    assert left == {}, "refused, and yet written"
    assert bool(CALLS[name].common) == bool({*STRANGERS} & {*may}), f"strangers may: {may}"
    hold_line(request.config, "services.txt", name, " ".join(may) or "-")


def test_the_table_names_nothing_that_is_gone():
    assert [line for line in read("services.txt") if line.partition(" | ")[0] not in ASKED] == []
