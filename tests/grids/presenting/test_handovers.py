"""How a handover reads: how it stands, what each carries, whose name is missing and who may give it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from grids import services
from grids.models import Handover
from grids.presenting import handovers
from tests import factories
from tests.grids.services.test_handovers import TOMORROW, opened, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unguarded")]


def offered(cast, row, name):
    """Return which signatures somebody may give, and which for somebody else."""
    found = handovers.page(getattr(cast, name), row)["signatures"]
    return {one["part"] for one in found if one["may"]}, {one["part"] for one in found if one["may_for"]}


def changed(row, **values):
    Handover.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


def test_each_is_offered_his_own_signature_and_the_supervisor_the_givers(cast):
    row = opened(cast)
    assert offered(cast, row, "li") == ({"giver"}, set())
    assert offered(cast, row, "sun") == ({"receiver"}, set())
    assert offered(cast, row, "chen") == ({"supervisor"}, set())
    type(cast.li).objects.filter(pk=cast.li.pk).update(is_active=False)
    row.refresh_from_db()
    assert offered(cast, row, "chen") == ({"supervisor"}, {"giver"})
    type(cast.li).objects.filter(pk=cast.li.pk).update(is_active=True)
    row = services.handover_sign(actor=cast.li, handover=row, part="giver")
    assert offered(cast, row, "li") == (set(), set())
    assert offered(cast, row, "chen") == ({"supervisor"}, set())
    row = changed(row, first_day=timezone.localdate())
    assert offered(cast, row, "sun") == offered(cast, row, "chen") == (set(), set())


def test_names_stand_in_their_order_with_who_signed(cast):
    row = signed(cast, opened(cast), "li", "sun", "chen")
    found = handovers.page(cast.chen, row)["signatures"]
    assert [(one["part"], one["name"], one["given"].signed_by) for one in found] == [
        ("giver", cast.li.name, cast.li),
        ("receiver", cast.sun.name, cast.sun),
        ("supervisor", cast.chen.name, cast.chen),
    ]


def test_it_says_how_it_stands(cast):
    row = opened(cast)
    (line,) = handovers.listed(cast.chen, [row])
    assert (line["tone"], line["state"]) == ("warn", row.get_state_display())
    assert [part.receiver for part in line["parts"]] == [cast.sun]
    over = handovers.page(cast.chen, changed(row, first_day=timezone.localdate()))
    assert (over["tone"], over["state"]) == ("bad", "到期未签齐")
    row = changed(row, first_day=TOMORROW, state="signed", trouble="王磊")
    assert handovers.state(row) != row.get_state_display()
    assert handovers.page(cast.chen, row)["tone"] == "bad"


def test_it_is_undone_by_who_decides_until_its_day_and_after_that_only_where_it_failed(cast):
    row = signed(cast, opened(cast), "li", "sun", "chen")
    assert handovers.page(cast.chen, row)["may_undo"]
    assert not handovers.page(cast.li, row)["may_undo"]
    row = changed(row, first_day=timezone.localdate() - timedelta(days=1))
    assert not handovers.page(cast.chen, row)["may_undo"]
    assert handovers.page(cast.chen, changed(row, trouble="王磊"))["may_undo"]


def test_what_was_counted_is_told_by_side(cast):
    factories.HouseholdFactory.create_batch(3, grid=cast.grid_li)
    shown = handovers.page(cast.chen, opened(cast))["loads"]
    assert [(one["side"], one["name"]) for one in shown] == [
        ("移交人", cast.li.name),
        ("接收人", cast.sun.name),
    ]
    giver = {str(cell["label"]): (cell["before"], cell["after"]) for cell in shown[0]["cells"]}
    assert giver["网格"] == (1, 0)
    assert (3, 0) in giver.values()


def test_before_it_is_undone_the_day_is_told_and_the_way_back(cast):
    row = opened(cast)
    question = handovers.undoing(row)
    assert cast.li.name in question.title
    assert str(TOMORROW.day) in question.consequences[0]
    assert question.back == row.get_absolute_url()
