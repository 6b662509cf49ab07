"""What was written outside every act is named until somebody says why, in the trail."""

import pytest

from audit.outside import outside_explain, outside_left
from audit.services import record
from audit.verification import verify
from tests.factories import UserFactory
from tests.nets.forging import run

RENAMED = "UPDATE people_user SET staff_no = staff_no || 'x'"


@pytest.fixture
def told(db):
    """Return somebody whose making an event tells of."""
    user = UserFactory()
    record(actor=None, action="test.made", subject=user)
    return user


def test_what_is_explained_is_named_no_more_and_what_comes_after_it_is(told):
    run(RENAMED)
    assert [one.relation for one in outside_left()] == ["people_user"]
    assert outside_explain("the number was wrong on paper") == 1
    assert (verify().is_whole, outside_left(), outside_explain("again")) == (True, [], 0)
    run(RENAMED)
    assert (verify().is_whole, len(outside_left())) == (False, 1)
