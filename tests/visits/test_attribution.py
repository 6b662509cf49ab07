"""A visit stands in the grid of its day, whenever it arrives and whatever moves meanwhile."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from customers.selectors import household_list
from customers.services import household_update
from gridbank.scoping import waive_scope
from products.models import Offer
from tests.customers.services.test_attribution import move
from tests.factories import ProductFactory
from tests.people import make_cast
from tests.visits.bodies import person_in, visit_json
from visits import selectors
from visits.models import Visit
from visits.services import visit_correct, visit_log


def body(person, days_ago: int, **more):
    product = ProductFactory()
    return visit_json(
        person, started_at=(timezone.now() - timedelta(days=days_ago)).isoformat(),
        offers=[{"product": product.pk, "result": "accepted"}], **more,
    )  # fmt: skip


def grids():
    with waive_scope("test"):
        return [row.grid for model in (Visit, Offer) for row in model.objects.all()]


@pytest.mark.parametrize(("days_ago", "name"), [(3, "grid_li"), (0, "grid_wang")])
def test_what_arrives_after_a_move_stands_where_the_household_was_on_that_day(cast, days_ago, name):
    """F3: the laptop was away while the household moved."""
    person = person_in(cast.grid_li)
    kept = body(person, days_ago)
    move(cast, person.household, cast.grid_wang)
    assert visit_log(actor=cast.chen, body=kept).status == "created"
    assert grids() == [getattr(cast, name)] * 2


def test_a_corrected_day_takes_the_visit_to_the_grid_of_that_day(cast):
    person = person_in(cast.grid_li)
    kept = body(person, 3)
    move(cast, person.household, cast.grid_wang)
    visit_log(actor=cast.chen, body=kept)
    with waive_scope("test"):
        visit = Visit.objects.get()
    for days_ago, grid in ((0, cast.grid_wang), (1, cast.grid_li)):
        moved = {**kept, "started_at": (timezone.now() - timedelta(days=days_ago)).isoformat()}
        visit_correct(actor=cast.chen, visit=visit, body=moved, reason="日期写错")
        assert grids() == [grid] * 2
    # the day stays: nothing of it is worked out again
    with waive_scope("test"):
        Visit.objects.update(grid=cast.grid_wu)
    visit_correct(actor=cast.chen, visit=visit, body={**moved, "note": "改"}, reason="补记")
    assert selectors.visit_list(actor=cast.chen).get().grid == cast.grid_wu


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_visit_that_comes_while_its_household_moves_waits_for_the_move():
    cast = make_cast()
    person = person_in(cast.grid_li)
    kept, found = body(person, 0), []

    def log() -> None:
        try:
            found.append(visit_log(actor=cast.chen, body=kept).status)
        finally:
            connections.close_all()

    other = threading.Thread(target=log)
    with transaction.atomic():
        home = household_list(actor=cast.chen).get()
        household_update(actor=cast.chen, household=home, version=1, data={"grid": cast.grid_wang})
        other.start()
        until = time.monotonic() + 10
        with connection.cursor() as cursor:
            while other.is_alive() and time.monotonic() < until:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                if cursor.fetchone()[0]:
                    break
                time.sleep(0.01)
    other.join()
    assert found == ["created"]
    assert grids() == [cast.grid_wang] * 2
