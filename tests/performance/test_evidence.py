"""What counts by its evidence: only what is confirmed, unless the scheme says otherwise; and nothing after publishing."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import models

from customers.models import Claim, Customer
from customers.services import claims_decide
from customers.services.claims import Claimed, claims_enter
from gridbank.scoping import waive_scope
from performance import facts, services
from performance.models import LateChange, Scheme
from performance.services import scheme_in_force
from products.models import Offer
from tests.factories import OfferFactory
from tests.performance.unsaid import scheme_of_before
from tests.performance.world import MONTH, customer, household

CLAIMED, CONFIRMED, REFUTED = 1, 2, 3
DAY = date(2026, 9, 9)


def person(cast, evidence):
    return customer(
        household(cast.grid_li), customer_since=DAY, opened_by=cast.li, app_downloaded_on=DAY, app_verified_on=DAY,
        account_evidence=evidence, app_evidence=evidence,
    )  # fmt: skip


def sums(run, cast):
    keys = ("new_customers", "app_activation", "marketing_success")
    rows = {(row.indicator, row.staff_id): row for row in facts.sums_of(run.pk)}
    return [rows[key, cast.li.pk].numerator if (key, cast.li.pk) in rows else 0 for key in keys]


def scheme(cast, counts_claimed):
    scheme_of_before(MONTH, cast.root, counts_claimed=counts_claimed)


@pytest.mark.parametrize(
    ("counts_claimed", "counted"),
    [
        (False, {CONFIRMED}),
        (True, {None, CLAIMED, CONFIRMED}),
        # what schemes meant before anybody was asked
        (None, {None, CLAIMED, CONFIRMED}),
    ],
)
@pytest.mark.parametrize("evidence", [None, CLAIMED, CONFIRMED, REFUTED])
def test_the_scheme_says_whether_claimed_ones_count_and_refuted_ones_never_do(
    cast, counts_claimed, counted, evidence
):
    scheme(cast, counts_claimed)
    OfferFactory(
        customer=person(cast, evidence), staff=cast.li, result="accepted", offered_on=DAY, evidence=evidence
    )
    run = services.run_compute(bank=cast.root, month=MONTH)
    assert sums(run, cast) == ([1, 1, 1] if evidence in counted else [0, 0, 0])
    inputs = json.loads(run.inputs)
    assert inputs.get("evidence") == ("confirmed" if counts_claimed is False else None)


def test_a_new_scheme_counts_only_what_is_confirmed_and_the_standard_one_too(cast):
    made = services.scheme_create(
        actor=cast.zhao, code="s", name="s", effective_from=date(2090, 1, 1),
        items=[services.schemes.ItemSpec("new_customers", Decimal(1), None)],
    )  # fmt: skip
    assert (made.confirmed_only, scheme_in_force(MONTH, cast.root).confirmed_only) == (True, True)


def test_a_claimed_acceptance_takes_no_confirmed_ones_place(cast):
    """Of one customer and product the first that counts counts."""
    home = customer(household(cast.grid_li))
    first = OfferFactory(
        customer=home, staff=cast.wu, result="accepted", offered_on=date(2026, 9, 2), evidence=1
    )
    OfferFactory(customer=home, product=first.product, staff=cast.li, result="accepted", offered_on=DAY)
    rows = facts.sums_of(services.run_compute(bank=cast.root, month=MONTH).pk)
    found = {
        row.staff_id: (row.numerator, row.denominator) for row in rows if row.indicator == "marketing_success"
    }
    assert found == {cast.li.pk: (1, 1), cast.wu.pk: (0, 0)}


@pytest.fixture
def entered(cast):
    """Say that Li opened an account in September, and nobody confirmed it."""
    one = person(cast, CLAIMED)
    claims_enter(actor=cast.li, kind="account", rows=[Claimed(one.pk, one.pk, DAY, cast.li.pk)])
    return models.QuerySet(Claim).get()


def test_a_word_that_comes_before_publishing_is_counted_first(cast, entered):
    period = services.run_compute(bank=cast.root, month=MONTH).period
    claims_decide(actor=cast.chen, claims=[entered.pk], verdict=CONFIRMED)
    with pytest.raises(services.NotAsComputed, match="李娜的新增客户：核算时 0，现为 1"):
        services.period_publish(actor=cast.zhao, period=period)
    run = services.run_compute(bank=cast.root, month=MONTH, again=True)
    assert sums(run, cast)[0] == 1
    period.refresh_from_db()
    services.period_publish(actor=cast.zhao, period=period)


@pytest.mark.parametrize(("verdict", "reason"), [(CONFIRMED, ""), (REFUTED, "未办理")])
def test_a_word_that_comes_after_changes_nothing_and_is_listed(client, cast, entered, verdict, reason):
    run = services.run_compute(bank=cast.root, month=MONTH)
    services.period_publish(actor=cast.zhao, period=run.period)
    before = services.verify_period(run.period)
    claims_decide(actor=cast.chen, claims=[entered.pk], verdict=verdict, reason=reason)
    after = services.verify_period(run.period)
    assert (after.ok, after.root_hash) == (True, before.root_hash)
    told = models.QuerySet(LateChange).get()
    assert (told.period, told.actor, told.subject_type) == (run.period, cast.chen, "customers.claim")
    assert told.changes == {"evidence": ["claimed", "confirmed" if verdict == CONFIRMED else "refuted"]}
    client.force_login(cast.zhao)
    text = client.get(run.period.get_absolute_url()).text
    assert "核实情况" in text
    assert ("已核实" if verdict == CONFIRMED else "已否定") in text
    october = services.run_compute(bank=cast.root, month=date(2026, 10, 1))
    assert sums(october, cast)[0] == 0


def test_the_proof_knows_by_which_evidence_a_month_was_counted(cast, entered):
    run = services.run_compute(bank=cast.root, month=MONTH)
    assert services.verify_period(run.period).ok
    from tests.performance.frozen import guard

    guard("drop")
    Scheme.objects.filter(pk=run.scheme_id).update(counts_claimed=True)
    guard("create")
    assert "scheme" in services.verify_period(run.period).differences


def test_the_row_that_earns_and_its_claim_say_the_same(cast, entered):
    claims_decide(actor=cast.chen, claims=[entered.pk], verdict=CONFIRMED)
    with waive_scope("test"):
        assert Customer.objects.get(pk=entered.source_id).account_evidence == CONFIRMED
        assert not Offer.objects.exists()
