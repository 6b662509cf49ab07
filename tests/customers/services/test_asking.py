"""Answers that tell of a number: revealed, searched for, refused because it is here. Together they have one cap."""

import pytest
from django.urls import reverse

from audit.models import AuditEvent
from customers import services
from customers.actions import Action
from customers.identity import IdentityError
from customers.models import Customer
from customers.selectors import customer_list
from customers.services.asking import CAPPED, COUNTED, IdentityTaken, asked_today
from gridbank.errors import Refused
from gridbank.scoping import waive_scope
from tests.customers.filling import ADULT, PHONE, WRONG, full_person
from tests.customers.numbers import id_number
from tests.factories import CustomerFactory, HouseholdFactory

SEARCHED, TAKEN = Action.CUSTOMER_SEARCHED, Action.CUSTOMER_IDENTITY_REFUSED
NUMBER = {"id_type": "resident", "id_number": ADULT}


def rows(*actions):
    return AuditEvent.objects.filter(action__in=actions).count()


def cap(monkeypatch, count):
    monkeypatch.setattr("customers.services.asking.DAILY_CAP", count)


def entering(cast, home):
    """Return each way to enter somebody with a number, as those who may."""
    theirs = HouseholdFactory(grid=cast.grid_wu)
    row = services.PersonRow("赵一", "head", **NUMBER)
    return {
        "a person": lambda: services.customer_create(
            actor=cast.wu, household=theirs, data={"name": "赵一", **NUMBER}
        ),
        "his number": lambda: services.customer_update(
            actor=cast.wu, customer=CustomerFactory(household=theirs), version=1, data=NUMBER
        ),
        "a household": lambda: services.household_create(
            actor=cast.wu, data={"grid": cast.grid_wu}, head={"name": "赵一", **NUMBER}
        ),
        "many households": lambda: services.households_bulk_create(
            actor=cast.wu, rows=[services.HouseholdRow(grid_id=cast.grid_wu.pk, members=[row])]
        ),
    }


WAYS = ["a person", "his number", "a household", "many households"]


def test_accounts_of_one_person_share_the_days_answers(cast, home, monkeypatch):
    person = full_person(cast, home)
    other = cast.chen
    other.staff_no = f" {cast.li.staff_no}"
    other.save()
    cap(monkeypatch, 1)
    services.customer_reveal(actor=other, customer=person, field="phone", reason="电话回访")
    assert (asked_today(cast.li), asked_today(other)) == (1, 1)
    with pytest.raises(Refused, match="上限"):
        services.customer_reveal(actor=cast.li, customer=person, field="phone", reason="电话回访")


@pytest.mark.parametrize("way", WAYS)
def test_who_is_told_that_somebody_is_here_is_counted(cast, home, way):
    full_person(cast, home)
    enter = entering(cast, home)[way]
    with pytest.raises(IdentityTaken):
        enter()
    assert (rows(TAKEN), asked_today(cast.wu), asked_today(cast.li)) == (1, 1, 0)
    event = AuditEvent.objects.get(action=TAKEN)
    assert (event.actor, event.details, event.subject_id) == (cast.wu, {"field": "id_number"}, "")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("here", [True, False])
def test_beyond_the_cap_nobody_is_told_whether_he_is_here(cast, home, monkeypatch, way, here):
    if here:
        full_person(cast, home)
    enter = entering(cast, home)[way]
    cap(monkeypatch, 0)
    with pytest.raises(Refused, match="上限") as caught:
        enter()
    assert not isinstance(caught.value, IdentityTaken)
    assert (rows(TAKEN), rows(CAPPED)) == (0, 1)
    with waive_scope("test"):
        assert not Customer.objects.filter(household__grid=cast.grid_wu).exclude(id_number="").exists()


def test_who_is_in_sight_stands_in_the_row(cast, home):
    person = full_person(cast, home)
    with pytest.raises(services.AlreadyThere):
        full_person(cast, home, relation="other")
    assert AuditEvent.objects.get(action=TAKEN).subject_id == str(person.pk)


def test_beyond_the_cap_what_has_no_new_number_is_still_written(cast, home, monkeypatch):
    person = full_person(cast, home)
    cap(monkeypatch, 0)
    services.customer_update(actor=cast.li, customer=person, version=1, data={"occupation": "木匠"})
    services.customer_create(actor=cast.li, household=home, data={"name": "赵二"})
    assert rows(CAPPED) == 0


def test_a_search_is_counted_whether_somebody_is_found_or_not(cast, home):
    person = full_person(cast, home)
    for number, found in (
        (PHONE, [person]),
        (ADULT, [person]),
        (id_number(serial=105), []),
        ("13900000001", []),
    ):
        assert list(services.people_search(actor=cast.li, number=number)) == found
    told = [event.details for event in AuditEvent.objects.filter(action=SEARCHED).order_by("pk")]
    assert told == [{"found": 1}, {"found": 1}, {"found": 0}, {"found": 0}]
    with pytest.raises(IdentityError):
        services.people_search(actor=cast.li, number=WRONG)
    assert rows(SEARCHED) == asked_today(cast.li) == 4


def test_all_of_them_share_one_cap_and_the_page_says_so(li, cast, home, monkeypatch):
    person = full_person(cast, home)
    cap(monkeypatch, 3)
    services.customer_reveal(actor=cast.li, customer=person, field="phone", reason="电话回访")
    with pytest.raises(services.AlreadyThere):
        full_person(cast, home, relation="other")
    answers = [li.post(reverse("customers:search"), {"number": PHONE}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "上限" in answers[1].text
    assert f"customer-{person.pk}" not in answers[1].text
    assert (rows(*COUNTED), rows(CAPPED)) == (3, 1)
    with pytest.raises(Refused, match="上限"):
        services.customer_reveal(actor=cast.li, customer=person, field="phone", reason="电话回访")
    assert customer_list(actor=cast.li).count() == 1


@pytest.mark.parametrize("field", ["id_number", "phone"])
def test_a_number_typed_over_a_stored_one_counts_and_answers_alike_beyond_the_cap(
    cast, home, monkeypatch, field
):
    """Whoever has used up his day must not be told by an edit which guess is right."""
    person = full_person(cast, home)
    right, wrong = getattr(person, field), {"id_number": id_number(serial=77), "phone": "13912345678"}[field]
    call = {"actor": cast.li, "customer": person}
    services.customer_update(**call, version=1, data={field: right})
    person.refresh_from_db()
    assert (rows(Action.CUSTOMER_NUMBER_TYPED), asked_today(cast.li), person.version) == (1, 1, 1)
    # what is left alone is compared with nothing
    services.customer_update(**call, version=1, data={"occupation": "木匠"})
    assert asked_today(cast.li) == 1
    cap(monkeypatch, 1)
    told = []
    for guess in (wrong, right):
        with pytest.raises(Refused) as refused:
            services.customer_update(**call, version=2, data={field: guess})
        told.append((str(refused.value), refused.value.field))
    assert told[0] == told[1]
    assert rows(CAPPED) == 2
    person.refresh_from_db()
    assert (getattr(person, field), person.version) == (right, 2)
