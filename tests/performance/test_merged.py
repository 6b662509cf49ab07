"""Whoever stood in two archives counts once, whenever they were put together; final months stay as they are."""

from datetime import date, datetime

import pytest
import time_machine
from django.db import models

from customers.enums import Evidence
from customers.models import Customer, Household
from customers.services import persons_merge, persons_unmerge, restriction_set
from customers.services.parting import household_split, households_join
from gridbank.errors import Refused
from performance import services
from performance.models import Fact, LateChange
from performance.plausibility import look_at, seal_of
from tests.factories import OfferFactory, ProductFactory
from tests.performance.world import MONTH, customer, household, visit

OCTOBER = date(2026, 10, 1)


def compute(cast, month=MONTH):
    """Compute a month; return the rows of its facts by indicator: source and whether it adds something."""
    run = services.run_compute(bank=cast.root, month=month, actor=cast.zhao, again=True)
    found = {}
    for row in models.QuerySet(Fact).filter(run=run).order_by("number"):
        found.setdefault(row.indicator, []).append((row.source_id, row.numerator_micros > 0))
    return run, found


def publish(cast, run):
    looked_at = seal_of(look_at(cast.root, run.period.month))
    services.period_publish(actor=cast.zhao, period=run.period, looked_at=looked_at)


def stored(person):
    return models.QuerySet(Customer).get(pk=person.pk)


def merge(cast, keep, gone, actor=None):
    keep, gone = stored(keep), stored(gone)
    return persons_merge(
        actor=actor or cast.chen,
        customer=keep,
        merged=gone,
        versions=(keep.version, gone.version),
        taken=["document"],
        reason="核对",
    )


def opened(person, who, day, **more):
    person.customer_since, person.opened_by = day, who
    for name, value in more.items():
        setattr(person, name, value)
    person.save()


@pytest.fixture
def two(cast):
    """Two archives of one person in two households of two grids, each with a document."""
    first = customer(household(cast.grid_li), name="曾小明", id_number="甲")
    return first, customer(household(cast.grid_wang), name="曾小明", id_number="乙")


def test_two_accounts_of_one_person_are_one_new_customer(cast, two):
    keep, gone = two
    opened(keep, cast.li, date(2026, 9, 20))
    opened(gone, cast.wang, date(2026, 9, 10))
    other = customer(keep.household, customer_since=date(2026, 9, 1), opened_by=cast.li)
    _run, before = compute(cast)
    everybody = {str(one.pk) for one in (keep, gone, other)}
    assert {source for source, _adds in before["new_customers"]} == everybody
    merge(cast, keep, gone)
    _run, after = compute(cast)
    assert {source for source, _adds in after["new_customers"]} == everybody - {str(gone.pk)}
    assert len(after["new_customers"]) == 2


def test_one_product_accepted_in_both_archives_earns_once(cast, two):
    product = ProductFactory()
    for one, who in zip(two, (cast.li, cast.wang), strict=True):
        OfferFactory(
            customer=one, product=product, staff=who, result="accepted", evidence=2, agreed=True,
            offered_on=date(2026, 9, 5), grid=one.household.grid,
        )  # fmt: skip
    _run, before = compute(cast)
    assert sum(adds for _source, adds in before["marketing_success"]) == 2
    merge(cast, *two)
    _run, after = compute(cast)
    assert sum(adds for _source, adds in after["marketing_success"]) == 1


def test_he_is_one_adult_and_a_household_of_him_alone_is_none(cast, two):
    keep, gone = two
    _run, before = compute(cast)
    assert {source for source, _adds in before["archive_rate"]} == {
        str(keep.household_id),
        str(gone.household_id),
    }
    with time_machine.travel(datetime.fromisoformat("2026-09-30 12:00+08:00"), tick=False):
        merge(cast, keep, gone)
    _run, after = compute(cast)
    for key in ("archive_rate", "visit_coverage", "app_activation"):
        assert [source for source, _adds in after[key]] == [str(keep.household_id)], key


def test_a_final_month_stays_and_lists_what_it_counted_of_the_archive_that_went(cast, two):
    keep, gone = two
    opened(gone, cast.wang, date(2026, 9, 10))
    opened(keep, cast.li, date(2026, 10, 10))
    run, _found = compute(cast)
    publish(cast, run)
    _run, october = compute(cast, OCTOBER)
    assert [source for source, _adds in october["new_customers"]] == [str(keep.pk)]
    before = list(models.QuerySet(Fact).filter(run=run).order_by("number").values())
    merge(cast, keep, gone)
    assert list(models.QuerySet(Fact).filter(run=run).order_by("number").values()) == before
    assert services.verify_period(run.period).ok
    told = {row.subject_id: row.changes for row in models.QuerySet(LateChange)}
    assert told[str(gone.pk)] == {"customer_since": ["2026-09-10", None]}
    assert told[str(keep.pk)] == {"customer_since": ["2026-10-10", "2026-09-10"]}
    # October counts him no second time
    assert stored(keep).customer_since == date(2026, 9, 10)
    assert "new_customers" not in compute(cast, OCTOBER)[1]


