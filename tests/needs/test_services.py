from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import SpecialMembership
from gridbank.errors import Refused
from gridbank.scoping import OutOfSight, waive_scope
from needs import services
from needs.models import Need
from needs.selectors import need_list
from needs.services import NeedRow
from tests.customers.filling import one_event, refused
from tests.factories import AssignmentFactory, CustomerFactory, GridFactory, HouseholdFactory, NeedFactory
from visits.services import visit_log


def test_a_need_is_closed_once_with_an_outcome(cast, home):
    need = NeedFactory(household=home)
    call = {"actor": cast.li, "need": need}
    refused("outcome", services.need_close, **call, status="done", outcome=" ")
    refused("status", services.need_close, **call, status="open", outcome="已办")
    assert services.need_close(**call, status="done", outcome="已放款").closed_by == cast.li
    refused(None, services.need_close, **call, status="done", outcome="已放款")
    with pytest.raises(Http404):
        services.need_close(actor=cast.wu, need=need, status="done", outcome="已放款")


def test_several_needs_are_closed_together_or_none(cast, home):
    one, two = NeedFactory(household=home), NeedFactory(household=home)
    theirs = NeedFactory(household__grid=cast.grid_wu)
    end = {"actor": cast.li, "status": "done", "outcome": "已放款"}
    with pytest.raises(Http404):
        services.needs_close(**end, needs=[one, theirs])
    refused(None, services.needs_close, **end, needs=[])
    assert set(need_list(actor=cast.li).values_list("status", flat=True)) == {"open"}
    assert services.needs_close(**end, needs=[two, one]) == 2
    assert set(need_list(actor=cast.li).values_list("status", flat=True)) == {"done"}
    assert AuditEvent.objects.filter(action="need.closed").count() == 2


def test_bulk_needs_stay_in_sight(cast, home):
    theirs = HouseholdFactory(grid=cast.grid_wu)
    rows = [
        services.NeedRow(home.pk, "买牛", date(2026, 1, 1), cast.li.pk),
        services.NeedRow(theirs.pk, "买牛", date(2026, 1, 1), cast.li.pk),
    ]
    refused(None, services.needs_bulk_create, actor=cast.li, rows=rows)
    assert len(services.needs_bulk_create(actor=cast.zhao, rows=rows)) == 2
    assert one_event("need.bulk_raised") == {"needs": 2}


def nothing_is_written():
    with waive_scope("test"):
        return not (Need.objects.exists() or AuditEvent.objects.exists())


@pytest.mark.parametrize("who", ["wu", "wang"])
def test_a_stranger_raises_nothing(cast, home, who):
    call = {"household": home, "text": "买牛", "raised_on": date(2026, 1, 5)}
    with pytest.raises(OutOfSight):
        services.need_raise(actor=getattr(cast, who), **call)
    assert nothing_is_written()
    assert services.need_raise(actor=cast.li, **call).household == home


def test_whose_need_it_is_lives_in_the_household(cast, home):
    call = {"actor": cast.li, "household": home, "text": "买牛", "raised_on": date(2026, 1, 5)}
    for elsewhere in (HouseholdFactory(grid=cast.grid_li), HouseholdFactory(grid=cast.grid_wu)):
        with pytest.raises(OutOfSight):
            services.need_raise(**call, customer=CustomerFactory(household=elsewhere))
    assert nothing_is_written()
    person = CustomerFactory(household=home)
    assert services.need_raise(**call, customer=person).customer == person


@pytest.fixture
def trader(cast, home):
    """The lead of a special grid, of which the household is a member."""
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    SpecialMembership.objects.create(grid=market, household=home, since=date(2026, 1, 1))
    return AssignmentFactory(grid=market).user


def test_a_special_grids_lead_reads_a_members_needs_and_writes_none(trader, home):
    with pytest.raises(PermissionDenied):
        services.need_raise(actor=trader, household=home, text="买牛", raised_on=date(2026, 1, 5))
    assert nothing_is_written()
    need = NeedFactory(household=home)
    assert need_list(actor=trader).get() == need
    with pytest.raises(PermissionDenied):
        services.need_close(actor=trader, need=need, status="done", outcome="已办")
    assert need_list(actor=trader).get().status == "open"


def test_a_special_grids_lead_is_offered_no_way_to_write(client, cast, trader, home):
    need = NeedFactory(household=home)
    close, new = reverse("needs:close", args=[need.pk]), reverse("needs:new", args=[home.pk])
    client.force_login(cast.li)
    assert close in client.get(reverse("needs:list")).text
    assert all(address in client.get(home.get_absolute_url()).text for address in (close, new))
    client.force_login(trader)
    for page in (reverse("needs:list"), home.get_absolute_url()):
        text = client.get(page).text
        assert need.text in text
        assert close not in text
        assert new not in text
    assert client.get(close).status_code == 403
    assert client.post(new, {"text": "买牛"}).status_code == 403


def test_a_special_grids_lead_writes_no_needs_by_the_bulk_path_or_with_a_visit(client, trader, home):
    person = CustomerFactory(household=home)
    row = NeedRow(home.pk, "买牛", date(2026, 1, 5), trader.pk)
    with pytest.raises(Refused):
        services.needs_bulk_create(actor=trader, rows=[row])
    with pytest.raises(Refused):
        services.needs_replace(actor=trader, origin=uuid4(), rows=[row])
    assert nothing_is_written()
    body = {
        "id": str(uuid4()),
        "customer": person.pk,
        "started_at": timezone.now().isoformat(),
        "mode": "door",
        "met": True,
    }
    result = visit_log(actor=trader, body={**body, "needs": [{"text": "买牛"}]})
    assert (result.status, list(result.errors)) == ("rejected", ["needs.0.text"])
    assert "本处是：李娜" in result.errors["needs.0.text"][0]
    assert visit_log(actor=trader, body=body).status == "created"
    client.force_login(trader)
    assert 'id="needs"' not in client.get(reverse("visits:new"), {"household": home.pk}).text


@pytest.mark.parametrize(("raised", "closed"), [("wang", None), ("li", "wang")])
def test_nobody_writes_needs_in_anothers_name(cast, home, raised, closed):
    named = {"status": "done", "outcome": "已办", "closed_at": timezone.now()} if closed else {}
    row = NeedRow(
        home.pk, "买牛", date(2026, 1, 5), getattr(cast, raised).pk,
        closed_by_id=getattr(cast, closed).pk if closed else None, **named,
    )  # fmt: skip
    with pytest.raises(PermissionDenied):
        services.needs_bulk_create(actor=cast.li, rows=[row])
    assert nothing_is_written()
    assert len(services.needs_bulk_create(actor=cast.zhao, rows=[row])) == 1
