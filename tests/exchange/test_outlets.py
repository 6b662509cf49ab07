"""Lists that can be asked for: the rooms tell of them, and of what leaves the house."""

from exchange.outlets import outlet_of, outlets_for, signed_apart, signs_exports, taken_actions
from tests.factories import UserFactory


def test_the_rooms_tell_of_their_lists(cast):
    assert {one.name for one in outlets_for(cast.li)} == {
        "customers.claims", "customers.households", "customers.people", "grids", "needs", "visits",
    }  # fmt: skip
    assert outlets_for(cast.sun) == []
    for role, names in (
        ("sysadmin", {"people.accounts"}),
        ("secadmin", {"people.accounts"}),
        ("auditor", {"audit.events", "audit.readings"}),
    ):
        assert {one.name for one in outlets_for(UserFactory(role=role))} == names
    assert outlet_of("nothing") is None


def test_head_office_signs(cast):
    assert [signs_exports(one) for one in (cast.zhao, cast.chen, cast.li, cast.sun)] == [
        True,
        False,
        False,
        False,
    ]


def test_officers_sign_what_is_no_banks(cast):
    auditors = {"audit.events", "audit.readings"}
    for role, names in (
        ("sysadmin", {"people.accounts"}),
        ("secadmin", {"people.accounts", *auditors}),
        ("auditor", set()),
        ("head_office", set()),
    ):
        assert set(signed_apart(UserFactory(role=role))) == names


def test_all_that_leaves_the_house_is_named():
    assert {"list.taken", "export.fetched", "period.exported", "batch.errors_taken"} <= taken_actions()
