"""Giving grids their ground."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, waive_scope
from gridbank.triggers import broken
from ground import services
from ground.guards import guards
from ground.models import CURRENT, Boundary
from ground.selectors import boundary_list
from people.enums import Role
from tests.factories import UserFactory
from tests.ground.squares import square
from tests.people import SINCE, make_cast


@pytest.fixture(autouse=True)
def _unguarded():
    with waive_scope("tests look at every row"):
        yield


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_only_those_above_may_draw(cast):
    for actor, grid, refusal in (
        (cast.chen, cast.east, PermissionDenied),
        (cast.chen, cast.grid_wu, OutOfSight),
        (cast.li, cast.grid_li, PermissionDenied),
        (cast.sun, cast.grid_li, OutOfSight),
        (UserFactory(role=Role.SYSADMIN), cast.grid_li, OutOfSight),
    ):
        with pytest.raises(refusal):
            services.boundary_set(actor=actor, grid=grid, boundary=square(107, 25))
    assert actions() == []


def test_ground_is_drawn_inside_the_branch_and_beside_the_neighbours(cast):
    services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=square(107, 25, 0.4))
    drawn = services.boundary_set(
        actor=cast.chen, grid=cast.grid_li, boundary=square(107, 25), illustrative=True
    )
    assert (drawn.version, drawn.is_illustrative, drawn.max_lat) == (1, True, 25.1)
    # a shared edge
    services.boundary_set(actor=cast.chen, grid=cast.grid_wang, boundary=square(107.1, 25))
    for wrong in (square(107.05, 25.0), square(107.35, 25.2), square(108, 25)):
        with pytest.raises(Refused):
            services.boundary_set(actor=cast.chen, grid=cast.grid_wang, boundary=wrong)
    with pytest.raises(Refused, match="东支行"):
        services.boundary_set(actor=cast.zhao, grid=cast.west, boundary=square(107.3, 25.3, 0.5))
    assert (
        services.boundary_set(actor=cast.chen, grid=cast.grid_li, boundary=square(107, 25, 0.05)).version == 2
    )
    assert actions() == ["grid.boundary_set"] * 4


def test_nothing_is_cut_out_of_ground_that_is_not_drawn(cast):
    with pytest.raises(Refused, match="东支行"):
        services.boundary_set(actor=cast.chen, grid=cast.grid_li, boundary=square(107, 25))
    with pytest.raises(Refused, match="东支行"):
        services.boundaries_bulk_set(actor=cast.chen, boundaries={cast.grid_li.pk: square(107, 25)})
    assert actions() == []


def test_a_branch_is_not_drawn_away_from_under_its_grids(cast):
    services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=square(107, 25, 0.4))
    services.boundary_set(actor=cast.chen, grid=cast.grid_li, boundary=square(107.3, 25.3))
    smaller = square(107, 25, 0.2)
    with pytest.raises(Refused, match="甲村"):
        services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=smaller)
    with pytest.raises(Refused, match="甲村"):
        services.boundaries_bulk_set(actor=cast.zhao, boundaries={cast.east.pk: smaller})
    both = {cast.east.pk: smaller, cast.grid_li.pk: square(107.1, 25.1)}
    assert services.boundaries_bulk_set(actor=cast.zhao, boundaries=both) == 2


def test_ground_is_kept_apart_on_every_day_not_only_for_ever(cast):
    """Grids that end some day, and those that begin some day, hold their ground for their days."""
    services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=square(107, 25, 0.4))
    services.boundary_set(actor=cast.chen, grid=cast.grid_li, boundary=square(107, 25))
    today = timezone.localdate()

    def until(day):
        type(cast.grid_li)._base_manager.filter(pk=cast.grid_li.pk).update(valid_to=day)

    def take_over():
        services.boundary_set(actor=cast.chen, grid=cast.grid_wang, boundary=square(107, 25))

    until(today + timedelta(days=30))
    with pytest.raises(Refused, match="甲村"):
        take_over()
    with pytest.raises(Refused, match="甲村"):
        services.boundaries_bulk_set(actor=cast.chen, boundaries={cast.grid_wang.pk: square(107, 25)})
    until(today - timedelta(days=1))
    take_over()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_neighbours_drawn_at_once_do_not_overlap():
    """Each would look at the other's old ground: whoever draws in a bank waits for whoever draws there already."""
    cast = make_cast()
    services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=square(107, 25, 0.4))
    gate, outcome = threading.Barrier(2), []

    def draw(actor, grid, left):
        gate.wait()
        try:
            services.boundary_set(actor=actor, grid=grid, boundary=square(left, 25))
            outcome.append("drawn")
        except Refused:
            outcome.append("refused")
        finally:
            connections.close_all()

    for _round in range(5):
        Boundary.objects.filter(CURRENT, grid__parent=cast.east).update(valid_to=SINCE)
        pairs = ((cast.chen, cast.grid_li, 107), (cast.zhao, cast.grid_wang, 107.05))
        threads = [threading.Thread(target=draw, args=pair) for pair in pairs]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert sorted(outcome) == ["drawn"] * 5 + ["refused"] * 5


