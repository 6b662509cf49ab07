"""The list of customers: rows by household and by person, from the front and from the back, and how many there are."""

from datetime import date, timedelta
from itertools import chain
from types import SimpleNamespace

import pytest
from django.utils import timezone

from customers.conditions import Wanted, age_year
from customers.presenting import lists
from customers.selectors import customer_list
from gridbank.days import age_on, years_on
from gridbank.keyset import Order
from gridbank.listing import Asked, Found, find
from tests.factories import CustomerFactory, HouseholdFactory

# of one age, and a day to each side of the year in which they were born
DAYS = [
    timezone.localdate().replace(year=1980, day=1) + timedelta(days=days)
    for days in (200, -20, 3, 90, 400, -400)
]


@pytest.fixture
def five(cast, home):
    made = CustomerFactory.create_batch(5, household=home, is_migrant=True)
    CustomerFactory(household=HouseholdFactory(grid=cast.grid_wu), is_migrant=True)
    return [person.pk for person in made]


def page(actor, wanted, *, people=True, size=50, sort="", **ends) -> Found:
    kind = lists.PEOPLE if people else lists.HOUSEHOLDS
    ends = {"after": "", "before": "", **{name: str(key) for name, key in ends.items()}}
    asked = Asked(
        sort=sort.removeprefix("-"), turned=sort.startswith("-"), size=size, columns=(), take="", **ends
    )
    return find(kind, asked, lists.source(actor=actor, wanted=wanted, people=people))


def keys(found):
    return [row.pk for row in found.rows]


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(migrant=True)], ids=["everybody", "a filter"])
@pytest.mark.parametrize("sort", ["", "name", "-age", "met"])
@pytest.mark.parametrize("size", [1, 2, 5, 6])
def test_forwards_and_backwards_are_the_same_way(cast, five, wanted, size, sort):
    def at(**ends):
        return page(cast.li, wanted, size=size, sort=sort, **ends)

    found, forwards = at(), []
    assert found.before is None
    while True:
        forwards.append(keys(found))
        if found.after is None:
            break
        found = at(after=found.after)
    assert sorted(chain(*forwards)) == five
    backwards = [keys(found)]
    while found.before is not None:
        found = at(before=found.before)
        backwards.append(keys(found))
        assert found.after == found.rows[-1].pk
    assert list(chain(*reversed(backwards))) == list(chain(*forwards))


def test_every_page_says_how_many_there_are_and_nobody_counts_for_ever(cast, five, monkeypatch):
    def counted(**ends):
        found = page(cast.li, Wanted(), size=2, **ends)
        return found.total, found.capped

    assert counted() == counted(after=five[1]) == counted(before=five[3]) == (5, False)
    monkeypatch.setattr(lists, "COUNTED_OF_MANY", 0.4)
    assert counted() == (4, True)


def test_a_key_beyond_the_ends_is_an_empty_page(cast, five):
    for ends in ({"after": five[-1]}, {"after": 2**62}, {"before": five[0]}, {"before": 0}):
        found = page(cast.li, Wanted(), **ends)
        assert (found.rows, found.after, found.before) == ([], None, None), ends


def test_a_whole_bank_is_paged_as_a_branch_is(cast, five):
    found = page(cast.zhao, Wanted(migrant=True), size=5)
    assert (keys(found), found.after, found.total) == (five, five[-1], 6)


def test_a_whole_bank_is_never_sorted_by_what_has_no_index(cast, five):
    source = lists.source(actor=cast.zhao, wanted=Wanted(met="never"), people=False)
    assert (source.few, source.sortable) == (False, False)
    local = lists.source(actor=cast.zhao, wanted=Wanted(grid=cast.east), people=False)
    assert (local.few, local.sortable) == (True, True)
    assert [one.count for one in lists.views(actor=cast.zhao, wanted=Wanted(), people=False)] == [None] * 5


def test_a_household_says_who_lives_there_and_since_when_nobody_met_it(cast, home):
    CustomerFactory(household=home, name="曾小明", relation="head", phone="13800138000", is_migrant=True)
    CustomerFactory(household=home, name="石银芝", relation="spouse", do_not_contact=True)
    (row,) = page(cast.li, Wanted(), people=False).rows
    drawn = {column.key: str(column.draw(row)) for column in lists.HOUSEHOLDS.columns}
    assert (row.days, row.lead, drawn["tail"]) == (None, "李娜", "8000")
    assert "石银芝" in drawn["members"]
    assert "13800138000" not in str(drawn)
    name, below = lists.HOUSEHOLDS.fold(row)
    assert "曾小明" in name
    assert [set(each.cells) for each in below] == [{"head", "place", "members", "app"}] * 2
    assert lists.HOUSEHOLDS.order == Order()
    assert lists.HOUSEHOLDS.mark(SimpleNamespace(pk=3)) == "household-3"


def test_people_of_an_age_stand_by_their_keys(cast, home):
    """By the day of birth two beside each other would tell which was born first: a day in nine tries."""
    today = timezone.localdate()
    ages = [age_on(day, today) for day in DAYS]
    made = [CustomerFactory(household=home, birth_date=day).pk for day in [*DAYS, None]]
    rising = [keys(page(cast.li, Wanted(), sort="-age", size=size))[:size] for size in (3, 50)]
    wanted = sorted(range(len(DAYS)), key=lambda at: (ages[at], -at))
    assert rising[1][-len(DAYS) :] == [made[at] for at in wanted]
    assert keys(page(cast.li, Wanted(), sort="age")) == rising[1][::-1]


@pytest.mark.parametrize(
    "today", [date(2026, 2, 28), date(2026, 3, 1), date(2024, 2, 29), date(2026, 12, 31)]
)
def test_the_year_of_an_age_is_that_of_the_age(cast, home, today):
    days = [
        date(1980, 2, 28),
        date(1980, 2, 29),
        date(1980, 3, 1),
        date(1980, 12, 31),
        date(1981, 1, 1),
        None,
    ]
    people = {CustomerFactory(household=home, birth_date=day).pk: day for day in days}
    told = customer_list(actor=cast.li).filter(pk__in=people).annotate(year=age_year())
    for pk, year in told.values_list("pk", "year"):
        age = years_on(people[pk], today)
        assert year == (None if age is None else today.year - age)
