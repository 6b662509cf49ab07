"""Ground comes into a draft by a file, by drawing and by cutting; today's stays, and the check says what it makes."""

import numpy as np
import pytest
import shapely
from django.core.exceptions import PermissionDenied
from django.utils import translation

from gridbank.errors import Refused
from ground.datum import to_gcj
from ground.drafts import sheet
from ground.enums import Datum, Strangers
from ground.geometry import read_boundary, to_geojson
from ground.models import LayoutShape
from ground.services import layouts_due
from tests import factories
from tests.ground.drafting import TODAY, Villages, change, opened, published
from tests.ground.squares import give_ground, square, versions
from tests.ground.test_outlines import collection, shapes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def villages(cast, unguarded):
    return Villages(cast)


def bring(cast, row, *features, **more):
    return change("bring", row, cast.chen, file=collection(*features), **more)


def test_a_file_gives_grids_without_ground_their_own_by_code_or_name(cast, villages):
    row = bring(
        cast, opened(cast), ({"code": cast.grid_li.code}, square(107)), ({"name": "乙村"}, square(107.1))
    )
    found = sheet(actor=cast.chen, layout=row)
    assert found.grounds[villages.li].bounds == pytest.approx((107, 25, 107.1, 25.1))
    assert {one.kind for one in found.findings} >= {"ground"}
    assert found.today == {}
    assert not versions(cast.grid_li)
    row = published(row, cast.chen, cast.zhao, TODAY)
    assert layouts_due() == 1
    (drawn,) = versions(cast.grid_li)
    assert (drawn.min_lon, drawn.max_lat) == pytest.approx((107, 25.1))


def test_overlaps_and_gaps_that_a_file_makes_stand_in_the_check(cast, villages):
    give_ground(cast)
    row = bring(cast, opened(cast), ({"name": "甲村"}, square(107.05)))
    (one,) = sheet(actor=cast.chen, layout=row).must
    assert (one.kind, set(one.cells)) == ("overlap", {villages.li, villages.wang})
    assert one.where is not None


def test_shifted_coordinates_are_brought_back(cast, villages):
    ground = read_boundary(square(107))
    shifted = shapely.transform(ground, lambda points: np.column_stack(to_gcj(*points.T)))
    row = bring(cast, opened(cast), ({"name": "甲村"}, to_geojson(shifted, 9)), datum=Datum.GCJ_02)
    found = sheet(actor=cast.chen, layout=row)
    assert found.grounds[villages.li].equals_exact(ground, 2e-7)


def test_boundaries_of_other_grids_are_refused_left_or_founded(cast, villages):
    row = opened(cast)
    both = ({"name": "甲村"}, square(107)), ({"name": "丙村"}, square(107.1))
    with pytest.raises(Refused, match="2 丙村"):
        bring(cast, row, *both)
    row.refresh_from_db()
    left = sheet(actor=cast.chen, layout=bring(cast, row, *both, strangers=Strangers.LEFT))
    assert set(left.grounds) == {villages.li}
    founded = sheet(actor=cast.chen, layout=bring(cast, left.layout, *both, strangers=Strangers.FOUNDED))
    assert {founded.cells[key].name for key in founded.grounds} == {"甲村", "丙村"}
    with pytest.raises(Refused, match="has this code or name"):
        bring(cast, founded.layout, ({"name": "丁村"}, square(108)), strangers=Strangers.LEFT)


