"""Giving grids their ground."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
from ground import services
from ground.models import CURRENT, Boundary
from ground.selectors import boundary_list
from people.enums import Role
from tests.factories import GridFactory, UserFactory
from tests.ground.squares import square, versions
from tests.people import SINCE, make_cast

pytestmark = pytest.mark.usefixtures("unguarded")


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


SHAPES = {
    "no shape": ({"type": "Point", "coordinates": [107, 25]}, "GeoJSON"),
    "no numbers": (
        {"type": "Polygon", "coordinates": [[["107", 25], [108, 25], [108, 26], ["107", 25]]]},
        "两个",
    ),
    "swapped": ({"type": "Polygon", "coordinates": [[[25, 107], [25, 108], [26, 108], [25, 107]]]}, "±90"),
    "elsewhere": (square(0, 0), "WGS-84"),
    "open": ({"type": "Polygon", "coordinates": [[[107, 25], [108, 25], [108, 26], [107, 26]]]}, ""),
    "a line": ({"type": "Polygon", "coordinates": [[[107, 25], [108, 25], [107, 25], [107, 25]]]}, ""),
    "text": ("POLYGON((107 25))", ""),
    "a list": ([[107, 25]], ""),
    "endless": ({"type": "Polygon", "coordinates": [[[1e400, 25], [108, 25], [108, 26], [1e400, 25]]]}, ""),
    "deep": ({"type": "Polygon", "coordinates": [[[[107, 25]]]]}, ""),
}


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_no_ground_is_refused_in_words_and_nothing_is_kept(cast, name):
    shape, said = SHAPES[name]
    for draw in (
        lambda: services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=shape),
        lambda: services.boundaries_bulk_set(
            actor=cast.zhao, boundaries={cast.west.pk: square(107), cast.east.pk: shape}
        ),
    ):
        with pytest.raises(Refused, match=said or None) as caught:
            draw()
        assert caught.value.field == "boundary"
        assert str(caught.value)
    assert (versions(cast.east), versions(cast.west), actions()) == ([], [], [])


def test_a_special_grid_lies_over_the_base_grids(cast):
    services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=square(107, 25, 0.4))
    services.boundary_set(actor=cast.chen, grid=cast.grid_li, boundary=square(107, 25))
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    assert services.boundary_set(actor=cast.chen, grid=market, boundary=square(107.05, 25)).version == 1
    # and holds no base grid off
    services.boundary_set(actor=cast.chen, grid=cast.grid_wang, boundary=square(107.1, 25))
    with pytest.raises(Refused):
        services.boundary_set(actor=cast.chen, grid=market, boundary=square(108, 25))


def test_another_banks_ground_is_no_neighbour(cast):
    """Two banks of one county may lie one over the other; neither learns that the other is there."""
    foreign = GridFactory(tier="branch", parent=GridFactory(tier="head_office", parent=None))
    services.boundary_set(actor=None, grid=foreign, boundary=square(107, 25, 0.4))
    assert services.boundary_set(actor=cast.zhao, grid=cast.east, boundary=square(107, 25, 0.4)).version == 1
    with pytest.raises(Refused):
        services.boundaries_bulk_set(actor=cast.zhao, boundaries={foreign.pk: square(107, 25)})
    assert len(versions(foreign)) == 1


def test_grids_that_are_not_there_are_refused_together(cast):
    for boundaries in ({10**9: square(107)}, {cast.east.pk: square(107), 10**9: square(108)}):
        for actor in (cast.zhao, None):
            with pytest.raises(Refused):
                services.boundaries_bulk_set(actor=actor, boundaries=boundaries)
    assert versions(cast.east) == []


def test_the_trail_says_which_version_followed_which(cast):
    for size in (0.1, 0.2):
        services.boundary_set(actor=None, grid=cast.east, boundary=square(107, 25, size))
    told = [event.details["version"] for event in AuditEvent.objects.order_by("pk")]
    assert told == [[0, 1], [1, 2]]
