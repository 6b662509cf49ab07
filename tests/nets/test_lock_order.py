"""Everybody waits in one order: turns, then rows, the trail last. So two services may wait, and never for each other.

What a service takes hold of is read from its statements. A table that isn't in the order yet is put where every
service that locks it can keep to it.
"""

import itertools

import pytest

from tests.nets.calling import KNOWN, done, given
from tests.nets.frozen import read
from tests.nets.site import World
from tests.nets.watching import HEAD, TURN, Step, watched

ORDER = (
    TURN,
    # whoever asks for work on a file holds the file
    "exchange.Batch",
    "exchange.Portion",
    "exchange.Export",
    "jobs.JobRun",
    "grids.Grid",
    "grids.Handover",
    "ground.Layout",
    "grids.GridName",
    "grids.Backdating",
    "people.User",
    "gridbank.IdempotencyKey",
    "people.ApiToken",
    "people.SavedView",
    "performance.Scheme",
    # whoever moves waits: a visit stands in its household's grid of the day
    "customers.Household",
    "visits.Visit",
    "visits.HeldVisit",
    "performance.Period",
    "performance.Run",
    "performance.GridTarget",
    "performance.Target",
    "grids.Assignment",
    "grids.Duty",
    "ground.Boundary",
    "ground.ServicePoint",
    "ground.Parcel",
    "customers.Customer",
    "customers.PersonMerge",
    "customers.Consent",
    "customers.Restriction",
    "customers.Death",
    "customers.Likeness",
    "products.Product",
    "products.Offer",
    "products.Holding",
    # after what it is about: whoever corrects an offer withdraws what was claimed of it
    "customers.Claim",
    "needs.Need",
    HEAD,
)
TRAIL = {HEAD, "audit.AuditEvent"}
AGREED = dict(line.split(" | ") for line in read("services.txt"))


def steps_of(world: World, name: str) -> list[list[Step]]:
    arguments = given(world, name)
    # a person's rows are read again under a lock, the installation's aren't
    if arguments["actor"] is None and "zhao" in AGREED.get(name, "").split():
        arguments["actor"] = world.cast.zhao
    with watched() as watch:
        done(name, arguments)
    return [steps for steps in watch.transactions if steps]


def out_of_order(steps: list[Step]) -> list[str]:
    """Say what was taken after something that comes later."""
    held = list(dict.fromkeys(step.table for step in steps if step.what != "insert"))
    assert [table for table in held if table not in ORDER] == [], "give it its place in ORDER"
    return [
        f"{after} after {before}"
        for before, after in itertools.pairwise(held)
        if ORDER.index(after) < ORDER.index(before)
    ]


def after_the_trail(steps: list[Step]) -> list[str]:
    tables = [step.table for step in steps]
    return [table for table in tables[tables.index(HEAD) :] if table not in TRAIL] if HEAD in tables else []


def rows_out_of_order(steps: list[Step]) -> list[str]:
    """Say of which table rows were taken against the order of their keys."""
    wrong, held = [], {}
    for step in steps:
        fresh = [key for key in step.keys if key not in held.get(step.table, [])]
        if not step.in_order or (step.what == "lock" and sorted(fresh) != fresh):
            wrong.append(f"{step.table} {fresh}: order_by is missing")
        if fresh and held.get(step.table) and min(fresh) < max(held[step.table]):
            wrong.append(f"{step.table} {fresh} after {held[step.table]}")
        held.setdefault(step.table, []).extend(fresh)
    return wrong


@pytest.mark.parametrize("name", KNOWN)
def test_everybody_waits_in_one_order(shared: World, name: str):
    for steps in steps_of(shared, name):
        assert after_the_trail(steps) == [], "record last, or say recorded_last()"
        assert out_of_order(steps) == []
        assert rows_out_of_order(steps) == []


LOCK = {name: Step("lock", name, (1,)) for name in ("grids.Grid", "people.User", HEAD)}


def test_the_watch_sees_what_it_is_for():
    grid, user, head = LOCK.values()
    assert out_of_order([user, grid]) == ["grids.Grid after people.User"]
    assert out_of_order([grid, user, grid, head]) == []
    assert after_the_trail([grid, head, Step("insert", "needs.Need")]) == ["needs.Need"]
    assert rows_out_of_order([Step("lock", "grids.Grid", (2,)), grid]) == ["grids.Grid [1] after [2]"]
    assert rows_out_of_order([Step("lock", "grids.Grid", (1, 2), in_order=False)]) != []