FAULTY = {
    "flat": ({"type": "Polygon", "coordinates": [[[107, 25, 3]] * 4]}, "heights.*107.000000"),
    "swapped": ({"type": "Polygon", "coordinates": [[[25, 107], [25, 108], [26, 108], [25, 107]]]}, "swapped.*25.0"),
    "open": ({"type": "Polygon", "coordinates": [[[107, 25], [108, 25], [108, 26], [107, 26]]]}, "not closed.*26.0"),
    "crossing": (
        {"type": "Polygon", "coordinates": [[[107, 25], [108, 26], [108, 25], [107, 26], [107, 25]]]},
        "crosses itself.*107.500000.*25.500000",
    ),
    "nothing": (None, "polygon or multipolygon"),
    "a line": ({"type": "LineString", "coordinates": [[107, 25], [108, 25]]}, "polygon or multipolygon"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_boundary_is_named_with_its_place_and_keeps_all_out(cast, villages, fault):
    row, (geometry, said) = opened(cast), FAULTY[fault]
    with pytest.raises(Refused, match=f"2 乙村: .*{said}") as refused:
        bring(cast, row, ({"name": "甲村"}, square(107)), ({"name": "乙村"}, geometry))
    assert refused.value.field == "file"
    assert LayoutShape.objects.count() == 0


def test_one_grid_has_one_boundary_in_a_file(cast, villages):
    with pytest.raises(Refused, match="Two boundaries of the file are those of 甲村"):
        bring(cast, opened(cast), ({"name": "甲村"}, square(107)), ({"name": "甲村"}, square(107.1)))
    new = ({"name": "丙"}, square(107)), ({"name": "丙"}, square(107.1))
    with pytest.raises(Refused, match="are called 丙"):
        bring(cast, opened(cast), *new, strangers=Strangers.FOUNDED)


def test_a_shapefile_is_brought_as_geojson_is(cast, villages):
    ring = square(107)["coordinates"][0][::-1]
    row = change("bring", opened(cast), cast.chen, file=shapes([ring]))
    assert sheet(actor=cast.chen, layout=row).grounds[villages.li].area == pytest.approx(0.01)


def test_what_is_drawn_snaps_to_the_neighbours_corners(cast, villages):
    give_ground(cast)
    loose = square(107.1)
    loose["coordinates"][0][0] = loose["coordinates"][0][-1] = [107.09996, 25.00003]
    row = change("draw", opened(cast), cast.chen, cell=villages.wang, shape=loose)
    found = sheet(actor=cast.chen, layout=row)
    assert found.must == []
    assert (107.1, 25.0) in found.grounds[villages.wang].exterior.coords
    with pytest.raises(Refused, match="crosses itself"):
        change("draw", row, cast.chen, cell=villages.wang, shape=FAULTY["crossing"][0])


def test_a_line_cuts_a_grid_in_two_and_who_lives_beyond_goes_along(cast, villages):
    give_ground(cast)
    for home in villages.homes[:5]:
        home.longitude, home.latitude = 107.02, 25.02
        home.save(update_fields=["longitude", "latitude"])
    for home in villages.homes[5:9]:
        home.longitude, home.latitude = 107.05, 25.08
        home.save(update_fields=["longitude", "latitude"])
    line = {"type": "LineString", "coordinates": [[106.9, 25.06], [107.2, 25.06]]}
    row = change("cut", opened(cast), cast.chen, cell=villages.li, line=line, name="甲北")
    found = sheet(actor=cast.chen, layout=row)
    assert {cell.name: found.after[cell.key] for cell in found.open_cells} == {
        "甲村": 5,
        "乙村": 5,
        "甲北": 4,
    }
    areas = {found.cells[key].name: ground.area for key, ground in found.grounds.items()}
    assert (areas["甲村"], areas["甲北"]) == pytest.approx((0.006, 0.004))
    assert found.must == []
    beside = {"type": "LineString", "coordinates": [[106.9, 26], [107.2, 26]]}
    with pytest.raises(Refused, match="must cross the grid once"):
        change("cut", row, cast.chen, cell=villages.li, line=beside, name="甲南")
    with pytest.raises(Refused, match="four positions"):
        change("cut", row, cast.chen, cell=villages.li, line=square(107), name="甲南")


def test_a_grid_without_ground_is_not_cut(cast, villages):
    line = {"type": "LineString", "coordinates": [[106.9, 25.06], [107.2, 25.06]]}
    with pytest.raises(Refused, match="no ground"):
        change("cut", opened(cast), cast.chen, cell=villages.li, line=line, name="甲北")


def test_only_who_may_cut_brings_and_draws(cast, villages):
    row = opened(cast)
    for act, given in (
        ("bring", {"file": collection(({"name": "甲村"}, square(107)))}),
        ("draw", {"cell": villages.li, "shape": square(107)}),
    ):
        with pytest.raises(PermissionDenied):
            change(act, row, _helper(cast), **given)


def _helper(cast):
    user = factories.UserFactory(role="branch_manager")
    factories.AssignmentFactory(grid=cast.east, user=user, part="helper")
    return user


def live(homes, longitude, latitude):
    for home in homes:
        home.longitude, home.latitude = longitude, latitude
        home.save(update_fields=["longitude", "latitude"])


def areas(found):
    return {found.cells[key].name: round(ground.area, 6) for key, ground in found.grounds.items()}


def test_neighbours_follow_an_edge_that_is_moved_with_who_lives_there(cast, villages):
    give_ground(cast)
    # the second village lives where the edge passes over, one household of the first as well
    live(villages.homes[5:9], 107.09, 25.05)
    live(villages.homes[:1], 107.09, 25.02)
    live(villages.homes[1:5], 107.02, 25.02)
    wider = square(107.1)
    wider["coordinates"][0][0] = wider["coordinates"][0][-1] = [107.08, 25.0]
    wider["coordinates"][0][3] = [107.08, 25.1]
    row = change("draw", opened(cast), cast.chen, cell=villages.wang, shape=wider, follow=True)
    found = sheet(actor=cast.chen, layout=row)
    assert areas(found) == {"甲村": 0.008, "乙村": 0.012}
    assert {cell.name: found.after[cell.key] for cell in found.open_cells} == {"甲村": 5, "乙村": 9}
    assert found.must == []
    # back again: what is left goes to the neighbour that has the edge
    row = change("draw", row, cast.chen, cell=villages.wang, shape=square(107.1), follow=True)
    found = sheet(actor=cast.chen, layout=row)
    assert areas(found) == {"甲村": 0.01, "乙村": 0.01}
    assert {cell.name: found.after[cell.key] for cell in found.open_cells} == {"甲村": 9, "乙村": 5}
    assert found.must == []


def test_without_followers_the_check_says_what_overlaps(cast, villages):
    give_ground(cast)
    row = change("draw", opened(cast), cast.chen, cell=villages.wang, shape=square(107.05))
    assert [one.kind for one in sheet(actor=cast.chen, layout=row).must] == ["overlap"]


def test_a_neighbour_of_which_nothing_would_be_left_is_to_be_merged(cast, villages):
    give_ground(cast)
    whole = square(106.95, 24.95, 0.4)
    with pytest.raises(Refused, match="Nothing would be left of 甲村") as refused:
        change("draw", opened(cast), cast.chen, cell=villages.wang, shape=whole, follow=True)
    assert refused.value.field == "shape"


@pytest.mark.parametrize("follow", [True, False])
def test_a_new_grid_is_drawn_and_who_lives_there_goes_along(cast, villages, follow):
    give_ground(cast)
    live(villages.homes[5:9], 107.02, 25.02)
    live(villages.homes[9:], 107.18, 25.08)
    row = change(
        "draw_new", opened(cast), cast.chen, name="集市", shape=square(107.01, 25.01, 0.04), follow=follow
    )
    found = sheet(actor=cast.chen, layout=row)
    homes = {cell.name: found.after[cell.key] for cell in found.open_cells}
    assert homes == {"甲村": 5, "乙村": 5, "集市": 4}
    assert [one.kind for one in found.must] == ([] if follow else ["overlap"])
    assert areas(found)["甲村"] == (0.0084 if follow else 0.01)
    with pytest.raises(Refused, match="crosses itself"):
        change("draw_new", row, cast.chen, name="又一", shape=FAULTY["crossing"][0])
    with pytest.raises(Refused, match="of this name"):
        change("draw_new", row, cast.chen, name="甲村", shape=square(107.06, 25.06, 0.01))


def test_a_part_that_was_cut_off_is_merged_with_another_neighbour(cast, villages):
    """A corner of one stands on a side of the other: they are one ground all the same."""
    give_ground(cast)
    line = {"type": "LineString", "coordinates": [[107, 25.06], [107.1, 25.06]]}
    row = change("cut", opened(cast), cast.chen, cell=villages.li, line=line, name="甲北")
    row = change("merge", row, cast.chen, cell="n1", into=villages.wang)
    found = sheet(actor=cast.chen, layout=row)
    assert areas(found) == {"甲村": 0.006, "甲北": 0.004, "乙村": 0.014} or areas(found) == {
        "甲村": 0.006,
        "乙村": 0.014,
    }
    ground = found.grounds[villages.wang]
    assert (ground.geom_type, ground.is_valid) == ("Polygon", True)
    assert found.must == []
