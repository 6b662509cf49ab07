"""Lists that can be asked for: the rooms tell of them, and of what leaves the house."""

from exchange.outlets import outlet_of, outlets_for, signs_exports, taken_actions


def test_the_rooms_tell_of_their_lists(cast):
    assert {one.name for one in outlets_for(cast.li)} == {
        "customers.claims", "customers.households", "customers.people", "grids", "needs", "visits",
    }  # fmt: skip
    assert outlets_for(cast.sun) == []
    assert outlet_of("nothing") is None


def test_head_office_signs(cast):
    assert [signs_exports(one) for one in (cast.zhao, cast.chen, cast.li, cast.sun)] == [
        True,
        False,
        False,
        False,
    ]


def test_all_that_leaves_the_house_is_named():
    assert {"list.taken", "export.fetched", "period.exported", "batch.errors_taken"} <= taken_actions()
