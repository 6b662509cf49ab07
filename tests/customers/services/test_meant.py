"""Whom rows of another system mean."""

from datetime import date

import pytest
from django.db import models, transaction

from customers.models import CoreNumber, Customer
from customers.services import persons_merge
from customers.services.meant import core_digest, people_meant
from exchange.sheets import Row, Source
from gridbank.errors import Refused
from tests.customers.corefiles import numbered
from tests.factories import GridFactory


def meant(source, *values):
    with transaction.atomic():
        return people_meant(source, [Row("", at, one) for at, one in enumerate(values)])


def test_a_number_beside_an_id_number_is_learnt_for_good(cast):
    person, source = numbered(cast.grid_li), Source(cast.zhao, date(2026, 11, 27), cast.root.pk)
    found = meant(
        source,
        {"customer_no": "8"},
        {"customer_no": "7"},
        {"id_number": person.id_number, "customer_no": "7"},
        {},
    )
    assert ({at: one.pk for at, one in found.people.items()}, set(found.faults)) == (
        {1: person.pk, 2: person.pk},
        {0},
    )
    assert meant(source, {"customer_no": "7"}).people[0] == person
    assert models.QuerySet(CoreNumber).get().digest == core_digest("7", cast.root.pk)
    other = numbered(cast.grid_li, serial=2)
    assert (
        meant(source, {"id_number": other.id_number, "customer_no": "7"}).faults[0].faults[0].column
        == "customer_no"
    )


def test_another_banks_people_are_nobody(cast):
    person = numbered(cast.grid_li)
    root = GridFactory(tier="head_office", parent=None)
    found = meant(Source(cast.zhao, date(2026, 11, 27), root.pk), {"id_number": person.id_number})
    assert (found.people, set(found.faults)) == ({}, {0})
    with pytest.raises(Refused):
        meant(Source(None, date(2026, 11, 27)), {"id_number": person.id_number})


def test_whose_archive_went_into_another_is_led_on(cast):
    """By his old number, and by the core system's: what the file says goes to the archive that stayed, once."""
    keep, gone = numbered(cast.grid_li, serial=1, name="曾"), numbered(cast.grid_wang, serial=3, name="曾")
    source = Source(cast.zhao, date(2026, 11, 27), cast.root.pk)
    meant(source, {"id_number": gone.id_number, "customer_no": "9"})
    keep, gone = (models.QuerySet(Customer).get(pk=one.pk) for one in (keep, gone))
    persons_merge(
        actor=cast.chen, customer=keep, merged=gone, versions=(keep.version, gone.version), taken=(), reason="核对",
    )  # fmt: skip
    found = meant(source, {"id_number": gone.id_number}, {"customer_no": "9"}, {"id_number": keep.id_number})
    assert [found.people[at].pk for at in range(3)] == [keep.pk] * 3
    assert not found.faults
