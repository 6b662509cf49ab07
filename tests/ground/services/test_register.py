"""What the official register counts, written down by grid."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit.models import AuditEvent
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight
from ground.models import OfficialCount
from ground.selectors import official_counts_on
from ground.services import official_counts_set

pytestmark = pytest.mark.usefixtures("unguarded")
TODAY = timezone.localdate


def written(cast, rows, actor=None, **more):
    told = {"as_of": TODAY(), "source": "村委会名册", **more}
    return official_counts_set(actor=actor or cast.chen, grid=cast.east, rows=rows, **told)


def test_a_figure_of_the_same_day_is_replaced_and_an_earlier_one_stays(cast):
    before = TODAY() - timedelta(days=30)
    assert written(cast, {cast.grid_li.pk: 100}, as_of=before) == 1
    assert written(cast, {cast.grid_li.pk: 120, cast.grid_wang.pk: 80}) == 2
    assert written(cast, {cast.grid_li.pk: 121, cast.grid_wang.pk: 80}) == 1
    assert official_counts_on(actor=cast.chen, day=TODAY()) == {cast.grid_li.pk: 121, cast.grid_wang.pk: 80}
    assert official_counts_on(actor=cast.chen, day=TODAY() - timedelta(days=1)) == {cast.grid_li.pk: 100}
    event = AuditEvent.objects.last()
    assert event.action == "official_counts.set"
    assert json.loads(event.changes)["households"] == {cast.grid_li.code: [120, 121]}


def test_only_who_leads_the_branch_writes_and_only_of_its_own_grids(cast):
    told = {"rows": {cast.grid_li.pk: 1}, "as_of": TODAY(), "source": "名册"}
    with pytest.raises(PermissionDenied):
        official_counts_set(actor=cast.li, grid=cast.grid_li, **told)
    # who doesn't see a grid isn't told that it is there
    for pk in (cast.grid_wu.pk, 10**9):
        with pytest.raises(OutOfSight):
            written(cast, {pk: 1})
    with pytest.raises(OutOfSight):
        official_counts_set(actor=cast.wang, grid=cast.east, **told)
    with pytest.raises(PermissionDenied):
        written(cast, {cast.east.pk: 1})
    with pytest.raises(Refused):
        official_counts_set(actor=cast.zhao, grid=cast.west, **told)
    assert not OfficialCount.objects.exists()


def test_a_day_ahead_and_a_number_that_no_village_has_are_refused_and_nothing_is_kept(cast):
    with pytest.raises(Refused) as refused:
        written(cast, {cast.grid_wang.pk: 5, cast.grid_li.pk: 100_001})
    assert refused.value.field == f"grid_{cast.grid_li.pk}"
    with pytest.raises(Refused):
        written(cast, {cast.grid_li.pk: 5}, as_of=TODAY() + timedelta(days=1))
    assert not OfficialCount.objects.exists()
