from datetime import date

import pytest
from django.http import Http404

from audit.models import AuditEvent
from gridbank.errors import Refused
from needs import services
from tests.factories import HouseholdFactory, NeedFactory


def one_event(action):
    event = AuditEvent.objects.get()
    assert event.action == action
    return event.details


def refused(about, call, /, **kwargs):
    with pytest.raises(Refused) as caught:
        call(**kwargs)
    assert caught.value.field == about
    return str(caught.value)


@pytest.fixture
def home(cast):
    return HouseholdFactory(grid=cast.grid_li, head_name="曾小明")


def test_a_need_is_closed_once_with_an_outcome(cast, home):
    need = NeedFactory(household=home)
    call = {"actor": cast.li, "need": need}
    refused("outcome", services.need_close, **call, status="done", outcome=" ")
    refused("status", services.need_close, **call, status="open", outcome="已办")
    assert services.need_close(**call, status="done", outcome="已放款").closed_by == cast.li
    refused(None, services.need_close, **call, status="done", outcome="已放款")
    with pytest.raises(Http404):
        services.need_close(actor=cast.wu, need=need, status="done", outcome="已放款")


def test_bulk_needs_stay_in_sight(cast, home):
    theirs = HouseholdFactory(grid=cast.grid_wu)
    rows = [
        services.NeedRow(home.pk, "买牛", date(2026, 1, 1), cast.li.pk),
        services.NeedRow(theirs.pk, "买牛", date(2026, 1, 1), cast.li.pk),
    ]
    refused(None, services.needs_bulk_create, actor=cast.li, rows=rows)
    assert len(services.needs_bulk_create(actor=cast.zhao, rows=rows)) == 2
    assert one_event("need.bulk_raised") == {"needs": 2}
