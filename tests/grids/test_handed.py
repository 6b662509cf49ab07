"""What is read of handovers: who may give, what is still open, whose name is missing."""

from datetime import date

import pytest
from django.utils import timezone

from gridbank.errors import Refused
from grids import handed, services
from tests import factories
from tests.grids.services.test_handovers import opened, signed

pytestmark = pytest.mark.django_db


def test_who_leads_where_one_decides_may_give(cast):
    assert [one.username for one in handed.givers(actor=cast.chen)] == sorted(
        ["li", "wang"], key=lambda name: getattr(cast, name).name
    )
    assert not handed.givers(actor=cast.li)


def test_a_name_is_asked_for_until_it_is_there(cast):
    row = opened(cast)
    assert list(handed.handovers_to_sign(actor=cast.li)) == [row]
    assert list(handed.handovers_to_sign(actor=cast.sun)) == [row]
    signed(cast, row, "li", "sun", "chen")
    assert not handed.handovers_to_sign(actor=cast.li)


def test_what_is_promised_and_asked_for_is_named_to_who_may_see_it(cast):
    home = factories.HouseholdFactory(grid=cast.grid_li, head_name="罗守成")
    factories.NeedFactory(household=home, text="想贷款养牛", due_on=date(2026, 12, 1))
    named = {
        load.key: entries
        for load, entries in handed.still_open(actor=cast.chen, grids=[cast.grid_li.pk], wards=None)
    }
    assert [(one.text, one.due) for one in named["needs"]] == [("想贷款养牛", date(2026, 12, 1))]
    unseen = handed.still_open(actor=cast.sun, grids=[cast.grid_li.pk], wards=None)
    assert [entries for _load, entries in unseen] == [[], []]


@pytest.mark.parametrize("name", ["li", "wang"])
def test_a_grid_is_not_closed_while_something_is_to_leave_or_enter_it(cast, name):
    home = factories.HouseholdFactory(grid=cast.grid_li)
    going = [(cast.grid_li, cast.wang, cast.grid_wang)]
    row = opened(cast, kind="households", parts=going, households=[home.code])
    grid, today = getattr(cast, f"grid_{name}"), timezone.localdate()
    assert cast.li.name in handed.handovers_left(grid, today)
    if name == "wang":
        with pytest.raises(Refused, match=cast.li.name):
            services.grid_close(actor=cast.zhao, grid=grid, last_day=today)
    services.handover_undo(actor=cast.chen, handover=row)
    assert handed.handovers_left(grid, today) == ""