def test_a_bad_boundary_says_where(cast):
    bowtie = {
        "type": "Polygon",
        "coordinates": [[[107, 25], [108, 26], [108, 25], [107, 26], [107, 25]]],
    }
    with pytest.raises(Refused, match=r"107\.500000.*25\.500000"):
        services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=bowtie)
    with pytest.raises(Refused):
        services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=None)


def test_bulk_ground_is_checked_together(cast):
    def draw(li, wang, actor=cast.zhao):
        return services.boundaries_bulk_set(
            actor=actor,
            boundaries={
                cast.east.pk: square(107, 25, 0.4),
                cast.grid_li.pk: li,
                cast.grid_wang.pk: wang,
            },
            illustrative=True,
        )

    for li, wang in ((square(107, 25), square(107.05, 25)), (square(107, 25), square(107.35, 25))):
        with pytest.raises(Refused):
            draw(li, wang)
    assert draw(square(107, 25), square(107.1, 25)) == 3
    # against one that stays
    with pytest.raises(Refused):
        services.boundaries_bulk_set(actor=cast.zhao, boundaries={cast.west.pk: square(107.2, 25.2)})
    with pytest.raises(PermissionDenied):
        draw(square(107, 25), square(107.1, 25), cast.chen)
    with pytest.raises(Refused):
        draw(square(107, 25), square(107.1, 25), cast.zhou)
    assert actions() == ["grids.boundaries_set"]


# versions


def versions(grid):
    return list(Boundary.objects.filter(grid=grid).order_by("version"))


def test_a_change_makes_a_version_and_keeps_the_one_before(cast):
    today = timezone.localdate()
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25, 0.4))
    services.boundaries_bulk_set(
        actor=cast.chen, boundaries={cast.grid_li.pk: square(107, 25)}, illustrative=True
    )
    services.boundary_set(actor=cast.zhao, grid=cast.grid_li, boundary=square(107, 25, 0.05))
    first, second = versions(cast.grid_li)
    assert (first.version, first.drawn_by, first.is_illustrative, first.max_lat) == (1, cast.chen, True, 25.1)
    assert (second.version, second.drawn_by, second.is_illustrative) == (2, cast.zhao, False)
    assert (second.valid_from, second.valid_to) == (today, None)
    assert first.geojson["coordinates"] != second.geojson["coordinates"]
    assert [row.drawn_by for row in versions(cast.east)] == [None], "the installation itself"


def test_on_each_day_one_version_holds(cast):
    today = timezone.localdate()
    old = today - timedelta(days=9)
    Boundary(
        grid=cast.east, version=1, geojson=square(107), min_lon=107, min_lat=25, max_lon=107.1, max_lat=25.1,
        valid_from=old,
    ).save()  # fmt: skip
    # twice on one day: the first of the two held on none
    for size in (0.2, 0.3):
        services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25, size))

    def on(day):
        return [row.version for row in boundary_list(actor=cast.zhao, day=day)]

    days = (old - timedelta(days=1), old, today - timedelta(days=1), today, today + timedelta(days=1))
    assert [on(day) for day in days] == [[], [1], [1], [3], [3]]
    assert [row.version for row in boundary_list(actor=cast.zhao)] == [3]


@pytest.mark.parametrize(("version", "until"), [(2, None), (1, SINCE)])
def test_of_a_grid_one_version_stands_and_each_number_once(cast, version, until):
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25))
    (row,) = versions(cast.east)
    row.pk, row.version, row.valid_to = None, version, until
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_was_drawn_stays_as_it_was(cast):
    for size in (0.1, 0.2):
        services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25, size))
    first, second = versions(cast.east)
    today = timezone.localdate()
    for attempt in (
        lambda: Boundary.objects.filter(pk=second.pk).update(geojson=square(108)),
        lambda: Boundary.objects.filter(pk=second.pk).update(max_lat=26, valid_to=today),
        lambda: Boundary.objects.filter(pk=first.pk).update(valid_to=None),
        lambda: Boundary.objects.filter(pk=first.pk).update(valid_to=today),
        lambda: Boundary.objects.filter(pk=second.pk).update(drawn_by=cast.zhao),
        second.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    assert [(row.pk, row.max_lat, row.valid_to) for row in versions(cast.east)] == [
        (first.pk, first.max_lat, first.valid_to), (second.pk, second.max_lat, None),
    ]  # fmt: skip
    assert broken(connection, guards()) == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "changed", [{"id": 0}, {"id": 0, "version": 2}, {"version": 9, "valid_to": "'2020-01-01'"}]
)
def test_sqlites_replace_removes_no_version(cast, changed):
    services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25))
    columns = [field.column for field in Boundary._meta.fields]
    values = ", ".join(str(changed.get(column, column)) for column in columns)
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(
            f"INSERT OR REPLACE INTO ground_boundary ({', '.join(columns)}) SELECT {values} FROM ground_boundary"
        )
    assert [row.version for row in versions(cast.east)] == [1]
