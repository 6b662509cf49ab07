"""The row that a page is about: by its own number, or by that of an archive that went into it."""

from types import SimpleNamespace

import pytest

from customers.services import persons_merge
from customers.views.rows import customer_of, household_of
from gridbank.scoping import OutOfSight
from tests.factories import CustomerFactory


def test_a_person_is_read_as_who_asks_and_by_his_old_number_too(cast):
    keep, gone = (CustomerFactory(household__grid=grid) for grid in (cast.grid_li, cast.grid_wang))
    asks = SimpleNamespace(user=cast.chen)
    assert customer_of(asks, gone.pk) == gone
    persons_merge(actor=cast.chen, customer=keep, merged=gone, versions=(1, 1), taken=[], reason="核对")
    assert customer_of(asks, gone.pk) == customer_of(asks, keep.pk) == keep
    # who doesn't see where he stands now is told nothing
    for actor, pk in ((cast.wang, gone.pk), (cast.wu, keep.pk), (cast.chen, 10**9)):
        with pytest.raises(OutOfSight):
            customer_of(SimpleNamespace(user=actor), pk)
    assert household_of(asks, keep.household_id) == keep.household