def where(cast):
    run, _found = compute(cast)
    rows = models.QuerySet(Fact).filter(run=run, indicator="new_customers").order_by("number")
    return [(row.source_id, row.staff_id, row.grid_id, row.branch_id) for row in rows]


@pytest.mark.parametrize("through", [False, True])
def test_an_account_counts_where_the_archive_lived_in_which_it_was_opened(cast, through):
    """Head office puts the archive of one branch into that of another: neither gains what the other has done."""
    keep = customer(household(cast.grid_wu), name="曾小明", id_number="甲")
    gone = customer(household(cast.grid_li), name="曾小明", id_number="乙")
    opened(gone, cast.li, date(2026, 9, 10))
    east = (cast.li.pk, cast.grid_li.pk, cast.east.pk)
    assert where(cast) == [(str(gone.pk), *east)]
    rows = []
    with time_machine.travel(datetime.fromisoformat("2026-10-03 09:00+08:00"), tick=False):
        if through:
            # by way of a third archive, elsewhere again
            between = customer(household(cast.grid_wang), name="曾小明", id_number="丙")
            rows.append(merge(cast, between, gone, cast.zhao))
            gone = between
        rows.append(merge(cast, keep, gone, cast.zhao))
        assert where(cast) == [(str(keep.pk), *east)]
        for row in reversed(rows):
            persons_unmerge(actor=cast.zhao, merge=row, reason="看错了")
    assert [row[1:] for row in where(cast)] == [east]


def test_an_account_of_a_day_after_the_merge_is_of_the_archive_that_stayed(cast):
    keep = customer(household(cast.grid_wu), name="曾小明", id_number="甲")
    gone = customer(household(cast.grid_li), name="曾小明", id_number="乙")
    opened(gone, cast.li, date(2026, 9, 10))
    with time_machine.travel(datetime.fromisoformat("2026-09-15 09:00+08:00"), tick=False):
        merge(cast, keep, gone, cast.zhao)
    opened(stored(keep), cast.wu, date(2026, 9, 20))
    assert where(cast) == [(str(keep.pk), cast.wu.pk, cast.grid_wu.pk, cast.west.pk)]


def test_what_a_final_month_counted_and_somebody_denied_is_not_earned_again(cast, two):
    keep, gone = two
    opened(gone, cast.wang, date(2026, 9, 10))
    run, _found = compute(cast)
    publish(cast, run)
    opened(gone, cast.wang, date(2026, 9, 10), account_evidence=Evidence.REFUTED)
    opened(keep, cast.li, date(2026, 10, 10))
    merge(cast, keep, gone)
    found = stored(keep)
    assert (found.customer_since, found.customer_before) == (date(2026, 10, 10), date(2026, 9, 10))
    assert "new_customers" not in compute(cast, OCTOBER)[1]


def test_once_a_month_was_published_on_it_a_merge_stays(cast, two):
    with time_machine.travel(date(2026, 9, 20), tick=False):
        row = merge(cast, *two)
    run, _found = compute(cast)
    publish(cast, run)
    with pytest.raises(Refused, match="2026"):
        persons_unmerge(actor=cast.chen, merge=row, reason="看错了")


@pytest.mark.parametrize(
    ("merged", "taken_back", "there"),
    [
        ("2026-09-30 23:59", None, 1),
        ("2026-10-01 00:00", None, 2),
        # of that night he was one, though he is two since
        ("2026-09-30 12:00", "2026-10-01 09:00", 1),
        ("2026-09-29 12:00", "2026-09-30 09:00", 2),
    ],
)
def test_a_months_people_are_those_of_its_last_night(cast, two, merged, taken_back, there):
    """What is put together, or taken apart again, after the month leaves its base alone."""
    with time_machine.travel(datetime.fromisoformat(f"{merged}+08:00"), tick=False):
        made = merge(cast, *two)
    if taken_back:
        with time_machine.travel(datetime.fromisoformat(f"{taken_back}+08:00"), tick=False):
            persons_unmerge(actor=cast.chen, merge=made, reason="不是同一人")
    _run, found = compute(cast)
    assert len(found["app_activation"]) == there


