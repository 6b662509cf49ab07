"""Pairs and merges as the database keeps them."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.models import Likeness, PersonMerge
from tests.factories import CustomerFactory


@pytest.fixture
def two(cast):
    return CustomerFactory(household__grid=cast.grid_li), CustomerFactory(household__grid=cast.grid_wang)


def pair(one, other, **more):
    now = timezone.now()
    return Likeness(one=one, other=other, score=60, found_at=now, seen_at=now, **more)


def test_only_who_may_know_both_sees_a_pair(cast, two):
    pair(*two).save()
    seen = {
        actor: Likeness.objects.visible_to(actor).count()
        for actor in (cast.zhao, cast.chen, cast.li, cast.sun)
    }
    assert seen == {cast.zhao: 1, cast.chen: 1, cast.li: 0, cast.sun: 0}


def test_a_pair_stands_once_in_one_order_and_a_denial_has_its_reason(cast, two):
    pair(*two).save()
    for wrong in (pair(*two), pair(*reversed(two)), pair(two[0], two[0])):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()
    row = Likeness.objects.visible_to(cast.chen).get()
    row.denied_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_merge_is_of_two_and_once_for_whoever_is_gone(cast, two):
    made = {"kept": "{}", "made_by": cast.chen, "made_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonMerge(customer=two[0], merged=two[0], **made).save()
    merge = PersonMerge(customer=two[0], merged=two[1], **made)
    merge.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonMerge(customer=two[0], merged=two[1], **made).save()
    assert str(merge) == f"{two[1].pk} {two[0].pk}"
    seen = [PersonMerge.objects.visible_to(actor).count() for actor in (cast.zhao, cast.chen, cast.li)]
    assert seen == [1, 1, 0]


def test_who_has_another_archive_by_now_is_seen_nowhere(cast, two):
    pair(*two).save()
    two[1].merged_into = two[0]
    two[1].save()
    model = type(two[0])
    assert list(model.objects.visible_to(cast.zhao)) == [two[0]]
    assert not Likeness.objects.visible_to(cast.zhao).exists()
