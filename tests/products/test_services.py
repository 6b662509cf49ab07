"""The catalogue, offers and holdings."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import models

from audit.models import AuditEvent
from customers.enums import Evidence
from customers.models import Claim
from customers.services import claims_decide
from gridbank.errors import Refused
from products.models import Product
from products.selectors import holding_list, offer_list, product_list
from products.services import (
    HoldingRow,
    OfferRow,
    ProductRow,
    holdings_bulk_create,
    offers_bulk_create,
    offers_replace,
    products_put,
)
from tests.factories import CustomerFactory, HouseholdFactory, OfferFactory, ProductFactory

DAY = date(2026, 11, 3)
ROW = ProductRow("LOAN", "农户贷款", "loan", "Farm loan")


@pytest.fixture
def mine(cast):
    return CustomerFactory(household=HouseholdFactory(grid=cast.grid_li))


@pytest.fixture
def theirs(cast):
    return CustomerFactory(household=HouseholdFactory(grid=cast.grid_wu))


def offer(cast, customer, product, **fields):
    return OfferRow(
        **{
            "customer_id": customer.pk, "product_id": product.pk, "result": "offered", "offered_on": DAY,
            "staff_id": cast.li.pk, "grid_id": cast.grid_li.pk, **fields,
        }
    )  # fmt: skip


def test_a_list_loaded_twice_changes_nothing_the_second_time(db):
    assert products_put(actor=None, rows=[ROW]) == (1, 0)
    assert products_put(actor=None, rows=[ROW]) == (0, 0)
    assert list(Product.objects.values_list("code", "name", "name_en", "category", "is_active")) == [
        ("LOAN", "农户贷款", "Farm loan", "loan", True)
    ]
    assert AuditEvent.objects.filter(action="products.put").count() == 2


def test_a_product_taken_off_sale_stays_in_the_records_and_what_is_not_named_stays_on_sale(db):
    other = ProductFactory()
    products_put(actor=None, rows=[ROW])
    assert products_put(actor=None, rows=[replace(ROW, on_sale=False)]) == (0, 1)
    assert list(product_list()) == [other]
    assert Product.objects.filter(code="LOAN").exists()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([ROW, ROW], "LOAN 重复"),
        ([ProductRow("X", "", "loan")], "X 的 name"),
        ([ProductRow("X", "名", "house")], "X 的 category"),
        ([ProductRow("X" * 25, "名", "loan")], "code"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_kept(db, rows, sentence):
    with pytest.raises(Refused, match=sentence):
        products_put(actor=None, rows=[replace(ROW, code="GOOD"), *rows])
    assert not Product.objects.exists()


def test_offers_to_a_customer_out_of_sight_are_refused_as_a_whole(cast, mine, theirs):
    product = ProductFactory()
    with pytest.raises(Refused):
        offers_bulk_create(actor=cast.li, rows=[offer(cast, mine, product), offer(cast, theirs, product)])
    assert list(offer_list(actor=cast.zhao)) == []


def test_a_correction_changes_adds_and_removes_what_one_visit_offered(cast, mine):
    kept, gone, new = ProductFactory.create_batch(3)
    visit, other = uuid4(), OfferFactory(customer=mine, staff=cast.li, origin=uuid4())
    rows = [offer(cast, mine, kept, origin=visit), offer(cast, mine, gone, origin=visit)]
    first = {each.product_id: each.pk for each in offers_bulk_create(actor=cast.li, rows=rows)}
    wanted = [offer(cast, mine, kept, origin=visit, result="accepted"), offer(cast, mine, new, origin=visit)]
    offers_replace(actor=cast.li, origin=visit, rows=wanted)
    found = offer_list(actor=cast.li).filter(origin=visit)
    assert set(found.values_list("product_id", "result")) == {(kept.pk, "accepted"), (new.pk, "offered")}
    assert found.get(product=kept).pk == first[kept.pk], "the same offer, corrected"
    assert offer_list(actor=cast.li).filter(pk=other.pk).exists(), "another visit's offers stay"


def claimed(offer_id: int) -> list[tuple[int, int]]:
    """Return the states of what was claimed of an offer, with who entered it."""
    rows = models.QuerySet(Claim).filter(kind="offer", source_id=offer_id).order_by("pk")
    return list(rows.values_list("state", "entered_by"))


def test_what_was_accepted_is_claimed_and_the_rest_is_not(cast, mine):
    rows = [
        offer(cast, mine, ProductFactory(), result=result) for result in ("accepted", "refused", "offered")
    ]
    made = offers_bulk_create(actor=cast.li, rows=rows)
    assert [each.evidence for each in made] == [Evidence.CLAIMED, None, None]
    assert [claimed(each.pk) for each in made] == [[(Evidence.CLAIMED, cast.li.pk)], [], []]
    claim = models.QuerySet(Claim).get()
    assert (claim.earner, claim.customer, claim.day) == (cast.li, mine, DAY)
    claims_decide(actor=cast.chen, claims=[claim.pk], verdict=Evidence.CONFIRMED)
    assert offer_list(actor=cast.li).get(pk=made[0].pk).evidence == Evidence.CONFIRMED


CORRECTED = {
    "refused after all": ({"result": "refused"}, None, [Evidence.WITHDRAWN]),
    "on another day": ({"offered_on": date(2026, 11, 2)}, Evidence.CLAIMED, [Evidence.WITHDRAWN, Evidence.CLAIMED]),
    "in the grid of the day": ({"grid_id": None}, Evidence.CONFIRMED, [Evidence.CONFIRMED]),
    "the same": ({}, Evidence.CONFIRMED, [Evidence.CONFIRMED]),
}  # fmt: skip


@pytest.mark.parametrize("case", CORRECTED)
def test_what_is_corrected_is_another_act_and_claimed_again_by_who_corrects(cast, mine, case):
    changes, evidence, states = CORRECTED[case]
    visit, product = uuid4(), ProductFactory()
    row = offer(cast, mine, product, origin=visit, result="accepted")
    (made,) = offers_bulk_create(actor=cast.li, rows=[row])
    claims_decide(actor=cast.chen, claims=[models.QuerySet(Claim).get().pk], verdict=Evidence.CONFIRMED)
    if "grid_id" in changes:
        changes = {"grid_id": cast.grid_wang.pk}
    offers_replace(actor=cast.zhao, origin=visit, rows=[replace(row, **changes)])
    found = offer_list(actor=cast.li).get(pk=made.pk)
    assert (found.evidence, [state for state, _who in claimed(made.pk)]) == (evidence, states)
    assert claimed(made.pk)[-1][1] == (cast.zhao.pk if len(states) > 1 else cast.li.pk)


def test_an_offer_taken_out_is_claimed_no_more(cast, mine):
    visit = uuid4()
    row = offer(cast, mine, ProductFactory(), origin=visit, result="accepted")
    (made,) = offers_bulk_create(actor=cast.li, rows=[row])
    offers_replace(actor=cast.li, origin=visit, rows=[])
    assert claimed(made.pk) == [(Evidence.WITHDRAWN, cast.li.pk)]


def test_a_correction_that_says_the_same_leaves_no_row(cast, mine):
    visit, product = uuid4(), ProductFactory()
    rows = [offer(cast, mine, product, origin=visit)]
    offers_bulk_create(actor=cast.li, rows=rows)
    before = AuditEvent.objects.count()
    offers_replace(actor=cast.li, origin=visit, rows=rows)
    assert AuditEvent.objects.count() == before


def test_a_customer_holds_a_product_once_at_a_time(cast, mine, theirs):
    product = ProductFactory()
    row = HoldingRow(mine.pk, product.pk, DAY)
    holdings_bulk_create(
        actor=cast.li, rows=[replace(row, since=date(2020, 1, 1), ended_on=date(2021, 1, 1)), row]
    )
    assert [(each.customer_id, each.since) for each in holding_list(actor=cast.li)] == [(mine.pk, DAY)]
    with pytest.raises(Refused):
        holdings_bulk_create(actor=cast.li, rows=[replace(row, customer_id=theirs.pk)])
    with pytest.raises(Refused):
        holdings_bulk_create(actor=cast.li, rows=[row])
