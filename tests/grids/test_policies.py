"""Who decides: never who asked, gives or takes, and only over all of it."""

import pytest
from django.utils import timezone

from grids import policies
from grids.models import Backdating, Handover, HandoverPart
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def qian(cast):
    user = factories.UserFactory(role="head_office")
    factories.AssignmentFactory(user=user, grid=cast.root, part="deputy")
    return user


def parts(*rows):
    return [HandoverPart(grid=grid, receiver=receiver, to_grid=into) for grid, receiver, into in rows]


def test_a_second_of_head_office_decides_and_only_once(cast, qian):
    asked = Backdating(grid=cast.grid_li, asked_by=cast.zhao)
    assert policies.why_not_second(cast.zhao, asked)
    assert policies.why_not_second(qian, asked) == ""
    assert [policies.can_decide(who, asked) for who in (cast.zhao, qian, cast.chen)] == [False, True, False]
    asked.decided_at = timezone.now()
    assert not policies.can_decide(qian, asked)


def test_the_supervisor_decides_over_all_of_it_and_is_no_side(cast):
    row = Handover(giver=cast.li)
    here = parts((cast.grid_li, cast.sun, None))
    assert policies.supervises(cast.chen, row, here)
    assert not policies.supervises(cast.zhou, row, here)
    assert not policies.supervises(cast.chen, Handover(giver=cast.chen), here)
    assert not policies.supervises(cast.chen, row, parts((cast.grid_li, cast.chen, None)))
    across = parts((cast.grid_li, cast.wu, cast.grid_wu))
    assert not policies.supervises(cast.chen, row, across)
    assert not policies.keeps(cast.chen, across)
    assert policies.supervises(cast.zhao, row, across)


def test_a_side_keeps_what_he_decides_on_and_takes_part_all_the_same(cast):
    row, taken = Handover(giver=cast.li), parts((cast.grid_li, cast.chen, None))
    assert policies.keeps(cast.chen, taken)
    there = parts((cast.grid_li, cast.sun, None))
    seen = {
        name
        for name in ("zhao", "chen", "li", "sun", "wang", "zhou")
        if policies.takes_part(getattr(cast, name), row, there)
    }
    assert seen == {"zhao", "chen", "li", "sun"}


def test_parts_are_read_once(cast):
    """A generator is enough: nobody asks twice of what is gone by then."""
    row = Handover(giver=cast.li)
    there = parts((cast.grid_wu, cast.sun, None))
    assert not policies.supervises(cast.chen, row, (part for part in there))
    assert not policies.takes_part(cast.chen, row, (part for part in there))
