"""What follows a person whose archive goes into another one."""

import pytest
from django.core.exceptions import ValidationError

from customers import merging
from gridbank.scoping import waive_scope
from tests.factories import CustomerFactory, VisitFactory


def test_every_room_says_what_hangs_on_a_person():
    keys = [one.key for one in merging.followers()]
    assert sorted(keys) == sorted(
        {"consents", "restrictions", "core_numbers", "registration", "offers", "holdings", "needs", "visits"}
    )
    before = [one.key for one in merging.followers(merging.Turn.BEFORE_MONTHS)]
    assert before == ["visits"]


def test_a_kind_is_taken_once():
    known = merging.followers()
    merging.register(known[0])
    assert merging.followers() == known


def test_every_key_to_a_person_is_followed_or_said_to_stay():
    from django.apps import apps

    from customers.models import Customer

    followed = {one.rows().model for one in merging.followers()}
    stays = {"Customer", "Residence", "IdentitySpan", "Death", "Claim", "Likeness", "PersonMerge"}
    found = {
        model
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.related_model is Customer
    }
    assert {model.__name__ for model in found - followed} == stays


def test_rows_go_along_and_come_back_and_are_counted(cast):
    one, other = (CustomerFactory(household__grid=cast.grid_li) for _ in range(2))
    visit = VisitFactory(customer=one, staff=cast.li)
    visits = next(follower for follower in merging.followers() if follower.key == "visits")
    assert dict(merging.counted(cast.li, [one.pk, other.pk]))[visits.label] == [1, 0]
    with waive_scope("a test looks at every row"):
        keys = visits.move(one.pk, other.pk)
        assert (keys, len(visits.told(other.pk)), visits.told(one.pk)) == ([visit.pk], 1, [])
        visits.back(keys, one.pk)
        assert len(visits.told(one.pk)) == 1
    with pytest.raises((ValueError, ValidationError)):
        visits.back(["x"], one.pk)
