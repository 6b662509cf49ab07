"""Somebody who may be in the archive already is asked about, and nobody's number is guessed by it."""

from datetime import date

import pytest

from audit.models import AuditEvent
from customers import services
from customers.models import Customer
from customers.services.asking import asked_today
from tests.customers.filling import ADULT, PHONE, full_person
from tests.customers.numbers import id_number
from tests.customers.services.test_asking import cap
from tests.factories import HouseholdFactory

BORN = date(1980, 5, 17)
ALIKE = {"name": "曾小明", "birth_date": date(1980, 5, 18)}


def enter(cast, home, *people, apart=(), actor=None):
    return services.customers_create(actor=actor or cast.li, household=home, people=people, apart=apart)


def asked(cast, home, *people, **more):
    with pytest.raises(services.LikelyTwins) as caught:
        enter(cast, home, *people, **more)
    return caught.value


@pytest.mark.parametrize("like", [{"birth_date": date(1980, 5, 18)}, {"phone": PHONE}])
def test_somebody_in_sight_is_shown_by_what_is_seen_of_him(cast, home, like):
    """The same age is enough, the day is not: typed it would be right or wrong."""
    there = full_person(cast, home)
    error = asked(cast, home, {"name": "王二"}, {"name": "曾 小明", **like})
    assert {place: (twin.seen, twin.elsewhere) for place, twin in error.found.items()} == {
        1: ((there,), False)
    }
    assert [one.name for one in Customer.objects.visible_to(cast.li)] == ["曾小明"]
    assert asked_today(cast.li) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"name": "曾小名"},
        {"birth_date": date(1990, 1, 1)},
        {"id_type": "resident", "id_number": id_number(BORN, 105)},
    ],
)
def test_another_name_age_or_number_is_another_person(cast, home, other):
    full_person(cast, home)
    data = {**ALIKE, **other}
    if "id_number" in other:
        del data["birth_date"]
    assert enter(cast, home, data)
    assert asked_today(cast.li) == 0


def test_out_of_sight_only_that_there_is_somebody_is_told_and_every_comparison_counts(cast, home):
    full_person(cast, home, id_type="none", id_number="", birth_date=BORN)
    theirs = HouseholdFactory(grid=cast.grid_wu)
    fresh = {"name": "王二", "phone": "13900139000"}
    error = asked(
        cast, theirs, {"name": "曾小明", "birth_date": BORN}, fresh, {"name": "王三"}, actor=cast.wu
    )
    assert {place: (twin.seen, twin.elsewhere) for place, twin in error.found.items()} == {0: ((), True)}
    assert asked_today(cast.wu) == 2
    assert enter(cast, theirs, ALIKE, actor=cast.wu)


def test_said_to_be_another_he_is_stored_and_the_choice_stays_said(cast, home):
    there = full_person(cast, home)
    (made,) = enter(cast, home, ALIKE, apart={0})
    event = AuditEvent.objects.get(action="customer.twin_denied")
    assert (event.actor, event.subject_id) == (cast.li, str(made.pk))
    assert event.details == {"like": [there.pk], "elsewhere": False}


def test_beyond_the_cap_and_from_files_nobody_is_compared(cast, home, monkeypatch):
    full_person(cast, home)
    assert enter(cast, home, ALIKE, apart=None)
    cap(monkeypatch, 0)
    assert enter(cast, home, ALIKE)


def test_a_household_asks_as_well_and_opens_nothing(cast, home):
    full_person(cast, home)
    call = {"actor": cast.li, "data": {"grid": cast.grid_li}, "people": [{**ALIKE, "relation": "head"}]}
    with pytest.raises(services.LikelyTwins):
        services.household_create(**call, apart=())
    assert services.household_create(**call, apart={0}).head_name == "曾小明"
    assert AuditEvent.objects.filter(action="customer.twin_denied").count() == 1


def test_who_is_recognised_is_named_in_the_trail(cast, home):
    there = full_person(cast, home)
    services.twin_recognised(actor=cast.li, customer=there)
    assert AuditEvent.objects.get(action="customer.twin_recognised").subject_id == str(there.pk)
    assert ADULT not in AuditEvent.objects.latest("pk").changes
