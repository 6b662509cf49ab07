"""A household parts into two, or two become one, and who lived where stays said."""

from datetime import date, timedelta

import pytest
from django.db import models
from django.http import Http404
from django.utils import timezone

from audit.models import AuditEvent
from customers.models import Customer, Household
from customers.selectors import homes_on
from customers.services import household_split, households_join
from gridbank.errors import StaleEdit
from tests.customers.filling import ADULT, refused
from tests.factories import AreaFactory, CustomerFactory, HouseholdFactory, NeedFactory, VisitFactory
from tests.performance.world import LONG_AGO

BORN = date(1970, 5, 5)


@pytest.fixture
def home(cast):
    return HouseholdFactory(
        grid=cast.grid_li, area=AreaFactory(), group_name="一组", head_name="曾大", created_at=LONG_AGO
    )


@pytest.fixture
def family(home):
    """The head, his wife, a grown son and the son's child."""
    made = {
        name: CustomerFactory(household=home, name=name, relation=relation, birth_date=born, created_at=LONG_AGO)
        for name, relation, born in (
            ("曾大", "head", BORN), ("李梅", "spouse", BORN), ("曾二", "child", date(1995, 1, 1)),
            ("曾小", "other", timezone.localdate() - timedelta(days=400)),
        )
    }  # fmt: skip
    made["曾小"].guardian = made["曾二"]
    made["曾小"].save()
    return made


def stored(row):
    return models.QuerySet(type(row)).get(pk=row.pk)


def split(cast, home, people, head, **more):
    given = {"actor": cast.li, "version": home.version, "reason": "分户", **more}
    return household_split(household=home, people=people, head=head, **given)


def test_a_son_and_his_child_have_a_household_of_their_own(cast, home, family):
    son, child = family["曾二"], family["曾小"]
    visit = VisitFactory(customer=son, staff=cast.li)
    need = NeedFactory(customer=son, household=home, raised_by=cast.li)
    new = split(cast, home, [child, son], son)
    assert (new.grid, new.area, new.group_name, new.head_name) == (home.grid, home.area, "一组", "曾二")
    assert new.code != home.code
    son, child = stored(son), stored(child)
    assert (son.household, son.relation, child.household, child.guardian) == (new, "head", new, son)
    assert (stored(visit).household, stored(need).household) == (home, new)
    yesterday = timezone.localdate() - timedelta(days=1)
    found = homes_on(wanted={(son.pk, yesterday)}, now={son.pk: new.pk})
    assert found[son.pk, yesterday] == home.pk
    assert stored(home).version == 2
    event = AuditEvent.objects.get(action="household.split")
    assert event.details["people"] == [son.pk, child.pk]
    assert AuditEvent.objects.filter(action="customer.resettled").count() == 2


def test_a_head_who_goes_is_followed(cast, home, family):
    head, wife = family["曾大"], family["李梅"]
    assert "户主" in refused("successor", split, cast=cast, home=home, people=[head], head=head)
    new = split(cast, home, [head], head, successor=wife)
    assert (stored(wife).relation, stored(home).head_name, stored(head).household) == ("head", "李梅", new)


def test_who_cares_for_a_child_that_stays_stays(cast, home, family):
    son = family["曾二"]
    assert "曾小" in refused("household", split, cast=cast, home=home, people=[son], head=son)


@pytest.mark.parametrize(
    ("who", "head", "about"),
    [
        ([], "曾二", "people"),
        (["曾大", "李梅", "曾二", "曾小"], "曾二", "people"),
        (["李梅"], "曾二", "head"),
    ],
)
def test_what_is_no_parting_is_refused(cast, family, who, head, about):
    home = family["曾大"].household
    refused(about, split, cast=cast, home=home, people=[family[name] for name in who], head=family[head])
    assert models.QuerySet(Household).count() == 1


def test_a_form_of_before_a_change_and_somebody_elses_household(cast, home, family):
    with pytest.raises(StaleEdit):
        split(cast, home, [family["李梅"]], family["李梅"], version=7)
    refused(
        "reason",
        split,
        cast=cast,
        home=home,
        people=[family["李梅"]],
        head=family["李梅"],
        reason=f"号{ADULT}",
    )
    with pytest.raises(Http404):
        split(cast, home, [family["李梅"]], family["李梅"], actor=cast.wu)


def join(cast, home, other, **more):
    given = {"actor": cast.li, "versions": (home.version, other.version), "reason": "实为一户", **more}
    return households_join(household=home, joined=other, **given)


@pytest.fixture
def other(home):
    """The same household, entered once more."""
    other = HouseholdFactory(grid=home.grid, area=home.area, head_name="曾三", created_at=LONG_AGO)
    CustomerFactory(household=other, name="曾三", relation="head", birth_date=BORN, created_at=LONG_AGO)
    born = timezone.localdate() - timedelta(days=400)
    CustomerFactory(household=other, name="曾四", birth_date=born)
    return other


def test_two_households_of_one_village_become_one(cast, home, family, other):
    join(cast, home, other)
    people = models.QuerySet(Customer).filter(household=home)
    assert people.count() == 6
    assert models.QuerySet(Customer).get(name="曾四").guardian == family["曾大"]
    assert stored(other).ended_on == timezone.localdate()
    assert stored(home).head_name == "曾大"
    assert AuditEvent.objects.get(action="households.joined").details["joined"] == other.pk


def test_only_of_one_village_and_grid_and_not_with_itself(cast, home, family, other):
    refused("code", join, cast=cast, home=home, other=home)
    other.area = AreaFactory()
    other.save()
    assert "同村" in refused("code", join, cast=cast, home=home, other=other)
    with pytest.raises(StaleEdit):
        join(cast, home, other, versions=(1, 9))
