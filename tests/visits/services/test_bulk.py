"""Many visits at once."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Household
from gridbank.errors import Refused
from needs.models import Need
from products.models import Offer
from tests.factories import ProductFactory
from tests.visits.bodies import agreed, person_in
from tests.visits.stored import events, everything, one, statuses
from visits.body import NeedLine, OfferLine, VisitBody
from visits.models import Visit
from visits.services import Belonging, VisitRow, visits_bulk_create, visits_sync


def row(person, staff, days=1, **changes):
    home = changes.pop("household_id", person.household_id)
    values = {
        "id": uuid.uuid4(), "customer_id": person.pk, "started_at": timezone.now() - timedelta(days=days),
        "mode": "door", "met": True,
    }  # fmt: skip
    return VisitRow(VisitBody(**{**values, **changes}), Belonging(home, staff.pk))


def test_visits_come_with_offers_needs_and_the_last_meeting(cast):
    person, product = person_in(cast.grid_li), ProductFactory()
    rows = [
        row(person, cast.li, days=3, offers=(OfferLine(product.pk, "accepted"),), needs=(NeedLine("牛"),)),
        row(person, cast.wang, days=9),
    ]
    assert len(visits_bulk_create(actor=cast.zhao, rows=rows)) == 2
    assert {visit.staff for visit in everything(Visit)} == {cast.li, cast.wang}
    assert (one(Offer).staff, one(Need).raised_by) == (cast.li, cast.li)
    assert one(Household).last_met_on == timezone.localdate(timezone.now() - timedelta(days=3))
    assert events("visit.bulk_created") == [{"visits": 2}]
    # the body a client would have sent is known
    assert statuses(visits_sync(actor=cast.li, bodies=[rows[0].body.content])) == ["duplicate"]


def test_one_wrong_household_stores_nothing(cast):
    mine, theirs = person_in(cast.grid_li), person_in(cast.grid_wu)
    for wrong in (row(theirs, cast.li), row(mine, cast.li, household_id=theirs.household_id)):
        with pytest.raises(Refused):
            visits_bulk_create(actor=cast.li, rows=[row(mine, cast.li), wrong])
    assert everything(Visit) == []


def test_visits_are_stored_in_order_of_their_ids(cast):
    """Two imports that share ids in opposite orders wait for one another, and never both."""
    person = person_in(cast.grid_li)
    rows = [row(person, cast.li, id=uuid.UUID(int=number)) for number in (3, 1, 2)]
    with CaptureQueriesContext(connection) as asked:
        visits = visits_bulk_create(actor=cast.li, rows=rows)
    (insert,) = [query["sql"] for query in asked if query["sql"].startswith('INSERT INTO "visits_visit"')]
    ids = re.findall(r"0{8}-?0{4}-?0{4}-?0{4}-?0{11}([123])", insert)
    assert list(dict.fromkeys(ids)) == ["1", "2", "3"]
    # the answer keeps the order of the question
    assert [visit.pk.int for visit in visits] == [3, 1, 2]


def test_many_at_once_keep_a_place_with_consent_only(cast):
    place = {"latitude": 25.8, "longitude": 107.3, "accuracy_m": 35.0}
    agree, not_asked = person_in(cast.grid_li), person_in(cast.grid_li)
    agreed(agree)
    visits_bulk_create(actor=cast.li, rows=[row(person, cast.li, **place) for person in (agree, not_asked)])
    assert {visit.customer_id: visit.latitude for visit in everything(Visit)} == {
        agree.pk: 25.8,
        not_asked.pk: None,
    }
