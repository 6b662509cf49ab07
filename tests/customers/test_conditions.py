"""The named filters of people: what each means, to the day and to the per cent."""

from datetime import date, timedelta

import pytest

from customers.conditions import APP, ARCHIVE, age_q, met_q, term_q
from customers.enums import AgeBand, AppState, Archive, Met
from customers.models import Customer
from customers.searching import Kind, Term, sort_out
from gridbank.days import age_on
from gridbank.scoping import waive_scope
from tests.factories import CustomerFactory, HouseholdFactory

TODAY = date(2026, 10, 20)


def fits(condition):
    with waive_scope("test"):
        return set(Customer.objects.filter(condition).values_list("name", flat=True))


def person(name, **household):
    return CustomerFactory(name=name, household=HouseholdFactory(**household))


def test_an_archive_is_complete_half_done_or_poor_and_never_two_of_them(db):
    for score in (0, 49, 50, 99, 100):
        person(str(score), completeness=score)
    assert fits(ARCHIVE[Archive.POOR]) == {"0", "49"}
    assert fits(ARCHIVE[Archive.PARTIAL]) == {"50", "99"}
    assert fits(ARCHIVE[Archive.COMPLETE]) == {"100"}


def test_ninety_days_ago_is_still_recent(db):
    for days in (0, 89, 90, 91):
        person(str(days), last_met_on=TODAY - timedelta(days=days))
    person("never")
    assert fits(met_q(Met.RECENT, TODAY)) == {"0", "89", "90"}
    assert fits(met_q(Met.LONG_AGO, TODAY)) == {"91"}
    assert fits(met_q(Met.NEVER, TODAY)) == {"never"}


def test_the_last_step_of_the_app_is_the_one_that_counts(db):
    home, day = HouseholdFactory(), TODAY
    CustomerFactory(household=home, name="none")
    CustomerFactory(household=home, name="told", app_informed_on=day)
    CustomerFactory(household=home, name="has", app_downloaded_on=day)
    CustomerFactory(household=home, name="told and has", app_informed_on=day, app_downloaded_on=day)
    CustomerFactory(household=home, name="done", app_downloaded_on=day, app_verified_on=day)
    assert [fits(APP[state]) for state in AppState] == [{"none"}, {"told"}, {"has", "told and has"}, {"done"}]


@pytest.mark.parametrize("today", [TODAY, date(2026, 2, 28), date(2026, 3, 1), date(2024, 2, 29)])
def test_everybody_is_in_the_one_band_of_his_age_from_his_birthday_on(db, today):
    home = HouseholdFactory()
    births = {today, date(2008, 2, 29), date(1988, 2, 29), date(1966, 2, 28), date(1900, 1, 1)}
    for age in (17, 18, 35, 36, 59, 60):
        birthday = date(today.year - age, today.month, min(today.day, 28))
        births |= {birthday + timedelta(days=shift) for shift in (-1, 0, 1)}
    for born in births:
        CustomerFactory(household=home, name=born.isoformat(), birth_date=born)
    CustomerFactory(household=home, name="nobody knows when")
    for band in AgeBand:
        youngest, _dash, oldest = band.value.partition("-")
        expected = {
            born.isoformat() for born in births if int(youngest) <= age_on(born, today) <= int(oldest or 999)
        }
        assert fits(age_q(band, today)) == expected, band


@pytest.mark.parametrize("word", ["", "x", "0-18", "complete"])
def test_a_word_that_is_no_band_and_no_day_is_nobodys_filter(word):
    with pytest.raises(ValueError, match="not a valid"):
        age_q(word, TODAY)
    with pytest.raises(ValueError, match="not a valid"):
        met_q(word, TODAY)


def test_a_name_is_found_from_its_beginning_and_letters_by_their_sound(db):
    home = HouseholdFactory()
    CustomerFactory(household=home, name="曾小明", pinyin="zengxiaoming", initials="zxm")
    CustomerFactory(household=home, name="李曾", pinyin="lizeng", initials="lz")
    assert fits(term_q(sort_out("曾"))) == {"曾小明"}
    assert fits(term_q(sort_out("zeng"))) == {"曾小明"}
    assert fits(term_q(sort_out("L Z"))) == {"李曾"}
    assert fits(term_q(sort_out("%"))) == set()


def test_nothing_typed_is_no_condition(db):
    person("one"), person("two")
    assert fits(term_q(Term(Kind.NOTHING))) == {"one", "two"}
