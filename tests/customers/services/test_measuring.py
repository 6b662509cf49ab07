"""How complete an archive is, kept with it, and since when."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from customers import services, tasks
from customers.completeness import CURRENT
from customers.models import CompleteSpan, Household
from customers.services import measuring
from customers.services.measuring import measure, remeasure
from gridbank.scoping import waive_scope
from tests.customers.filling import ADULT, PHONE
from tests.factories import AreaFactory, CustomerFactory, HouseholdFactory


def test_the_day_of_completion_is_kept(cast, home):
    head = CustomerFactory(
        household=home, relation="head", name="曾小明", id_type="resident", id_number=ADULT, phone="13800138000",
        occupation="务农",
    )  # fmt: skip
    filled = {
        "area": AreaFactory(), "group_name": "一组", "address": "1号", "house_type": "flat", "land_mu": 0,
        "income_band": "to_50k", "income_source": "务工",
    }  # fmt: skip
    done = services.household_update(actor=cast.li, household=home, version=1, data=filled)
    assert (done.completeness, done.archived_on, done.archived_by) == (100, timezone.localdate(), cast.li)
    services.customer_update(actor=cast.chen, customer=head, version=1, data={"occupation": ""})
    home.refresh_from_db()
    assert (home.completeness, home.archived_by) == (100 * 10 // 11, cast.li)


def test_the_first_day_of_completeness_stays_whoever_completes_it_again(cast):
    home = HouseholdFactory(
        grid=cast.grid_li, area=AreaFactory(), group_name="一组", address="1号", house_type="flat", land_mu=0,
        income_band="to_50k", income_source="务工",
    )  # fmt: skip
    head = {"name": "曾小明", "id_number": ADULT, "phone": PHONE, "occupation": "务农"}
    first, later = date(2026, 1, 1), date(2026, 2, 1)
    measure(home, {**head, "occupation": ""}, day=first, by_id=cast.li.pk)
    assert (home.completeness, home.archived_on) == (100 * 10 // 11, None)
    for day, who in ((first, cast.li), (later, cast.chen)):
        measure(home, head, day=day, by_id=who.pk)
        assert (home.archived_on, home.archived_by_id) == (first, cast.li.pk)
    measure(home, None, day=later, by_id=cast.chen.pk)
    assert (home.completeness, home.archived_on, home.complete_since) == (100 * 7 // 11, first, None)
    # whoever measures saves
    home.refresh_from_db()
    assert home.archived_on is None


def test_a_measure_without_a_person_credits_nobody(cast, home):
    remeasure(home, None)
    home.refresh_from_db()
    assert (home.archived_on, home.archived_by, home.completeness) == (None, None, 100 // 11)


def test_only_the_head_counts_towards_the_archive(cast, home):
    remeasure(home, cast.li)
    before = home.completeness
    CustomerFactory(household=home, relation="spouse", name="李梅", occupation="教师")
    remeasure(home, cast.li)
    assert home.completeness == before
    CustomerFactory(household=home, relation="head", name="曾小明", occupation="务农")
    remeasure(home, cast.li)
    assert home.completeness == 100 * 3 // 11


FIRST = date(2026, 3, 2)


@pytest.fixture
def on(monkeypatch):
    """Let it be a day."""

    def stand(day):
        monkeypatch.setattr(timezone, "localdate", lambda *_args: day)

    return stand


@pytest.fixture
def full(cast, on):
    """An archive that is complete since the second of March."""
    on(FIRST)
    home = HouseholdFactory(
        grid=cast.grid_li, area=AreaFactory(), group_name="一组", address="1号", house_type="flat", land_mu=0,
        income_band="to_50k", income_source="务工",
    )  # fmt: skip
    CustomerFactory(
        household=home, relation="head", name="曾小明", id_type="resident", id_number=ADULT, phone=PHONE,
        occupation="务农",
    )  # fmt: skip
    remeasure(home, cast.li)
    return home


def spans(home):
    with waive_scope("test"):
        return [(span.valid_from, span.valid_to) for span in CompleteSpan.objects.filter(household=home)]


def save(cast, home, **data):
    home.refresh_from_db()
    services.household_update(actor=cast.li, household=home, version=home.version, data=data)
    home.refresh_from_db()


def test_an_archive_emptied_again_was_complete_until_the_day_before(cast, full, on):
    on(FIRST + timedelta(days=5))
    save(cast, full, address="")
    assert (full.complete_since, full.archived_on, spans(full)) == (
        None,
        FIRST,
        [(FIRST, FIRST + timedelta(days=4))],
    )
    on(FIRST + timedelta(days=8))
    save(cast, full, address="2号")
    assert (full.complete_since, full.archived_on) == (FIRST + timedelta(days=8), FIRST)
    save(cast, full, vehicles="货车")
    assert (full.complete_since, len(spans(full))) == (FIRST + timedelta(days=8), 1)


def test_what_was_complete_at_no_days_end_leaves_no_span(cast, full, on):
    save(cast, full, address="。")
    assert (full.completeness, full.complete_since, spans(full)) == (100 * 10 // 11, None, [])


def test_emptied_and_filled_within_a_day_it_was_complete_all_the_time(cast, full, on):
    on(FIRST + timedelta(days=5))
    save(cast, full, address="")
    save(cast, full, address="2号")
    assert (full.complete_since, spans(full)) == (
        FIRST + timedelta(days=5),
        [(FIRST, FIRST + timedelta(days=4))],
    )


def test_newer_rules_are_held_against_every_archive_at_night(cast, full, on, monkeypatch):
    empty = [HouseholdFactory(grid=cast.grid_li, complete_since=FIRST, completeness_rule=1) for _ in range(3)]
    with waive_scope("test"):
        Household.objects.filter(pk=full.pk).update(completeness_rule=1)
    on(FIRST + timedelta(days=9))
    monkeypatch.setattr(measuring, "BATCH", 2)
    tasks.remeasure_archives()
    full.refresh_from_db()
    assert (full.completeness, full.completeness_rule, full.complete_since) == (100, CURRENT, FIRST)
    for home in empty:
        home.refresh_from_db()
        assert (home.completeness_rule, home.complete_since) == (CURRENT, None)
        assert spans(home) == [(FIRST, FIRST + timedelta(days=8))]
    assert measuring.archives_remeasure(actor=None) == 0
