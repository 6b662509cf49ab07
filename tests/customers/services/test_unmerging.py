"""A merge taken back: everything as before, or the name of what was built on it."""

from datetime import date

import pytest
from django.db import models
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import Claim, Customer, PersonMerge
from customers.services import (
    consent_give,
    customer_account_opened,
    customer_update,
    persons_merge,
    persons_unmerge,
)
from tests.customers.filling import ADULT, PHONE, refused
from tests.factories import CustomerFactory, NeedFactory, OfferFactory, ProductFactory, VisitFactory

BORN = date(1970, 5, 5)
# what a change leaves, whatever it was
LEFT = {"version", "updated_at", "_state", "completeness_rule"}


@pytest.fixture
def two(cast):
    first = CustomerFactory(
        household__grid=cast.grid_li, name="曾小明", birth_date=None, phone="", occupation="木匠"
    )
    second = CustomerFactory(household__grid=cast.grid_wang, name="曾小明", relation="head")
    data = {"id_type": "resident", "id_number": ADULT, "phone": PHONE}
    customer_update(actor=cast.wang, customer=second, version=1, data=data)
    heir = CustomerFactory(household=second.household, name="王大", birth_date=BORN)
    product = ProductFactory()
    for one, who in ((first, cast.li), (second, cast.wang)):
        VisitFactory(customer=one, staff=who)
        NeedFactory(customer=one, household=one.household, raised_by=who)
        OfferFactory(customer=one, product=product, staff=who)
        one.holdings.create(product=product, since=date(2026, 1, 1))
        consent_give(actor=who, customer=one, purpose="marketing", channel="paper")
        customer_account_opened(actor=who, customer=one, day=timezone.localdate())
        one.refresh_from_db()
    return first, second, heir


def everything():
    """Return all rows that a merge could touch."""
    from customers.models import Consent, Customer, Household
    from needs.models import Need
    from products.models import Holding, Offer
    from visits.models import Visit

    return {
        (model.__name__, row.pk): {name: value for name, value in vars(row).items() if name not in LEFT}
        for model in (Customer, Household, Consent, Claim, Need, Holding, Offer, Visit)
        for row in models.QuerySet(model)
    }


def merge(cast, two):
    keep, gone, heir = two
    versions = keep.version, gone.version
    return persons_merge(
        actor=cast.chen,
        customer=keep,
        merged=gone,
        versions=versions,
        taken=[],
        reason="核对",
        successor=heir,
    )


def undo(cast, row, **more):
    return persons_unmerge(actor=cast.chen, merge=row, **{"reason": "看错了", **more})


def test_everything_stands_as_before(cast, two):
    before = everything()
    row = merge(cast, two)
    assert everything() != before
    undo(cast, row)
    after = everything()
    for key, row_before in before.items():
        assert after[key] == row_before, key
    # what was claimed anew meanwhile stands no more, and isn't forgotten
    assert [(kind, after[kind, pk]["state"]) for kind, pk in after.keys() - before.keys()] == [("Claim", 4)]
    event = AuditEvent.objects.last()
    assert (event.action, event.details["reason"]) == ("customer.unmerged", "看错了")
    row.refresh_from_db()
    assert (row.undone_by, row.undone_because) == (cast.chen, "看错了")


def test_it_may_be_made_and_undone_again(cast, two):
    for _ in range(2):
        undo(cast, merge(cast, [models.QuerySet(type(one)).get(pk=one.pk) for one in two]))
    assert PersonMerge.objects.visible_to(cast.zhao).count() == 2


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda cast, keep, _heir: VisitFactory(customer=keep, staff=cast.li), "走访"),
        (lambda cast, keep, _heir: NeedFactory(customer=keep, household=keep.household, raised_by=cast.li), "需求"),
        (lambda cast, keep, _heir: keep.holdings.create(product=ProductFactory(), since=date(2026, 1, 1)), "持有"),
        (lambda cast, keep, _heir: consent_give(actor=cast.li, customer=keep, purpose="account", channel="paper"), "授权"),
        (
            lambda cast, keep, _heir: customer_update(
                actor=cast.li, customer=keep, version=keep.version, data={"occupation": "瓦匠"}
            ),
            "曾小明",
        ),
        (
            lambda cast, _keep, heir: customer_update(
                actor=cast.wang, customer=heir, version=2, data={"occupation": "瓦匠"}
            ),
            "其他人",
        ),
        (lambda cast, _keep, _heir: models.QuerySet(Claim).filter(state=1).update(state=4), "业绩核实"),
    ],
)  # fmt: skip
def test_what_was_built_on_it_is_named(cast, two, build, named):
    row = merge(cast, two)
    keep = models.QuerySet(type(two[0])).get(pk=two[0].pk)
    build(cast, keep, two[2])
    before = everything()
    said = refused(None, undo, cast=cast, row=row)
    assert named in said
    assert everything() == before


