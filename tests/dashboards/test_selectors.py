"""What each home is composed of, asked of the selectors themselves."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from customers.models import SpecialMembership
from dashboards import selectors
from dashboards.selectors import GridRow
from gridbank.days import month_before, month_first
from gridbank.scoping import waive_scope
from people.enums import Role
from performance.enums import Level, PeriodStatus
from performance.models import Period, ScoreLine
from performance.selectors import latest_period
from tests.dashboards.ranked import household, month, score, today
from tests.factories import (
    AssignmentFactory,
    CustomerFactory,
    GridFactory,
    HouseholdFactory,
    UserFactory,
    VisitFactory,
)
from tests.people import assign


def names(scores):
    return [score.subject_name for score in scores]


def visit(home, staff, days=0, **more):
    customer = getattr(home, "head", None) or CustomerFactory(household=home)
    at = timezone.now() - timedelta(days=days)
    return VisitFactory(customer=customer, staff=staff, started_at=at, **more)


def test_who_is_assigned_anywhere_today(cast):
    former = AssignmentFactory(grid=cast.grid_li, part="deputy", valid_to=today() - timedelta(days=1)).user
    found = [
        selectors.is_assigned(actor=actor) for actor in (cast.zhao, cast.chen, cast.li, cast.sun, former)
    ]
    assert found == [True, True, True, False, False]
    officer = UserFactory(role=Role.AUDITOR)
    AssignmentFactory(user=officer, part="deputy")
    assert not selectors.is_assigned(actor=officer)


def test_a_bank_without_a_month_has_its_vacancies_all_the_same(cast):
    GridFactory(parent=cast.east, name="空村")
    found = selectors.bank(actor=cast.zhao)
    assert (found.period, found.score, found.months, found.branches) == (None, None, [], [])
    assert (found.before, found.then, found.places, found.signed, found.proof) == (None, {}, {}, None, None)
    assert ([grid.name for grid in found.vacant], found.vacant_count) == (["空村"], 1)


@pytest.mark.parametrize("count", [0, 3, 4, 11])
def test_a_few_vacancies_are_named_and_all_are_counted(cast, count):
    GridFactory.create_batch(count, parent=cast.east)
    GridFactory(parent=cast.east, valid_to=today() - timedelta(days=1))
    found = selectors.bank(actor=cast.zhao)
    assert (len(found.vacant), found.vacant_count) == (min(count, 3), count)


def test_branches_come_best_first_with_their_lines(bank):
    rows = selectors.branch_rows(actor=bank.zhao, period=latest_period(actor=bank.zhao))
    assert [row.score.subject_name for row in rows] == ["东支行", "西支行"]
    assert {"visit_coverage", "archive_rate"} <= set(rows[0].lines)


def test_who_has_none_of_it_yet_is_named_and_counted(bank):
    period = latest_period(actor=bank.zhao)
    found = selectors.idle_people(actor=bank.zhao, period=period, indicator="visit_coverage")
    assert (found.few, found.count) == ([], 0)
    for number, part in enumerate((1, 2, 3, 4, 5)):
        idle = score(
            period.current_run,
            Level.MANAGER,
            900 + number,
            f"闲{number}",
            grid=bank.grid_li,
            total=1,
            rank=9,
            rates={},
        )
        ScoreLine.objects.create(
            score=idle, position=0, indicator="visit_coverage", numerator=0, denominator=part, actual=0, weight=25, points=0,
        )  # fmt: skip
    found = selectors.idle_people(actor=bank.zhao, period=period, indicator="visit_coverage")
    # who has most to do comes first
    assert ([one.score__subject_name for one in found.few], found.count) == (["闲4", "闲3", "闲2"], 5)
    assert selectors.idle_people(actor=bank.zhao, period=period, indicator="archive_rate").count == 0


def test_a_month_that_is_over_waits_for_its_signatures(bank):
    month(bank, month_before(today(), 2), people=[])
    signed = month(bank, month_before(today(), 1), people=[])
    assert selectors.bank(actor=bank.zhao).signed == signed


def test_a_month_that_is_not_published_stands_at_the_end_of_the_trend(bank):
    assert [point.month for point in selectors.bank(actor=bank.zhao).months] == [month_first(today())]
    point = selectors.bank(actor=bank.zhao).months[-1]
    assert (point.total, point.actuals["visit_coverage"]) == (Decimal(50), Decimal("0.25"))


def test_a_published_month_stands_in_the_trend_once(bank):
    with waive_scope("test"):
        Period.objects.update(
            status=PeriodStatus.PUBLISHED, published_by=bank.zhao, published_at=timezone.now()
        )
    months = [point.month for point in selectors.bank(actor=bank.zhao).months]
    assert months == [month_first(today())]
    month(bank, month_before(today(), -1), people=[])
    later = [point.month for point in selectors.bank(actor=bank.zhao).months]
    assert later == [month_first(today()), month_before(today(), -1)]


def test_a_score_that_is_none_has_no_lines():
    assert selectors.lines_of(None) == {}


def test_an_empty_grid_has_no_percentage_and_a_third_is_exact():
    assert (GridRow(None, None).coverage, GridRow(None, None).archive) == (None, None)
    row = GridRow(None, None, households=3, met=1, archived=3)
    assert (row.coverage, row.archive) == (Decimal(100) / 3, Decimal(100))


def test_the_blindest_grid_comes_first(cast):
    first = month_first(today())
    HouseholdFactory(grid=cast.grid_li, last_met_on=first)
    HouseholdFactory(grid=cast.grid_li, last_met_on=first - timedelta(days=1), complete_since=first)
    HouseholdFactory(grid=cast.grid_wang)
    empty = GridFactory(parent=cast.east)
    rows = selectors.grid_rows(actor=cast.chen)
    assert [row.grid for row in rows] == [cast.grid_wang, cast.grid_li, empty]
    assert [str(row.lead or "") for row in rows] == ["王磊", "李娜", ""]
    li = rows[1]
    assert (li.households, li.never, li.met, li.archived, li.oldest) == (
        2,
        0,
        1,
        1,
        first - timedelta(days=1),
    )
    HouseholdFactory(grid=cast.grid_li)
    HouseholdFactory(grid=cast.grid_li)
    assert selectors.grid_rows(actor=cast.chen)[0].grid == cast.grid_li


def test_a_special_grid_counts_its_members_and_its_base_grid_counts_them_too(cast):
    market = GridFactory(parent=cast.east, nature="special", kind="market")
    home = HouseholdFactory(grid=cast.grid_li)
    SpecialMembership.objects.create(grid=market, household=home, since=today())
    rows = {row.grid: row.households for row in selectors.grid_rows(actor=cast.chen)}
    assert rows == {cast.grid_li: 1, cast.grid_wang: 0, market: 1}


def test_a_visit_of_last_month_or_of_a_stranger_is_not_this_months(cast):
    home = household(cast.grid_li, "张三")
    visit(home, cast.li)
    visit(home, cast.wang)
    visit(home, cast.li, days=today().day)
    assert selectors.visits_this_month(actor=cast.li) == 1
    assert selectors.visits_this_month(actor=cast.sun) == 0


def test_ones_own_month_with_the_distance_to_the_next(bank):
    best, second = (selectors.own_month(actor=actor) for actor in (bank.li, bank.wang))
    assert (best.score.subject_name, second.score.subject_name) == ("李娜", "王磊")
    assert best.gap is None
    assert second.gap is not None
    assert selectors.own_month(actor=bank.sun) is None


def test_without_a_month_nobody_has_a_score(cast):
    assert selectors.own_month(actor=cast.li) is None


def test_the_caps_are_the_schemes(bank):
    period = latest_period(actor=bank.zhao)
    assert selectors.caps(period=period) == {item.indicator: item.cap for item in period.scheme.items.all()}
    assert selectors.caps(period=period)


def test_the_day_is_ones_own_and_today(cast):
    household(cast.grid_li, "张三"), household(cast.grid_wu, "孙五")
    found = selectors.today(actor=cast.li)
    assert (found.day, [row.household.head_name for row in found.rows]) == (today(), ["张三"])
    household(cast.grid_li, "李四", last_met_on=today())
    HouseholdFactory.create_batch(12, grid=cast.grid_li)
    found = selectors.today(actor=cast.li)
    assert (len(found.rows), found.total) == (selectors.TODAY, 13)


def people(actor, **more):
    return selectors.people_rows(actor=actor, **{"due": {}, "scores": [], "places": {}, **more})


def test_colleagues_are_the_managers_below_and_whoever_reported_nothing_comes_first(cast):
    home = household(cast.grid_li, "张三")
    other = household(cast.grid_li, "李四")
    for _ in range(2):
        visit(home, cast.li)
    last = visit(other, cast.li, met=False)
    former = AssignmentFactory(grid=cast.grid_wang, part="deputy", valid_to=today() - timedelta(days=1)).user
    gone = AssignmentFactory(grid=cast.grid_wang, part="deputy", user__is_active=False).user
    extra = GridFactory(parent=cast.east, name="丁村")
    assign(cast.wang, extra)
    rows = people(cast.chen, due={cast.grid_wang.pk: 2, extra.pk: 3, cast.grid_li.pk: 4})
    assert [row.user for row in rows] == [cast.wang, cast.li]
    assert not {former, gone, cast.chen} & {row.user for row in rows}
    assert (rows[0].grids, rows[0].due, rows[0].today, rows[0].month) == (["乙村", "丁村"], 5, 0, 0)
    assert (rows[1].due, rows[1].today, rows[1].met, rows[1].month) == (4, 3, 2, 3)
    assert rows[1].last >= last.started_at
    assert people(cast.sun) == []


def test_what_is_due_today_is_counted_by_grid_without_what_was_visited(cast):
    met = household(cast.grid_li, "张三")
    household(cast.grid_li, "李四")
    household(cast.grid_li, "王五", last_met_on=today())
    household(cast.grid_wang, "赵四")
    household(cast.grid_wu, "孙五")
    quiet = household(cast.grid_wang, "周七")
    quiet.head.do_not_contact = True
    quiet.head.save(update_fields=["do_not_contact"])
    visit(met, cast.li, met=False)
    assert selectors.due_by_grid(actor=cast.chen) == {cast.grid_li.pk: 1, cast.grid_wang.pk: 1}


def test_a_branch_without_a_month_has_its_ground_all_the_same(cast):
    found = selectors.branch_home(actor=cast.chen)
    assert (found.root, found.period, found.score, found.then) == (cast.east, None, None, {})
    assert [row.grid for row in found.grids] == [cast.grid_li, cast.grid_wang]
    assert [row.score for row in found.people] == [None, None]


def test_a_branch_shows_its_own_people_and_speaks_for_itself(bank):
    found = selectors.branch_home(actor=bank.chen)
    assert {row.score.subject_name for row in found.people} == {"李娜", "王磊"}
    assert found.score.subject_name == "东支行"
