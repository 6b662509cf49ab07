"""What is counted about every grid, as each person may see it."""

import html
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from customers.conditions import Wanted
from customers.models import Household, SpecialMembership
from customers.selectors import people_wanted
from dashboards import selectors
from gridbank.days import month_first
from gridbank.scoping import waive_scope
from grids import measures
from grids.selectors import grid_figures
from performance.facts import sums_of
from performance.services import run_compute
from tests.factories import CustomerFactory, GridFactory, HouseholdFactory

TODAY = timezone.localdate


@pytest.fixture
def ground(cast):
    """Two households at Li's, one at Wang's, one at the stranger's."""
    met = HouseholdFactory(grid=cast.grid_li, last_met_on=TODAY(), complete_since=date(2026, 1, 1))
    HouseholdFactory(grid=cast.grid_li)
    HouseholdFactory(grid=cast.grid_wang, last_met_on=TODAY() - timedelta(days=40))
    HouseholdFactory(grid=cast.grid_wu, last_met_on=TODAY(), complete_since=date(2026, 1, 1))
    CustomerFactory(
        household=met, birth_date=date(1980, 1, 1), app_downloaded_on=TODAY(), app_verified_on=TODAY()
    )
    CustomerFactory(household=met, birth_date=date(1980, 1, 1))
    CustomerFactory(household=met, birth_date=TODAY() - timedelta(days=365))
    CustomerFactory(household=met)
    return cast


@pytest.mark.parametrize(
    ("key", "raws"),
    [
        ("coverage", [(1, 2), (0, 1), (1, 1)]),
        ("archive", [(1, 2), (0, 1), (1, 1)]),
        ("activation", [(1, 2), None, None]),
        ("days", [{0: 1, measures.NEVER: 1}, {40: 1}, {0: 1}]),
        ("households", [2, 1, 1]),
        ("never", [1, None, None]),
    ],
)
def test_each_person_counts_what_he_may_see(ground, django_assert_num_queries, key, raws):
    grids = [ground.grid_li.pk, ground.grid_wang.pk, ground.grid_wu.pk]
    everything = dict(zip(grids, raws, strict=True))
    everything = {pk: raw for pk, raw in everything.items() if raw is not None}
    east = {pk: raw for pk, raw in everything.items() if pk != ground.grid_wu.pk}
    own = {pk: raw for pk, raw in everything.items() if pk == ground.grid_li.pk}
    for actor, seen in ((ground.zhao, everything), (ground.chen, east), (ground.li, own), (ground.sun, {})):
        assert measures.collect(actor=actor, key=key) == seen
    assert measures.collect(actor=ground.zhao, key=key, within=ground.east.path) == east
    # assignments, grids of the sight, one grouped count
    with django_assert_num_queries(3):
        measures.collect(actor=ground.zhao, key=key)


def test_a_branch_adds_up_its_grids(ground):
    grids = [ground.root, ground.east, ground.west, ground.grid_li, ground.grid_wang, ground.grid_wu]
    found = measures.values(actor=ground.zhao, key="coverage", paths={grid.pk: grid.path for grid in grids})
    assert [str(found[grid.pk]) for grid in grids] == ["50.0", "33.3", "100.0", "50.0", "0.0", "100.0"]


def test_the_map_can_be_coloured_by_four():
    assert [one.key for one in measures.registered() if one.on_map] == [
        "coverage",
        "archive",
        "activation",
        "days",
    ]


def test_list_map_home_and_rate_call_the_same_archives_complete(cast):
    """One emptied again counts nowhere, whatever its first day was."""
    full = HouseholdFactory(grid=cast.grid_li, complete_since=TODAY(), archived_on=date(2026, 1, 1))
    emptied = HouseholdFactory(grid=cast.grid_li, archived_on=date(2026, 1, 1))
    people = {CustomerFactory(household=home).pk: home for home in (full, emptied)}
    listed = people_wanted(actor=cast.chen, wanted=Wanted(archive="complete"))
    assert [people[pk] for pk in listed.values_list("pk", flat=True)] == [full]
    assert measures.collect(actor=cast.chen, key="archive")[cast.grid_li.pk] == (1, 2)
    row = next(row for row in selectors.grid_rows(actor=cast.chen) if row.grid == cast.grid_li)
    assert (row.archived, row.households) == (1, 2)
    run = run_compute(bank=cast.root, month=month_first(TODAY()))
    sums = {(one.indicator, one.staff_id): one for one in sums_of(run.pk)}
    rate = sums["archive_rate", cast.li.pk]
    assert (rate.numerator, rate.denominator) == (1, 2)


def test_a_special_grid_counts_its_members_and_nobody_twice(ground):
    """A market has its households at home: the market's page counts them, the branch counts them once."""
    market = GridFactory(parent=ground.east, tier="manager", nature="special", kind="market")
    with waive_scope("a test joins households to a market"):
        homes = list(Household.objects.filter(grid__in=[ground.grid_li, ground.grid_wang]).order_by("pk"))
        for home in homes[1:]:
            SpecialMembership.objects.create(grid=market, household=home, since=TODAY())
    paths = {grid.pk: grid.path for grid in (ground.east, ground.grid_li, ground.grid_wang, market)}
    assert measures.sizes(actor=ground.chen, paths=paths, special=True) == {
        ground.east.pk: 3, ground.grid_li.pk: 2, ground.grid_wang.pk: 1, market.pk: 2,
    }  # fmt: skip
    told = {
        one.measure.key: (one.value, one.part, one.whole)
        for one in grid_figures(actor=ground.chen, grid=market)
    }
    assert told["households"] == (2, None, None)
    assert told["never"] == (1, None, None)
    assert told["coverage"][1:] == (0, 2)
    empty = GridFactory(parent=ground.east, tier="manager", nature="special", kind="market")
    assert {one.measure.key: one.value for one in grid_figures(actor=ground.chen, grid=empty)} == {
        "coverage": None, "archive": None, "activation": None, "days": None, "households": 0, "never": 0,
    }  # fmt: skip


def test_every_card_of_a_grid_opens_exactly_what_it_counts(ground, client):
    """The number on the card is the number of rows of the list behind it."""
    client.force_login(ground.chen)
    page = client.get(f"/grids/{ground.grid_li.pk}/").text
    links = re.findall(r'class="stat" href="([^"]+)">\s*<span class="stat__label">([^<]+)', page)
    counted = {
        one.measure.label: one.value if one.part is None else one.part
        for one in grid_figures(actor=ground.chen, grid=ground.grid_li)
    }
    # the median opens all of whom it is the median
    counted |= {label: 2 for label in counted if "天数" in str(label)}
    found = {
        label: len(re.findall(r'<tr id="(?:household|customer)-', listed(client, url)))
        for url, label in links
    }
    assert found == {str(label): count for label, count in counted.items()}


def listed(client, url):
    """Return a list's rows without those that fold out below them."""
    text = client.get(html.unescape(url)).text
    return re.sub(r'<tr class="[^"]*" id="customer|<tr id="customer-[0-9]+" class', "", text)
