"""What the page that draws is given: the ground of the draft as it is, today's edges, each finding in its place."""

import pytest
from django.utils import translation

from ground.presenting import drawing
from tests import factories
from tests.ground.drafting import Villages, change, opened
from tests.ground.squares import give_ground, square

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def test_the_ground_goes_out_whole_with_todays_where_it_was_another(cast, unguarded):
    villages = Villages(cast)
    give_ground(cast)
    row = change("draw", opened(cast), cast.chen, cell=villages.wang, shape=square(107.15))
    found = drawing.ground(cast.chen, row)
    assert {(one["key"], one["name"], one["changed"]) for one in found["cells"]} == {
        (villages.li, "甲村", False),
        (villages.wang, "乙村", True),
    }
    (now,) = [one["geometry"] for one in found["cells"] if one["key"] == villages.wang]
    assert min(now["coordinates"][0]) == (107.15, 25.0)
    (today,) = found["today"]
    assert min(today["coordinates"][0]) == (107.1, 25.0)
    assert (found["outline"], found["version"]) == (None, 2)
    assert all(found["texts"].values())


def test_each_finding_with_a_place_is_marked_by_the_number_it_has_in_the_list(cast, unguarded):
    villages = Villages(cast)
    give_ground(cast)
    row = change("draw", opened(cast), cast.chen, cell=villages.wang, shape=square(107.05))
    shown = drawing.page(cast.chen, row, villages.wang)
    marks = drawing.ground(cast.chen, row)["marks"]
    assert shown["chosen"] == villages.wang
    assert shown["mapped"] == {one["number"] for one in marks}
    overlap = next(one for one in shown["findings"] if "overlap" in one["text"])
    (mark,) = [one for one in marks if one["number"] == overlap["number"]]
    assert (mark["text"], mark["level"], mark["step"]) == (overlap["text"], "must", 0)
    assert 107.05 < mark["at"][0] < 107.1
    # those about one grid stand one below the other
    steps = [one["step"] for one in marks if one["step"]]
    assert steps == sorted(steps)
    assert drawing.page(cast.chen, row, "g987654")["chosen"] == ""


def test_whoever_may_not_cut_looks_on(cast, unguarded):
    Villages(cast)
    row = opened(cast, actor=cast.zhao)
    assert drawing.page(cast.zhao, row, "")["may_change"] is True
    helper = factories.UserFactory(role="branch_manager")
    factories.AssignmentFactory(grid=cast.east, user=helper, part="helper")
    assert drawing.page(helper, row, "")["may_change"] is False