def test_archives_put_together_or_taken_apart_are_looked_at_before_publishing(cast):
    people = [customer(household(cast.grid_li), name="曾小明", id_number=f"甲{n}") for n in range(4)]
    with time_machine.travel(datetime.fromisoformat("2026-10-03 09:00+08:00"), tick=False):
        for other in people[1:]:
            merge(cast, people[0], other)
    found = {(one.key, one.person_id): one.count for one in look_at(cast.root, MONTH)}
    assert found["merged", cast.chen.pk] == 3


def test_a_household_founded_and_left_on_one_day_is_in_no_base(cast):
    """Of whom nobody lived there at a day's end nothing is left but the day on which it ended."""
    home = household(cast.grid_li)
    _head, other = (customer(home, relation=relation) for relation in ("head", "other"))
    _run, before = compute(cast)
    with time_machine.travel(datetime.fromisoformat("2026-09-29 09:00+08:00"), tick=False):
        apart = household_split(
            actor=cast.chen, household=home, version=home.version, people=[other], head=other, reason="分家"
        )
        keep = models.QuerySet(Household).get(pk=home.pk)
        households_join(
            actor=cast.chen,
            household=keep,
            joined=apart,
            versions=(keep.version, apart.version),
            reason="误分",
        )
    _run, after = compute(cast)
    assert after["archive_rate"] == before["archive_rate"]
    assert len(after["visit_coverage"]) == len(before["visit_coverage"]) == 1


def on(day, hour=9):
    return time_machine.travel(datetime.fromisoformat(f"{day} {hour:02}:00+08:00"), tick=False)


def late():
    rows = models.QuerySet(LateChange).order_by("pk")
    return [(row.period.month.month, row.subject_id, row.changes) for row in rows]


@pytest.fixture
def offered(cast, two):
    """Both accepted one product in September; the first accounts are of other months."""
    product = ProductFactory()
    for one, who in zip(two, (cast.li, cast.wang), strict=True):
        OfferFactory(
            customer=one, product=product, staff=who, result="accepted", evidence=2, agreed=True,
            offered_on=date(2026, 9, 5), grid=one.household.grid,
        )  # fmt: skip
    return two


def test_a_month_published_after_a_merge_counted_by_it(cast, two):
    """The account of the archive that goes lies in a month that is over and is published by the merge."""
    keep, gone = two
    opened(gone, cast.wang, date(2026, 9, 10))
    opened(keep, cast.li, date(2026, 10, 3))
    with on("2026-10-05"):
        row = merge(cast, keep, gone)
    with on("2026-10-08"):
        run, found = compute(cast)
        assert [source for source, _adds in found["new_customers"]] == [str(keep.pk)]
        publish(cast, run)
    with on("2026-10-10"), pytest.raises(Refused, match="2026-09"):
        persons_unmerge(actor=cast.chen, merge=row, reason="看错了")


def test_offers_of_both_counted_once_keep_the_merge_too(cast, offered):
    with on("2026-10-05"):
        row = merge(cast, *offered)
    with on("2026-10-08"):
        run, found = compute(cast)
        assert sum(adds for _source, adds in found["marketing_success"]) == 1
        publish(cast, run)
    with on("2026-10-10"), pytest.raises(Refused, match="2026-09"):
        persons_unmerge(actor=cast.chen, merge=row, reason="看错了")


def test_a_month_published_before_lists_both_the_merge_and_that_it_was_taken_back(cast, offered):
    keep, gone = offered
    opened(gone, cast.wang, date(2026, 9, 10))
    with on("2026-10-04"):
        publish(cast, compute(cast)[0])
    with on("2026-10-05"):
        row = merge(cast, keep, gone)
    day, keeps, goes = "2026-09-10", str(keep.pk), str(gone.pk)
    made = [
        (9, keeps, {"customer_since": [None, day]}),
        (9, goes, {"customer_since": [day, None]}),
        (9, goes, {"merged": [False, True]}),
    ]
    assert late() == made
    with on("2026-10-06"):
        persons_unmerge(actor=cast.chen, merge=row, reason="看错了")
    assert late()[3:] == [
        (9, keeps, {"customer_since": [day, None]}),
        (9, goes, {"customer_since": [None, day]}),
        (9, goes, {"merged": [True, False]}),
    ]


def test_a_month_in_which_only_visits_lie_does_not_keep_a_merge(cast, two):
    keep, gone = two
    visit(cast.wang, gone, 5)
    with on("2026-10-05"):
        row = merge(cast, keep, gone)
    with on("2026-10-08"):
        publish(cast, compute(cast)[0])
    with on("2026-10-10"):
        persons_unmerge(actor=cast.chen, merge=row, reason="看错了")
    assert late() == [(9, str(gone.pk), {"merged": [True, False]})]


