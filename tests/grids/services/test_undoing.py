"""Duties and what was asked for a day before today are taken back as long as nothing was built on them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from gridbank.errors import Refused
from grids.models import Duty
from grids.services import duty_create, duty_end, duty_resume, duty_take_back

TODAY = timezone.localdate()
pytestmark = pytest.mark.usefixtures("unguarded")


@pytest.fixture
def duty(cast):
    return duty_create(actor=cast.chen, grid=cast.grid_li, text="每季走访一遍", valid_from=TODAY)


def test_a_duty_is_taken_back_until_it_is_over_and_by_nobody_who_may_not_write_one(cast, duty):
    with pytest.raises(PermissionDenied):
        duty_take_back(actor=cast.li, duty=duty)
    Duty.objects.filter(pk=duty.pk).update(
        valid_from=TODAY - timedelta(days=9), valid_to=TODAY - timedelta(days=1)
    )
    with pytest.raises(Refused):
        duty_take_back(actor=cast.chen, duty=duty)
    Duty.objects.filter(pk=duty.pk).update(valid_to=None)
    duty_take_back(actor=cast.chen, duty=duty)
    assert not Duty.objects.filter(pk=duty.pk).exists()


def test_a_duty_goes_on_once(cast, duty):
    duty_end(actor=cast.chen, duty=duty, last_day=TODAY)
    duty_resume(actor=cast.chen, duty=duty, until=None)
    with pytest.raises(Refused):
        duty_resume(actor=cast.chen, duty=duty, until=None)