def test_a_merge_upon_a_merge_is_named(cast, two):
    row = merge(cast, two)
    keep = models.QuerySet(type(two[0])).get(pk=two[0].pk)
    third = CustomerFactory(household__grid=cast.grid_li, name="曾三")
    persons_merge(
        actor=cast.chen, customer=third, merged=keep, versions=(1, keep.version), taken=[], reason="核对"
    )
    said = refused(None, undo, cast=cast, row=row)
    assert "请先撤销" in said
    assert "曾三" in said


def into(cast, keep, gone):
    """Merge two archives as they are now."""
    keep, gone = (models.QuerySet(Customer).get(pk=one.pk) for one in (keep, gone))
    return persons_merge(
        actor=cast.chen, customer=keep, merged=gone, versions=(keep.version, gone.version), taken=[], reason="核对"
    )  # fmt: skip


@pytest.fixture
def four(cast, two):
    """Four archives, each with a visit, an offer, an account and a wish; the second leaves an heir."""
    found = [two[0]]
    for name in ("曾二", "曾三", "曾四"):
        one = CustomerFactory(household__grid=cast.grid_li, name=name, birth_date=BORN, phone=PHONE)
        VisitFactory(customer=one, staff=cast.li)
        OfferFactory(customer=one, product=ProductFactory(), staff=cast.li)
        consent_give(actor=cast.li, customer=one, purpose="marketing", channel="paper")
        customer_account_opened(actor=cast.li, customer=one, day=timezone.localdate())
        found.append(one)
    return found


# which archive each of three merges puts into which
ORDERS = [
    [(0, 1), (0, 2), (0, 3)],
    [(0, 1), (2, 0), (3, 2)],
    [(0, 1), (2, 3), (0, 2)],
    [(1, 0), (1, 2), (3, 1)],
]


@pytest.mark.parametrize("pairs", ORDERS)
def test_merges_are_taken_back_in_reverse_order(cast, four, pairs):
    before = everything()
    rows = [into(cast, four[keep], four[gone]) for keep, gone in pairs]
    assert everything() != before
    for row in reversed(rows):
        undo(cast, row)
    after = everything()
    for key, row_before in before.items():
        assert after[key] == row_before, key


@pytest.mark.parametrize(("pairs", "first"), [(ORDERS[0], 2), (ORDERS[1], 2), (ORDERS[3], 2)])
def test_out_of_order_it_is_said_which_comes_first(cast, four, pairs, first):
    rows = [into(cast, four[keep], four[gone]) for keep, gone in pairs]
    before = everything()
    said = refused(None, undo, cast=cast, row=rows[0])
    assert f"{rows[first].merged.name} 并入 {rows[first].customer.name}" in said
    assert everything() == before


def test_a_merge_of_others_keeps_none_from_being_taken_back(cast, four):
    first, _second = into(cast, four[0], four[1]), into(cast, four[2], four[3])
    undo(cast, first)
    assert models.QuerySet(Customer).get(pk=four[1].pk).merged_into is None


def test_what_was_changed_between_two_merges_is_still_named(cast, four):
    first = into(cast, four[0], four[1])
    keep = models.QuerySet(Customer).get(pk=four[0].pk)
    customer_update(actor=cast.li, customer=keep, version=keep.version, data={"occupation": "瓦匠"})
    undo(cast, into(cast, four[0], four[2]))
    assert "曾小明" in refused(None, undo, cast=cast, row=first)


def test_a_later_merge_out_of_sight_is_not_named(cast, four):
    first = into(cast, four[0], four[1])
    far = CustomerFactory(household__grid=cast.grid_wu, name="吴某")
    keep = models.QuerySet(Customer).get(pk=four[0].pk)
    persons_merge(
        actor=cast.zhao, customer=keep, merged=far, versions=(keep.version, 1), taken=[], reason="核对"
    )
    said = refused(None, undo, cast=cast, row=first)
    assert "须先由" in said
    assert "吴某" not in said
