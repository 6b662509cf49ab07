"""The rooms above are told of moves, in the order in which they hold rows."""

from datetime import date

import pytest

from customers import attribution
from customers.attribution import Moved, Resettled
from customers.models import Customer, Household

DAY = date(2026, 11, 3)


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    monkeypatch.setattr(attribution, "_followers", {})
    monkeypatch.setattr(attribution, "_settlers", [])


def test_who_writes_after_the_months_is_told_after_them():
    heard = []
    attribution.register(lambda moved: heard.append(("before", moved.first_day)))
    attribution.register(lambda moved: heard.append(("after", moved.first_day)), after_months=True)
    for after_months in (False, True):
        attribution.tell(Moved(Household(), DAY, 1), after_months=after_months)
    assert heard == [("before", DAY), ("after", DAY)]


def test_who_asks_twice_to_be_told_of_people_is_told_once():
    heard = []
    for _time in range(2):
        attribution.register_resettled(heard.append)
    told = Resettled(Customer(), Household())
    attribution.tell_resettled(told)
    assert heard == [told]
