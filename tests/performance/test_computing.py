from datetime import date
from decimal import Decimal

import pytest

from customers.models import Customer
from gridbank.scoping import waive_scope
from people.enums import Role
from performance import facts, scoring, selectors, services
from performance.computing import kept
from performance.models import Fact, Run, Score
from tests.factories import AssignmentFactory, GridFactory, OfferFactory, UserFactory
from tests.people import assign
from tests.performance.world import MONTH, fill


@pytest.fixture
def month(cast):
    fill(cast)
    return services.run_compute(bank=cast.root, month=MONTH)


def sums(run):
    found = {}
    for row in facts.sums_of(run.pk):
        found[row.indicator, row.staff_id, row.branch_id] = (row.numerator, row.denominator)
    return found


def test_every_indicator_counts_what_it_says(cast, month):
    third, rest = Decimal("0.333333"), Decimal("0.666667")
    east, west = cast.east.pk, cast.west.pk
    expected = {
        ("new_customers", cast.wu.pk, west): (2, 0),
        ("marketing_success", cast.wu.pk, west): (1, 3),
        ("marketing_success", cast.li.pk, east): (1, 1),
        ("app_activation", cast.li.pk, east): (1, 4),
        ("app_activation", cast.wang.pk, east): (0, 3 * third),
        ("app_activation", cast.sun.pk, east): (0, 3 * rest),
        ("app_activation", 0, east): (0, 2),
        ("app_activation", cast.wu.pk, west): (0, 3),
        ("visit_coverage", cast.li.pk, east): (2, 4),
        ("visit_coverage", cast.wang.pk, east): (1, 3 * third),
        ("visit_coverage", cast.sun.pk, east): (1, 3 * rest),
        ("visit_coverage", 0, east): (0, 2),
        ("visit_coverage", cast.wu.pk, west): (0, 1),
        ("archive_rate", cast.li.pk, east): (3, 4),
        ("archive_rate", cast.wang.pk, east): (3 * third, 3 * third),
        ("archive_rate", cast.sun.pk, east): (3 * rest, 3 * rest),
        ("archive_rate", 0, east): (0, 2),
        ("archive_rate", cast.wu.pk, west): (0, 1),
    }
    assert sums(month) == expected


def test_the_same_facts_give_the_same_bytes_again(cast, month):
    again = services.run_compute(bank=cast.root, month=MONTH, again=True)
    assert (again.attempt, again.scores_hash) == (2, month.scores_hash)
    assert again.root_hash == month.root_hash
    assert services.verify_period(again.period).ok


def test_a_closed_month_that_was_computed_stands(cast, month):
    assert services.run_compute(bank=cast.root, month=MONTH).pk == month.pk


def test_rows_read_back_are_the_results(month):
    assert scoring.scores_hash(kept(month)) == month.scores_hash


def test_unfinished_attempts_of_a_dead_worker_leave_nothing(cast, month):
    with waive_scope("test"):
        dead = Run.objects.create(
            grid=cast.root, period=month.period, scheme=month.scheme, attempt=9, kind="closing", as_of=month.as_of,
            rules_version=1,
        )  # fmt: skip
        Fact.objects.create(
            run=dead, number=1, indicator="new_customers", staff_id=1, grid=cast.root, day=MONTH, source="customer",
            source_id="1", subject="1", numerator_micros=1, denominator_micros=0,
        )  # fmt: skip
        services.run_compute(bank=cast.root, month=MONTH, again=True)
        assert not Run.objects.filter(pk=dead.pk).exists()
        assert not Fact.objects.filter(run_id=dead.pk).exists()
        assert Run.objects.filter(finished_at=None).count() == 0


def test_who_leads_only_a_special_grid_is_ranked_in_its_branch(cast):
    fill(cast)
    market = GridFactory(parent=cast.west, nature="special", kind="market", peer_group="town", name="集市")
    he = UserFactory(username="he", name="何平", role=Role.ACCOUNT_MANAGER)
    idle = UserFactory(username="luo", name="罗成", role=Role.ACCOUNT_MANAGER)
    AssignmentFactory(user=he, grid=market, valid_to=date(2026, 9, 20))
    AssignmentFactory(user=idle, grid=market, valid_from=date(2026, 9, 21))
    assign(cast.li, GridFactory(parent=cast.west, nature="special", kind="market"), since=date(2026, 1, 1))
    with waive_scope("test"):
        OfferFactory(
            customer=Customer.objects.filter(household__grid=cast.grid_li).first(), staff=he, grid=cast.root,
            result="accepted", offered_on=MONTH,
        )  # fmt: skip
        run = services.run_compute(bank=cast.root, month=MONTH)
        found = {s.subject_name: s for s in Score.objects.filter(run=run, level="manager")}
    for name in ("何平", "罗成"):
        score = found[name]
        assert (score.grid_id, score.branch_name, score.peer_group) == (market.pk, "西支行", "town")
        assert None not in (score.rank_bank, score.rank_branch, score.rank_peer)
    assert found["何平"].total > 0
    # whoever leads a base grid is at home there
    assert found["李娜"].grid_id == cast.grid_li.pk
    assert "何平" in {s.subject_name for s in selectors.score_list(actor=cast.zhou)}
