"""How complete an archive is, kept with it, and since when."""

from datetime import date

from django.utils import timezone

from customers import services
from customers.services.measuring import measure, remeasure
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
    assert (home.completeness, home.archived_on) == (100 * 7 // 11, first)
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
