"""What the buttons of this room take back: a service again, which asks again who may."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils import timezone

from customers.models import Customer, Likeness, PersonMerge
from customers.services import persons_merge, twins_deny
from customers.undoing import DENIED, MERGED
from people.undoing import _known
from tests.factories import CustomerFactory


@pytest.fixture
def two(cast):
    return [CustomerFactory(household__grid=cast.grid_li, name="曾小明") for _ in range(2)]


def test_a_denied_pair_is_in_the_list_again(cast, two):
    now = timezone.now()
    pair = Likeness(one=two[0], other=two[1], score=60, found_at=now, seen_at=now)
    pair.save()
    twins_deny(actor=cast.chen, likeness=pair, reason="父母不同")
    with pytest.raises(PermissionDenied):
        _known[DENIED](cast.li, [pair.pk])
    assert "已撤销" in _known[DENIED](cast.chen, [pair.pk])
    pair.refresh_from_db()
    assert pair.denied_at is None


def test_two_archives_are_two_again(cast, two):
    row = persons_merge(
        actor=cast.chen, customer=two[0], merged=two[1], versions=(1, 1), taken=[], reason="核对"
    )
    with pytest.raises(PermissionDenied):
        _known[MERGED](cast.li, [row.pk])
    assert "已撤销" in _known[MERGED](cast.chen, [row.pk])
    assert models.QuerySet(Customer).filter(merged_into=None).count() == 2
    assert models.QuerySet(PersonMerge).get().undone_because == "撤销合并"