@pytest.mark.parametrize("restricted", ["gone", "keep"])
def test_a_restriction_that_comes_along_leaves_the_base_of_a_month_that_is_over(cast, two, restricted):
    """Each counts in a month by what was so on its last night: they stood apart then."""
    keep, gone = two
    one = gone if restricted == "gone" else keep
    with on("2026-09-20"):
        restriction_set(actor=cast.chen, customer=one, reason="本人要求")
    _run, before = compute(cast)
    there = str((keep if restricted == "gone" else gone).household_id)
    assert [source for source, _adds in before["archive_rate"]] == [there]
    with on("2026-10-03"):
        row = merge(cast, keep, gone)
    _run, after = compute(cast)
    assert after == before
    with on("2026-11-01"):
        # of October's last night he is one, and restricted
        assert compute(cast, OCTOBER)[1] == {}
        persons_unmerge(actor=cast.chen, merge=row, reason="看错了")
    assert compute(cast)[1] == before
    assert {row.pk: row.restricted_at is not None for row in map(stored, two)} == {
        two[0].pk: restricted == "keep",
        two[1].pk: restricted == "gone",
    }


def test_a_date_of_birth_that_comes_along_leaves_the_base_of_a_month_that_is_over(cast, two):
    keep, gone = two
    keep.birth_date = keep.id_digest = None
    keep.save()
    _run, before = compute(cast)
    with on("2026-10-03"):
        merge(cast, keep, gone)
    assert stored(keep).birth_date is not None
    assert compute(cast)[1] == before


@pytest.mark.parametrize("has_one", [False, True])
def test_an_app_that_comes_along_counts_where_it_was_in_a_month_that_is_over(cast, two, has_one):
    keep, gone = two
    steps = {"app_downloaded_on": date(2026, 9, 3), "app_verified_on": date(2026, 9, 3), "app_evidence": 2}
    models.QuerySet(Customer).filter(pk=gone.pk).update(**steps)
    if has_one:
        # later: that of the other one stands
        steps |= {"app_downloaded_on": date(2026, 9, 25), "app_verified_on": date(2026, 10, 2)}
        models.QuerySet(Customer).filter(pk=keep.pk).update(**steps)
    _run, before = compute(cast)
    assert dict(before["app_activation"]) == {str(keep.household_id): False, str(gone.household_id): True}
    with on("2026-10-03"):
        row = merge(cast, keep, gone)
    assert stored(keep).app_verified_on == date(2026, 9, 3)
    assert compute(cast)[1] == before
    with on("2026-11-01"):
        assert compute(cast, OCTOBER)[1]["app_activation"] == [(str(keep.household_id), True)]
        persons_unmerge(actor=cast.chen, merge=row, reason="看错了")
    assert compute(cast)[1] == before


@pytest.mark.parametrize(
    ("evidence", "stays"),
    [
        # as it was: the month counted it where it was
        (Evidence.CONFIRMED, False),
        # of another name it is claimed again, and earned nothing
        (None, True),
    ],
)
def test_an_app_that_came_along_keeps_a_merge_if_a_month_counted_it_otherwise(cast, two, evidence, stays):
    keep, gone = two
    steps = {"app_downloaded_on": date(2026, 9, 3), "app_verified_on": date(2026, 9, 3), "app_evidence": 2}
    models.QuerySet(Customer).filter(pk=gone.pk).update(**steps)
    if evidence is None:
        models.QuerySet(Customer).filter(pk=keep.pk).update(name="曾晓明")
    with on("2026-10-05"):
        row = persons_merge(
            actor=cast.chen, customer=stored(keep), merged=stored(gone), versions=(1, 1),
            taken=["document"], reason="核对",
        )  # fmt: skip
    with on("2026-10-08"):
        publish(cast, compute(cast)[0])
    with on("2026-10-10"):
        if stays:
            with pytest.raises(Refused, match="2026-09"):
                persons_unmerge(actor=cast.chen, merge=row, reason="看错了")
        else:
            persons_unmerge(actor=cast.chen, merge=row, reason="看错了")
            assert stored(gone).app_evidence == Evidence.CONFIRMED


def test_an_app_that_came_and_went_back_counts_in_a_month_over_in_between_where_it_was(cast, two):
    keep, gone = two
    steps = {"app_downloaded_on": date(2026, 9, 3), "app_verified_on": date(2026, 9, 3), "app_evidence": 2}
    models.QuerySet(Customer).filter(pk=gone.pk).update(**steps)
    with on("2026-10-20"):
        row = merge(cast, keep, gone)
    with on("2026-11-02"):
        _run, before = compute(cast, OCTOBER)
    assert [adds for _source, adds in before["app_activation"]] == [True]
    with on("2026-11-05"):
        persons_unmerge(actor=cast.chen, merge=row, reason="看错了")
        assert compute(cast, OCTOBER)[1] == before
