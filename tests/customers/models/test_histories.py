"""What is said over time ends where sight ends, and the database refuses what can't be."""

from datetime import date

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from customers.enums import Evidence, Witness
from customers.models import Attribution, Claim, CompleteSpan, Death, Residence
from gridbank.context import archives_read, request_scope
from tests.factories import CustomerFactory, HouseholdFactory

FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)


@pytest.fixture
def person(cast):
    return CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))


def spans(cast, person):
    """Return what makes a span of each kind."""
    moved = {"moved_by": cast.li, "moved_at": timezone.now()}
    return {
        Attribution: {"household": person.household, "grid": cast.grid_li},
        CompleteSpan: {"household": person.household},
        Residence: {"customer": person, "household": person.household, **moved},
    }


def put(model, **fields):
    with transaction.atomic():
        return models.QuerySet(model).create(**fields)


@pytest.mark.parametrize("model", [Attribution, CompleteSpan, Residence])
def test_a_span_begins_before_it_ends_and_ends_once(cast, person, model):
    fields = spans(cast, person)[model]
    with pytest.raises(IntegrityError):
        put(model, **fields, valid_from=LAST, valid_to=FIRST)
    put(model, **fields, valid_from=FIRST, valid_to=LAST)
    with pytest.raises(IntegrityError):
        put(model, **fields, valid_from=LAST, valid_to=LAST)


@pytest.mark.parametrize("model", [Attribution, CompleteSpan, Residence])
def test_a_span_is_seen_by_whom_its_household_is_seen_by(cast, person, model):
    put(model, **spans(cast, person)[model], valid_from=FIRST, valid_to=LAST)
    seen = [
        model.objects.visible_to(actor).count()
        for actor in (cast.li, cast.chen, cast.zhao, cast.wu, cast.sun)
    ]
    assert seen == [1, 1, 1, 0, 0]


def test_somebody_dies_once_and_a_death_taken_back_leaves_room(cast, person):
    told = {"customer": person, "day": FIRST, "told_by": cast.li, "told_at": timezone.now(), "was": "head"}
    first = put(Death, **told)
    with pytest.raises(IntegrityError):
        put(Death, **told)
    models.QuerySet(Death).filter(pk=first.pk).update(undone_at=timezone.now(), undone_by=cast.li)
    put(Death, **told)


@pytest.mark.parametrize("who", ["entered_by", "earner"])
def test_nobody_confirms_his_own_claim(cast, person, who):
    claim = put(
        Claim, customer=person, kind="account", source_id=person.pk, day=FIRST,
        **{"entered_by": cast.chen, "earner": cast.chen} | {who: cast.li},
    )  # fmt: skip
    decided = {"state": Evidence.CONFIRMED, "witness": Witness.PERSON, "decided_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(Claim).filter(pk=claim.pk).update(**decided, decided_by=cast.li)
    models.QuerySet(Claim).filter(pk=claim.pk).update(**decided, decided_by=cast.zhao)


def test_what_stands_is_claimed_once_and_what_was_refuted_may_be_claimed_anew(cast, person):
    fields = {"customer": person, "kind": "account", "source_id": person.pk, "day": FIRST}
    claim = put(Claim, **fields)
    with pytest.raises(IntegrityError):
        put(Claim, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(Claim).filter(pk=claim.pk).update(state=Evidence.REFUTED)
    models.QuerySet(Claim).filter(pk=claim.pk).update(
        state=Evidence.REFUTED, witness=Witness.PERSON, decided_by=cast.chen, decided_at=timezone.now()
    )
    put(Claim, **fields)


@pytest.mark.parametrize("model", [Claim, Death])
def test_whoever_reads_what_was_said_of_a_person_has_read_of_him(cast, person, model):
    if model is Claim:
        put(Claim, customer=person, kind="account", source_id=person.pk, day=FIRST)
    else:
        told = {"told_by": cast.li, "told_at": timezone.now(), "was": "head"}
        put(Death, customer=person, day=FIRST, **told)
    with request_scope("a"):
        models.QuerySet(model).get()
        assert archives_read() == {"customers.customer": {person.pk}}
