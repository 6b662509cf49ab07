"""What the tables of a handover refuse, whose it is to know of, and how it stands on its day."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from grids.models import Handover, HandoverPart, HandoverSignature, HandoverVisit, Residual
from tests import factories
from tests.grids.services.test_handovers import opened, signed

NOW, TODAY = timezone.now(), timezone.localdate()
DAY = timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unguarded")]

WRONG = {
    "done at no time": {"state": "done"},
    "a time and not done": {"done_at": NOW},
    "undone by nobody": {"state": "undone", "undone_at": NOW},
    "undone at no time": {"state": "undone", "undone_by": "chen"},
    "not undone, and by somebody": {"undone_by": "chen", "undone_at": NOW},
}


@pytest.mark.parametrize("name", WRONG)
def test_no_act_is_done_or_undone_by_halves(cast, name):
    changes = dict(WRONG[name])
    if "undone_by" in changes:
        changes["undone_by"] = cast.chen
    row = opened(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=row.pk).update(**changes)


def test_only_for_a_giver_another_signs_and_says_why(cast):
    row = opened(cast)
    values = {"handover": row, "user": cast.sun, "signed_at": NOW}
    for wrong in (
        {"part": "receiver", "signed_by": cast.chen, "reason": "已离职"},
        {"part": "giver", "signed_by": cast.chen},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandoverSignature.objects.create(**values, **wrong)
    HandoverSignature.objects.create(**values, part="giver", signed_by=cast.chen, reason="已离职")
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverSignature.objects.create(**values, part="giver", signed_by=cast.sun)


def test_who_gives_or_takes_knows_of_it_and_who_leads_above(cast):
    row = opened(cast)
    HandoverVisit.objects.create(
        handover=row, day=TODAY, people="李娜、孙静", recorded_by=cast.li, recorded_at=NOW
    )
    names = ("zhao", "chen", "li", "sun", "wang", "zhou", "wu")
    for model in (Handover, HandoverPart, HandoverVisit):
        seen = {name for name in names if model.objects.filter(model.scope_q(getattr(cast, name))).exists()}
        assert seen == {"zhao", "chen", "li", "sun"}, model
    cast.sun.is_active = False
    assert not Handover.objects.filter(Handover.scope_q(cast.sun)).exists()


def test_what_a_giver_answers_for_ends_after_it_begins_and_is_his_to_see(cast):
    row = opened(cast)
    values = {"handover": row, "grid": cast.grid_wang, "user": cast.li, "valid_from": TODAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Residual.objects.create(**values, valid_to=TODAY - DAY)
    Residual.objects.create(**values, valid_to=TODAY)
    seen = {
        name
        for name in ("zhao", "chen", "li", "wang", "sun", "wu")
        if Residual.objects.filter(Residual.scope_q(getattr(cast, name))).exists()
    }
    assert seen == {"zhao", "chen", "li", "wang"}


@pytest.mark.parametrize(
    ("days", "is_signed", "told"),
    [
        (1, False, (True, False, False)),
        (0, False, (True, False, True)),
        (1, True, (True, False, False)),
        (0, True, (True, True, False)),
    ],
)
def test_on_its_day_it_comes_or_is_over(cast, days, is_signed, told):
    row = signed(cast, opened(cast), "li", "sun", "chen") if is_signed else opened(cast)
    Handover.objects.filter(pk=row.pk).update(first_day=TODAY + days * DAY)
    row.refresh_from_db()
    assert (row.is_under_way, row.is_come, row.is_over) == told
    assert list(Handover.due(TODAY)) == ([row] if row.is_come else [])


def test_a_grid_stands_once_in_an_act(cast):
    row = opened(cast)
    part = {"handover": row, "grid": cast.grid_li, "receiver": factories.UserFactory()}
    with pytest.raises(IntegrityError), transaction.atomic():
        HandoverPart.objects.create(**part)
