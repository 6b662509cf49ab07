"""The named filters part the people: everybody is in exactly one class of each, and in the right one."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from customers import conditions
from customers.enums import AgeBand, AppState, Archive, Met
from customers.models import Customer
from customers.searching import Kind, Term, sort_out
from gridbank.days import years_on
from gridbank.scoping import waive_scope
from tests.factories import CustomerFactory, HouseholdFactory

TODAY = date(2026, 3, 1)


def fits(actor, condition, person):
    return Customer.objects.visible_to(actor).filter(condition, pk=person.pk).exists()


def is_in(band, age):
    youngest, _dash, oldest = band.partition("-")
    return int(youngest) <= age <= int(oldest or 200)


# the day before a birthday, the birthday, the day after; and somebody born on 29 February
BIRTHDAYS = [
    date(TODAY.year - years, TODAY.month, TODAY.day) + timedelta(days=days)
    for years in (1, 17, 18, 19, 35, 36, 37, 59, 60, 61, 99)
    for days in (-1, 0, 1)
] + [date(2008, 2, 29)]


def test_at_every_birthday_the_band_is_that_of_the_age(cast):
    home, wrong = HouseholdFactory(grid=cast.grid_li), {}
    for born in BIRTHDAYS:
        person, age = CustomerFactory(household=home, birth_date=born), years_on(born, TODAY)
        found = [band.value for band in AgeBand if fits(cast.li, conditions.age_q(band.value, TODAY), person)]
        wanted = [band.value for band in AgeBand if is_in(band.value, age)]
        # all the grown-up are one band beside the bands of their ages
        if found != wanted or len({*wanted} - {AgeBand.ADULT}) != 1:
            wrong[born, age] = found
    assert wrong == {}


def test_without_a_date_of_birth_somebody_is_in_no_band(cast):
    person = CustomerFactory(household__grid=cast.grid_li)
    assert not any(fits(cast.li, conditions.age_q(band.value, TODAY), person) for band in AgeBand)


@pytest.mark.parametrize(
    ("score", "wanted"),
    [(0, "poor"), (49, "poor"), (50, "partial"), (99, "partial"), (100, "complete")],
)
def test_an_archive_is_in_one_class(cast, score, wanted):
    person = CustomerFactory(household=HouseholdFactory(grid=cast.grid_li, completeness=score))
    found = [key for key in Archive if fits(cast.li, conditions.archive_q(key), person)]
    assert found == [wanted]


@pytest.mark.parametrize(
    ("days", "wanted"), [(None, "never"), (0, "recent"), (90, "recent"), (91, "long_ago"), (900, "long_ago")]
)
def test_a_household_was_met_in_one_of_the_times(cast, days, wanted):
    met = None if days is None else TODAY - timedelta(days=days)
    person = CustomerFactory(household=HouseholdFactory(grid=cast.grid_li, last_met_on=met))
    found = {key for key in Met if fits(cast.li, conditions.met_q(key, TODAY), person)}
    # the month is a part of the rhythm, or reaches back beyond it on no day
    assert found - {Met.THIS_MONTH} == {wanted}
    assert (Met.THIS_MONTH in found) is (met is not None and met >= TODAY.replace(day=1))


def test_the_filter_says_the_rhythm_that_it_asks_for():
    """The words hold the same number as the condition."""
    days = conditions.MET_WITHIN.days
    with translation.override("zh-hans"):
        assert str(Met.LONG_AGO.label) == f"超过{days}天未见"
        assert str(Met.RECENT.label) == f"{days}天内见过"


@pytest.mark.parametrize("informed", [None, TODAY])
@pytest.mark.parametrize(
    ("downloaded", "verified", "wanted"),
    [(None, None, ""), (TODAY, None, "downloaded"), (TODAY, TODAY, "verified")],
)
def test_the_way_to_the_app_has_one_place_for_everybody(cast, informed, downloaded, verified, wanted):
    days = {"app_informed_on": informed, "app_downloaded_on": downloaded, "app_verified_on": verified}
    person = CustomerFactory(household__grid=cast.grid_li, **days)
    found = [key for key in AppState if fits(cast.li, conditions.APP[key], person)]
    assert found == [wanted or ("informed" if informed else "none")]


def named(condition):
    with waive_scope("test"):
        return set(Customer.objects.filter(condition).values_list("name", flat=True))


@pytest.mark.parametrize("word", ["", "x", "0-18", "complete"])
def test_a_word_that_is_no_band_and_no_day_is_nobodys_filter(word):
    with pytest.raises(ValueError, match="not a valid"):
        conditions.age_q(word, TODAY)
    with pytest.raises(ValueError, match="not a valid"):
        conditions.met_q(word, TODAY)


def test_a_name_is_found_from_its_beginning_and_letters_by_their_sound(db):
    home = HouseholdFactory()
    CustomerFactory(household=home, name="曾小明", pinyin="zengxiaoming", initials="zxm")
    CustomerFactory(household=home, name="李曾", pinyin="lizeng", initials="lz")
    assert named(conditions.term_q(sort_out("曾"))) == {"曾小明"}
    assert named(conditions.term_q(sort_out("zeng"))) == {"曾小明"}
    assert named(conditions.term_q(sort_out("L Z"))) == {"李曾"}
    assert named(conditions.term_q(sort_out("%"))) == set()


def test_nothing_typed_is_no_condition(db):
    for name in ("one", "two"):
        CustomerFactory(name=name)
    assert named(conditions.term_q(Term(Kind.NOTHING))) == {"one", "two"}


@pytest.mark.parametrize(
    "typed", ["陈建国", "建国", "陈", "cjg", "jg", "chenjianguo", "jianguo", "chenjg", "Chen jg"]
)
def test_any_part_of_a_name_finds_it(db, typed):
    home = HouseholdFactory()
    CustomerFactory(household=home, name="陈建国", pinyin="chenjianguo", initials="cjg")
    CustomerFactory(household=home, name="王秀英", pinyin="wangxiuying", initials="wxy")
    assert named(conditions.term_q(sort_out(typed))) == {"陈建国"}


def test_a_given_name_behind_a_surname_of_two_signs_is_found_and_one_sign_is_a_surname(db):
    home = HouseholdFactory()
    CustomerFactory(household=home, name="欧阳建国", pinyin="ouyangjianguo", initials="oyjg")
    CustomerFactory(household=home, name="陈建", pinyin="chenjian", initials="cj")
    assert named(conditions.term_q(sort_out("建国"))) == {"欧阳建国"}
    assert named(conditions.term_q(sort_out("建"))) == set()
