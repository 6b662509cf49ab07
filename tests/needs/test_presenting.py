"""The list of open needs: what a row says, and what the reader may do about it."""

from datetime import timedelta

from django.utils import timezone

from needs import presenting
from needs.presenting import NEEDS, read
from needs.selectors import open_needs
from tests.factories import HouseholdFactory, NeedFactory


def drawn(row):
    return {column.key: str(column.draw(row)) for column in NEEDS.columns}


def test_a_row_says_who_waits_since_when_and_who_may_close_it(cast):
    today, home = timezone.localdate(), HouseholdFactory(grid=cast.grid_li)
    late = NeedFactory(household=home, text="<b>贷款", due_on=today - timedelta(days=2))
    NeedFactory(household=home, due_on=None)
    first, second = (drawn(row) for row in read(open_needs(actor=cast.li), actor=cast.li))
    assert "badge--bad" in first["due"]
    assert f"{late.due_on:%m-%d}" in first["due"]
    assert first["text"] == "<b>贷款", "escaped where it is written"
    assert "soft" in second["due"]
    assert f"/needs/{late.pk}/close/" in first["close"]
    theirs = read(open_needs(actor=cast.zhao), actor=cast.zhao)
    assert [row.own for row in theirs] == [True, True]


def test_a_whole_bank_is_sorted_only_by_the_day_a_need_is_due(cast):
    assert presenting.source(actor=cast.chen, grid=None, due="").sortable
    assert not presenting.source(actor=cast.zhao, grid=None, due="").sortable
    assert presenting.source(actor=cast.zhao, grid=cast.east, due="").sortable


def test_views_are_counted_and_the_sum_is_said(cast):
    NeedFactory(household=HouseholdFactory(grid=cast.grid_li), due_on=None)
    assert [view.count for view in presenting.views(actor=cast.li, grid=None)] == [1, 0, 0, 1]
    assert presenting.said(1, "1") == "1 项未办需求"
